"""Faults in what is said: words on a page, turns, answers, markup."""

import re
import unicodedata
from collections.abc import Callable
from functools import partial
from typing import Any

from msgspec.structs import replace

from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.page import Block, Line, Word
from gyogwa.schemas.records import IMAGE, Annotation, Conversation, Turn
from tests.pipelines.lint.faults.registry import fault, faults
from tests.pipelines.lint.faults.samples import STAGE, of
from tests.pipelines.lint.forgery import Forged, Forgery
from tests.pipelines.lint.sealing import Json

Change = Callable[[Forged], object]


def _annotation(sample: Forged) -> Json:
    found: Json = sample.entry["annotation"][0]
    return found


def _admitted(run: Forgery, change: Callable[[Json], object]) -> str:
    """An annotation changed in a caption's sample, and a row of the table that says the same."""

    def changed(sample: Forged) -> None:
        change(_annotation(sample))
        _admit(run, sample)

    return run.edit(STAGE, of("caption"), changed)


def _admit(run: Forgery, sample: Forged) -> None:
    image_id, found = sample.images[0]["id"], _annotation(sample)
    for name in run.parts("annotations"):
        rows = run.rows(Annotation, name)
        for row in [row for row in rows if row.image_id == image_id]:
            words = [Word(w["text"], w["box"], w["confidence"]) for w in found["words"]]
            lines = [Line(e["first"], e["last"], e["box"], e["language"]) for e in found["lines"]]
            blocks = [Block(b["kind"], b["first"], b["last"], b["box"]) for b in found["blocks"]]
            more = replace(row, words=words, lines=lines, blocks=blocks)
            run.write_rows(Annotation, name, [*rows, more])
            return
    raise LookupError(image_id)


def _part(kind: str, **values: Any) -> Callable[[Forgery], str]:
    """Other values of the first word, line or block."""
    return partial(_admitted, change=lambda found: found[kind][0].update(values))


def _beyond(kind: str, of_what: str) -> Callable[[Forgery], str]:
    return partial(
        _admitted, change=lambda found: found[kind][-1].update(last=len(found[of_what]) + 1)
    )


faults(
    "box",
    word_outside=_part("words", box=[0.5, 0.5, 1.1, 0.6]),
    word_above=_part("words", box=[0.5, -0.1, 0.6, 0.6]),
    line_without_width=_part("lines", box=[0.5, 0.5, 0.5, 0.6]),
    block_upside_down=_part("blocks", box=[0.1, 0.6, 0.5, 0.5]),
)
faults(
    "word",
    word_without_text=_part("words", text=" "),
    word_more_than_certain=_part("words", confidence=1.5),
)
faults(
    "line_range",
    line_beyond_the_words=_beyond("lines", "words"),
    line_before_the_words=_part("lines", first=-1),
    line_of_nothing=_part("lines", first=0, last=0),
)
faults(
    "block_range",
    block_beyond_the_lines=_beyond("blocks", "lines"),
    block_before_the_lines=_part("blocks", first=-1),
)


def _said(task: str, change: Change, split: str = STAGE) -> Callable[[Forgery], str]:
    return lambda run: run.edit(split, of(task), change)


def _words(sample: Forged) -> None:
    _annotation(sample)["words"][0]["text"] = "changed"


def _other_origin(sample: Forged) -> None:
    _annotation(sample)["origin"] = "ocr"


def _fewer_annotations(sample: Forged) -> None:
    sample.entry["annotation"].pop()


def _of_the_other(sample: Forged) -> None:
    sample.entry["annotation"].reverse()


faults(
    "annotation",
    another_word=_said("caption", _words),
    read_where_it_was_known=_said("caption", _other_origin),
    annotations_swapped=_said("compare_charts", _of_the_other, "3-advanced"),
)
faults(
    "annotation_count",
    one_annotation_for_two=_said("what_changed", _fewer_annotations, "3-advanced"),
)


def _turn(number: int, change: Callable[[str], str]) -> Change:
    """Another text of a turn."""

    def changed(sample: Forged) -> None:
        turn = sample.entry["conversations"][number]
        turn["content"] = change(turn["content"])

    return changed


def _korean(run: Forgery, change: Change) -> str:
    return run.edit(
        STAGE,
        lambda s: s.task == "caption" and s.entry["provenance"]["language"] == "ko",
        change,
    )


def _decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


@fault("not_nfc")
def conversation_decomposed(run: Forgery) -> str:
    """As the source brought it: the table of conversations says the same."""

    def change(sample: Forged) -> None:
        _turn(0, _decomposed)(sample)
        origin = sample.entry["provenance"]
        turns = [Turn(turn["role"], turn["content"]) for turn in sample.entry["conversations"]]
        run.edit_table(
            Conversation, "records", lambda row: row.uri == origin["uri"], conversation=turns
        )

    return run.edit(STAGE, of("converse"), change)


@fault("not_nfc")
def word_decomposed(run: Forgery) -> str:
    def change(sample: Forged) -> None:
        words = _annotation(sample)["words"]
        for word in words:
            word["text"] = _decomposed(word["text"])
        _admit(run, sample)

    return _korean(run, change)


faults("not_nfc", caption_decomposed=partial(_korean, change=_turn(1, _decomposed)))


def _system(sample: Forged) -> None:
    sample.entry["conversations"].insert(0, {"role": "system", "content": "Be brief."})


def _roles(sample: Forged) -> None:
    sample.entry["conversations"][1]["role"] = "user"


def _answered(sample: Forged) -> None:
    sample.entry["conversations"].append({"role": "assistant", "content": "Yes."})


faults(
    "turns",
    system_turn=_said("caption", _system),
    nobody_answers=_said("caption", _roles),
    empty_answer=_said("caption", _turn(1, lambda _: " \n")),
    answer_beside_the_chosen=_said("prefer", _answered, "4-preference"),
)
faults(
    "image_marks",
    image_not_mentioned=_said("caption", _turn(0, lambda text: text.replace(IMAGE, ""))),
    image_mentioned_twice=_said("caption", _turn(0, lambda text: IMAGE + text)),
)


@fault("image_count")
def caption_of_nothing(run: Forgery) -> str:
    def change(sample: Forged) -> None:
        sample.entry["task"] = "caption"
        sample.rekey()

    return run.edit(STAGE, of("text_only"), change)


@fault("image_count")
def text_alone_with_an_image(run: Forgery) -> str:
    """A conversation about images that calls itself text."""

    def change(sample: Forged) -> None:
        sample.entry["task"] = "text_only"
        sample.rekey()

    return run.edit(STAGE, of("converse"), change)


def _answers(**values: Any) -> Change:
    return lambda sample: sample.entry.update(values)


def _same(sample: Forged) -> None:
    sample.entry["rejected"] = sample.entry["chosen"]


faults(
    "answers",
    rejected_without_a_preference=_said("caption", _answers(rejected="No.")),
    nothing_rejected=_said("prefer", _answers(rejected=None), "4-preference"),
    blank_rejected=_said("prefer", _answers(rejected=" "), "4-preference"),
)
faults("chosen_is_rejected", chosen_is_rejected=_said("prefer", _same, "4-preference"))


def _asked_otherwise(sample: Forged) -> None:
    """Another question, and the document that follows from it."""
    _turn(0, lambda text: text + "!")(sample)
    turns = (f"{turn['role']}: {turn['content']}" for turn in sample.entry["conversations"])
    sample.entry["provenance"]["document"] = hash_of(*turns)[:32]


faults(
    "conversation",
    another_answer=_said("converse", _turn(1, lambda text: text + "!")),
    another_question=_said("text_only", _asked_otherwise),
)
faults(
    "target_markup",
    stray_markup=_said("caption", _turn(1, lambda text: f"{text}<bbox>0.1")),
    box_off_the_image=_said("ocr", _turn(1, lambda text: text.replace("<bbox>0.", "<bbox>", 1))),
    rejected_with_stray_markup=_said("prefer", _answers(rejected="<char>"), "4-preference"),
)
faults(
    "structure",
    table_cut_short=_said("table_html", _turn(1, lambda text: text[:60])),
    table_without_cells=_said("table_html", _turn(1, lambda _: "<table></table>")),
    chart_without_numbers=_said("chart_table", _turn(1, lambda _: "TITLE | none")),
)


def _last(text: str) -> str:
    """The last item of markup away."""
    return text.rpartition("\n")[0]


def _moved(text: str) -> str:
    """The first box elsewhere."""
    return re.sub("<bbox>.*?</bbox>", "<bbox>0, 0, 0.001, 0.001</bbox>", text, count=1)


def _other(tag: str) -> Callable[[str], str]:
    return lambda text: re.sub(f"<{tag}>.*?</{tag}>", f"<{tag}>other</{tag}>", text, count=1)


def _first_lines_swapped(text: str) -> str:
    first, second, *rest = text.split("\n")
    return "\n".join([second, first, *rest])


def _chosen(change: Callable[[str], str]) -> Change:
    return lambda sample: sample.entry.update(chosen=change(sample.entry["chosen"]))


def _preferred(markup: bool, change: Callable[[str], str]) -> Callable[[Forgery], str]:
    """Another chosen answer, of those with boxes or those without."""
    return lambda run: run.edit(
        "4-preference",
        lambda sample: ("<bbox>" in sample.entry["chosen"]) == markup,
        _chosen(change),
    )


def _absent(sample: Forged) -> None:
    """A word that stands on the page is said not to be there."""
    word = _annotation(sample)["words"][0]["text"]
    sample.entry["provenance"]["detail"] = f"not there: {word}"
    sample.rekey()
    _turn(1, lambda _: "It isn't there.")(sample)


def _elsewhere(sample: Forged) -> None:
    """The question is about another line than the answer."""
    _turn(0, _moved)(sample)


faults(
    "target_text",
    ocr_of_another_word=_said("ocr", _turn(1, _other("char"))),
    ocr_without_the_last_word=_said("ocr", _turn(1, _last)),
    ocr_in_another_order=_said("ocr", _turn(1, _first_lines_swapped)),
    ocr_of_a_word_elsewhere=_said("ocr", _turn(1, _moved)),
    line_ocr_of_another_line=_said("ocr", _turn(1, _other("char")), "3-advanced"),
    read_without_the_last_line=_said("read", _turn(1, _last)),
    ground_elsewhere=_said("ground", _turn(1, _moved)),
    ground_of_another_text=_said("ground", _turn(1, _other("obj"))),
    ground_denied=_said("ground", _absent),
    refer_to_another_text=_said("refer", _turn(1, lambda text: text + "!")),
    refer_to_another_place=_said("refer", _elsewhere),
    layout_of_another_kind=_said("layout", _turn(1, _other("obj"))),
    layout_of_nothing=_said("layout", _turn(1, lambda _: "Nothing.")),
    chosen_of_another_line=_preferred(True, _other("char")),
    chosen_that_does_not_stand_there=_preferred(False, lambda text: text + "!"),
)
