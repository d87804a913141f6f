"""What can be asked about documents: answers stand on the page, once, and nothing is made up."""

import random
import re
from itertools import groupby

import pytest
from msgspec.structs import replace

from gyogwa.schemas.boxes import Box
from gyogwa.schemas.page import Truth
from gyogwa.schemas.records import Page
from gyogwa.transforms.annotate.annotation import annotate_truth
from gyogwa.transforms.synthesis.content import compose
from gyogwa.transforms.synthesis.elements import Lines
from gyogwa.transforms.synthesis.job import Job, plan_jobs, render
from gyogwa.transforms.synthesis.masking import masked_line
from gyogwa.transforms.synthesis.writing import Writer
from gyogwa.transforms.targets.dialect import Size
from gyogwa.transforms.tasks.captions import caption
from gyogwa.transforms.tasks.documents import doc_qa, questions
from gyogwa.transforms.tasks.layout import layout
from gyogwa.transforms.tasks.mentions import the_only
from gyogwa.transforms.tasks.sentences import passages, sentences, text_blocks, title_of
from gyogwa.transforms.tasks.several_pages import (
    changed_lines,
    continue_text,
    neighbours,
    what_changed,
    which_page,
)
from tests.transforms.tasks.pages import SETTING, documents, figures, page_of, pages_of
from tests.transforms.tasks.pairs import page_of as made_of


def _text(page: Page) -> str:
    return page.text(0, len(page.annotation.words))


def _several() -> list[list[Page]]:
    groups = groupby(documents(), key=lambda page: page.image.document)
    return [pages for pages in (list(group) for _, group in groups) if len(pages) > 1]


def test_answers_stand_on_the_page_behind_words_that_stand_there_once() -> None:
    seen = set()
    for page in documents():
        for question in questions(page):
            answer = question.answers.short
            assert answer in question.answers.sentence
            text, form = _text(page), question.fields.get("form", "title")
            assert answer in text
            seen.add((form, question.kind, page.annotation.language))
            if form in ("sentence", "item"):
                assert text.count(question.fields["quote"]) == 1
                behind = text.partition(question.fields["quote"])[2]
                assert behind.index(answer) < 400
                assert answer not in question.fields["quote"]
            if form == "page":
                assert text.count(answer) == 1
    assert {kind for _, kind, _ in seen} == {"title", "date", "amount", "share"}
    assert {form for form, _, _ in seen} == {"title", "page", "label", "sentence", "item"}


def test_a_page_with_figures_of_a_unit_said_elsewhere_has_no_only_sum_or_share() -> None:
    both = set()
    for page in documents():
        figures = [t for t in page.line_texts() if re.fullmatch(r"[-+]?[\d,]+(\.\d+)?", t)]
        asked = {q.kind for q in questions(page) if q.fields.get("form") == "page"}
        assert len(figures) < 2 or not asked & {"amount", "share"}
        both.add(len(figures) > 1)
    assert both == {True, False}


def test_no_question_has_two_answers() -> None:
    for page in documents():
        asked = [draft.conversation[0].content for draft in doc_qa(page, SETTING)]
        details = [draft.detail for draft in doc_qa(page, SETTING)]
        assert len(set(asked)) == len(asked)
        assert len(set(details)) == len(details)


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("date", "접수는 2024. 5. 11.(토)까지", "2024. 5. 11.(토)"),
        ("date", "3월 2일부터 3월 5일까지", None),
        ("date", "9월 11일에 열며 2024년부터 매년", None),
        ("date", "ends on 4 May 2024.", "4 May 2024"),
        ("date", "open from May to 4 June", None),
        ("date", "tested with version 2022.0.2 of it", None),
        ("amount", "대금 10억 1,000만 원이 남아", "10억 1,000만 원"),
        ("amount", "총사업비는 860,000천 원이고", "860,000천 원"),
        ("amount", "a charge of £1,250.00, to be paid", "£1,250.00"),
        ("amount", "worth €79.5 million, or so", "€79.5 million"),
        ("amount", "from $5 to $9", None),
        ("amount", "지키는 것이 3원칙이다", None),
        ("share", "만족도 74.1%로", "74.1%"),
        ("share", "40% against 12 per cent", None),
    ],
)
def test_the_only_date_sum_or_share(kind: str, text: str, expected: str | None) -> None:
    found = the_only(kind, text)
    assert (found.text if found else None) == expected


def test_what_goes_on_behind_a_listing_is_no_whole_sentence() -> None:
    lines = ["may be used as a wrapper in these cases.", "It is safe in all the others, too."]
    whole = [part.text for part in passages(made_of(lines)) if part.form == "sentence"]
    assert whole == lines[1:]


def test_sentences_end_where_they_end() -> None:
    assert sentences("기한은 2024. 5. 11.(토)이다. 비율은 74.1%이다.") == [
        "기한은 2024. 5. 11.(토)이다.",
        "비율은 74.1%이다.",
    ]
    assert sentences('Mr. Hill said "no." It ended in 2024. See No. 5 and so') == [
        'Mr. Hill said "no."',
        "It ended in 2024.",
        "See No. 5 and so",
    ]


def test_titles_are_those_of_first_pages() -> None:
    titles = {page.image.image_id: title_of(page) for page in documents()}
    assert sum(map(bool, titles.values())) > len(titles) / 3
    assert not any(titles[page.image.image_id] for page in documents() if page.image.page > 1)


def test_captions_say_only_what_is_there() -> None:
    for page in (*documents(), *figures()):
        (draft,) = caption(page, SETTING)
        said = draft.conversation[1].content
        text, annotation = _text(page), page.annotation
        for quoted in re.findall(r'"([^"]+)"', said):
            assert quoted in text
        tables, charts = len(annotation.tables), len(annotation.charts)
        for number in re.findall(r"표가 (\d+)개|(\d+) tables", said):
            assert int("".join(number)) == tables
        if re.search("그래프|chart", said.replace(title_of(page), "")):
            assert charts
        assert ("영어" if annotation.language == "ko" else "Korean") not in said
        if page.image.kind == "table":
            table = annotation.tables[0]
            rows = max(cell.row + cell.row_span for cell in table.cells)
            columns = max(cell.column + cell.column_span for cell in table.cells)
            sizes = re.findall(r"(\d+)(?:행|개,| rows)\D*?(\d+)(?:열|개입| columns)", said)
            whole = len(sentences(said)) > 1  # a short caption is its first sentence alone
            assert sizes == ([(str(rows), str(columns))] if whole else [])


def test_layout_reads_back_in_reading_order() -> None:
    kinds = set()
    for page in (*documents(), *figures()):
        (draft,) = layout(page, SETTING)
        question, answer = (turn.content for turn in draft.conversation)
        assert question.startswith("<image>\n<gro>\n")
        lines = answer.splitlines()
        assert all(re.fullmatch("<obj>[a-z-]+</obj><bbox>[0-9., ]+</bbox>", line) for line in lines)
        things = SETTING.dialect.parse_detected(answer, Size(1, 1))
        kinds |= {thing.text for thing in things}
        found = [block.box for block in page.annotation.blocks]
        places = [_nearest(thing.boxes[0], found) for thing in things]
        assert places == sorted(places)
        assert sum(thing.text == "table" for thing in things) == len(page.annotation.tables)
        assert sum(thing.text == "chart" for thing in things) == len(page.annotation.charts)
    assert kinds == {"heading", "paragraph", "list", "table", "chart", "caption", "page-number"}


def _nearest(box: Box, boxes: list[Box]) -> int:
    """The first of the boxes whose upper left corner lies in a box or next to it."""
    gaps = [max(abs(a - b) for a, b in zip(box[:2], other[:2], strict=True)) for other in boxes]
    return gaps.index(min(gaps))


def test_where_a_kind_is_a_guess_there_is_no_layout() -> None:
    page = documents()[0]
    found = page.annotation
    blocks = [*found.blocks[:-1], replace(found.blocks[-1], known=False)]
    assert found.blocks[-1].known
    assert not list(layout(replace(page, annotation=replace(found, blocks=blocks)), SETTING))
    words = Truth("dataset", found.words)
    assert not list(layout(Page(page.image, annotate_truth(page.image, words)), SETTING))


def test_which_page_names_the_one_image_that_says_so() -> None:
    ordinals = {"첫": 0, "두": 1, "first": 0, "second": 1}
    seen = set()
    for pages in _several():
        for shown, draft in which_page(pages, SETTING):
            question, answer = (turn.content for turn in draft.conversation)
            (number,) = {n for word, n in ordinals.items() if word in answer}
            assert [draft.detail in _text(page) for page in shown].index(True) == number
            assert sum(draft.detail in _text(page) for page in shown) == 1
            assert question.count("<image>") == len(shown)
            assert draft.detail in question
            seen.add(number)
    assert seen == {0, 1}


def test_neighbours_are_cut_where_pages_are_missing() -> None:
    (one, two), other = _several()[:2]
    three = replace(two, image=replace(two.image, page=3))
    assert [len(run) for run in neighbours([one, two, three, *other])] == [3, 2]
    assert [len(run) for run in neighbours([one, three])] == [1, 1]


@pytest.mark.parametrize(("language", "first"), [("ko", 16), ("en", 5)])
def test_sentences_over_a_page_break_are_joined_word_for_word(language: str, first: int) -> None:
    found = []
    # A break between sentences asks for nothing; with the usual fonts the first one goes through
    # a sentence.
    for index in range(first, first + 20):
        pages = list(pages_of(Job(9, index, "document", language, 2, genre="report")))
        for shown, draft in continue_text(pages, SETTING):
            said = draft.conversation[1].content
            ends, begins = (text_blocks(page)[i][1] for page, i in zip(shown, (-1, 0), strict=True))
            assert said in " ".join([*ends, *begins])
            assert said not in " ".join(ends)
            assert said not in " ".join(begins)
            assert draft.conversation[0].content.count("<image>") == 2
            found.append(said)
        if found:
            return
    pytest.fail("no sentence in twenty documents")


@pytest.mark.parametrize(
    ("language", "genre"), [("ko", "notice"), ("ko", "letter"), ("en", "report"), ("en", "letter")]
)
def test_what_changed_finds_the_one_planted_line(language: str, genre: str) -> None:
    first = Job(4, 1, "document", language, genre=genre)
    second = Job(4, 51, "document", language, revises=1, genre=genre)
    one, two = pages_of(first)[0], pages_of(second)[0]
    assert two.image.document == f"{one.image.document}-rev"
    differing = [
        pair for pair in zip(one.line_texts(), two.line_texts(), strict=True) if len(set(pair)) > 1
    ]
    assert changed_lines(one, two) == differing
    assert len(differing) == 1
    ((_, draft),) = what_changed([one, two], SETTING)
    _, line = draft.conversation[1].content.split("\n")
    assert line == "- {} → {}".format(*differing[0])


def test_a_bare_number_that_changed_is_told_and_charts_are_no_versions() -> None:
    told = 0
    for page in figures():
        lines, texts = page.annotation.lines, page.line_texts()
        bare = [at for at, text in enumerate(texts) if re.fullmatch(r"\d{1,3}", text)]
        if not bare:
            continue
        words = list(page.annotation.words)
        at = lines[bare[-1]].first
        words[at] = replace(words[at], text="9999")
        other = replace(page, annotation=replace(page.annotation, words=words))
        assert changed_lines(page, other) == [(texts[bare[-1]], "9999")]
        told += 1
        assert bool(list(what_changed([page, other], SETTING))) != bool(page.annotation.charts)
    assert told


def test_pages_too_different_are_not_compared() -> None:
    assert list(what_changed([documents()[0], documents()[4]], SETTING)) == []
    assert list(what_changed([documents()[0], documents()[0]], SETTING)) == []


def test_about_one_document_in_twelve_has_a_second_version() -> None:
    jobs = plan_jobs(3000, 1, ["ko", "en"])
    documents_planned = [job for job in jobs if job.kind == "document" and job.revises is None]
    revised = [job for job in jobs if job.revises is not None]
    assert 1 / 15 < len(revised) / len(documents_planned) < 1 / 10
    assert sum(job.pages for job in jobs) == 3000
    for short in range(1, 40):
        assert sum(job.pages for job in plan_jobs(short, 1, ["ko"])) == short
    made, again = (render(revised[0]) for _ in range(2))
    assert [page.data for page in made] == [page.data for page in again]
    assert page_of(made[0]).annotation.words


def test_masked_lines_hide_what_they_name() -> None:
    for language in ("ko", "en"):
        writer = Writer(random.Random(1), language)
        lines = {masked_line(writer, paid) for paid in (False, True) for _ in range(30)}
        assert all("*" in line for line in lines)
        assert not any(re.search(r"\d{5}|\d-\d", line) for line in lines)
        written = [
            text
            for kind in ("notice", "letter", "form", "receipt")
            for seed in range(8)
            for element in compose(Writer(random.Random(seed), language), kind)
            if isinstance(element, Lines)
            for text in element.texts
        ]
        assert any("***" in text or re.search("[가-힣]\\*[가-힣]", text) for text in written)
