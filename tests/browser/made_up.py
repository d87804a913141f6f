"""Cards that nobody made, as many as are wanted, with Korean and English words in real numbers."""

import random
from collections.abc import Iterator

from msgspec.structs import replace

from gyogwa.schemas.ids import hash_of
from gyogwa.transforms.cards.card import Card, Check, Picture, Place, Reason, Said, Span, Words

_FIRST = [
    "관리비",
    "납부",
    "안내",
    "고지서",
    "사용료",
    "수도",
    "전기",
    "난방",
    "합계",
    "기한",
    "은행",
]
_ENDS = [
    "은",
    "는",
    "이",
    "가",
    "을",
    "를",
    "에",
    "의",
    "와",
    "과",
    "도",
    "만",
    "에서",
    "부터",
    "까지",
]
_OTHERS = ["invoice", "total", "amount", "heating", "water", "office", "notice", "payment", "table"]
_WORDS = 120


def cards(count: int, seed: int = 0) -> Iterator[tuple[Card, str]]:
    """Samples of some 120 words each, every tenth a reject; none has an image of its own."""
    chance = random.Random(seed)
    for number in range(count):
        texts = [_word(chance) for _ in range(_WORDS)]
        boxes = [
            value
            for n in range(_WORDS)
            for value in _box(100 + 780 * (n % 12), 100 + 900 * (n // 12))
        ]
        spans, at = [], 0
        for word, text in enumerate(texts):
            spans.append(Span(at, at + len(text), word=word))
            at += len(text) + 1
        identity = hash_of("made up", seed, number)[:24]
        picture = Picture(
            id=identity,
            width=1240,
            height=1754,
            source="made-up",
            uri=f"pages/{number:06d}.png",
            licence="CC-BY-4.0",
            kind="document",
            origin="ocr",
            language="ko",
            words=Words(texts, boxes, [chance.randrange(60, 100) for _ in texts]),
            checks=[Check("min_side", "1240", "64", True)],
        )
        common = Card(
            id=identity,
            kind="sample",
            title="read",
            source="made-up",
            uri=picture.uri,
            licence="CC-BY-4.0",
            language="ko" if number % 3 else "en",
            images=[picture],
        )
        if number % 10 == 9:
            why = Reason("filters", "images", "min_confidence", "OCR is not sure enough")
            yield replace(common, kind="reject", title="min confidence", reason=why), ""
            continue
        turns = [Said("user", "<image>\n읽어 주세요."), Said("assistant", " ".join(texts), spans)]
        place = Place("stages/1-all/all-00000.tar", number * 10240, 10240, number)
        stage = f"stage-{number % 4}"
        yield replace(common, stage=stage, tasks=["read"], turns=turns, place=place), ""


def _box(x: int, y: int) -> list[int]:
    return [x, y, x + 700, y + 300]


def _word(chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.5:
        return chance.choice(_FIRST) + chance.choice(_ENDS)
    if kind < 0.7:
        return chance.choice(_OTHERS)
    if kind < 0.8:
        return "".join(chr(0xAC00 + chance.randrange(11172)) for _ in range(3))
    return f"{chance.randrange(10_000_000):,}"


TOLD = {
    "name": "made up",
    "description": "cards that nobody made",
    "fingerprint": "0" * 32,
    "engine": "none",
    "rebuild": "",
    "there": {"sample": 0, "reject": 0, "pair": 0},
    "review": None,
}
