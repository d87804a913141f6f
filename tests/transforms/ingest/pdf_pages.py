"""PDF pages with a fault each, written with PDFium, for tests of text layers.

A page is A5 across, its text stands in lines from the top. Every fault is a function that draws on
a `Sheet`; `pdf_of` gives the bytes.
"""

import ctypes
import io
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont

FONT = Path("/usr/share/fonts/truetype/nanum/NanumGothic.ttf")
WIDTH, HEIGHT = 595, 420
TEXTS = {
    "ko": [
        "주민 설명회에 오실 분은 신청서를 내야 합니다",
        "회의는 다음 주 월요일 오후에 시청에서 열린다",
        "담당자는 홍길동이며 자세한 내용은 아래와 같다",
        "예산은 지난해보다 12.5% 늘어난 것으로 나타났다",
        "참석자의 의견을 모아 보고서를 만들 계획이다",
        "문의는 전화나 전자우편으로 할 수 있습니다",
        "이번 조사는 전국의 학교와 도서관을 대상으로 했다",
        "학생들은 책을 빌릴 때 학생증을 보여야 한다",
        "비가 오면 행사는 체육관으로 자리를 옮겨 진행한다",
        "시장은 새로운 도로를 내년까지 마치겠다고 말했다",
        "위원회가 고른 작품은 가을에 미술관에서 볼 수 있다",
        "자료를 다시 쓰려면 출처를 밝히고 허락을 받아야 한다",
    ],
    "en": [
        "The council will hold a public hearing on the plan",
        "All of the residents are asked to send their questions",
        "The budget for the next year was increased by 12.5%",
        "Minutes of the meeting are kept in the main office",
        "Further information can be found on the other page",
        "Answers will be given before the end of the month",
        "This survey was held in schools and libraries alike",
        "Students have to show their card to borrow a book",
        "If it rains the event moves to the gymnasium nearby",
        "The mayor said that the road would be done next year",
        "Chosen works can be seen in the museum this autumn",
        "Name the source and ask before you use the material",
    ],
}
TOP, STEP = 384, 26
"""Points from the lower edge to the first line, and from line to line."""
Draw = Callable[["Sheet"], None]


class Sheet:
    """A page being drawn: coordinates are points from the lower left."""

    def __init__(
        self, document: pdfium.PdfDocument, language: str, says: Callable[[int], int]
    ) -> None:
        self.document, self.language = document, language
        self.page = document.new_page(WIDTH, HEIGHT)
        data, glyphs = FONT.read_bytes(), _glyphs()
        self.font = pdfium_c.FPDFText_LoadCidType2Font(
            document.raw,
            (ctypes.c_uint8 * len(data)).from_buffer_copy(data),
            len(data),
            _map_of(says, TEXTS[language]).encode(),
            (ctypes.c_uint8 * len(glyphs)).from_buffer_copy(glyphs),
            len(glyphs),
        )

    @property
    def lines(self) -> list[str]:
        return TEXTS[self.language]

    def text(
        self,
        text: str,
        x: float,
        y: float,
        size: float = 14,
        grey: int = 0,
        mode: int = 0,
        turn: tuple[float, float, float, float] = (1, 0, 0, 1),
    ) -> Any:
        """A line of text; `mode` is the rendering mode, `turn` the matrix of its direction."""
        drawn = pdfium_c.FPDFPageObj_CreateTextObj(self.document.raw, self.font, size)
        codes = [ord(char) for char in text]
        pdfium_c.FPDFText_SetCharcodes(drawn, (ctypes.c_uint32 * len(codes))(*codes), len(codes))
        pdfium_c.FPDFPageObj_SetFillColor(drawn, grey, grey, grey, 255)
        pdfium_c.FPDFTextObj_SetTextRenderMode(drawn, mode)
        pdfium_c.FPDFPageObj_Transform(drawn, *turn, x, y)
        pdfium_c.FPDFPage_InsertObject(self.page.raw, drawn)
        return drawn

    def body(self, lines: Sequence[str] | None = None, **how: Any) -> None:
        """The text of the page, line by line from the top."""
        for at, line in enumerate(self.lines if lines is None else lines):
            self.text(line, 40, TOP - STEP * at, **how)

    def bar(
        self, x: float, y: float, width: float, height: float, grey: int = 0, alpha: int = 255
    ) -> None:
        """A filled rectangle."""
        drawn = pdfium_c.FPDFPageObj_CreateNewRect(x, y, width, height)
        pdfium_c.FPDFPageObj_SetFillColor(drawn, grey, grey, grey, alpha)
        pdfium_c.FPDFPath_SetDrawMode(drawn, pdfium_c.FPDF_FILLMODE_WINDING, False)
        pdfium_c.FPDFPage_InsertObject(self.page.raw, drawn)

    def rule(self, x0: float, y0: float, x1: float, y1: float, width: float = 0.6) -> None:
        """A line."""
        drawn = pdfium_c.FPDFPageObj_CreateNewPath(x0, y0)
        pdfium_c.FPDFPath_LineTo(drawn, x1, y1)
        pdfium_c.FPDFPageObj_SetStrokeColor(drawn, 0, 0, 0, 255)
        pdfium_c.FPDFPageObj_SetStrokeWidth(drawn, width)
        pdfium_c.FPDFPath_SetDrawMode(drawn, pdfium_c.FPDF_FILLMODE_NONE, True)
        pdfium_c.FPDFPage_InsertObject(self.page.raw, drawn)

    def black_annotation(self, x: float, y: float, width: float, height: float) -> None:
        """A square that somebody drew in a viewer, without the looks that viewers save."""
        note = pdfium_c.FPDFPage_CreateAnnot(self.page.raw, pdfium_c.FPDF_ANNOT_SQUARE)
        rect = pdfium_c.FS_RECTF(left=x, bottom=y, right=x + width, top=y + height)
        pdfium_c.FPDFAnnot_SetRect(note, rect)
        inside = pdfium_c.FPDFANNOT_COLORTYPE_InteriorColor
        pdfium_c.FPDFAnnot_SetColor(note, inside, 0, 0, 0, 255)
        pdfium_c.FPDFPage_CloseAnnot(note)

    def picture(self, image: Image.Image, x: float, y: float, width: float, height: float) -> None:
        """An image over a rectangle."""
        bitmap = pdfium.PdfBitmap.from_pil(image)
        drawn = pdfium.PdfImage.new(self.document)
        drawn.set_bitmap(bitmap)
        drawn.set_matrix(pdfium.PdfMatrix().scale(width, height).translate(x, y))
        self.page.insert_obj(drawn)


@cache
def _glyphs() -> bytes:
    """For each of 65,536 codes the glyph of that character, two bytes each."""
    with TTFont(FONT) as font:
        names, ids = font.getBestCmap(), font.getReverseGlyphMap()
    return b"".join(
        ids[names[code]].to_bytes(2, "big") if code in names else b"\0\0" for code in range(0x10000)
    )


def _map_of(says: Callable[[int], int], lines: Sequence[str]) -> str:
    """A map to Unicode of the characters of some lines and of ASCII."""
    codes = sorted({ord(char) for line in lines for char in line} | set(range(32, 127)))
    entries = "\n".join(f"<{code:04X}> <{says(code):04X}>" for code in codes)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CMapName /Test def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        f"{len(codes)} beginbfchar\n{entries}\nendbfchar\n"
        "endcmap CMapName currentdict /CMap defineresource pop end end\n"
    )


def scan_of(lines: Sequence[str], scale: int = 2) -> Image.Image:
    """A picture of a page with these lines, as a scanner gives it."""
    image = Image.new("L", (WIDTH * scale, HEIGHT * scale), 246)
    font = ImageFont.truetype(str(FONT), 14 * scale)
    for at, line in enumerate(lines):
        ImageDraw.Draw(image).text(
            (40 * scale, (HEIGHT - TOP - 12 + STEP * at) * scale), line, 24, font
        )
    return image.convert("RGB")


def pdf_of(
    draw: Draw,
    language: str,
    rotation: int = 0,
    says: Callable[[int], int] = lambda code: code,
) -> bytes:
    """A PDF of one page; `says`: which character its map to Unicode gives for each."""
    return pages_of([draw], language, rotation, says)


def pages_of(
    draws: Sequence[Draw],
    language: str,
    rotation: int = 0,
    says: Callable[[int], int] = lambda code: code,
) -> bytes:
    """A PDF of a page for each of `draws`."""
    document = pdfium.PdfDocument.new()
    for draw in draws:
        sheet = Sheet(document, language, says)
        draw(sheet)
        sheet.page.set_rotation(rotation)
        sheet.page.gen_content()
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
