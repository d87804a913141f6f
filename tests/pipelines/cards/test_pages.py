"""The pages in a browser: one of few cards, of which each shows something that may go wrong."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from gyogwa.pipelines.cards.output import Output
from gyogwa.pipelines.cards.write import write_site
from gyogwa.schemas.ids import hash_of
from gyogwa.transforms.cards.card import (
    Answers,
    Card,
    Picture,
    Place,
    Region,
    Said,
    Span,
    Words,
)
from gyogwa.transforms.cards.pictures import thumbnail
from gyogwa.transforms.cards.spans import difference
from tests.browser.chromium import missing, opened
from tests.browser.made_up import TOLD, cards

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())

EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(1)>"
HOSTILE, LINKED, PREFERRED = (hash_of(name)[:24] for name in ("hostile", "linked", "preferred"))


def special() -> list[Card]:
    hostile = Card(
        id=HOSTILE, kind="sample", title=EVIL, tasks=["read"], stage="basic", source=EVIL,
        uri="javascript:alert(1)", licence=EVIL, language="en",
        images=[Picture(
            "evil", 300, 200, file="images/a.png", source=EVIL, uri="https://example.org/a?b=1",
            licence=EVIL, words=Words([EVIL], [1000, 1000, 5000, 2000]),
            blocks=[Region(EVIL, [0, 0, 9000, 9000])], origin=EVIL, kind=EVIL,
        )],
        turns=[Said("user", EVIL), Said("assistant", EVIL)],
        place=Place("stages/1-a/a'b;alert(1).tar", 0, 512, 7),
    )  # fmt: skip
    text = "<char>관리비</char><bbox>0.1, 0.1, 0.3, 0.2</bbox>"
    linked = Card(
        id=LINKED, kind="sample", title="ocr", tasks=["ocr"], stage="basic", source="scans",
        uri="a.png", licence="CC0-1.0", language="ko", dialect="varco",
        images=[Picture(
            "one", 300, 200, file="images/a.png", kind="document", language="ko", origin="ocr",
            words=Words(["관리비", "12,300원"], [1000, 1000, 3000, 2000, 4000, 4000, 7000, 5000],
                        [97, 61], ["", "dataset"]),
            lines=[1000, 1000, 3000, 2000], blocks=[Region("heading", [900, 900, 3100, 2100])],
            tables=[Region("known", [0, 3000, 9000, 6000])],
        )],
        turns=[Said("user", "<image>\n<ocr>"), Said("assistant", text, [
            Span(6, 9, [1000, 1000, 3000, 2000])])],
        place=Place("stages/1-a/a.tar", 0, 512, 8),
    )  # fmt: skip
    one, other = "합계 12,300원", "합계 12,800원"
    kept, lost = difference(one, other)
    preferred = Card(
        id=PREFERRED, kind="sample", title="prefer", tasks=["prefer"], stage="preference",
        source="scans", uri="a.png", licence="CC0-1.0", language="ko",
        images=[Picture("one", 300, 200, file="images/a.png")], turns=[Said("user", "합계는?")],
        answers=Answers(Said("chosen", one), Said("rejected", other), "wrong_digit", kept, lost),
        place=Place("stages/2-b/b.tar", 0, 512, 9),
    )  # fmt: skip
    return [hostile, linked, preferred]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    pixels = Image.new("RGB", (300, 200), "white")
    ImageDraw.Draw(pixels).rectangle((30, 20, 90, 40), fill="black")
    buffer = io.BytesIO()
    pixels.save(buffer, "PNG")
    output = Output(str(folder))
    output.put("images/a.png", buffer.getvalue())
    own = special()
    draw = {
        "fingerprint": "f" * 32, "asked": 2, "seed": 5,
        "strata": [{"stage": "basic", "task": "ocr", "samples": 2}],
        "samples": [{"key": LINKED, "crc32": 8, "stratum": 0},
                    {"key": PREFERRED, "crc32": 9, "stratum": 0}],
    }  # fmt: skip
    made = [*((card, thumbnail(pixels)) for card in own), *cards(60)]
    write_site(output, made, TOLD | {"review": draw})
    return folder


@pytest.fixture(scope="module")
def page(site: Path) -> Iterator[Any]:
    with opened(site, accept_downloads=True, locale="en-US") as page:
        yield page


@pytest.fixture(autouse=True)
def quiet(page: Any) -> Iterator[None]:
    """Whatever a test does, nothing leaves the page, no script of the data runs, no error is told,
    nothing is refused by the policy."""
    page.on("dialog", lambda dialog: (page.faults.append("a dialog"), dialog.dismiss()))
    yield
    assert page.requests == []
    assert page.faults == []


def until(page: Any, expression: str) -> None:
    """Wait until it holds. (Playwright's own wait evaluates text in the page, which its policy
    forbids.)"""
    for _ in range(500):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(20)
    raise AssertionError(f"never came to be: {expression}")


def show(page: Any, identity: str) -> None:
    page.evaluate(f"location.hash = '#card={identity}'")
    until(page, f"document.querySelector('.link')?.hash === '#card={identity}'")


def look_for(page: Any, query: str) -> int:
    page.fill("#query", query)
    until(
        page,
        f"(new URLSearchParams(location.hash.slice(1)).get('q') ?? '') === {json.dumps(query)}",
    )
    return int(page.inner_text("#count strong").split()[0])


def test_search_by_syllables_initials_and_parts(page: Any) -> None:
    everything = look_for(page, "")
    assert everything == 63
    assert look_for(page, "12,300원") == 2
    assert look_for(page, "2,30") >= 2
    assert look_for(page, "12,300원 합계") == 1
    whole = look_for(page, "관리비")
    assert 1 <= whole <= 61
    assert look_for(page, "ㄱㄹㅂ") >= whole
    assert look_for(page, "관리ㅂ") >= whole
    assert look_for(page, "관리비 없는말은없다") == 0
    assert look_for(page, "alert(1)") >= 1
    assert look_for(page, "a-b[c](d)*+?") == 0  # no pattern
    assert look_for(page, "") == everything


def test_facets_count_and_narrow(page: Any) -> None:
    box = page.locator("#facets .value", has_text="out: images").locator("input")
    box.check()
    until(page, "location.hash.includes('verdict=')")
    assert page.inner_text("#count strong").startswith("6 ")
    assert page.locator(".row").count() == 6
    assert page.locator(".row[data-kind=reject]").count() == 6
    page.locator(".row").first.click()
    page.wait_for_selector(".reason .message")
    assert page.inner_text(".reason .message") == "OCR is not sure enough"
    page.locator("#facets .bar button").click()
    until(page, "!location.hash.includes('verdict=')")


def test_boxes_and_links(page: Any) -> None:
    show(page, LINKED)
    for name, count in (("words", 2), ("lines", 1), ("blocks", 1), ("tables", 1), ("answer", 1)):
        button = page.locator(f"[data-layer={name}]")
        if button.get_attribute("aria-pressed") == "false":
            button.click()
        assert page.locator(f".layer.{name} rect:visible").count() == count
        button.click()
        assert page.locator(f".layer.{name} rect:visible").count() == 0
        button.click()
    page.hover(".linked")
    assert page.locator(".layer.words rect.lit").get_attribute("data-word") == "0"
    assert page.locator(".layer.answer rect.lit").count() == 1
    page.hover("[data-word='0']")
    assert page.inner_text(".linked.lit") == "관리비"
    page.hover("[data-word='1']")
    assert page.locator(".linked.lit").count() == 0
    assert "dataset" in page.inner_text(".readout")
    assert page.locator(".turn.assistant .markup").first.is_hidden()
    page.click("[data-markup]")
    told = page.locator(".turn.assistant .text").text_content()
    assert told == "<char>관리비</char><bbox>0.1, 0.1, 0.3, 0.2</bbox>"
    assert page.locator(".turn.assistant .markup").first.is_visible()
    page.click("[data-markup]")


def test_what_differs_between_answers_is_marked(page: Any) -> None:
    show(page, PREFERRED)
    assert page.inner_text("mark.kept") == "300원"
    assert page.inner_text("mark.lost") == "800원"


def test_hostile_text_is_text(page: Any) -> None:
    show(page, HOSTILE)
    page.wait_for_timeout(100)
    assert page.locator("#card .turn.assistant .text").text_content() == EVIL
    assert page.evaluate("document.scripts.length") == 12
    assert page.locator("#card img").count() == 1
    links = page.evaluate("[...document.querySelectorAll('#card a')].map((a) => a.protocol)")
    assert set(links) == {"file:", "https:"}
    forbidden = "try { document.body.innerHTML = '<p>'; return 'ran'; } catch { return 'refused'; }"
    assert page.evaluate(f"() => {{ {forbidden} }}") == "refused"
    page.faults.clear()  # the policy says what it has just refused


def test_a_link_opens_its_card(site: Path, page: Any) -> None:
    number = page.evaluate("location.href").split("#")[0]
    page.goto(f"{number}#card={PREFERRED}")
    page.reload()
    page.wait_for_selector(".answers")
    assert page.locator(".row[aria-selected=true] .title").inner_text() == "prefer"
    page.keyboard.press("k")
    page.wait_for_selector(".layer.tables")
    assert LINKED in page.url


def test_marks_go_out_and_come_back(site: Path, page: Any, tmp_path: Path) -> None:
    page.click("#reviewing")
    until(page, "location.hash.includes('review=1')")
    assert page.inner_text("#count strong").startswith("2 ")
    show(page, LINKED)
    page.keyboard.press("g")
    until(page, f"location.hash.includes('{PREFERRED}')")
    page.fill("#note", "합계가 틀렸다")
    page.locator("#note").blur()
    page.keyboard.press("b")
    until(page, "document.getElementById('reviewing').textContent.includes('2 / 2')")
    with page.expect_download() as download:
        page.click("#export")
    path = tmp_path / "marks.json"
    download.value.save_as(path)
    told = json.loads(path.read_text(encoding="utf-8"))
    assert told["marks"] == [
        {"key": LINKED, "crc32": 8, "mark": "good", "note": ""},
        {"key": PREFERRED, "crc32": 9, "mark": "bad", "note": "합계가 틀렸다"},
    ]
    page.evaluate("localStorage.clear()")
    page.reload()
    page.wait_for_selector("body[data-ready]")
    assert "0 / 2" in page.inner_text("#reviewing")
    page.set_input_files("input[type=file]", path)
    until(page, "document.getElementById('reviewing').textContent.includes('2 / 2')")
    page.click("#reviewing")


def test_no_rule_of_accessibility_is_broken(page: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    axe, found = Axe(), []
    for scheme, width in (("light", 1440), ("dark", 1440), ("light", 390)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        for identity in (HOSTILE, "", PREFERRED):
            if identity:
                show(page, identity)
            else:  # the list, with nothing in it
                page.evaluate("document.body.dataset.view = 'list'")
                assert look_for(page, "없는말은없다") == 0
            result = axe.run(page, options={"preload": False}).response["violations"]
            found += [
                (scheme, width, broken["id"], broken["nodes"][0]["html"]) for broken in result
            ]
            if not identity:
                look_for(page, "")
    page.set_viewport_size({"width": 1440, "height": 900})
    assert found == []
