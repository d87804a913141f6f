"""The ways in which an answer goes wrong, by name. To add one: a function of type `Corruption` in a
file of its own, and a line here with the forms of answer that it suits.

`boxes` is OCR with boxes in the dialect, `text` plain reading, `value` a short answer to a question
about masked data.
"""

from typing import Literal, NamedTuple

from transforms.tasks.corruptions.answer import Corruption
from transforms.tasks.corruptions.boxes import shifted_boxes, swapped_boxes
from transforms.tasks.corruptions.disclosure import disclosed
from transforms.tasks.corruptions.invention import invented_lines
from transforms.tasks.corruptions.jamo import misread_hangul
from transforms.tasks.corruptions.language import wrong_language
from transforms.tasks.corruptions.latin import misread_latin
from transforms.tasks.corruptions.merging import merged_boxes
from transforms.tasks.corruptions.numbers import wrong_number
from transforms.tasks.corruptions.omission import dropped_lines
from transforms.tasks.corruptions.order import wrong_order
from transforms.tasks.corruptions.repetition import repeated_lines, repetition_loop

Form = Literal["boxes", "text", "value"]


class Failure(NamedTuple):
    """A corruption and the forms of answer in which it shows."""

    corrupt: Corruption
    forms: tuple[Form, ...]


FAILURES: dict[str, Failure] = {
    "misread_hangul": Failure(misread_hangul, ("boxes", "text")),
    "misread_latin": Failure(misread_latin, ("boxes", "text")),
    "wrong_number": Failure(wrong_number, ("boxes", "text")),
    "dropped_lines": Failure(dropped_lines, ("boxes", "text")),
    "repeated_lines": Failure(repeated_lines, ("boxes", "text")),
    "repetition_loop": Failure(repetition_loop, ("boxes", "text")),
    "shifted_boxes": Failure(shifted_boxes, ("boxes",)),
    "swapped_boxes": Failure(swapped_boxes, ("boxes",)),
    "merged_boxes": Failure(merged_boxes, ("boxes",)),
    "wrong_order": Failure(wrong_order, ("boxes", "text")),
    "invented_lines": Failure(invented_lines, ("boxes", "text")),
    "wrong_language": Failure(wrong_language, ("text",)),
    "disclosed": Failure(disclosed, ("boxes", "text", "value")),
}
