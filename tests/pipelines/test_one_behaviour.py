"""The same prompt never asks for two things: all samples of a run, grouped by what they ask."""

import re
import tarfile
from collections import defaultdict
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from gyogwa.schemas.sample_json import SampleEntry
from gyogwa.transforms.prompts import phrasings
from gyogwa.transforms.prompts.registers import register_of
from gyogwa.transforms.targets.dialect import Size
from gyogwa.transforms.targets.varco import Varco
from gyogwa.transforms.tasks.sentences import sentences

ASKED = ("table_qa", "chart_qa", "doc_qa", "compare_charts", "which_page")
WHY = re.compile(r"이므로|가운데|행은 .*모두| = |, so |^Of |^These have|^This row has")
SAID = re.compile(r"니다\.$|^(?:It|The|There|Both|No|You|That|They) .*\.$", re.DOTALL)


@pytest.fixture(scope="module")
def runs(finished: Path, built: Path) -> list[Path]:
    """Runs of four stages, which ask for words, lines and answers of every length: one asks as
    much as the preset does in a sample, one of many pages."""
    return [finished, built]


def samples_of(*runs: Path) -> list[dict[str, Any]]:
    """Every question of runs with its answer, as a sample of its own; both of a chain."""
    found = []
    for path in sorted(path for run in runs for path in run.glob("stages/**/*.tar")):
        with tarfile.open(path) as tar:
            members = [member for member in tar if member.name.endswith(".json")]
            texts = [tar.extractfile(member).read() for member in members]  # type: ignore[union-attr]
        for entry in (SampleEntry.model_validate_json(text) for text in texts):
            for question in entry.apart():
                turns = question.conversations
                starts = range(0, len(turns), 2) if question.task == "chain" else [0]
                for start in starts:
                    part = turns[start : start + 2] if question.task == "chain" else turns
                    asked = question.model_copy(update={"conversations": part})
                    found.append(asked.model_dump(mode="json"))
    return found


def test_questions_about_a_page_are_turns_of_one_sample(finished: Path) -> None:
    asked: list[int] = []
    for path in sorted(finished.glob("stages/[23]*/index.parquet")):
        rows = pq.read_table(path, columns=["questions", "images", "shard"]).to_pylist()
        asked += [len(row["questions"]) for row in rows if row["images"] == 1]
    assert max(asked) > 5
    assert sum(asked) / len(asked) > 2


def test_who_asks_in_korean_keeps_to_one_register(runs: list[Path]) -> None:
    asked: dict[str, list[str]] = defaultdict(list)
    for sample in samples_of(*runs):
        pages = sample["annotation"] or []
        if sample["task"] != "converse" and sample["images"] and pages[0]["language"] == "ko":
            turns = sample["conversations"]
            asked[sample["images"][0]["id"]] += [
                register_of(turn["content"])
                for turn in turns
                if turn["role"] == "user" and not turn["content"].endswith("<ocr>")
            ]
    assert max(map(len, asked.values())) > 5
    assert {image: said for image, said in asked.items() if len(set(said)) > 1} == {}
    registers = {said[0] for said in asked.values()}
    assert len(registers) > 1
    assert registers <= {"formal", "polite", "casual"}


def asked_by(sample: dict[str, Any]) -> str:
    """The prompt without what it quotes, points at or counts."""
    prompt = sample["conversations"][0]["content"]
    prompt = re.sub(r"<obj>.*?</bbox>|\"[^\"]*\"(?:, )?", "…", prompt)
    return re.sub(r"[\d,.]*\d", "#", prompt)


def behaviours_of(sample: dict[str, Any]) -> set[str]:
    """What the answer may be taken for; more than one where a page has one word a line."""
    task, answer = sample["task"], sample["chosen"] or sample["conversations"][-1]["content"]
    page = sample["annotation"][0]
    words = [word["text"] for word in page["words"]]
    lines = [" ".join(words[line["first"] : line["last"]]) for line in page["lines"]]
    items = [item.text for item in Varco().parse(answer, Size(1, 1))]
    if answer.startswith("<char>"):
        levels = {"words": words, "lines": lines}
        return {name for name, texts in levels.items() if items == texts} or {"other items"}
    if task == "ground_caption":
        return {"sentences with places"}
    if answer.startswith("<obj>"):
        kinds = {block["kind"] for block in page["blocks"]} | {"table", "chart"}
        return {"kinds"} if set(items) <= kinds else {"a phrase"}
    if task == "caption":
        return {"a sentence" if len(sentences(answer)) == 1 else "sentences"}
    if task in ASKED:
        return {length_of(answer)}
    return {re.sub(r"^(<\w+>)?.*", r"\1", answer, flags=re.DOTALL) or "text"}


def length_of(answer: str) -> str:
    """Short, sentence or explained, from the answer alone."""
    return "explained" if WHY.search(answer) else "sentence" if SAID.search(answer) else "short"


def test_one_prompt_one_behaviour(runs: list[Path]) -> None:
    groups: dict[str, list[set[str]]] = defaultdict(list)
    for sample in samples_of(*runs):
        absent = sample["provenance"]["detail"].startswith("not there: ")
        if sample["task"] not in ("converse", "text_only", "prose") and not absent:
            groups[asked_by(sample)].append(behaviours_of(sample))
    assert sum(map(len, groups.values())) > 80
    assert max(map(len, groups.values())) > 4
    two = {prompt: found for prompt, found in groups.items() if not set.intersection(*found)}
    assert not two


def test_answers_are_as_long_as_their_prompt_says(runs: list[Path]) -> None:
    kinds = {
        phrase: kind.partition("_")[0]
        for kind, languages in phrasings("lengths").items()
        for phrases in languages.values()
        for phrase in phrases
    }
    seen: set[str] = set()
    for sample in samples_of(*runs):
        if sample["task"] not in (*ASKED, "chain"):
            continue
        prompt, answer = (turn["content"] for turn in sample["conversations"])
        if sample["task"] == "chain" and not prompt.endswith(tuple(kinds)):
            continue  # the first question asks where, or for all of a sentence
        (wanted,) = {kind for phrase, kind in kinds.items() if prompt.endswith(f" {phrase}")}
        assert length_of(answer) == wanted, (prompt, answer)
        seen.add(wanted)
    assert seen == {"short", "sentence", "explained"}
