"""Questions made for `benchmarks.contamination`: none is of a published evaluation set.

Each has its choices, the same with another ending, with one word changed, a paraphrase, and another
question of the same form, which is not the same.
"""

from typing import NamedTuple


class Question(NamedTuple):
    """A question and what it is confused with."""

    text: str
    choices: tuple[str, ...]
    ending: str
    word: str
    paraphrase: str
    other: str


KOREAN = [
    Question(
        "2023년 3분기 매출액이 가장 높은 지역은 어디입니까?",
        ("강원도", "제주도", "경상남도", "전라북도"),
        "2023년 3분기에 매출액이 가장 높은 지역이 어디인가요?",
        "2023년 3분기 매출액이 가장 낮은 지역은 어디입니까?",
        "매출액을 2023년 3분기에 제일 많이 올린 지역이 어디인지 답하세요.",
        "2021년 1분기 방문자가 가장 적은 매장은 어디입니까?",
    ),
    Question(
        "안내문에 따르면 수강 신청을 취소할 수 있는 마지막 날은 언제입니까?",
        ("3월 4일", "3월 11일", "3월 18일", "3월 25일"),
        "안내문에 따르면 수강 신청을 취소할 수 있는 마지막 날이 언제인가요?",
        "안내문에 따르면 수강 신청을 변경할 수 있는 마지막 날은 언제입니까?",
        "수강 신청은 언제까지 취소할 수 있는지 안내문을 보고 쓰세요.",
        "공고문에 따르면 서류를 제출할 수 있는 첫날은 언제입니까?",
    ),
    Question(
        "이 영수증에서 할인받기 전 우유와 달걀의 금액을 더하면 얼마입니까?",
        ("7,900원", "8,450원", "9,200원", "10,100원"),
        "이 영수증에서 할인받기 전의 우유와 달걀 금액을 더하면 얼마인가요?",
        "이 영수증에서 할인받은 뒤 우유와 달걀의 금액을 더하면 얼마입니까?",
        "할인을 빼고 우유값과 달걀값을 합한 금액을 영수증에서 구하세요.",
        "이 영수증에서 부가세를 뺀 커피와 빵의 금액을 더하면 얼마입니까?",
    ),
    Question(
        "근로계약서에 적힌 수습 기간 동안의 월급은 정규 월급의 몇 퍼센트입니까?",
        ("70 퍼센트", "80 퍼센트", "90 퍼센트", "100 퍼센트"),
        "근로계약서에 적힌 수습 기간 동안 월급이 정규 월급의 몇 퍼센트인가요?",
        "근로계약서에 적힌 휴직 기간 동안의 월급은 정규 월급의 몇 퍼센트입니까?",
        "수습 기간에는 정규 월급의 몇 퍼센트를 받는다고 근로계약서에 적혀 있습니까?",
        "임대차계약서에 적힌 연체 기간 동안의 이자는 원금의 몇 퍼센트입니까?",
    ),
    Question(
        "막대그래프에서 사과보다 많이 팔린 과일을 모두 고른 것은 무엇입니까?",
        ("배, 포도", "포도, 복숭아", "배, 감", "복숭아, 감"),
        "막대그래프에서 사과보다 많이 팔린 과일을 모두 고른 것이 무엇인가요?",
        "막대그래프에서 사과보다 적게 팔린 과일을 모두 고른 것은 무엇입니까?",
        "사과보다 더 많이 팔린 과일은 무엇과 무엇인지 막대그래프를 보고 고르세요.",
        "막대그래프에서 축구보다 인기가 많은 운동을 모두 고른 것은 무엇입니까?",
    ),
    Question(
        "조직도에서 품질관리팀이 보고하는 부서의 이름을 쓰십시오.",
        ("생산본부", "연구본부", "경영지원실", "해외사업부"),
        "조직도에서 품질관리팀이 보고하는 부서 이름을 써 주세요.",
        "조직도에서 품질보증팀이 보고하는 부서의 이름을 쓰십시오.",
        "품질관리팀은 어느 부서에 보고하는지 조직도에서 찾으십시오.",
        "조직도에서 홍보담당관이 지휘하는 부서의 수를 쓰십시오.",
    ),
    Question(
        "지하철 노선도에서 시청역에서 종로역까지 가려면 몇 번 갈아타야 합니까?",
        ("갈아타지 않음", "한 번 환승", "두 번 환승", "세 번 환승"),
        "지하철 노선도에서 시청역에서 종로역까지 가려면 몇 번을 갈아타야 하나요?",
        "지하철 노선도에서 시청역에서 안국역까지 가려면 몇 번 갈아타야 합니까?",
        "시청역에서 종로역으로 갈 때 필요한 환승 횟수를 노선도에서 세어 보세요.",
        "버스 노선도에서 터미널에서 대학교까지 가려면 몇 정거장을 지나야 합니까?",
    ),
    Question(
        "표에서 남학생과 여학생의 독서량 차이가 가장 큰 학년은 몇 학년입니까?",
        ("1학년 학생", "2학년 학생", "4학년 학생", "6학년 학생"),
        "표에서 남학생과 여학생의 독서량 차이가 가장 큰 학년이 몇 학년인가요?",
        "표에서 남학생과 여학생의 수면량 차이가 가장 큰 학년은 몇 학년입니까?",
        "남녀 학생의 독서량이 가장 많이 벌어지는 학년은 표에서 몇 학년입니까?",
        "표에서 국어와 수학의 점수 차이가 가장 작은 반은 몇 반입니까?",
    ),
    Question(
        "설명서에 나온 공기청정기 필터의 교체 주기는 얼마나 됩니까?",
        ("삼 개월마다", "육 개월마다", "일 년마다", "이 년마다"),
        "설명서에 나온 공기청정기 필터 교체 주기가 얼마나 되나요?",
        "설명서에 나온 공기청정기 필터의 세척 주기는 얼마나 됩니까?",
        "공기청정기 필터는 얼마마다 갈아야 하는지 설명서를 읽고 답하십시오.",
        "설명서에 나온 세탁기 배수관의 점검 방법은 무엇입니까?",
    ),
    Question(
        "기사에서 인구가 줄어든 까닭으로 들지 않은 것을 고르시오.",
        ("출산율 감소", "공장 이전", "대학 폐교", "주택 가격 상승"),
        "기사에서 인구가 줄어든 까닭으로 들지 않은 것을 골라 보세요.",
        "기사에서 인구가 늘어난 까닭으로 들지 않은 것을 고르시오.",
        "인구 감소의 까닭 가운데 기사가 말하지 않은 하나를 고르시오.",
        "기사에서 물가가 오른 까닭으로 들지 않은 것을 고르시오.",
    ),
    Question(
        "처방전에 적힌 약 가운데 하루에 두 번 먹는 약의 이름은 무엇입니까?",
        ("아세트정", "로라타캡슐", "메토시럽", "글루코정"),
        "처방전에 적힌 약 가운데 하루에 두 번 먹는 약 이름이 무엇인가요?",
        "처방전에 적힌 약 가운데 하루에 세 번 먹는 약의 이름은 무엇입니까?",
        "하루 두 번 복용하는 약은 처방전에 적힌 것 중 어느 것입니까?",
        "식단표에 적힌 음식 가운데 일주일에 두 번 나오는 국의 이름은 무엇입니까?",
    ),
    Question(
        "꺾은선그래프에서 서울의 기온이 부산의 기온을 처음으로 넘어선 달은 언제입니까?",
        ("사월 초순", "오월 하순", "유월 중순", "칠월 초순"),
        "꺾은선그래프에서 서울 기온이 부산 기온을 처음으로 넘어선 달이 언제인가요?",
        "꺾은선그래프에서 서울의 기온이 대구의 기온을 처음으로 넘어선 달은 언제입니까?",
        "부산보다 서울이 처음으로 더워진 달을 꺾은선그래프에서 찾아 쓰세요.",
        "꺾은선그래프에서 수출이 수입을 마지막으로 앞지른 해는 언제입니까?",
    ),
]
ENGLISH = [
    Question(
        "Which region had the highest revenue in the third quarter of 2023?",
        ("Gangwon", "Jeju", "Gyeongsang", "Jeolla"),
        "Which regions have the highest revenues in the third quarter of 2023?",
        "Which region had the lowest revenue in the third quarter of 2023?",
        "In the third quarter of 2023, revenue was highest in what region?",
        "Which store had the fewest visitors in the first week of May?",
    ),
    Question(
        "According to the notice, what is the last day to withdraw from a course?",
        ("March 4", "March 11", "March 18", "March 25"),
        "According to the notices, what was the last day of withdrawing from a course?",
        "According to the notice, what is the last day to register for a course?",
        "Until what date does the notice let students withdraw from a course?",
        "According to the poster, what is the first day to buy a concert ticket?",
    ),
    Question(
        "How much do the milk and the eggs on this receipt cost together before the discount?",
        ("7.90 dollars", "8.45 dollars", "9.20 dollars", "10.10 dollars"),
        "How much did the milk and the egg on this receipt cost together before discounts?",
        "How much do the milk and the bread on this receipt cost together before the discount?",
        "Before the discount, what do milk and eggs on the receipt add up to?",
        "How much does the coffee on this menu cost with an extra shot?",
    ),
    Question(
        "What percentage of the regular salary is paid during probation in this contract?",
        ("70 percent", "80 percent", "90 percent", "100 percent"),
        "What percentages of regular salaries are paid during probation in this contract?",
        "What percentage of the regular salary is paid during illness in this contract?",
        "During probation, which share of the regular salary does the contract promise?",
        "What percentage of the deposit is kept after cancellation in this lease?",
    ),
    Question(
        "Which fruits were sold more often than apples in the bar chart?",
        ("pears and grapes", "grapes and peaches", "pears and plums", "peaches and plums"),
        "Which fruit was sold more often than an apple in the bar charts?",
        "Which fruits were eaten more often than apples in the bar chart?",
        "Name the fruits that outsold apples according to the bar chart.",
        "Which sports were played less often than tennis in the bar chart?",
    ),
    Question(
        "To which department does the quality control team report in the organisation chart?",
        ("production", "research", "administration", "foreign trade"),
        "To which departments do the quality control teams report in the organisation chart?",
        "To which department does the quality assurance team report in the organisation chart?",
        "Find in the organisation chart the department the quality control team reports to.",
        "How many people does the press officer lead in the organisation chart?",
    ),
    Question(
        "How many transfers are needed to travel from City Hall to Jongno on this subway map?",
        ("no transfer", "one transfer", "two transfers", "three transfers"),
        "How many transfer are needed travelling from City Hall to Jongno on this subway map?",
        "How many transfers are needed to travel from City Hall to Anguk on this subway map?",
        "Going from City Hall to Jongno by subway, how often must one change trains?",
        "How many stops lie between the terminal and the university on this bus map?",
    ),
    Question(
        "In which grade do boys and girls differ most in the number of books read?",
        ("first grade", "second grade", "fourth grade", "sixth grade"),
        "In which grades did boys and girls differ most in the number of books they read?",
        "In which grade do boys and girls differ most in the number of hours slept?",
        "The gap between boys and girls in books read is widest in which grade?",
        "In which class do mathematics and history differ least in the marks given?",
    ),
    Question(
        "How often should the filter of the air purifier be replaced according to the manual?",
        ("every three months", "every six months", "every year", "every two years"),
        "How often should filters of the air purifiers be replacing according to the manual?",
        "How often should the filter of the air purifier be washed according to the manual?",
        "The manual says to replace the air purifier's filter after what time?",
        "How should the drain of the washing machine be checked according to the manual?",
    ),
    Question(
        "Which reason for the shrinking population is not mentioned in the article?",
        ("falling birth rate", "moved factories", "closed university", "rising rents"),
        "Which reasons for a shrinking population are not mentioned in the articles?",
        "Which reason for the growing population is not mentioned in the article?",
        "The article names reasons why the population shrinks; which one is missing?",
        "Which cause of the rising prices is mentioned twice in the article?",
    ),
    Question(
        "Which medicine on the prescription has to be taken twice a day?",
        ("Acetin tablets", "Loratan capsules", "Metosyrup", "Glucorin tablets"),
        "Which medicines on the prescriptions have to be taken twice a day?",
        "Which medicine on the prescription has to be taken thrice a day?",
        "What must be taken two times daily according to the prescription?",
        "Which soup on the meal plan is served twice a week?",
    ),
    Question(
        "In which month did the temperature in Seoul first exceed that in Busan?",
        ("early April", "late May", "the middle of June", "early July"),
        "In which months did temperatures in Seoul first exceed those in Busan?",
        "In which month did the temperature in Daegu first exceed that in Busan?",
        "When did Seoul become warmer than Busan for the first time?",
        "In which year did exports last exceed imports from Japan?",
    ),
]
FRESH = [
    Question(
        "초대장에 따르면 결혼식이 끝난 뒤 하객에게 점심을 대접하는 곳은 어디입니까?",
        ("별관 지하 식당", "정문 앞 뷔페", "본관 이층 연회장", "주차장 옆 국수집"),
        "초대장에 따르면 결혼식이 끝난 뒤에 하객들에게 점심을 대접하는 곳이 어디인가요?",
        "초대장에 따르면 결혼식이 끝난 뒤 하객에게 선물을 대접하는 곳은 어디입니까?",
        "결혼식 뒤에 하객이 점심을 먹는 장소를 초대장에서 찾으시오.",
        "일정표에 따르면 강연이 끝난 뒤 청중에게 책을 나누어 주는 곳은 어디입니까?",
    ),
    Question(
        "요금표에서 어린이 두 명과 어른 한 명이 야간에 입장할 때 내야 할 돈은 얼마입니까?",
        ("18,000원", "21,500원", "24,000원", "27,500원"),
        "요금표에서 어린이 두 명과 어른 한 명이 야간 입장할 때에 내야 할 돈이 얼마인가요?",
        "요금표에서 어린이 두 명과 어른 한 명이 주간에 입장할 때 내야 할 돈은 얼마입니까?",
        "어른 하나와 어린이 둘의 야간 입장료는 모두 합해 얼마인지 요금표에서 구하세요.",
        "요금표에서 경차 한 대와 버스 두 대가 주말에 주차할 때 내야 할 돈은 얼마입니까?",
    ),
    Question(
        "원그래프에서 난방비가 차지하는 비율은 식비가 차지하는 비율의 몇 배입니까?",
        ("절반 정도", "세 배 정도", "다섯 배 정도", "여덟 배 정도"),
        "원그래프에서 난방비가 차지하는 비율이 식비가 차지하는 비율의 몇 배인가요?",
        "원그래프에서 난방비가 차지하는 비율은 의료비가 차지하는 비율의 몇 배입니까?",
        "난방비는 식비의 몇 배나 되는지 원그래프의 비율로 답하십시오.",
        "원그래프에서 찬성이 차지하는 비율은 기권이 차지하는 비율의 몇 배입니까?",
    ),
    Question(
        "According to the invitation, where is lunch served to the guests after the wedding?",
        ("the basement dining room", "the hall upstairs", "the garden tent", "the noodle shop"),
        "According to the invitations, where was lunch served to guests after the weddings?",
        "According to the invitation, where is coffee served to the guests after the wedding?",
        "Where do wedding guests have their lunch afterwards, by the invitation?",
        "According to the programme, where are books sold to the audience after the lecture?",
    ),
    Question(
        "How much does a night admission cost for two children and one adult by the price list?",
        ("18 dollars", "21 dollars", "24 dollars", "27 dollars"),
        "How much did night admissions cost for two children and one adult by the price lists?",
        "How much does a day admission cost for two children and one adult by the price list?",
        "By the price list, what do one adult and two children pay to enter at night?",
        "How much does weekend parking cost for one bus and two cars by the price list?",
    ),
    Question(
        "How many times larger than the share of food is the share of heating in the pie chart?",
        ("half as large", "three times", "five times", "eight times"),
        "How many times larger than shares of food were shares of heating in the pie charts?",
        "How many times larger than the share of books is the share of heating in the pie chart?",
        "By what factor does heating exceed food in the pie chart's shares?",
        "How many votes fewer than the share of yes is the share of abstentions in the pie chart?",
    ),
]
"""Written when the thresholds stood."""
GENERIC = {
    "차트에서 가장 높은 값을 가진 항목은?": ("교통비", "식료품비", "통신비", "주거비"),
    "이 그래프에서 가장 낮은 값을 가진 항목은 무엇입니까?": ("반도체", "자동차", "조선업", "철강"),
    "다음 중 그림의 내용으로 옳은 것은 무엇입니까?": ("소화기는 복도에 있다", "비상구는 두 곳이다",
        "승강기는 고장이다", "계단은 공사 중이다"),
    "이 문서의 제목은 무엇인가요?": ("출장 보고서", "회의록", "견적서", "채용 공고"),
    "다음 표에 대한 설명으로 옳지 않은 것을 고르시오.": ("인천의 비가 가장 많다",
        "울산은 해마다 는다", "광주는 변하지 않았다", "세종은 통계가 없다"),
    "Which item has the highest value in the chart?": ("transport", "groceries", "rent",
        "telephone"),
    "What is the title of this document?": ("Travel report", "Minutes", "Quotation", "Vacancy"),
    "Which of the following best describes the image?": ("a harbour at dawn", "a crowded market",
        "an empty classroom", "a mountain hut"),
}  # fmt: skip
"""Questions of words that any question is made of, with their choices."""
