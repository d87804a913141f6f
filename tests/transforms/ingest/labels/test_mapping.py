"""Columns mapped by hand: what is understood, what is refused, and where it reaches."""

import io
import json
from pathlib import Path

import pytest

from gyogwa.schemas.errors import GyogwaError
from gyogwa.transforms.ingest.inputs import parse_inputs
from gyogwa.transforms.ingest.labels.form import HEAD, Head, LabelFile
from gyogwa.transforms.ingest.labels.mapping import parse_maps, renamed, targets
from gyogwa.transforms.ingest.labels.registry import FORMS, form_of
from gyogwa.transforms.ingest.labels.vocabulary import mapped

KOREAN = parse_maps(["s:파일=file_name", "s:판독=transcription", "s:번호=-"], ["s"])["s"]


def test_options_and_yaml_say_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("s:\n  파일: file_name\n  판독: transcription\n  번호: '-'\n")
    assert parse_maps([str(tmp_path / "a.yaml")], ["s", "t"]) == {"s": KOREAN}
    assert targets(KOREAN) == {"파일": "file_name", "판독": "transcription", "번호": "-"}
    (source,) = parse_inputs([f"s={tmp_path}"], maps=["s:a:b=c=caption"])
    assert targets(source.columns) == {"a:b=c": "text"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("s:a", "expected NAME:COLUMN=FIELD"),
        ("a=caption", "expected NAME:COLUMN=FIELD"),
        ("t:a=caption", "no input is called 't'"),
        ("s:a=captoin", "did you mean caption?"),
        ("s:answer=label", "the column comes first: --map s:label=answer"),
        ("s:b=caption", "another column of s is mapped to caption"),
        ("nowhere.yaml", "no such file"),
    ],
)
def test_what_cannot_be_meant(given: str, said: str) -> None:
    with pytest.raises(GyogwaError) as raised:
        parse_maps(["s:c=caption", given], ["s"])
    assert said in str(raised.value)


def test_a_yaml_of_another_shape_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("- s\n")
    with pytest.raises(GyogwaError, match=r"a\.yaml"):
        parse_maps([str(tmp_path / "a.yaml")], ["s"])


def test_nothing_is_lost_by_renaming() -> None:
    columns = parse_maps(["s:q=question", "s:meta.reply=answer"], ["s"])["s"]
    row = {"q": "합계?", "question": "other", "meta": {"reply": "12", "by": "kim"}}
    said, unread = mapped({**renamed(row, columns), "file_name": "a.png"})
    assert [turn.get("value", turn.get("content")) for turn in said["conversations"]] == [
        "합계?",
        "12",
    ]
    assert unread == ("question (another column is mapped to it)", "meta")
    assert mapped(renamed({"file_name": "a.png", "text": "x"}, columns)).unread == (
        "no column of --map (meta.reply, q)",
    )


@pytest.mark.parametrize(
    ("name", "data", "form"),
    [
        ("글.csv", "번호,파일,판독\n1,a.png,합계 금액\n".encode("cp949"), "csv_rows"),
        ("글.json", json.dumps([{"파일": "a.png", "판독": "합계 금액"}]).encode(), "json_rows"),
    ],
)
def test_files_of_labels_are_told_and_read_by_mapped_names(
    name: str, data: bytes, form: str
) -> None:
    assert form_of(Head(name, data[:HEAD])) == ""
    assert form_of(Head(name, data[:HEAD], KOREAN)) == form
    file = LabelFile(name, lambda: io.BytesIO(data), columns=KOREAN)
    assert list(FORMS[form].rows(file)) == [{"file_name": "a.png", "transcription": "합계 금액"}]
