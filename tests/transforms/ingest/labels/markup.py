"""The drawn page's labels as XML, HTML and lines of text."""

import json

from tests.transforms.ingest.labels.page import (
    HEIGHT,
    LINE_PAIRS,
    LINES,
    PAIRS,
    ROWS,
    WIDTH,
    flat,
    quad,
    sizes,
)


def page_xml(points: bool = True) -> str:
    """Two regions, the second of which is read first; or with points as elements."""

    def shape(box: list[int]) -> str:
        if points:
            pairs = " ".join(f"{x},{y}" for x, y in quad(box))
            return f'<Coords points="{pairs}"/>'
        corners = "".join(f'<Point x="{x}" y="{y}"/>' for x, y in quad(box))
        return f"<Coords>{corners}</Coords>"

    def said(text: str) -> str:
        return f"<TextEquiv><Unicode>{text}</Unicode></TextEquiv>"

    regions = []
    for number, (text, box) in reversed(list(enumerate(LINE_PAIRS))):
        words = "".join(f"<Word>{shape(b)}{said(t)}</Word>" for t, b in PAIRS if t in ROWS[number])
        line = f'<TextLine id="l{number}">{shape(box)}{words}{said(text)}</TextLine>'
        kind = ("heading", "paragraph")[number]
        regions.append(f'<TextRegion id="r{number}" type="{kind}">{shape(box)}{line}</TextRegion>')
    order = (
        '<RegionRefIndexed index="1" regionRef="r1"/><RegionRefIndexed index="0" regionRef="r0"/>'
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<PcGts xmlns="http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15">'
        f'<Page imageFilename="page.tif" imageWidth="{WIDTH}" imageHeight="{HEIGHT}">'
        f'<ReadingOrder><OrderedGroup id="g">{order}</OrderedGroup></ReadingOrder>'
        f"{''.join(regions)}</Page></PcGts>"
    )


def alto(unit: str = "pixel", scale: float = 1) -> str:
    """A block of two lines, in a unit of which a pixel has so many."""

    def place(box: list[int]) -> str:
        names = ("HPOS", "VPOS", "WIDTH", "HEIGHT")
        values = zip(names, sizes(box), strict=True)
        return " ".join(f'{name}="{value * scale:g}"' for name, value in values)

    lines = ""
    for row, line in zip(ROWS, LINES, strict=True):
        words = "<SP/>".join(
            f'<String CONTENT="{t}" WC="0.75" {place(b)}/>' for t, b in PAIRS if t in row
        )
        lines += f"<TextLine {place(line)}>{words}</TextLine>"
    return (
        '<?xml version="1.0"?><alto xmlns="http://www.loc.gov/standards/alto/ns-v3#">'
        f"<Description><MeasurementUnit>{unit}</MeasurementUnit></Description><Layout>"
        f'<Page ID="p" WIDTH="{WIDTH * scale:g}" HEIGHT="{HEIGHT * scale:g}"><PrintSpace>'
        f"<TextBlock {place([20, 30, 380, 130])}>{lines}</TextBlock>"
        "</PrintSpace></Page></Layout></alto>"
    )


def hocr() -> str:
    """What Tesseract writes."""
    lines = ""
    for row, line in zip(ROWS, LINES, strict=True):
        words = " ".join(
            f"<span class='ocrx_word' title='bbox {' '.join(map(str, b))}; x_wconf 96'>"
            f"<strong>{t}</strong></span>"
            for t, b in PAIRS
            if t in row
        )
        box = " ".join(map(str, line))
        lines += f"<span class='ocr_line' title=\"bbox {box}; baseline 0 -5\">{words}</span>"
    return (
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "x.dtd"><html><head>'
        '<meta name="ocr-system" content="tesseract 5.3"/></head><body>'
        f"<div class='ocr_page' title='image \"/home/a b/page.tif\"; bbox 0 0 {WIDTH} {HEIGHT}'>"
        f"<p class='ocr_par' title='bbox 20 30 380 130'>{lines}<br></p></div></body></html>"
    )


def paddle() -> str:
    """The labelled folder's name comes first."""
    labels = [{"transcription": t, "points": quad(b), "difficult": False} for t, b in PAIRS]
    return f"folder/page.jpg\t{json.dumps(labels, ensure_ascii=False)}\n"


def icdar(pairs: list[tuple[str, list[int]]], quote: str = "") -> str:
    """A quad and its text a line."""
    lines = [",".join(map(str, flat(b))) + f",{quote}{t}{quote}" for t, b in pairs]
    return "\n".join(lines) + "\n"
