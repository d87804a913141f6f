from hypothesis import given
from hypothesis import strategies as st

from gyogwa.transforms.cards.pieces import buckets_of, script
from gyogwa.transforms.cards.text_index import TextIndex, encoded, words_of


@given(st.lists(st.integers(0, 10**6), unique=True, min_size=1, max_size=30))
def test_numbers_come_back(numbers: list[int]) -> None:
    wanted, last, found = sorted(numbers), -1, []
    for step in encoded(wanted).split(" "):
        last += int(step, 36)
        found.append(last)
    assert found == wanted


@given(st.text(max_size=60))
def test_no_text_ends_a_script(text: str) -> None:
    data = script("list-0", [text]).decode("utf-8", "surrogatepass")
    assert not {"<", ">", "\u2028", "\u2029"} & set(data)
    assert data.count("\n") == 1


def test_words_stand_with_their_cards() -> None:
    index = TextIndex()
    index.add(0, ["관리비 납부"])
    index.add(7, ["납부 기한: 9월", "<char>납부</char><bbox>0.1, 0.2, 0.3, 0.4</bbox>"])
    pieces = dict(index.pieces())
    words = pieces["words-00000"].split("\n")
    hits = pieces["hits-00000"].split("\n")
    assert dict(zip(words, hits, strict=True)) == {
        "관리비": "1", "납부": "1 7", "기한": "8", "9월": "8",
    }  # fmt: skip


def test_words_are_whole_and_composed() -> None:
    assert words_of(["24.1%를 <bbox>0.1, 0.2, 0.3, 0.4</bbox>"]) == {"24.1%를"}
    assert words_of(["한글 https://example.org/a?b=1."]) == {"한글", "https://example.org/a?b=1"}


def test_every_id_is_in_the_bucket_of_its_beginning() -> None:
    ids = [f"{n:024x}"[::-1] for n in range(500)]
    found = buckets_of(ids, most=4)
    assert {key for bucket in found.values() for key in bucket} == set(ids)
    assert all(key.startswith(prefix) for prefix, bucket in found.items() for key in bucket)
