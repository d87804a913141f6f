"""What no check digit tells: e-mail, bank accounts, addresses, names beside a field's label."""

import re
from collections.abc import Iterator

from gyogwa.schemas.personal import PersonalKind
from gyogwa.transforms.privacy.labels import PERSON, label_before

Span = tuple[PersonalKind, int, int]
"""A kind, and where in the text it begins and ends."""

_EMAIL = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}\s?(?:@|\((?:at|AT|골뱅이)\)|\[(?:at|AT)\])\s?[A-Za-z0-9](?:[A-Za-z0-9-]*\.)+[A-Za-z]{2,12}"
)

_LOCAL = re.compile(
    r"(?:전화|연락처|팩스|(?<![A-Za-z])(?:[Tt]el|TEL|[Ff]ax|FAX|[Pp]hone|PHONE))"
    r"(?:\s?(?:번호|[Nn]o\.?|[Nn]umber))?\s?[:：.)]?\s?(?P<number>(?:\(\d{3}\)\s?)?\d{3,4}\s?[-.]\s?\d{4})"
    r"(?![\d-]|\s?호)"
)
"""A telephone number without its area's digits, or of another country: only after its label."""

_BANK = (
    r"(?:국민|신한|우리|하나|농협|기업|제일|씨티|산업|수협|대구|부산|경남|광주|전북|제주|카카오|토스|케이"
    r"|KB|NH|IBK|SC|KDB|iM|K)\s?(?:은행|뱅크|[Bb]ank)|농협|새마을금고|신협|우체국|카카오뱅크|토스뱅크"
    r"|[A-Z][A-Za-z]+\s[Bb]ank"
)
_SHORT_BANK = (
    r"국민|신한|우리|하나|기업|제일|씨티|수협|카카오|토스|케이|KB|NH|IBK|SC"
    r"|NH농협|KB국민|IBK기업|SC제일"
)
"""Banks without the word, which count right before a number of many digits."""
_NUMBER = r"\d{2,6}(?:\s?-\s?\d{1,7}){1,4}|\d{10,14}"
_ACCOUNT = re.compile(
    rf"(?:{_BANK}|계좌\s?(?:번호)?|[Aa]ccount\s?(?:[Nn]o\.?|[Nn]umber)?|[Aa]cct\.?)"
    rf"(?:[^\d\n]{{0,12}}|[ \t:：]*\n)(?P<number>(?<![\d-])(?:{_NUMBER})(?![\d-]))"
)
_TELEPHONE = r"0\d{1,3}[ )-]{1,2}\d{3,4}-\d{4}(?![\d-])|01\d{8,9}(?!\d)"
_SHORT_ACCOUNT = re.compile(
    rf"(?<![가-힣A-Za-z])(?:{_SHORT_BANK})[ \t]?(?P<number>(?!{_TELEPHONE})"
    r"(?:\d{2,6}(?:\s?-\s?\d{1,7}){2,4}|\d{11,14}))(?![\d-])"
)
_ACCOUNT_BEFORE = re.compile(rf"(?<![\d-])(?P<number>{_NUMBER})[ \t]?[(/,]?[ \t]?(?:{_BANK})")
_ACCOUNT_DIGITS = range(9, 17)

_PROVINCE = (
    r"(?:서울|부산|대구|인천|광주|대전|울산|세종)(?:특별자치시|특별시|광역시|시)?"
    r"|(?:경기|강원|충청[남북]|전라[남북]|경상[남북]|제주|전북)(?:특별자치도|도)?"
    r"|충북|충남|전남|경북|경남"
)
_S = r"[ \t]?\n?"
_CITY = rf"(?:[가-힣]{{1,5}}(?:시|군|구){_S}){{1,2}}"
_ROAD = (
    rf"[가-힣][가-힣0-9·.]{{0,11}}(?:대로|로|길){_S}\d{{0,4}}(?:번[가나다라]?길{_S})?\d{{1,4}}"
    r"(?:-\d{1,4})?"
)
_LOT = (
    rf"(?:[가-힣0-9]{{1,7}}(?:읍|면|동|리|가){_S}){{1,2}}(?:산{_S})?\d{{1,4}}(?:-\d{{1,4}})?"
    r"(?:번지)?"
)
_REST = (
    r"(?:,?\s?(?:지하\s?)?\d{1,4}\s?(?:동|층|호|관))*(?:,?\s?\([가-힣0-9,\s]{1,24}\))?"
    r"(?:,?\s?\d{1,4}\s?(?:동|층|호))*"
)
_PLACE = rf"(?:(?:{_PROVINCE}){_S}(?:{_CITY})?|{_CITY})(?:[가-힣]{{1,5}}(?:읍|면){_S})?"
_ADDRESS = re.compile(rf"(?<![가-힣])(?:{_PLACE})(?:{_ROAD}|{_LOT}){_REST}(?![0-9])")
_LABELLED_ADDRESS = re.compile(
    rf"(?:주\s?소|소재지|거주지|배송지|[Aa]ddress)\s?[:：]?\s?(?P<address>(?:{_ROAD}|{_LOT}){_REST})"
)
_ENGLISH = re.compile(
    r"\d{1,4}(?:-\d{1,4})?,?\s(?:[A-Z][A-Za-z0-9]*(?:-[a-z]+)*-(?:daero|ro|gil|dong)(?:\s?\d+-gil)?)"
    r"(?:,\s?[A-Z][A-Za-z]*-(?:gu|si|gun|eup|myeon|dong))*"
    r"(?:,\s?(?:[A-Z][A-Za-z]+(?:-(?:do|si))?))?(?:,?\s\d{5})?"
)

SURNAMES = frozenset(
    "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구나민진지엄채원천방"
    "공현함변염여추도소석선설마길연위표명기반라왕금옥육인맹제모탁국어은편용예경봉사부가복태목형피두"
    "감호동온류림량려"
)
_TWO_SYLLABLES = frozenset({"남궁", "제갈", "선우", "황보", "독고", "사공", "서문", "동방"})
"""Surnames of two syllables; what follows is a name of two more."""
_NO_NAMES = frozenset(
    """
    정보 주소 이력 연락 연락처 전화 전화번호 서명 한글 한자 영문 성별 나이 직위 직책 소속 부서 기재
    문의 지정 변경 안내 이메일 주민 생년 신청 신청서 신분 구분 기타 전원 유의 조회 명단 성명 이름
    인적 인적사항 표시 선택 공란 미정 모두 이하 전체 주민번호 주민등록 휴대폰 비고 서류 사항 금액
    기간 날짜 일자 동의 도장 인감 국적 학교 학년 전공 이상 이외 각각 관계 원본 사본 사유 성함 배정
    지원 현재 고객 회원 교육 관리 진료 진단 상태 정산 정산표 주의 주의사항 안전 안내문 공지 서식
    양식 연령 이용 이용자 설명 명세 명세서 사업장 현주소 거주지 소재지 주소지 배송지 연락망 여권
    여권번호
    여러분 본인 일동 귀중 각위 이하여백 신용카드 현금 현금카드 이체
    면허 면허번호 계좌 계좌번호 카드번호 법인 법인번호 사업자 전자우편 메일 등록번호 회사명 직장
    """.split()  # noqa: SIM905
)
_OTHERS_NAME = re.compile(
    r"(?:파일|제품|상품|품목|과목|회사|기관|사업|학교|부서|업체|강의|행사|작품|도서|코스|폴더|변수|서버"
    r"|모델|기업|법인|과정|프로그램|단체|병원|건물|제)\s?의?\s?$"
)
_TITLE = (
    r"(?:님|씨|귀하|과장|대리|부장|차장|사원|팀장|실장|주임|교수|선생|원장|대표|이사|박사|간호사"
    r"|의사)"
)
_KOREAN_NAME = re.compile(
    rf"(?<![가-힣])(?P<label>{PERSON})"
    r"(?P<mark>[ \t]*(?:\([^)\n]{1,10}\))?[ \t]*[:：|]?[ \t]*\n?[ \t]*)"
    rf"(?P<name>[가-힣](?: [가-힣]){{1,3}}(?![가-힣])|[가-힣] [가-힣]{{2}}(?=$|[^가-힣])"
    rf"|[가-힣]{{2,4}}?(?=$|[^가-힣]|{_TITLE}))"
)
_LATIN_NAME = re.compile(
    rf"(?<![가-힣])(?:{PERSON})[ \t]*"
    r"(?:\((?:영문|영어|로마자|[Ee]nglish)[^)\n]{0,6}\)[ \t]*[:：|]?|[:：|])"
    r"[ \t]*\n?[ \t]*(?P<name>[A-Z][A-Za-z'-]*\.?(?:,?[ -][A-Z][A-Za-z'-]*\.?){1,3})(?![A-Za-z])"
)
_NO_ENGLISH_NAMES = re.compile(
    r"(?:Date|Address|Phone|Mobile|Title|Department|Position|E-?mail|Sign|Company|Number|See|Not"
    r"|Birth|Gender|Sex|Nationality|The|Please|Print|First|Last|Middle|Given|Family|Full)\b",
    re.IGNORECASE,
)
_FIRM = re.compile(
    r"\b(?:Co|Ltd|Inc|Corp|LLC|Team|Cent(?:er|re)|Dept|Office|Group)\b", re.IGNORECASE
)
_ENGLISH_NAME = re.compile(
    r"(?<![A-Za-z])(?:(?:Full|Patient|Customer|Applicant|Contact|Employee|Student|Guardian|Client)"
    r"\s?(?:[Nn]ame|[Pp]erson)?|Name|Attn|Attention|Signed by|Prepared by|Dear)"
    r"\s?[:.\t]\s?(?P<name>(?:(?:Mr|Ms|Mrs|Dr)\.?\s)?(?:[A-Z][a-z]+(?:-[a-z]+)?"
    r"(?:[- ][A-Z][a-z]*\.?(?:-[a-z]+)?){1,3}|[A-Z]{2,}(?:[ -][A-Z]+\.?){1,3}(?![a-z])))"
)


def _each(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Every match, overlapping ones too: what follows one label may be another label."""
    found = pattern.search(text)
    while found:
        yield found
        found = pattern.search(text, found.start() + 1)


def emails(text: str) -> Iterator[Span]:
    for match in _EMAIL.finditer(text):
        yield "email", match.start(), match.end()


def local_phones(text: str) -> Iterator[Span]:
    """Numbers without an area's digits, after a label."""
    for match in _LOCAL.finditer(text):
        yield "phone", match.start("number"), match.end("number")


def accounts(text: str) -> Iterator[Span]:
    """Numbers beside the name of a bank or the word account."""
    for pattern in (_ACCOUNT, _SHORT_ACCOUNT, _ACCOUNT_BEFORE):
        for match in pattern.finditer(text):
            digits = sum(char.isdigit() for char in match["number"])
            label = label_before(text, match.start("number"))
            if digits in _ACCOUNT_DIGITS and label in ("", "bank_account"):
                yield "bank_account", match.start("number"), match.end("number")


def addresses(text: str) -> Iterator[Span]:
    """By road name and by lot, in Korean and as romanised; without a city only beside a label."""
    for pattern in (_ADDRESS, _ENGLISH):
        for match in pattern.finditer(text):
            yield "address", match.start(), match.end()
    for match in _LABELLED_ADDRESS.finditer(text):
        yield "address", match.start("address"), match.end("address")


def names(text: str) -> Iterator[Span]:
    """Names beside the label of a field. A name of two syllables needs a colon, a wide gap or a
    line between; most words of two syllables are none."""
    for match in _each(_KOREAN_NAME, text):
        name = match["name"].replace(" ", "")
        if _OTHERS_NAME.search(text[max(0, match.start() - 6) : match.start()]):
            continue
        if name[0] not in SURNAMES or name in _NO_NAMES:
            continue
        marked = any(char in match["mark"] for char in ":：|\t\n")
        if re.fullmatch(". ..", match["name"]) and (
            name[1:] in _NO_NAMES or not re.search("[:：|]", match["mark"])
        ):
            continue  # "담당자 이 서류를": a word of one syllable
        if (
            len(name) == 3
            or (len(name) == 4 and name[:2] in _TWO_SYLLABLES)
            or (marked and len(name) in (2, 4))
        ):
            yield "name", match.start("name"), match.end("name")
    for pattern in (_ENGLISH_NAME, _LATIN_NAME):
        for match in pattern.finditer(text):
            if not (_NO_ENGLISH_NAMES.match(match["name"]) or _FIRM.search(match["name"])):
                yield "name", match.start("name"), match.end("name")
