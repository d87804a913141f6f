"""Invented personal data of every kind, and numbers that only look like it. Nobody's own.

Check digits are computed here and not with the recognisers' functions.
"""

from random import Random

FAMILY = "김이박최정강조윤장임한오서신권황안송류홍전고문손양배백허유남심노하곽성차주우구민진지엄"
GIVEN = "민서지현우준수영호은경미선정희진성재원하윤도연태규상철훈혜숙순옥란석빈아름다솔슬기보람찬별"
ROADS = [
    "세종대로",
    "올림픽로",
    "판교역로",
    "해운대로",
    "중앙로",
    "충장로",
    "대학로",
    "월드컵북로",
    "동성로",
    "삼일대로",
]
CITIES = [
    "서울특별시 중구",
    "서울 송파구",
    "경기도 성남시 분당구",
    "부산광역시 해운대구",
    "대구 중구",
    "광주광역시 동구",
    "강원특별자치도 춘천시",
    "충청남도 천안시 서북구",
    "전북특별자치도 전주시 완산구",
    "제주특별자치도 서귀포시",
    "경남 창원시 성산구",
    "인천 연수구",
]
DONGS = [
    "정동",
    "잠실동",
    "삼평동",
    "우동",
    "효자동",
    "두정동",
    "송도동",
    "상남동",
    "강정동",
    "수내동",
]
ROMAN = ["Sejong-daero", "Olympic-ro", "Pangyoyeok-ro", "Daehak-ro", "Jungang-ro", "Bongeunsa-ro"]
ROMAN_GU = ["Jung-gu, Seoul", "Songpa-gu, Seoul", "Bundang-gu, Seongnam-si", "Suyeong-gu, Busan"]
FIRST = ["James", "Emily", "Minjun", "Sofia", "Daniel", "Grace", "Hyunwoo", "Olivia", "Lucas"]
LAST = ["Kim", "Park", "Smith", "Johnson", "Lee", "Garcia", "Choi", "Brown", "Nguyen"]
BANKS = [
    "국민은행",
    "신한은행",
    "우리은행",
    "하나은행",
    "농협",
    "카카오뱅크",
    "기업은행",
    "토스뱅크",
    "새마을금고",
    "우체국",
]


def digits(random: Random, count: int) -> str:
    return "".join(random.choice("0123456789") for _ in range(count))


def korean_name(random: Random) -> str:
    return random.choice(FAMILY) + "".join(random.sample(GIVEN, 2))


def english_name(random: Random) -> str:
    return f"{random.choice(FIRST)} {random.choice(LAST)}"


def registration(random: Random, foreign: bool) -> str:
    """A resident's or foreigner's number, with a check digit where born before October 2020."""
    year = random.randint(1945, 2024)
    born = f"{year % 100:02d}{random.randint(1, 12):02d}{random.randint(1, 28):02d}"
    sex = random.choice((1, 2)) + (2 if year >= 2000 else 0) + (4 if foreign else 0)
    head = f"{born}{sex}{digits(random, 5)}"
    if year >= 2021:
        return f"{head[:6]}-{head[6:]}{digits(random, 1)}"
    rest = sum(int(digit) * (2 + place % 8) for place, digit in enumerate(head)) % 11
    check = (13 - rest if foreign else 11 - rest) % 10
    return f"{head[:6]}-{head[6:]}{check}"


def phone(random: Random) -> str:
    middle, last = digits(random, 4), digits(random, 4)
    return random.choice(
        [
            f"010-{middle}-{last}",
            f"010.{middle}.{last}",
            f"010 {middle} {last}",
            f"010{middle}{last}",
            f"02-{middle}-{last}",
            f"(051) {middle[:3]}-{last}",
            f"031-{middle[:3]}-{last}",
            f"0502-{middle}-{last}",
            f"+82-10-{middle}-{last}",
            f"070-{middle}-{last}",
            f"016-{middle[:3]}-{last}",
        ]
    )


def email(random: Random) -> str:
    user = random.choice(FIRST).lower() + random.choice(["", ".", "_"]) + digits(random, 2)
    return f"{user}@{random.choice(['naver.com', 'gmail.com', 'corp.co.kr', 'snu.ac.kr'])}"


def business(random: Random) -> str:
    head = f"{random.randint(101, 899)}{random.randint(1, 99):02d}{digits(random, 4)}"
    weights = (1, 3, 7, 1, 3, 7, 1, 3, 5)
    total = sum(w * int(d) for w, d in zip(weights, head, strict=True)) + int(head[8]) * 5 // 10
    number = head + str(-total % 10)
    return f"{number[:3]}-{number[3:5]}-{number[5:]}"


def corporate(random: Random) -> str:
    head = f"{random.choice(['1101', '1311', '1801', '2001'])}11{digits(random, 6)}"
    total = sum(int(d) * (2 if place % 2 else 1) for place, d in enumerate(head))
    return f"{head[:6]}-{head[6:]}{-total % 10}"


def luhn(head: str) -> str:
    doubled = [int(d) * (2 - place % 2) for place, d in enumerate(reversed(head))]
    return head + str(-sum(d - 9 if d > 9 else d for d in doubled) % 10)


def card(random: Random) -> str:
    number = luhn(random.choice(["4", "52", "55", "94", "62"]).ljust(2, "1") + digits(random, 13))
    apart = [number[at : at + 4] for at in range(0, 16, 4)]
    return random.choice(["-", " "]).join(apart)


def driving(random: Random) -> str:
    return f"{random.randint(11, 26)}-{digits(random, 2)}-{digits(random, 6)}-{digits(random, 2)}"


def passport(random: Random) -> str:
    if random.random() < 0.5:
        return f"M{digits(random, 3)}{random.choice('ABCDEFGHJK')}{digits(random, 4)}"
    return f"{random.choice('MS')}{digits(random, 8)}"


def account(random: Random) -> str:
    shape = random.choice([(3, 2, 6), (6, 2, 6), (4, 3, 6), (3, 4, 4, 2), (4, 2, 7)])
    return "-".join(digits(random, count) for count in shape)


def address(random: Random) -> str:
    number, room = random.randint(1, 400), random.randint(101, 2304)
    return random.choice(
        [
            f"{random.choice(CITIES)} {random.choice(ROADS)} {number}",
            f"{random.choice(CITIES)} {random.choice(ROADS)}{number}번길 {random.randint(1, 60)}",
            f"{random.choice(CITIES)} {random.choice(DONGS)} {number}-{random.randint(1, 40)}",
            f"{random.choice(CITIES)} {random.choice(ROADS)} {number}, {room}호",
            f"{number}, {random.choice(ROMAN)}, {random.choice(ROMAN_GU)}",
        ]
    )


def lookalike(random: Random) -> tuple[str, str]:
    """A label and something that isn't personal."""
    day = f"{random.randint(2001, 2026)}-{random.randint(1, 12):02d}-{random.randint(1, 28):02d}"
    short = day.replace("-", "")
    return random.choice(
        [
            ("발행일", day),
            ("납기", day.replace("-", ". ")),
            ("Date", day),
            ("합계", f"{random.randint(1000, 99_999_999):,}원"),
            ("단가", f"₩{random.randint(100, 9999):,}"),
            ("주문번호", f"{short}-{digits(random, 7)}"),
            ("주문번호", f"{short[2:]}-{digits(random, 7)}"),
            ("Order No.", f"{digits(random, 3)}-{digits(random, 7)}-{digits(random, 7)}"),
            ("운송장", digits(random, 12)),
            ("품번", f"M{digits(random, 8)}"),
            ("Part No.", f"{digits(random, 3)}-{digits(random, 2)}-{digits(random, 5)}"),
            ("모델", f"S{digits(random, 3)}A{digits(random, 4)}"),
            ("ISBN", f"979-11-{digits(random, 4)}-{digits(random, 3)}-{digits(random, 1)}"),
            ("ISBN", f"978{digits(random, 10)}"),
            ("문서번호", f"제{digits(random, 4)}-{digits(random, 3)}호"),
            ("버전", f"{random.randint(1, 9)}.{random.randint(0, 30)}.{random.randint(0, 99)}"),
            ("좌표", f"37.{digits(random, 6)}, 127.{digits(random, 6)}"),
            (
                "Serial",
                f"{digits(random, 4)} {digits(random, 4)} {digits(random, 4)} {digits(random, 4)}",
            ),
            ("기간", f"{day} ~ {day}"),
            ("문의 시간", "09:00-18:00"),
            ("대표번호", f"1588-{digits(random, 4)}"),
            ("비율", f"{random.randint(1, 99)}.{digits(random, 2)}%"),
            ("우편번호", digits(random, 5)),
            ("수량", f"{random.randint(1, 9999):,}개"),
            ("담당 부서", "정보관리과"),
            ("파일 이름", "정산자료"),
            ("제품 이름", "한빛세제"),
            ("거리", f"{random.randint(1, 90)}로 {random.randint(1, 9)}구간"),
        ]
    )
