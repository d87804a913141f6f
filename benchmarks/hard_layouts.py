"""Pages set from the words of documents in layouts that these don't have, with true boxes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from random import Random

from PIL import Image, ImageDraw, ImageFont

from gyogwa.schemas.page import Word

_HANJA = (
    "市立 圖書館은 每日 午前 九時에 門을 열고 午後 六時에 닫는다. 會員은 冊을 세 卷까지 빌릴 수 "
    "있으며, 期限은 二週日이다. 期限이 지난 冊은 返納할 때까지 다른 冊을 빌릴 수 없다. "
    "閱覽室에서는 飮食을 먹지 않으며 電話를 받지 않는다. 古書와 地圖는 司書의 許可를 얻어 三層 "
    "資料室에서만 볼 수 있다. 우리 學校의 敎授와 學生은 學生證으로 出入하고, 外部 사람은 入口에서 "
    "身分證을 보인다."
)
_FAMILIES = {"ko": "NanumMyeongjo.ttf", "en": "LiberationSerif-Regular.ttf"}
Laid = tuple[Image.Image, list[Word]]


class Faces:
    """Fonts by file name, from a folder or as the system has them."""

    def __init__(self, folder: Path | None) -> None:
        self._files = {path.name: path for path in folder.rglob("*.ttf")} if folder else {}

    def get(self, name: str, size: int) -> ImageFont.FreeTypeFont | None:
        """None where there is none."""
        try:
            return ImageFont.truetype(str(self._files.get(name, name)), size)
        except OSError:
            return None


@dataclass
class _Sheet:
    """A page being set: a picture and the words on it, boxes in pixels."""

    image: Image.Image
    words: list[Word]

    def put(self, x: float, y: float, text: str, font: ImageFont.FreeTypeFont) -> None:
        draw = ImageDraw.Draw(self.image)
        draw.text((x, y), text, 0, font)
        box = [float(side) for side in draw.textbbox((x, y), text, font)]
        self.words.append(Word(text, box))

    def laid(self) -> Laid:
        width, height = self.image.size
        words = [
            Word(w.text, [w.box[0] / width, w.box[1] / height, w.box[2] / width, w.box[3] / height])
            for w in self.words
        ]
        return self.image, words


def _column(
    sheet: _Sheet, words: Sequence[str], box: tuple[float, float, float, float],
    font: ImageFont.FreeTypeFont, justified: bool,
) -> int:  # fmt: skip
    """Set words into a column; how many it took."""
    left, top, right, bottom = box
    y, used, space = top, 0, font.getlength(" ")
    while y + font.size <= bottom and used < len(words):
        line: list[str] = []
        while used + len(line) < len(words):
            trial = [*line, words[used + len(line)]]
            if line and font.getlength(" ".join(trial)) > right - left:
                break
            line = trial
        wide = right - left - sum(font.getlength(word) for word in line)
        gap = wide / (len(line) - 1) if justified and len(line) > 1 else space
        gap = gap if gap < 3 * space else space
        x = left
        for word in line:
            sheet.put(x, y, word, font)
            x += font.getlength(word) + gap
        used += len(line)
        y += 1.45 * font.size
    return used


def _fitting(
    words: Sequence[str], random: Random, width: float, font: ImageFont.FreeTypeFont
) -> list[str]:
    """Words from somewhere on, without those that no column of this width takes."""
    start = random.randrange(len(words))
    kept = [word for word in words if font.getlength(word) <= width and word.strip(".·•-_")]
    return list(islice(cycle(kept), start, start + 900))


def _columns(
    count: int, gutter: float, justified: bool, head: bool
) -> Callable[[Sequence[str], str, Random, Faces], Laid | None]:
    """`gutter`: in letter heights."""

    def columns(words: Sequence[str], language: str, random: Random, faces: Faces) -> Laid | None:
        size = 19
        font = faces.get(_FAMILIES[language], size)
        title = faces.get(_FAMILIES[language], 2 * size)
        if font is None or title is None:
            return None
        sheet = _Sheet(Image.new("L", (900, 760), 255), [])
        top = 50
        if head:
            used = _column(sheet, words[:6], (50, 40, 850, 90), title, False)
            top = 50 if not used else 120
        wide = (800 - (count - 1) * gutter * size) / count
        text = _fitting(words, random, wide, font)
        for number in range(count):
            left = 50 + number * (wide + gutter * size)
            offset = random.randrange(size // 2)  # lines of columns needn't stand level
            bottom = 720 if number < count - 1 else random.choice((500, 720))
            box = (left, float(top + offset), left + wide, float(bottom))
            text = text[_column(sheet, text, box, font, justified) :]
        return sheet.laid()

    return columns


def _vertical(words: Sequence[str], language: str, random: Random, faces: Faces) -> Laid | None:
    """Lines from top to bottom, from right to left."""
    size = 26
    font = faces.get("NanumMyeongjo.ttf", size)
    if language != "ko" or font is None:
        return None
    hangul = [word for word in words if all("가" <= char <= "힣" for char in word)]
    sheet = _Sheet(Image.new("L", (760, 640), 255), [])
    draw = ImageDraw.Draw(sheet.image)
    text = _fitting(hangul, random, 300, font)
    x, y, pitch = 690.0, 40.0, 1.08 * size
    for word in text:
        if y + len(word) * pitch > 600:
            x, y = x - 1.7 * size, 40.0
        if x < 40:
            break
        boxes = []
        for char in word:
            draw.text((x, y), char, 0, font)
            boxes.append(draw.textbbox((x, y), char, font))
            y += pitch
        box = [min(b[0] for b in boxes), boxes[0][1], max(b[2] for b in boxes), boxes[-1][3]]
        sheet.words.append(Word(word, [float(side) for side in box]))
        y += 0.5 * size
    return sheet.laid()


def _page(
    name: str, size: int, text: str = "", width: int = 34
) -> Callable[[Sequence[str], str, Random, Faces], Laid | None]:
    """A column of Korean in one face; `width` in letters."""

    def page(words: Sequence[str], language: str, random: Random, faces: Faces) -> Laid | None:
        font = faces.get(name, size)
        if language != "ko" or font is None:
            return None
        sheet = _Sheet(Image.new("L", ((width + 4) * size, 24 * size), 255), [])
        chosen = _fitting(text.split() or words, random, width * size / 2, font)[
            : 200 if text else 900
        ]
        box = (2.0 * size, 2.0 * size, (width + 2.0) * size, 22.0 * size)
        _column(sheet, chosen, box, font, False)
        return sheet.laid()

    return page


LAYOUTS: dict[str, Callable[[Sequence[str], str, Random, Faces], Laid | None]] = {
    "columns": _columns(2, 1.8, False, True),
    "narrow gutter": _columns(2, 1.0, True, False),
    "newspaper": _columns(4, 0.9, True, True),
    "vertical": _vertical,
    "Hanja": _page("UnBatang.ttf", 24, _HANJA),
    "9 pixels": _page("NanumGothic.ttf", 9, width=60),
    "pen": _page("NanumPen.ttf", 26),
    "brush": _page("NanumBrush.ttf", 26),
    "Gungseo": _page("UnGungseo.ttf", 20),
}
