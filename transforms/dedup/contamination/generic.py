"""Words that any question about a page may be made of, in Korean and English.

A question of such words alone ("차트에서 가장 높은 값을 가진 항목은?") is nobody's: it is asked of
thousands of charts. Its letters weigh little, and so it is a hit only where its choices agree too.
Nor is one somebody's that asks what stands on any page of a kind ("이 영수증의 총액은?") or asks as
any exam does ("빈칸에 들어갈 말로 알맞은 것은?"): such words are none of its own, but where
it has others they tell it from its like as well as those.

The tables were written by hand, from the wording of questions about documents, charts and tables;
they hold no names, places, figures or subjects.
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
_OF_ANY_PAGE = """
영수증 청구서 고지서 계산서 명세서 견적서 신청서 계약서 보고서 증명서 확인서 통지서 안내문 안내판
공고문 공문 회의록 포스터 전단 메뉴판 메뉴 명함 일정표 시간표 가격표 설문지 지도 약도 신문 기사
표지판 간판 표지 책 편지 양식 서식 슬라이드 흐름도 순서도 도식 막대그래프 원그래프 꺾은선그래프
금액 총액 가격 단가 요금 단위 수량 개수 날짜 일자 일시 시간 시각 기간 장소 위치 주소 전화 전화번호
연락처 번호 성명 작성 작성자 작성일 발행 발행일 담당자 담당 부서 기관 회사 상호 업체 서명 도장
로고 이메일 알 수 있는 통해 통하여 바탕으로 관련 관계 의미하는 의미 뜻하는 뜻 특징 역할 결과 원인
이유 까닭 방법 과정 빈칸 들어갈 들어가는 순서대로 나열 짝지은 짝지어진 연결 일치하는 일치하지
부합하는 추론 유추 판단 파악 결론 요지 중심 주장 필자 의도 공통 공통점 차이점 같은 다른 밑줄 친
가리키는 계산 비교 요약 전부 자세히 간단히 바르게 바른 올바르게 올바른 비해 비하여 증가한 감소한
증가 감소 변화 추세 차지하는 receipt invoice bill form contract report certificate notice letter
email poster flyer menu card schedule timetable map newspaper article magazine sign label ticket
cover book infographic flowchart amount price prices cost sum unit units quantity dates time
period place location address phone telephone author writer sender recipient person people company
organisation organization department institution signature stamp logo website issued printed blank
fill statement statements correspond corresponds conclude concluded infer inferred supported
purpose idea main mean means meaning reason cause result method process common different same
according appropriate inappropriate suitable refer refers compare calculate read transcribe list
summarise summarize explain increase decrease increased decreased change trend represent
represents
"""
"""What documents are called, what stands on any of them, and how exams ask."""
_YEAR = "(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])"


def _pattern(words: str, *more: str) -> re.Pattern[str]:
    """Words in the letters of a text, the longest first. English ones are told by spaces."""
    korean = (letters_of(word) for word in words.split() if not word.isascii())
    return re.compile("|".join([*sorted({*korean} - {""}, key=len, reverse=True), *more]))


_TABLES = {
    False: (_pattern(_KOREAN), frozenset(_ENGLISH.split())),
    True: (
        _pattern(_KOREAN + _OF_ANY_PAGE, _YEAR),
        frozenset((_ENGLISH + _OF_ANY_PAGE).split()),
    ),
}
_WORDS = re.compile(r"[A-Za-z]+")
_SYLLABLE = 3
"""Letters of a syllable at most: so short a word counts only where it leaves no gap."""


def generic_letters(text: str, of_any_page: bool = False) -> list[bool]:
    """For each letter of `letters_of(text)`, whether it belongs to a generic word.

    `of_any_page`: also to what any page may hold and any exam ask, and to a year.

    English words are told by their spaces. Korean ones are looked for in the run of letters,
    longest first; a single syllable counts only between other generic words or at an end, as it may
    stand in any word.
    """
    korean, english = _TABLES[of_any_page]
    letters = letters_of(text)
    generic = [False] * len(letters)
    _mark(_english(text, letters, english), generic)
    spans = [found.span() for found in korean.finditer(letters)]
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


def _english(text: str, letters: str, generic: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Where these English words of a text stand in its letters."""
    place = 0
    for word in _WORDS.findall(without_markers(text)):
        start = letters.find(word.casefold(), place)
        if start >= 0:
            place = start + len(word)
            if word.casefold() in generic:
                yield start, place


def _mark(spans: Iterable[tuple[int, int]], generic: list[bool]) -> None:
    for start, end in spans:
        generic[start:end] = [True] * (end - start)
