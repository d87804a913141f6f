"""Questions that a stranger to the thresholds wrote, when all of them stood but the two that are
named in `benchmarks.contamination`: none is of a published evaluation set.
"""

from benchmarks.questions import Question

STRANGE = [
    Question(
        "진료비 계산서에서 본인이 부담한 금액 중 비급여 항목의 합계는 얼마인가?",
        ("32,400원", "41,700원", "58,900원", "66,100원"),
        "진료비 계산서에서 본인이 부담한 금액 중 비급여 항목의 합계는 얼마일까요?",
        "진료비 계산서에서 환자가 부담한 금액 중 비급여 항목의 합계는 얼마인가?",
        "환자가 직접 낸 돈 가운데 비급여에 해당하는 것은 모두 얼마인지 계산서를 보고 답하세요.",
        "관리비 고지서에서 세대가 부담한 금액 중 난방 항목의 합계는 얼마인가?",
    ),
    Question(
        "다음은 연도별 출생아 수를 나타낸 꺾은선그래프이다. 2015년과 "
        "2020년 사이에 출생아 수는 몇 명 감소하였는가?",
        ("약 12만 명", "약 16만 명", "약 20만 명", "약 24만 명"),
        "다음은 연도별 출생아 수를 나타낸 꺾은선그래프예요. 2015년과 "
        "2020년 사이에 출생아 수가 몇 명 감소했나요?",
        "다음은 연도별 출생아 수를 나타낸 막대그래프이다. 2015년과 "
        "2020년 사이에 출생아 수는 몇 명 감소하였는가?",
        "꺾은선그래프를 보고 2015년에서 2020년까지 태어난 아기가 얼마나 줄었는지 구하세요.",
        "다음은 월별 강수량을 나타낸 막대그래프이다. 6월과 "
        "8월 사이에 강수량은 몇 밀리미터 증가하였는가?",
    ),
    Question(
        "회로도에서 스위치 S2를 닫았을 때 저항 R3에 흐르는 전류의 세기로 옳은 것은?",
        ("0.2 암페어", "0.5 암페어", "0.8 암페어", "1.5 암페어"),
        "회로도에서 스위치 S2를 닫았을 때 저항 R3에 흐르는 전류의 세기로 옳은 것은 무엇입니까?",
        "회로도에서 스위치 S1을 닫았을 때 저항 R3에 흐르는 전류의 세기로 옳은 것은?",
        "S2 스위치가 닫히면 R3 저항에는 전류가 얼마나 흐르는지 회로도를 보고 답하시오.",
        "배관도에서 밸브 V1을 열었을 때 탱크 T2에 고이는 물의 높이로 옳은 것은?",
    ),
    Question(
        "여권 신청서의 긴급 연락처 칸에 적힌 사람과 신청인의 관계는 무엇인가요?",
        ("배우자", "형제", "직장 동료", "부모"),
        "여권 신청서의 긴급 연락처 칸에 적힌 사람과 신청인의 관계는 무엇인가?",
        "여권 신청서의 긴급 연락처 칸에 적힌 사람과 대리인의 관계는 무엇인가요?",
        "신청인이 여권 서류에 긴급 연락처로 쓴 사람은 신청인과 어떤 사이입니까?",
        "도서관 대출증 신청서의 보호자 칸에 적힌 사람의 직업은 무엇인가요?",
    ),
    Question(
        "재활용 안내판에 따르면 스티로폼 상자를 버리기 전에 반드시 제거해야 하는 것은 무엇입니까?",
        ("테이프와 운송장", "뚜껑", "안쪽 얼음", "겉면 글씨"),
        "재활용 안내판에 따르면 스티로폼 상자를 버리기 전에 반드시 제거해야 하는 것은?",
        "재활용 안내판에 따르면 종이 상자를 버리기 전에 반드시 제거해야 하는 것은 무엇입니까?",
        "스티로폼 상자는 무엇을 떼어 내고 버려야 하는지 재활용 안내판을 보고 답하시오.",
        "주차장 안내판에 따르면 전기차를 충전하기 전에 반드시 확인해야 하는 것은 무엇입니까?",
    ),
    Question(
        "According to the water bill, by how many cubic "
        "metres did household usage rise between March and April?",
        ("3 cubic metres", "5 cubic metres", "8 cubic metres", "11 cubic metres"),
        "According to the water bill, by how many cubic "
        "metres does household usage rise between March and April",
        "According to the water bill, by how many cubic "
        "metres did household usage fall between March and April?",
        "From March to April, how much more water did "
        "the household use? Give cubic metres from the bill.",
        "According to the phone bill, by how many "
        "minutes did business calls drop between June and July?",
    ),
    Question(
        "Which airline in the table operates the fewest weekly flights from Busan to Fukuoka?",
        ("Hangang Air", "Blue Island", "Seorak Wings", "Namhae Express"),
        "Which airlines in the tables operate the fewest weekly flights from Busan to Fukuoka?",
        "Which airline in the table operates the most weekly flights from Busan to Fukuoka?",
        "Between Busan and Fukuoka, who flies least often each week, going by the table?",
        "Which bus company in the table runs the most daily services from Jeonju to Gunsan?",
    ),
    Question(
        "What warning does the label on the fire extinguisher give about electrical equipment?",
        (
            "Use only below 1000 volts",
            "Never use outdoors",
            "Keep the nozzle dry",
            "Call the electrician first",
        ),
        "What warnings does the label on the "
        "fire extinguisher give about the electrical equipment?",
        "What warning does the label on the fire extinguisher give about chemical equipment?",
        "About electrical devices, what are you told to beware of by the extinguisher's label?",
        "What instruction does the sticker on the washing machine give about woollen clothes?",
    ),
]
ANYBODYS = (
    "차트에서 가장 높은 값을 가진 항목은?",
    "이 표에서 두 번째로 큰 값은 무엇입니까?",
    "그래프에 대한 설명으로 옳은 것은?",
    "다음 그림에 나타난 글자를 모두 읽으시오.",
    "이 이미지에서 보이는 텍스트는 무엇인가요?",
    "What is the value of the largest bar?",
    "Which of the following statements is correct?",
    "What does the image show?",
    "문서에 적힌 날짜는 언제인가요?",
    "이 영수증의 총액은 얼마입니까?",
    "표의 제목을 쓰시오.",
    "How many rows does the table have?",
    "작성자의 이름은 무엇입니까?",
    "What is the total amount on the receipt?",
    "위 자료를 통해 알 수 있는 내용으로 적절하지 않은 것은?",
    "빈칸에 들어갈 알맞은 말은?",
    "2020년의 값은 얼마입니까?",
    "이 사진에서 사람은 모두 몇 명입니까?",
    "다음 글의 주제로 가장 알맞은 것은 무엇입니까?",
    "이 계약서의 계약 기간은 언제부터 언제까지입니까?",
    "이 문서의 발행 기관은 어디인가요?",
    "막대그래프에서 가장 긴 막대가 나타내는 것은 무엇인가요?",
    "그림과 설명이 바르게 연결된 것을 고르시오.",
    "밑줄 친 부분과 의미가 같은 것은?",
    "이 청구서의 납부 기한은 언제입니까?",
    "표에서 빈칸에 들어갈 수로 알맞은 것은?",
    "이 표지판이 의미하는 것은 무엇입니까?",
    "이 포스터에 나와 있는 전화번호는 무엇인가요?",
    "다음 중 자료에 대한 해석으로 옳지 않은 것은?",
    "2019년에 비해 2020년에 증가한 값은 얼마인가?",
    "글쓴이의 의도로 가장 적절한 것은?",
    "위 그래프에서 두 값의 차이는 얼마입니까?",
    "x축의 이름은 무엇인가요?",
    "가장 큰 비율을 차지하는 것은?",
    "이 이미지를 자세히 설명해 주세요.",
    "메뉴판에서 가장 비싼 메뉴는 무엇입니까?",
    "이 화면에서 버튼은 몇 개 있습니까?",
    "Who signed this document?",
    "What is the phone number on the business card?",
    "Which year had the largest increase?",
    "What can be inferred from the passage?",
    "What is the difference between the two values in the graph?",
    "Which color represents the largest category?",
    "What is the invoice date?",
    "Describe the image in detail.",
    "Which of the following best fills in the blank?",
    "What is the main idea of the passage?",
    "How many people are in the picture?",
    "What is the company name on the invoice?",
)
"""Asked of thousands of pages: without an image or choices that agree, no hit."""
