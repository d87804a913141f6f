"""Faults in a sample's JSON, its members, its key and where it says that it comes from."""

from collections.abc import Callable
from functools import partial
from typing import Any

from msgspec.structs import replace

from gyogwa.schemas.records import IMAGE, Conversation, Image
from gyogwa.schemas.sample_json import SampleEntry
from gyogwa.schemas.samples import IndexRow, Question, key_of
from tests.pipelines.lint.faults.registry import fault, faults
from tests.pipelines.lint.forgery import Forged, Forgery, Wanted

STAGE = "2-sft"


def of(task: str) -> Wanted:
    """The samples of a task."""
    return lambda sample: sample.task == task


def _caption(run: Forgery, change: Callable[[Forged], object]) -> str:
    return run.edit(STAGE, of("caption"), change)


def _text(change: Callable[[str], str]) -> Callable[[Forgery], str]:
    """Another text as JSON."""

    def changed(sample: Forged) -> None:
        sample.text = change(sample.json().decode()).encode()

    return partial(_caption, change=changed)


faults(
    "sample_json",
    json_cut_short=_text(lambda text: text[:-10]),
    json_without_a_field=_text(lambda text: text.replace('"chosen":null,', "")),
    json_with_a_field_more=_text(lambda text: text.replace('"chosen"', '"more":1,"chosen"')),
    json_nested_too_deeply=_text(lambda text: "[" * 100_000),
    json_of_another_version=_text(lambda text: text.replace('"schema":1', '"schema":2')),
)
faults(
    "json_form",
    json_with_spaces=_text(lambda text: text.replace('","', '", "')),
    json_with_a_field_twice=_text(lambda text: text.replace('"chosen"', '"chosen":"","chosen"')),
    json_with_escapes=_text(lambda text: text.replace("user", "\\u0075ser")),
    json_in_another_order=_text(
        lambda text: text.replace('"chosen":null,"rejected":null', '"rejected":null,"chosen":null')
    ),
)


faults("question_turns", turns_of_nobody=_text(lambda t: t.replace('"turns":2', '"turns":3')))
faults(
    "question_names",
    another_choice=_text(lambda t: '"detail":"other'.join(t.rsplit('"detail":"', 1))),
)


@fault("too_many_questions")
def asked_twice(run: Forgery) -> str:
    """A caption asked for in two turns, where the stage puts nothing together."""

    def change(sample: Forged) -> None:
        opening, answer = sample.entry["conversations"]
        again = opening | {"content": opening["content"].replace(f"{IMAGE}\n", "")}
        question = sample.questions()[0]
        sample.entry["conversations"] += [again, answer]
        sample.entry["provenance"]["detail"] = ""
        whole = SampleEntry.model_validate(sample.entry | {"questions": [question, question]})
        asked = [Question(q.task, q.detail, q.turns) for q in whole.questions]
        sample.key = key_of(whole.provenance.stage, asked, [image.id for image in whole.images])
        sample.text = whole.model_dump_json(by_alias=True).encode()

    def row(sample: Forged, found: IndexRow) -> IndexRow:
        return replace(sample.row(found), questions=["caption", "caption"])

    run.edit(STAGE, of("caption"), change, row)
    return f"stages/{STAGE}/index.parquet"


@fault("sample_json")
def no_json(run: Forgery) -> str:
    def change(sample: Forged) -> None:
        sample.text = b""

    return _caption(run, change)


@fault("members")
def json_names_another_member(run: Forgery) -> str:
    def change(sample: Forged) -> None:
        sample.images[0]["file"] = "0." + sample.images[0]["file"]

    return _caption(run, change)


@fault("members")
def image_that_the_json_does_not_name(run: Forgery) -> str:
    def change(sample: Forged) -> None:
        sample.members["1.png"] = next(iter(sample.members.values()))

    return _caption(run, change)


@fault("members")
def images_in_another_order(run: Forgery) -> str:
    def change(sample: Forged) -> None:
        sample.members = dict(reversed(sample.members.items()))

    return run.edit("3-advanced", of("what_changed"), change)


@fault("member_name")
def key_with_a_dot(run: Forgery) -> str:
    return _renamed(run, lambda key: f"{key}.v2")


@fault("member_name")
def key_that_is_no_hash(run: Forgery) -> str:
    return _renamed(run, lambda key: f"page {key[5:]}")


@fault("member_name")
def member_twice(run: Forgery) -> str:
    """A second JSON behind the first: readers take one or the other."""

    def change(sample: Forged) -> None:
        sample.members["json"] = sample.json()

    return _caption(run, change)


@fault("member_name")
def member_of_another_format(run: Forgery) -> str:
    def change(sample: Forged) -> None:
        sample.members["txt"] = b"more"

    return _caption(run, change)


def _renamed(run: Forgery, name: Callable[[str], str]) -> str:
    def change(sample: Forged) -> None:
        sample.key = name(sample.key)

    def row(sample: Forged, found: IndexRow) -> IndexRow:
        return replace(sample.row(found), key=sample.key.partition(".")[0])

    place = run.edit(STAGE, of("caption"), change, row)
    return place.rpartition(".v2")[0] or place


@fault("key")
def key_of_another_sample(run: Forgery) -> str:
    return _renamed(run, lambda key: f"{int(key, 16) ^ 1:024x}")


@fault("key")
def text_under_another_key(run: Forgery) -> str:
    def change(sample: Forged) -> None:
        sample.key = f"{int(sample.key, 16) ^ 1:024x}"

    return run.edit(STAGE, of("text_only"), change)


@fault("key")
def detail_of_another_sample(run: Forgery) -> str:
    return _caption(run, lambda sample: sample.entry["provenance"].update(detail="other"))


def _in_series(run: Forgery, task: str, series: str) -> str:
    """A sample among those of another series; a shard without any more goes."""
    sample = run.find(STAGE, lambda found: found.task == task and series not in found.shard)
    rest = [other for other in run.samples(STAGE) if other.shard == sample.shard]
    rest = [other for other in rest if other.key != sample.key]
    if rest:
        run.write_shard(STAGE, sample.shard, rest)
    else:
        run.path(f"stages/{STAGE}/{sample.shard}").unlink()
    sample.shard = next(other.shard for other in run.samples(STAGE) if series in other.shard)
    joined = [*(other for other in run.samples(STAGE) if other.shard == sample.shard), sample]
    run.write_shard(STAGE, sample.shard, sorted(joined, key=lambda other: other.key))
    name = f"stages/{STAGE}/index.parquet"
    rows = run.rows(IndexRow, name)
    run.write_rows(
        IndexRow, name, [sample.row(row) if row.key == sample.key else row for row in rows]
    )
    run.seal(STAGE)
    return f"stages/{STAGE}/{sample.shard}: {sample.key}"


faults(
    "series",
    png_among_jpg=partial(_in_series, task="caption", series="single-jpg"),
    text_among_images=partial(_in_series, task="text_only", series="single-jpg"),
    pair_among_single_images=partial(_in_series, task="converse", series="single-jpg"),
)


@fault("series")
def image_without_words_among_annotated(run: Forgery) -> str:
    def change(sample: Forged) -> None:
        sample.entry["annotation"] = None

    return _caption(run, change)


def _origin(run: Forgery, **values: Any) -> str:
    def change(sample: Forged) -> None:
        sample.entry["provenance"].update(values)
        sample.rekey()

    return _caption(run, change)


faults(
    "provenance",
    another_stage=partial(_origin, stage="align"),
    another_split=partial(_origin, split="validation"),
    another_dialect=partial(_origin, dialect="donut"),
    another_source=partial(_origin, source="pairs"),
    another_uri=partial(_origin, uri="elsewhere.jpg"),
    another_licence=partial(_origin, licence="MIT"),
    another_language=partial(_origin, language="fr"),
)


@fault("provenance")
def languages_mixed(run: Forgery) -> str:
    """Two pages in one language are said to be in several."""
    return run.edit(
        "3-advanced",
        of("what_changed"),
        lambda sample: sample.entry["provenance"].update(language="mixed"),
    )


@fault("engine")
def read_by_another_engine(run: Forgery) -> str:
    def change(sample: Forged) -> None:
        sample.entry["provenance"]["engine"] += ",guess-1"

    return _caption(run, change)


@fault("licence_missing")
def image_without_a_licence(run: Forgery) -> str:
    """Nowhere: the catalog has none either. An image that no conversation is about, whose own
    licence would go with it."""
    samples = list(run.samples(STAGE))
    talked = {image["id"] for s in samples if s.task == "converse" for image in s.images}
    captioned = [s.images[0]["id"] for s in samples if of("caption")(s)]
    image_id = next(image for image in captioned if image not in talked)
    run.edit_table(Image, "catalog", lambda row: row.image_id == image_id, licence="")

    def change(sample: Forged) -> None:
        for image in sample.images:
            image["licence"] = "" if image["id"] == image_id else image["licence"]
        sample.entry["provenance"]["licence"] = sample.images[0]["licence"]

    return run.edit_every(lambda s: any(i["id"] == image_id for i in s.images), change)[0]


@fault("licence_missing")
def text_without_a_licence(run: Forgery) -> str:
    """Nowhere: the source's own conversation has none either."""
    uri = run.find(STAGE, of("text_only")).entry["provenance"]["uri"]
    run.edit_table(Conversation, "records", lambda row: row.uri == uri, licence=" ")

    def change(sample: Forged) -> None:
        sample.entry["provenance"]["licence"] = " "

    return run.edit(STAGE, of("text_only"), change)
