"""What a sample answers: markup that reads back, and the text that stands on the page.

The tasks whose answer is the page's own text are compared with the annotation in the same JSON:
`ocr`, `read`, `ground`, `refer`, `layout`, `ground_caption`, `chain` and the chosen answers of
`prefer`. Those that are made
from tables and numbers, which shards don't hold, are read back and
written again.
"""

from collections.abc import Callable, Iterator

from gyogwa.pipelines.lint.context import Context
from gyogwa.pipelines.lint.page import Page, squeezed
from gyogwa.pipelines.lint.problems import Problem
from gyogwa.pipelines.lint.text import BROUGHT
from gyogwa.schemas.sample_json import SampleEntry
from gyogwa.transforms.targets.dialect import Size
from gyogwa.transforms.tasks.captions import FIGURES
from gyogwa.transforms.tasks.corruptions import FAILURES
from gyogwa.transforms.tasks.rivals import PLACED, RIVALS
from gyogwa.transforms.tasks.structure.html import parse_html, write_html
from gyogwa.transforms.tasks.structure.linear import CORNERS, parse_linear, write_linear
from gyogwa.transforms.tasks.structure.otsl import parse_otsl, write_otsl

_ABSENT = "not there: "
"""How the detail of a request for a text begins that isn't on the page."""


def lint_targets(context: Context, entry: SampleEntry, where: str) -> Iterator[Problem]:
    """What is wrong with the texts that a task made of images."""
    if entry.task in BROUGHT or not entry.images:
        return
    dialect, size = context.dialect, Size(entry.images[0].width, entry.images[0].height)
    texts = [turn.content for turn in entry.conversations]
    try:
        for text in [*texts, entry.chosen or "", entry.rejected or ""]:
            dialect.parse(text, size)
    except (ValueError, RecursionError) as error:
        yield Problem("target_markup", where, f"doesn't read back: {error}")
        return
    if entry.task in _WRITTEN_AGAIN:
        try:
            again = _WRITTEN_AGAIN[entry.task](texts[-1])
        except ValueError as error:
            again = [str(error)]
        if texts[-1] not in again:
            yield Problem("structure", where, f"a table that reads back as {again[0][:80]!r}")
    compare, spec = _COMPARED.get(entry.task), context.split.tasks.get(entry.task)
    if compare is None or spec is None:
        return
    try:
        page = Page(dialect, size, entry.annotation[0]) if entry.annotation else None
        true = page is not None and compare(page, entry, spec.granularity)
    except ValueError:  # two texts where places of one are asked for
        true = False
    if not true:
        yield Problem("target_text", where, "doesn't say what stands on the page")


def _html(text: str) -> list[str]:
    cells = parse_html(text)
    return [write_html(cells) if cells else "no cells"]


def _otsl(text: str) -> list[str]:
    if text.startswith("<otsl>"):
        return [write_otsl(parse_otsl(text))]
    again = write_otsl(parse_otsl(f"<otsl>{text}</otsl>"))
    return [again.removeprefix("<otsl>").removesuffix("</otsl>")]


def _linear(text: str) -> list[str]:
    table = parse_linear(text)
    return [write_linear(table, corner) for corner in CORNERS]


_WRITTEN_AGAIN: dict[str, Callable[[str], list[str]]] = {
    "table_html": _html,
    "table_otsl": _otsl,
    "chart_table": _linear,
}
"""A table read and written again, in each of the ways that it may have been written."""


def _ocr(page: Page, entry: SampleEntry, granularity: str) -> bool:
    """Every word, line or block with its box. Cells aren't in shards."""
    found = page.parse(entry.conversations[-1].content)
    if page.dialect.name == "doctags":  # a whole document, whose lists are cut into items
        return bool(found) and all(
            item.text.startswith("<") or page.holds(item.text) for item in found
        )
    return granularity == "cell" or page.agree(found, page.items(granularity))


def _read(page: Page, entry: SampleEntry, _: str) -> bool:
    return entry.conversations[-1].content == page.running_text()


def _ground(page: Page, entry: SampleEntry, _: str) -> bool:
    """Every place of the text that the detail names; no place for one that isn't there."""
    return _placed(page, entry.conversations[-1].content, entry.provenance.detail)


def _placed(page: Page, answer: str, detail: str) -> bool:
    if page.parse(answer):
        return page.agree([page.dialect.parse_ground(answer, page.size)], [page.places(detail)])
    return detail.startswith(_ABSENT) and not page.holds(detail.removeprefix(_ABSENT))


def _refer(page: Page, entry: SampleEntry, _: str) -> bool:
    """The line whose box the question names."""
    regions = page.parse(entry.conversations[0].content)
    answer = entry.conversations[-1].content
    return len(regions) == 1 and any(
        page.near(regions[0], line)
        for line in page.items("line")
        if page.dialect.escape(line.text) == answer
    )


def _ground_caption(page: Page, entry: SampleEntry, _: str) -> bool:
    """The places of names that stand on the page; of charts and tables the boxes aren't in shards,
    and what they are called may stand elsewhere, or nowhere."""
    found = page.parse(entry.conversations[-1].content)
    return bool(found) and all(
        item.text in FIGURES
        or page.agree([item], [page.places(item.text)])
        or not page.holds(item.text)
        for item in found
    )


def _chain(page: Page, entry: SampleEntry, _: str) -> bool:
    """Text that stands on the page, and every place of a phrase that is asked for first."""
    first, kind = entry.conversations[1].content, entry.provenance.detail.partition(":")
    if kind[0] == "locate":
        places = [page.dialect.parse_ground(first, page.size)]
        if not page.agree(places, [page.places(kind[2])]):
            return False
        first = entry.conversations[3].content
    return squeezed(first) in squeezed(page.running_text())


def _layout(page: Page, entry: SampleEntry, _: str) -> bool:
    """Kinds and boxes of blocks; of a known table or chart, whose box isn't in shards, its kind."""
    found = page.dialect.parse_detected(entry.conversations[-1].content, page.size)
    return bool(found) and all(
        thing.text in ("table", "chart")
        or any(page.near(thing, block) for block in page.kinds(thing.text))
        for thing in found
    )


def _prefer(page: Page, entry: SampleEntry, granularity: str) -> bool:
    """The chosen answer is true: all items with boxes, or lines of the page. Where a description is
    asked for, it is the rejected one that reads out lines. Of questions whose answers follow from
    tables and numbers, the two answers differ."""
    name, _, subject = entry.provenance.detail.partition(":")
    if name in PLACED:
        return _placed(page, entry.chosen or "", subject)
    if name in RIVALS:
        return bool(entry.chosen) and bool(entry.rejected) and entry.chosen != entry.rejected
    kind = FAILURES.get(name)
    if kind is not None and kind.forms == ("caption",):
        text = page.running_text()
        return bool(entry.chosen) and all(
            line in text for line in (entry.rejected or "").split("\n")
        )
    chosen = entry.chosen or ""
    found = page.parse(chosen) if page.dialect.has_boxes else []
    if found:
        return granularity == "cell" or page.agree(found, page.items(granularity))
    text = page.running_text()
    return all(line in text for line in chosen.splitlines())


_COMPARED: dict[str, Callable[[Page, SampleEntry, str], bool]] = {
    "ocr": _ocr,
    "read": _read,
    "ground": _ground,
    "refer": _refer,
    "ground_caption": _ground_caption,
    "chain": _chain,
    "layout": _layout,
    "prefer": _prefer,
}
