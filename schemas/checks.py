"""Checks that any model's answer about a held-out page can be run through, and what is asked.

A folder of checks holds `requests.jsonl` (a `Request` a line), `checks.jsonl` (a `Check` a line)
and `images/`. A model's answers are a JSONL file of rows `{"request": id, "answer": text}`.
"""

from typing import Literal

from msgspec import Struct

from gyogwa.schemas.boxes import Box

RequestKind = Literal["read", "ocr", "table"]
CheckKind = Literal["present", "absent", "order", "spacing", "extent", "cell", "box"]
Side = Literal["right", "below"]


class Request(Struct, frozen=True):
    """One question to a model about one image, and how its answer is read.

    `kind`: plain text in reading order (read), text with boxes in `dialect` (ocr), or one table as
    HTML, OTSL or Markdown (table). `image` is a file below the folder; `width` and `height` are its
    pixels as displayed.
    """

    id: str
    kind: RequestKind
    image: str
    width: int
    height: int
    prompt: str
    dialect: str
    language: str
    source: str
    uri: str
    licence: str


class Check(Struct, frozen=True, omit_defaults=True):
    """One thing that the answer to a request must show.

    present   `text` stands in it at least `times` times, white space aside
    absent    `text` doesn't stand in it, white space aside
    order     `text` stands before `other`, each being on the page once
    spacing   `text` stands in it with exactly its spaces (a line break is a space)
    extent    it holds at most `times` letters and digits
    cell      in one of its tables `other` is the cell on `side` of one that holds `text`
    box       it has `text` in a box that overlaps `box` (fractions, origin top left) by an
              intersection over union of .6 and more
    """

    id: str
    request: str
    kind: CheckKind
    text: str = ""
    times: int = 1
    other: str = ""
    side: Side = "right"
    box: Box = []


class Answered(Struct, frozen=True):
    """A row of a model's answers."""

    request: str
    answer: str
