"""Answers in the wrong language: the text is told about instead of told.

Models trained mostly on English fall back on a description of a Korean page, and ones tuned on
Korean do the reverse. The rest of the page is then never transcribed.
"""

import re

from gyogwa.transforms.tasks.corruptions.answer import Answer, Piece, pick

_KEPT = (0.6, 0.25, 0.0)  # share of the pieces that are still read
_LENGTH = 40  # characters of a text worth quoting in a description

_KINDS = {
    "en": {"document": "document", "chart": "chart", "table": "table", "image": "picture"},
    "ko": {"document": "문서", "chart": "차트", "table": "표", "image": "그림 자료"},
}

_OPENINGS = {
    "en": [
        "The image shows a {kind} with {lines} lines of text.",
        "This is a {kind} that contains about {lines} lines of text and {numbers} numbers.",
        "The image contains a {kind} written in Korean, with {lines} lines in total.",
        "This image appears to be a scanned {kind} with a heading and {lines} lines of text.",
        "Here is an overview of the {kind}: it has {lines} lines, most of them in small print.",
    ],
    "ko": [
        "이 이미지는 {lines}줄의 텍스트가 있는 {kind}입니다.",
        "글 {lines}줄과 숫자 {numbers}개가 담긴 {kind}로 보입니다.",
        "이미지에는 영어로 작성된 {kind}가 있으며, 모두 {lines}줄입니다.",
        "제목과 {lines}줄의 본문으로 이루어진 {kind}를 스캔한 이미지입니다.",
        "이 {kind}의 개요는 다음과 같습니다. 전체 {lines}줄이며 대부분 작은 글씨입니다.",
    ],
}

_DETAILS = {
    "en": [
        'It begins with "{first}" and ends with "{last}".',
        'The text near the top reads "{first}", followed by further details.',
        'The most prominent text is "{first}".',
        'Toward the end it mentions "{last}".',
    ],
    "ko": [
        "“{first}” 문구로 시작하여 “{last}” 문구로 끝납니다.",
        "위쪽에는 “{first}”라고 적혀 있고, 그 아래에 세부 내용이 이어집니다.",
        "가장 눈에 띄는 글은 “{first}”입니다.",
        "끝부분에는 “{last}”라는 내용이 나옵니다.",
    ],
}

_CLOSINGS = {
    "en": [
        "I'm unable to transcribe the whole text, but this is the gist of it.",
        "The rest of the text gives further information on the same subject.",
        "Overall, the {kind} seems to be meant to inform its readers.",
        "Let me know if you would like a translation of any part.",
    ],
    "ko": [
        "전체 내용을 그대로 옮길 수는 없지만 요지는 위와 같습니다.",
        "나머지 부분에는 같은 주제에 관한 추가 정보가 담겨 있습니다.",
        "전반적으로 독자에게 정보를 전달하기 위한 {kind}로 보입니다.",
        "번역이 필요한 부분이 있으면 말씀해 주세요.",
    ],
}


def wrong_language(answer: Answer, strength: int, key: str) -> Answer | None:
    """A Korean page described in English, an English one in Korean, from some point on or at all.

    For a request to read only: a description has no boxes.
    """
    if answer.language not in ("ko", "en") or not answer.pieces:
        return None
    language = "en" if answer.language == "ko" else "ko"
    kept = answer.pieces[: int(_KEPT[strength - 1] * len(answer.pieces))]
    text = _description(answer, language, strength, key)
    return answer.having([*kept, Piece(text, [0.0, 0.0, 1.0, 1.0], -2, -2)])


def _description(answer: Answer, language: str, strength: int, key: str) -> str:
    texts = [piece.text for piece in answer.pieces]
    numbers = sum(len(re.findall(r"\d+(?:[.,]\d+)*", text)) for text in texts)
    kind = _KINDS[language].get(answer.kind, _KINDS[language]["image"])
    sentences = [
        choices[language][pick(len(choices[language]), name, key)]
        for name, choices in (("opening", _OPENINGS), ("detail", _DETAILS), ("closing", _CLOSINGS))
    ]
    return " ".join(sentences[:strength]).format(
        kind=kind,
        lines=len(texts),
        numbers=numbers,
        first=texts[0][:_LENGTH].strip(),
        last=texts[-1][:_LENGTH].strip(),
    )
