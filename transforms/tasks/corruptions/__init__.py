"""The ways in which an answer goes wrong, by name. To add one: a function of type `Corruption` in a
file of its own, and a line here with the forms of answer that it suits.

`boxes` is OCR with boxes in the dialect, `text` plain reading, `value` a short answer to a question
about a number or name, `caption` a description.

Kinds come in pairs that undo each other: what is dropped by one is added by the other, so that
nothing in a text by itself tells which of two answers is right (`benchmarks.preference_giveaways`).
"""

from typing import Literal, NamedTuple

from gyogwa.transforms.tasks.corruptions.answer import Corruption
from gyogwa.transforms.tasks.corruptions.boxes import shifted_boxes, swapped_boxes
from gyogwa.transforms.tasks.corruptions.disclosure import disclosed
from gyogwa.transforms.tasks.corruptions.invention import invented_lines
from gyogwa.transforms.tasks.corruptions.jamo import misread_hangul
from gyogwa.transforms.tasks.corruptions.language import wrong_language
from gyogwa.transforms.tasks.corruptions.latin import misread_latin
from gyogwa.transforms.tasks.corruptions.merging import merged_boxes
from gyogwa.transforms.tasks.corruptions.numbers import wrong_number
from gyogwa.transforms.tasks.corruptions.omission import dropped_lines
from gyogwa.transforms.tasks.corruptions.order import wrong_order
from gyogwa.transforms.tasks.corruptions.reading_out import read_out
from gyogwa.transforms.tasks.corruptions.repetition import repeated_lines, repetition_loop
from gyogwa.transforms.tasks.corruptions.splitting import split_boxes
from gyogwa.transforms.tasks.corruptions.veiling import veiled

Form = Literal["boxes", "text", "value", "caption"]


class FailureKind(NamedTuple):
    """A corruption and the forms of answer in which it shows. `share`: how often it is taken where
    others are taken once, so that as much is added to answers as is left out of them."""

    corrupt: Corruption
    forms: tuple[Form, ...]
    share: float = 1.0


FAILURES: dict[str, FailureKind] = {
    "misread_hangul": FailureKind(misread_hangul, ("boxes", "text")),
    "misread_latin": FailureKind(misread_latin, ("boxes", "text")),
    "wrong_number": FailureKind(wrong_number, ("boxes", "text")),
    "dropped_lines": FailureKind(dropped_lines, ("boxes", "text")),
    "repeated_lines": FailureKind(repeated_lines, ("boxes", "text"), 0.7),
    "repetition_loop": FailureKind(repetition_loop, ("boxes", "text"), 0.25),
    "shifted_boxes": FailureKind(shifted_boxes, ("boxes",)),
    "swapped_boxes": FailureKind(swapped_boxes, ("boxes",)),
    "merged_boxes": FailureKind(merged_boxes, ("boxes",), 0.8),
    "split_boxes": FailureKind(split_boxes, ("boxes",), 0.7),
    "wrong_order": FailureKind(wrong_order, ("boxes", "text")),
    "invented_lines": FailureKind(invented_lines, ("boxes", "text"), 0.5),
    "wrong_language": FailureKind(wrong_language, ("text",), 0.3),
    "read_out": FailureKind(read_out, ("caption",), 0.2),
    "disclosed": FailureKind(disclosed, ("boxes", "text", "value")),
    "veiled": FailureKind(veiled, ("boxes", "text", "value"), 0.3),
}
