"""Hanja on Korean pages, and Chinese, Japanese and French ones: is each told as what it is.

    python -m benchmarks.hanja GUIDE

GUIDE: the folder of Debian's `installation-guide-amd64`, with a folder of HTML a language. Pages
are paragraphs drawn from it, cut into lines; headings in Hanja are set among Korean ones. Pages in
mixed script are of the declaration of 1919 and the constitution of 1948.
"""

import argparse
import html
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from gyogwa.transforms.annotate.language import languages_of

_TEXTS = re.compile(r"<(?:p|h\d)[^>]*>(.*?)</(?:p|h\d)>", re.DOTALL)
_PAGES, _LINE, _FILES = 200, 38, 60
HEADINGS = (
    *("民願 處理 現況", "第一條 目的", "事業計劃書", "請負契約書", "憲法 第三條", "會議錄", "附則"),
    *("別表", "經過措置", "支出決議書"),
)
MIXED = (
    "吾等은 玆에 我 朝鮮의 獨立國임과 朝鮮人의 自主民임을 宣言하노라",
    "此로써 世界萬邦에 告하야 人類平等의 大義를 克明하며",
    "此로써 子孫萬代에 誥하야 民族自存의 正權을 永有케 하노라",
    "半萬年 歷史의 權威를 仗하야 此를 宣言함이며",
    "二千萬 民衆의 誠忠을 合하야 此를 佈明함이며",
    "民族의 恒久如一한 自由發展을 爲하야 此를 主張함이며",
    "是 天의 明命이며 時代의 大勢ㅣ며 全人類 共存同生權의 正當한 發動이라",
    "天下何物이던지 此를 沮止抑制치 못할지니라",
    "大韓民國은 民主共和國이다",
    "大韓民國의 主權은 國民에게 있고 모든 權力은 國民으로부터 나온다",
    "大韓民國의 國民되는 要件은 法律로써 定한다",
    "大韓民國의 領土는 韓半島와 그 附屬島嶼로 한다",
    "第二章 國民의 權利義務",
    "公約三章",
)
KOREAN_LINE = "문의는 전화로"


def paragraphs(folder: Path) -> list[str]:
    """The texts of a language's pages."""
    found = []
    for path in sorted(folder.glob("*.html"))[:_FILES]:
        for text in _TEXTS.findall(path.read_text("utf-8", errors="ignore")):
            plain = " ".join(html.unescape(re.sub("<[^>]+>", "", text)).split())
            if len(plain) > 8:
                found.append(plain)
    return found


def lines_of(texts: Iterable[str]) -> list[str]:
    """Texts cut into lines of a page."""
    return [text[at : at + _LINE] for text in texts for at in range(0, len(text), _LINE)]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("guide", type=Path)
    guide = parser.parse_args().guide
    rng = random.Random(1)
    texts = {name: paragraphs(guide / name) for name in ("ko", "ja", "zh_CN", "fr")}

    def page(name: str, *more: str) -> list[str]:
        return [*lines_of(rng.sample(texts[name], 6)), *more]

    kinds: dict[str, Callable[[], list[str]]] = {
        "Korean": lambda: page("ko"),
        "Korean with headings in Hanja": lambda: [rng.choice(HEADINGS), *page("ko")],
        "Korean in mixed script": lambda: rng.sample(MIXED, 6),
        "Chinese": lambda: page("zh_CN"),
        "Chinese with a Korean line": lambda: page("zh_CN", KOREAN_LINE),
        "Japanese": lambda: page("ja"),
        "Japanese with a Korean line": lambda: page("ja", KOREAN_LINE),
        "French": lambda: page("fr"),
    }
    for kind, make in kinds.items():
        found = [languages_of(make()) for _ in range(_PAGES)]
        pages = Counter(one.language for one in found)
        firsts = Counter(one.lines[0] for one in found)
        print(f"{kind:32} pages {dict(pages)}  first lines {dict(firsts)}")


if __name__ == "__main__":
    main()
