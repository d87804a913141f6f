"""A row of an evaluation set, whatever its columns are called, to what it asks and shows.

Known by their columns and not by name:

| set | columns |
|---|---|
| K-DTCBench | `question, choice_a .. choice_d, image` |
| K-MMBench, K-SEED, KRETA | `question, hint, A .. D, image` (base64 in TSV) |
| K-MMStar, K-LLaVA-W | `question, image` |
| KMMMU, as MMMU | `question, options` (a list, or a list as text), `image_1 .. image_7` |
| KOCRBench, as OCRBench | `question, answers, image` or `image_path` |
| MTVQA | `qa_pairs` (a list of question and answer, or one as text), `image` |
| XFUND | `documents[{img: {fname}, document[{text, label}]}]` |

A row with several questions is several items that show one image. What of XFUND is asked are its
forms: they are compared as images, and their words are not questions.
"""

import ast
import base64
import binascii
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

QUESTIONS = ("question", "hint", "text", "prompt", "instruction", "query")
PAIRS = ("qa_pairs", "qas", "qa")
_CHOICES = re.compile(r"choice_?[a-h1-9]|option_?[a-h1-9]|[A-J]|choices|options")
_IMAGES = re.compile(r"(image|img)s?|(image|img)_?[0-9]+|decoded_image")
_PATHS = re.compile(r"(image|img)_?(path|file|name)s?|file_name|image_id|fname|img_file")
_INDEX = ("index", "id", "question_id", "qid")
_PLACE = re.compile(r"<image(?: ?\d+)?>")


@dataclass(frozen=True)
class EvaluationItem:
    """A question of an evaluation set: where it stands, what it asks, its choices, the encoded
    images of the row, and the paths of those that lie in files of their own."""

    row: str
    question: str
    choices: tuple[str, ...]
    images: list[bytes]
    paths: list[str] = field(default_factory=list)


def is_known(column: str) -> bool:
    """Whether a column is one of those that are read."""
    return asks_or_shows(column) or column in _INDEX or bool(_CHOICES.fullmatch(column))


def asks_or_shows(column: str) -> bool:
    """Whether a column holds questions or images; a set has at least one such."""
    matched = _IMAGES.fullmatch(column) or _PATHS.fullmatch(column)
    return column in QUESTIONS or column in PAIRS or bool(matched)


def items_of(row: dict[str, Any], place: str) -> Iterator[EvaluationItem]:
    """The questions of a row, each told by the row's own index where it has one; one without any
    question where it only shows images. Raises ValueError for an image that is none."""
    index = next((row[name] for name in _INDEX if isinstance(row.get(name), str | int)), None)
    told = place if index is None else f"{place} index={index}"
    images = [data for name in row if _IMAGES.fullmatch(name) for data in _images(row[name])]
    paths = [
        text
        for name in row
        if _PATHS.fullmatch(name) or _IMAGES.fullmatch(name)
        for text in _texts(row[name])
        if _is_path(text)
    ]
    choices = [t for name in row if _CHOICES.fullmatch(name) for t in _listed(row[name])]
    asked = "\n".join(text for name in QUESTIONS for text in _texts(row.get(name)))
    pairs = [
        question for name in PAIRS for pair in _pairs(row.get(name)) for question in _asked(pair)
    ]
    if asked or not pairs:
        yield EvaluationItem(told, _PLACE.sub(" ", asked).strip(), tuple(choices), images, paths)
    for number, question in enumerate(pairs):
        shown = (images, paths) if number == 0 and not asked else ([], [])
        yield EvaluationItem(f"{told} question={number}", question, (), *shown)


def _is_path(text: str) -> bool:
    """An image's path, and not base64 of it nor the number of another row's image."""
    return len(text) < 400 and bool(re.search(r"\.(jpe?g|png|webp|bmp|gif|tiff?)$", text.lower()))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str) and value.strip():
        yield value
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)


def _listed(value: Any) -> Iterable[str]:
    """Choices: a text, a list, a list written as text, or {letter: text}."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return [str(value)]
    if isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
        value = _parsed(value)
    return _texts(list(value.values()) if isinstance(value, dict) else value)


def _pairs(value: Any) -> list[Any]:
    parsed = _parsed(value) if isinstance(value, str) else value
    if isinstance(parsed, dict):  # of lists, as Arrow turns a list of structs around
        names = [name for name in QUESTIONS if isinstance(parsed.get(name), list)]
        return [{"question": text} for name in names for text in parsed[name]] or [parsed]
    return parsed if isinstance(parsed, list) else []


def _asked(pair: Any) -> Iterator[str]:
    if isinstance(pair, dict):
        text = "\n".join(text for name in QUESTIONS for text in _texts(pair.get(name)))
        if text:
            yield text
    elif isinstance(pair, list | tuple) and pair and isinstance(pair[0], str):
        yield pair[0]


def _parsed(text: str) -> Any:
    """A list or dict written as text, in JSON or in Python; the text itself where it is neither."""
    for parse in (json.loads, ast.literal_eval):
        try:
            return parse(text)
        except (ValueError, SyntaxError):
            continue
    return text


def _images(value: Any) -> Iterator[bytes]:
    if isinstance(value, bytes):
        yield value
    elif isinstance(value, dict):
        yield from _images(value.get("bytes"))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _images(each)
    elif isinstance(value, str) and value.lstrip()[:1] == "[":
        parsed = _parsed(value)
        if parsed is not value:
            yield from _images(parsed)
    elif isinstance(value, str) and len(value) > 100 and not _is_path(value):
        # a short one is the index of another row's image, as MMBench's TSV has it
        try:
            yield base64.b64decode(value.rsplit("base64,", 1)[-1], validate=True)
        except (binascii.Error, ValueError) as error:
            raise ValueError("an image is text, but not base64") from error
