"""What a label file says of one image, entry by entry: texts with boxes, regions, what isn't read.

A text and its box stay as they stand in the file. One bad entry costs that entry only: it is left
out and named in the row's `unread`.
"""

from collections.abc import Iterator
from typing import Any

from gyogwa.transforms.files.text import clean
from gyogwa.transforms.ingest.labels.form import LabelRow
from gyogwa.transforms.ingest.labels.kinds import is_grid, region_kind
from gyogwa.transforms.ingest.labels.values import box_of, list_of, text_of

MACHINE = "words that an OCR engine read"
"""What is told of files that OCR wrote: their words are as sure as they say."""
_Line = tuple[int, int, Any, Any]
"""First entry, last one excluded, the line's text and box where the file gives them."""


class Entries:
    """The entries of one image as they are read, and `unread`, in which a name stands once for each
    thing that was left out.

    Where every text is one word they are `words`. Where some are several words in one box, what the
    file gives are lines, and all of them are `lines_of_text`: so none is parted from the others,
    and no word's box is invented.
    """

    def __init__(self) -> None:
        self.texts: list[dict[str, Any]] = []
        self.regions: list[dict[str, Any]] = []
        self.unread: list[str] = []
        self._lines: list[_Line] = []

    def add(self, text: Any, box: Any, confidence: float | None = None) -> None:
        """A text in a box. `confidence`: 0 to 1."""
        said, place = text_of(text), box_of(box)
        if said is None:
            self.unread.append("words without text")
        elif place is None:
            self.unread.append("words without a box")
        else:
            entry = {"text": said, "box": place}
            self.texts.append(entry if confidence is None else {**entry, "confidence": confidence})

    @property
    def has_quads(self) -> bool:
        """Whether all boxes are four points, of which nobody need ask how they are meant."""
        return all(isinstance(entry["box"][0], list) for entry in self.texts)

    def end_line(self, first: int, text: Any = None, box: Any = None) -> None:
        """What was added since there were `first` texts is a line; without any, its own text is."""
        if len(self.texts) > first:
            self._lines.append((first, len(self.texts), text, box))
        elif text_of(text) is not None:
            self.add(text, box)
            if len(self.texts) > first:
                self._lines.append((first, len(self.texts), text, box))

    def region(self, kind: Any, box: Any, text: Any = None) -> None:
        """A part of the page; its text if it is given."""
        name, place, said = text_of(kind), box_of(box), text_of(text)
        if place is None:
            self.unread.append("regions without a box")
        elif name is None:
            self.unread.append("regions without a kind")
        elif is_grid(name):
            self.unread.append("rows, columns and cells of tables as regions")
        else:
            entry = {"kind": region_kind(name), "box": place}
            self.regions.append(entry if said is None else {**entry, "text": said})

    def objects(self, value: Any, where: str) -> Iterator[dict[str, Any]]:
        """The objects in a JSON list; what is none is left out. Raises ValueError for no list."""
        for item in list_of(value, where):
            if isinstance(item, dict):
                yield item
            else:
                self.unread.append(f"{where} that are no objects")

    def mention(self, items: list[dict[str, Any]], where: str, *names: str) -> None:
        """Name those of the fields that any item has and nothing here reads."""
        self.unread += [
            f"{where}.{n}" for n in names if any(i.get(n) not in (None, "", [], {}) for i in items)
        ]

    def row(self, boxes: dict[str, Any], **said: Any) -> LabelRow:
        """The row, without what is absent."""
        row: LabelRow = {name: value for name, value in said.items() if value is not None}
        found = self._in_lines() if self._lines else self._without_lines()
        found |= {"regions": self.regions, "unread": self.unread}
        row |= {name: value for name, value in found.items() if value}
        row["boxes"] = {name: value for name, value in boxes.items() if value is not None}
        return row

    def _without_lines(self) -> LabelRow:
        plain = all(_one_word(entry["text"]) for entry in self.texts)
        return {"words" if plain else "lines_of_text": self.texts}

    def _in_lines(self) -> LabelRow:
        """Words with their lines; a line with a text of several words in it is one text."""
        words: list[dict[str, Any]] = []
        lines: list[list[int]] = []
        whole: list[dict[str, Any]] = []
        for first, last, text, box in self._every_line():
            run = self.texts[first:last]
            if all(_one_word(entry["text"]) for entry in run):
                lines.append([len(words), len(words) + len(run)])
                words += run
            elif len(run) == 1 or box_of(box) is None:
                whole += run
            else:
                said = text_of(text) or " ".join(entry["text"] for entry in run)
                whole.append({"text": said, "box": box_of(box)})
        return {"words": words, "lines": lines, "lines_of_text": whole}

    def _every_line(self) -> Iterator[_Line]:
        """The lines, and each text that stands in none as one of its own."""
        at = 0
        for line in self._lines:
            yield from ((n, n + 1, None, None) for n in range(at, line[0]))
            yield line
            at = line[1]
        yield from ((n, n + 1, None, None) for n in range(at, len(self.texts)))


def _one_word(text: str) -> bool:
    return len(clean(text).split()) == 1
