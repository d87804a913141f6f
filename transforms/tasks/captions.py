"""Captions that say what the annotation holds, and nothing else.

The first sentence names the kind of image, its language and its title; the ones after it count or
name tables, charts and headings, or quote how the text begins where there are none. A short caption
is the first one alone, where that names a title: a kind and a language say too little. Sentences
come from `caption.yaml`, chosen by hash.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from gyogwa.schemas.boxes import Box
from gyogwa.schemas.ids import fraction_of
from gyogwa.schemas.page import Chart, Table
from gyogwa.schemas.records import Annotation, Page
from gyogwa.transforms.prompts import prompt_for
from gyogwa.transforms.tasks.line_ends import CUT, LineEnds
from gyogwa.transforms.tasks.page import Draft, Setting, ask
from gyogwa.transforms.tasks.sentences import text_blocks, title_of

_PURE = 0.8  # share of letters in one language that makes a page one of that language
_NAMED = 5  # names that a sentence lists
_HEAD = 0.08  # of the page's height, within which later pages have their running head
_SHORT = 1 / 3  # of the captions that could be longer
_PROSE = 0.65  # share of letters in what is quoted
_BEGINNING = (10, 60)  # characters of a line that is quoted
_CHARTS = {
    "bar": ("막대그래프", "bar chart"),
    "line": ("꺾은선그래프", "line chart"),
    "pie": ("원그래프", "pie chart"),
    "stacked bar": ("누적 막대그래프", "stacked bar chart"),
    "area": ("영역 그래프", "area chart"),
    "combined": ("막대와 선을 함께 쓴 그래프", "chart of bars and a line"),
    "scatter": ("산점도", "scatter plot"),
    "radar": ("방사형 그래프", "radar chart"),
    "box": ("상자 그림", "box plot"),
    "donut": ("도넛 그래프", "doughnut chart"),
}
_NOUNS = {"document": ("문서", "document"), "chart": ("그래프", "chart"), "table": ("표", "table")}
FIGURES = frozenset(noun for names in (*_CHARTS.values(), *_NOUNS.values()) for noun in names)
"""What figures are called."""
_OTHER = ("글자가 있는 그림", "picture with text")
_LANGUAGES = {"ko": ("한국어", "Korean"), "en": ("영어", "English")}


@dataclass(frozen=True)
class Sentence:
    """A kind of sentence of `caption.yaml` with what fills it. `figure`: the box of the chart or
    table that `noun` names, None where it names the whole image."""

    kind: str
    fields: dict[str, str]
    figure: Box | None = None


def caption(page: Page, setting: Setting) -> Iterator[Draft]:
    """One caption, in the page's language; nothing for a page without words."""
    if not page.annotation.words:
        return
    image_id, language = page.image.image_id, page.annotation.language
    told = list(facts(page))
    said = [
        prompt_for("caption", language, f"{image_id}/{sentence.kind}", sentence.kind, **escaped)
        for sentence in told
        for escaped in [{k: setting.dialect.escape(v) for k, v in sentence.fields.items()}]
    ]
    titled = "title" in told[0].fields
    short = len(said) == 1 or (titled and fraction_of("short caption", image_id) < _SHORT)
    prompt = prompt_for("caption", language, image_id, "ask_short" if short else "ask")
    answer = " ".join(said[:1] if short else said)
    yield Draft(ask(prompt, answer), "caption", variant="short" if short else "detailed")


def facts(page: Page) -> Iterator[Sentence]:
    """What there is to say, the most general first."""
    annotation, kind = page.annotation, page.image.kind
    charts, tables = annotation.charts, annotation.known_tables
    alone = len(charts) + len(tables) == 1
    korean = annotation.language == "ko"
    if kind == "chart" and alone and charts:
        noun = _of_chart(charts[0], korean)
        title = charts[0].title if charts[0].title in _all(page) else ""
        yield replace(_opening(annotation, noun, title), figure=charts[0].box)
        yield from _chart(charts[0], page, korean)
    elif kind == "table" and alone and tables:
        opening = _opening(annotation, _word(_NOUNS["table"], korean), _first_heading(page))
        yield replace(opening, figure=tables[0].box)
        yield from _table(tables[0], korean)
    else:
        noun = _word(_NOUNS.get(kind, _OTHER), korean)
        yield _opening(annotation, noun, title_of(page))
        yield from _document(page, korean)


def _word(pair: tuple[str, str], korean: bool) -> str:
    return pair[0] if korean else pair[1]


def _opening(annotation: Annotation, noun: str, title: str) -> Sentence:
    korean = annotation.language == "ko"
    known = annotation.language in _LANGUAGES and annotation.language_share >= _PURE
    fields = {"noun": noun}
    kind = "answer"
    if known:
        fields["written_in"] = _word(_LANGUAGES[annotation.language], korean)
        kind += "_language"
    if title:
        fields["title"] = title
        kind += "_title"
    return Sentence(kind, fields)


def _chart(chart: Chart, page: Page, korean: bool) -> Iterator[Sentence]:
    text = _all(page)
    if len(chart.categories) > 1 and all(name in text for name in chart.categories):
        yield Sentence(
            "answer_categories",
            {"count": str(len(chart.categories)), "names": _listed(chart.categories, korean)},
        )
    names = [series.name for series in chart.series]
    if len(names) > 1 and all(name and name in text for name in names):
        yield Sentence("answer_series", {"count": str(len(names)), "names": _listed(names, korean)})


def _table(table: Table, korean: bool) -> Iterator[Sentence]:
    rows = max(cell.row + cell.row_span for cell in table.cells)
    columns = max(cell.column + cell.column_span for cell in table.cells)
    yield Sentence("answer_size", {"rows": str(rows), "columns": str(columns)})
    first = [cell for cell in table.cells if cell.row == 0]
    headers = [cell.text for cell in sorted(first, key=lambda cell: cell.column) if cell.header]
    if len(headers) == columns and all(headers):
        yield Sentence("answer_headers", {"names": _listed(headers, korean)})


def _document(page: Page, korean: bool) -> Iterator[Sentence]:
    annotation = page.annotation
    title, first = title_of(page), _first_heading(page)
    if first and not title:
        yield Sentence("answer_heading", {"heading": first})
    elif not title and (begins := _first_line(page)):
        yield Sentence("answer_begins", {"text": begins})
    if annotation.known_tables:
        kind = "answer_tables" if len(annotation.known_tables) > 1 else "answer_one_table"
        yield Sentence(kind, {"count": str(len(annotation.known_tables))})
    for chart in annotation.charts[:2]:
        noun = _of_chart(chart, korean)
        if chart.title and chart.title in _all(page):
            fields = {"noun": noun, "title": chart.title}
            yield Sentence("answer_chart_titled", fields, chart.box)
        else:
            yield Sentence("answer_chart", {"noun": noun}, chart.box)


def _of_chart(chart: Chart, korean: bool) -> str:
    return _word(_CHARTS.get(chart.kind, _NOUNS["chart"]), korean)


def _first_heading(page: Page) -> str:
    """The first heading that isn't a chart's own; "" where it stands on a later page at the very
    edge, where it may be the running head."""
    titles, ends = {chart.title for chart in page.annotation.charts}, LineEnds(page)
    texts = page.line_texts()
    headings = (
        (ends.join(texts[block.first : block.last]), block.box[1])
        for block in page.annotation.blocks
        if block.kind == "heading"
    )
    found, top = next(((text, top) for text, top in headings if text not in titles), ("", 1.0))
    if page.image.page > 1 and top <= _HEAD:
        return ""
    return "" if CUT in found else found


def _first_line(page: Page) -> str:
    """The first line of a paragraph that is long enough to tell something and ends with a word; ""
    if there is none, or where the text is OCR's."""
    least, most = _BEGINNING
    if "ocr" in page.annotation.origin:
        return ""
    ends = LineEnds(page)
    for block, lines in text_blocks(page):
        first, after = lines[0], "".join(lines[1:2])
        letters = sum(char.isalpha() for char in first)
        fits = (
            block.kind == "paragraph"
            and least <= len(first) <= most
            and letters > _PROSE * len(first)
        )
        if fits and not first.endswith("-") and ends.told(first, after):
            return first
    return ""


def _all(page: Page) -> str:
    return page.text(0, len(page.annotation.words))


def _listed(names: list[str], korean: bool) -> str:
    """At most five names; if there are more, it says so."""
    if len(names) <= _NAMED:
        return ", ".join(names)
    return ", ".join(names[:_NAMED]) + (" 등" if korean else " and others")
