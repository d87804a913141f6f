"""The words of the Korean checklist: what tasks, kinds of personal data and answers are called."""

from gyogwa.schemas.curriculum import Task
from gyogwa.schemas.personal import Action, PersonalKind

TO_FILL_IN = "**[작성 필요]**"
"""Stands wherever only a person knows."""

TASKS: dict[Task, str] = {
    "ocr": "글자와 위치 읽기",
    "read": "글 읽기",
    "ground": "지시한 위치 찾기",
    "refer": "지정한 영역 읽기",
    "layout": "문서 구조 파악",
    "caption": "이미지 설명",
    "ground_caption": "위치를 곁들인 설명",
    "chain": "이어지는 질문",
    "choice": "객관식 질문",
    "doc_qa": "문서 질의응답",
    "table_html": "표 옮기기(HTML)",
    "table_otsl": "표 옮기기(OTSL)",
    "table_qa": "표 질의응답",
    "chart_table": "차트를 표로 옮기기",
    "chart_qa": "차트 질의응답",
    "which_page": "해당 페이지 찾기",
    "continue_text": "이어지는 글 찾기",
    "what_changed": "달라진 곳 찾기",
    "compare_charts": "차트 비교",
    "converse": "출처가 제공한 대화",
    "text_only": "텍스트 대화",
    "prose": "글만으로 하는 과제",
    "prefer": "선호 답변 비교",
}
KINDS: dict[PersonalKind, str] = {
    "address": "주소",
    "bank_account": "계좌번호",
    "business_number": "사업자등록번호",
    "card": "카드번호",
    "corporate_number": "법인등록번호",
    "driving_licence": "운전면허번호",
    "email": "이메일 주소",
    "foreigner_number": "외국인등록번호",
    "name": "성명(항목 이름이 붙은 것)",
    "passport": "여권번호",
    "phone": "전화번호",
    "resident_number": "주민등록번호",
}
ACTIONS: dict[Action, str] = {
    "ignore": "찾지 않음",
    "report": "건수만 기록하고 그대로 둠",
    "mask": "가림",
    "reject": "해당 페이지나 대화를 제외",
}
LANGUAGES = {"ko": "한국어", "en": "영어", "ja": "일본어", "zh": "중국어"}
ANSWERS = {"yes": "허용", "no": "불허", "a person has to decide": "확인 필요"}
