"""`ground_truth`: the JSON in which Donut, CORD and SynthDoG say what an image shows.

CORD's `valid_line` holds words with four corners in pixels of an image of `meta.image_size`
(https://github.com/clovaai/cord). Donut's `gt_parse` is what a model is to read: for SynthDoG
`text_sequence`, the text of the whole image; for DocVQA `gt_parses`, questions with an answer each
(https://github.com/clovaai/donut#how-to-train-on-custom-datasets). Other parses name fields, which
nothing here asks about.
"""

from typing import Any

from gyogwa.transforms.ingest.labels.columns import box_of
from gyogwa.transforms.ingest.labels.published import Published, as_text, unpacked
from gyogwa.transforms.ingest.labels.talk import answer_of, pair_of

KEY = "ground_truth"


def take_ground_truth(row: Published) -> None:
    """`words`, `transcription` or `conversations` of a row's `ground_truth`."""
    truth = unpacked(row.left.get(KEY))
    if not isinstance(truth, dict):
        return
    read = set()
    if "words" not in row.row:
        read |= _cord(row, truth)
    parse = truth.get("gt_parse")
    text = as_text(parse.get("text_sequence")) if isinstance(parse, dict) else None
    if isinstance(parse, dict) and text is not None and "words" not in row.row:
        read.add("gt_parse")
        row.row["transcription"] = text
        row.skip(f"{KEY}.gt_parse", (key for key in parse if key != "text_sequence"))
    turns = _questions(truth.get("gt_parses"))
    if turns and "conversations" not in row.row:
        read.add("gt_parses")
        row.row["conversations"] = turns
    if read:
        row.take(KEY)
        row.skip(KEY, (key for key in truth if key not in read))


def _cord(row: Published, truth: dict[str, Any]) -> set[str]:
    """Put the words; returns what was read for that, nothing where it isn't in CORD's form."""
    lines, meta = truth.get("valid_line"), truth.get("meta")
    if not isinstance(lines, list):
        return set()
    boxes: dict[str, Any] = {"unit": "pixels"}
    try:
        words = [
            {"text": as_text(word["text"]) or "", "box": box_of(word["quad"])}
            for line in lines
            for word in line["words"]
        ]
        if isinstance(meta, dict) and "image_size" in meta:
            boxes["size"] = [meta["image_size"]["width"], meta["image_size"]["height"]]
    except (KeyError, TypeError):
        return set()
    row.row["words"], row.row["boxes"] = words, boxes
    for line in lines:
        row.skip(f"{KEY}.valid_line", (key for key in line if key != "words"))
        for word in line["words"]:
            row.skip(f"{KEY}.valid_line.words", (k for k in word if k not in ("text", "quad")))
    if isinstance(meta, dict) and "size" in boxes:
        row.skip(f"{KEY}.meta", (key for key in meta if key != "image_size"))
    return {"valid_line", "meta"} if "size" in boxes else {"valid_line"}


def _questions(parses: Any) -> list[dict[str, Any]]:
    """A turn a question, which may stand several times with other answers."""
    answers: dict[str, list[Any]] = {}
    for parse in parses if isinstance(parses, list) else []:
        question = as_text(parse.get("question")) if isinstance(parse, dict) else None
        if question:
            answers.setdefault(question, []).append(parse.get("answer"))
    turns = []
    for question, given in answers.items():
        if answer := answer_of(given):
            turns += pair_of(question, answer)
    return turns
