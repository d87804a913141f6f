"""Words that any question about a page may be made of, in Korean and English.

A question of such words alone ("차트에서 가장 높은 값을 가진 항목은?") is nobody's: it is asked of
thousands of charts. Its letters weigh little, and so it is a hit only where its choices agree too.
The table was written by hand from the wording of document, chart and table questions; it holds no
names, places, figures or subjects.
"""

import re
from collections.abc import Iterable, Iterator

from gyogwa.transforms.dedup.contamination.letters import letters_of, without_markers

_KOREAN = """
다음 주어진 아래 위 이 그 중 가운데 차트 그래프 도표 표 그림 이미지 사진 문서 자료 화면 글 본문 지문
제시된 제공된 보이 보여 나타난 나타내 표시된 적힌 쓰인 써 있는 있 없는 없 기준 따르면 따라 의하면
가장 제일 높은 높 낮은 낮 많은 많 적은 큰 작은 긴 짧은 최고 최대 최저 최소 값 수치 숫자 항목 범주
종류 이름 명칭 제목 주제 내용 목적 설명 옳은 옳지 않은 맞는 틀린 알맞은 적절한 해당 가진 갖는 속한
무엇 무슨 어느 어떤 어디 언제 누구 얼마 몇 왜 어떻게 것 곳 때 수 개 명 번 번째 첫 두 세 총 합계 전체
모두 평균 비율 차이 순서 연도 년도 년 월 일 색 색상 색깔 막대 선 축 범례 행 열 칸 셀 부분
텍스트 글자 문장 단어 질문 답 대답 정답 선택 고르 보기 선택지 하나 골라 쓰 말하 구하 찾 읽
대한 관한 대해
"""
_ENGLISH = """
a an the this that these those it its of in on at to for from by with as and or not is are was were
be been has have had do does did can could what which who whom whose when where why how many much
following given below above shown displayed according based using image picture photo figure chart
graph plot diagram table document page text slide screen highest lowest largest smallest biggest
greatest least most fewest maximum minimum high low more less than value values number numbers item
items category categories name names title topic main label labels legend axis bar bars line lines
color colour colors row rows column columns cell section part first second third last total sum
average difference percentage percent year month day date there correct incorrect true false best
describes describe written answer question choose select choice choices option options one all any
each between among total about please
"""
_GENERIC_ENGLISH = frozenset(_ENGLISH.split())
_GENERIC_KOREAN = re.compile(
    "|".join(sorted({letters_of(w) for w in _KOREAN.split()} - {""}, key=len, reverse=True))
)
_WORDS = re.compile(r"[A-Za-z]+")
_SYLLABLE = 3
"""Letters of a syllable at most: so short a word counts only where it leaves no gap."""


def generic_letters(text: str) -> list[bool]:
    """For each letter of `letters_of(text)`, whether it belongs to a generic word.

    English words are told by their spaces. Korean ones are looked for in the run of letters,
    longest first; a single syllable counts only between other generic words or at an end, as it may
    stand in any word.
    """
    letters = letters_of(text)
    generic = [False] * len(letters)
    _mark(_english(text, letters), generic)
    spans = [found.span() for found in _GENERIC_KOREAN.finditer(letters)]
    ends, starts = {end for _, end in spans} | {0}, {start for start, _ in spans} | {len(letters)}
    _mark(
        (
            (start, end)
            for start, end in spans
            if end - start > _SYLLABLE or (start in ends and end in starts)
        ),
        generic,
    )
    return generic


def _english(text: str, letters: str) -> Iterator[tuple[int, int]]:
    """Where the generic English words of a text stand in its letters."""
    place = 0
    for word in _WORDS.findall(without_markers(text)):
        start = letters.find(word.casefold(), place)
        if start >= 0:
            place = start + len(word)
            if word.casefold() in _GENERIC_ENGLISH:
                yield start, place


def _mark(spans: Iterable[tuple[int, int]], generic: list[bool]) -> None:
    for start, end in spans:
        generic[start:end] = [True] * (end - start)
