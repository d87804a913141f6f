"""Particles by sound: over three hundred hard words, each with how a Korean reads it."""

import pytest

from gyogwa.transforms.prompts import fill, phrasings, task_names
from gyogwa.transforms.prompts.particles import particle_for, sound_of, with_particle

# word=reading; the truth is the reading, written down by hand.
WORDS = """
Web=웹 file=파일 email=이메일 mail=메일 Gmail=지메일 Excel=엑셀 Word=워드 PowerPoint=파워포인트
Google=구글 Apple=애플 Linux=리눅스 Unix=유닉스 Windows=윈도우즈 macOS=맥오에스 iOS=아이오에스
Android=안드로이드 Chrome=크롬 Python=파이썬 Java=자바 JavaScript=자바스크립트 Docker=도커
server=서버 client=클라이언트 cloud=클라우드 network=네트워크 internet=인터넷 online=온라인
offline=오프라인 software=소프트웨어 hardware=하드웨어 system=시스템 program=프로그램
data=데이터 database=데이터베이스 table=테이블 page=페이지 image=이미지 message=메시지 code=코드
barcode=바코드 note=노트 notebook=노트북 book=북 Facebook=페이스북 YouTube=유튜브 Twitter=트위터
Instagram=인스타그램 Microsoft=마이크로소프트 Amazon=아마존 Samsung=삼성 app=앱 map=맵 chip=칩
tip=팁 shop=숍 top=톱 laptop=랩톱 desktop=데스크톱 workshop=워크숍 startup=스타트업 backup=백업
group=그룹 type=타입 step=스텝 zip=집 club=클럽 lab=랩 net=넷 bot=봇 robot=로봇 chatbot=챗봇
format=포맷 market=마켓 ticket=티켓 tablet=태블릿 widget=위젯 unit=유닛 Git=깃 GitHub=깃허브
Slack=슬랙 block=블록 clock=클록 click=클릭 track=트랙 feedback=피드백 music=뮤직 public=퍼블릭
traffic=트래픽 topic=토픽 classic=클래식 clinic=클리닉 set=세트 kit=키트 hit=히트 bit=비트
test=테스트 text=텍스트 list=리스트 project=프로젝트 object=오브젝트 report=리포트 point=포인트
event=이벤트 print=프린트 art=아트 chart=차트 smart=스마트 port=포트 part=파트 link=링크
bank=뱅크 disk=디스크 desk=데스크 risk=리스크 check=체크 benchmark=벤치마크 blog=블로그 log=로그
tag=태그 bug=버그 help=헬프 stamp=스탬프 soup=수프 tape=테이프 pipe=파이프 recipe=레시피
scope=스코프 site=사이트 website=웹사이트 byte=바이트 update=업데이트 template=템플릿 name=네임
nickname=닉네임 game=게임 time=타임 home=홈 theme=테마 frame=프레임 volume=볼륨 phone=폰
smartphone=스마트폰 drone=드론 zone=존 machine=머신 engine=엔진 line=라인 headline=헤드라인
design=디자인 plan=플랜 fan=팬 version=버전 session=세션 option=옵션 login=로그인 token=토큰
admin=어드민 domain=도메인 screen=스크린 icon=아이콘 button=버튼 cookie=쿠키 cache=캐시
batch=배치 patch=패치 match=매치 switch=스위치 search=서치 touch=터치 launch=론치 push=푸시
dash=대시 service=서비스 office=오피스 device=디바이스 interface=인터페이스 driver=드라이버
folder=폴더 router=라우터 browser=브라우저 printer=프린터 scanner=스캐너 monitor=모니터
camera=카메라 video=비디오 audio=오디오 radio=라디오 media=미디어 model=모델 label=라벨
level=레벨 channel=채널 panel=패널 tool=툴 control=컨트롤 protocol=프로토콜 portal=포털
total=토털 digital=디지털 title=타이틀 simple=심플 sample=샘플 module=모듈 schedule=스케줄
profile=프로필 mobile=모바일 style=스타일 console=콘솔 cycle=사이클 bundle=번들 puzzle=퍼즐
Oracle=오라클 Kindle=킨들 query=쿼리 key=키 memory=메모리 library=라이브러리 story=스토리
delivery=딜리버리 copy=카피 menu=메뉴 show=쇼 window=윈도 view=뷰 preview=프리뷰 box=박스
index=인덱스 fax=팩스 mix=믹스 bus=버스 virus=바이러스 plus=플러스 campus=캠퍼스 news=뉴스
class=클래스 process=프로세스 business=비즈니스 access=액세스 sheet=시트 street=스트리트
card=카드 board=보드 dashboard=대시보드 keyboard=키보드 marketing=마케팅 training=트레이닝
rating=레이팅 streaming=스트리밍 parking=파킹 song=송 Hong=홍 camping=캠핑 film=필름 form=폼
platform=플랫폼 forum=포럼 album=앨범 item=아이템 team=팀 cream=크림 spam=스팸
HTTPd=에이치티티피디 PDF=피디에프 HTML=에이치티엠엘 XML=엑스엠엘 CSS=시에스에스 SQL=에스큐엘
URL=유알엘 USB=유에스비 CPU=시피유 GPU=지피유 RAM=램 ROM=롬 API=에이피아이 OCR=오시알
DNS=디엔에스 VPN=브이피엔 SSL=에스에스엘 AI=에이아이 IT=아이티 PC=피시 TV=티브이 LED=엘이디
LCD=엘시디 CCTV=시시티브이 QR=큐알 VR=브이알 AR=에이알 CEO=시이오 NGO=엔지오 KBS=케이비에스
MBC=엠비시 FAQ=에프에이큐 HWP=에이치더블유피 CSV=시에스브이 DB=디비 NASA=나사 UNESCO=유네스코
UNICEF=유니세프 NATO=나토 WHO=더블유에이치오 EU=이유 UN=유엔 ATM=에이티엠 SIM=심 LAN=랜
GNU/리눅스=리눅스 Wi-Fi=와이파이 LTE=엘티이 5G=오지 A4=에이사 MP3=엠피삼 B2B=비투비 X=엑스 L=엘
M=엠 N=엔 R=알 S=에스 1=일 2=이 3=삼 4=사 5=오 6=육 7=칠 8=팔 9=구 10=십 20=이십 35=삼십오
100=백 101=백일 120=백이십 1,000=천 3,400=삼천사백 10,000=만 25,000=이만오천 100,000,000=억
1,000,000,000,000=조 3.0=삼점영 3.14=삼점일사 12.5=십이점오 0.7=영점칠 2026=이천이십육
2,317=이천삼백십칠 34%=퍼센트 12.5%p=퍼센트포인트 3kg=킬로그램 500g=그램 20mg=밀리그램 7t=톤
12km=킬로미터 30m=미터 15cm=센티미터 8mm=밀리미터 4ha=헥타르 20㎡=제곱미터 9㎍=마이크로그램
60Hz=헤르츠 75dB=데시벨 36kW=킬로와트 48MWh=메가와트시 220V=볼트 18ms=밀리초 16GB=기가바이트
2TB=테라바이트 25℃=도 1.5L=리터 200mL=밀리리터 30ppm=피피엠 $50=오십 50$=달러 20€=유로
kg=킬로그램 km=킬로미터 MWh=메가와트시 12명=명 3개=개 5권=권 7일=일 한글(HWP)=한글
파일(PDF)=파일 신청서(양식)=신청서 서울(20명)=서울 홍길동(42)=홍길동 도서관[본관]=도서관
"사과"=사과 '감'=감 「길」=길 결과.=결과 제목…=제목 물=물 서울=서울 부산=부산 제주=제주 값=값
삶=삶 흙=흙 여덟=여덟 외곬=외곬 은행(국민)=은행
""".split()  # noqa: SIM905 - a word a line would be three hundred lines
PAIRS = [entry.rpartition("=")[::2] for entry in WORDS]


def _final(reading: str) -> str:
    final = (ord(reading[-1]) - ord("가")) % 28
    return "" if not final else "ㄹ" if final == 8 else "+"


def test_hard_words_end_in_the_sound_that_is_read() -> None:
    assert len(set(PAIRS)) >= 300
    wrong = [f"{word} is {sound_of(word)!r}, read {reading}" for word, reading in PAIRS
             if sound_of(word) != _final(reading)]  # fmt: skip
    assert not wrong, wrong


@pytest.mark.parametrize(
    ("word", "particle", "said"),
    [
        ("Web", "를", "Web을"),
        ("12kg", "를", "12kg을"),
        ("file", "로", "file로"),
        ("서울", "으로", "서울로"),
        ("부산", "로", "부산으로"),
        ("여덟", "로", "여덟으로"),
        ("한글(HWP)", "와", "한글(HWP)과"),
        ("PDF", "은", "PDF는"),
        ("3.5%", "이라는", "3.5%라는"),
        ("", "을", "를"),
        ("!?", "을", "!?를"),
        ("(가)", "이", "(가)가"),
    ],
)
def test_particles(word: str, particle: str, said: str) -> None:
    assert with_particle(word, particle) == said


def test_other_particles_are_refused() -> None:
    with pytest.raises(ValueError, match="에서"):
        particle_for("집", "에서")


def test_a_template_takes_the_particle_of_what_fills_it() -> None:
    template = '"{quote}"{quote:으로} 시작하는 {noun}{noun:을}'
    said = fill(template, quote="이용 목적", noun="문장")
    assert said == '"이용 목적"으로 시작하는 문장을'
    assert fill(template, quote="서울", noun="구") == '"서울"로 시작하는 구를'


def test_no_template_shows_two_forms_of_a_particle() -> None:
    for task in task_names():
        for languages in phrasings(task).values():
            for text in languages["ko"]:
                assert "(으)로" not in text
                assert not any(both in text for both in ("을(를)", "은(는)", "이(가)", "와(과)"))
