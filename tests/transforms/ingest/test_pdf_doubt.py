"""Text layers in doubt, which reading the page settles, each in Korean and in English."""

from collections.abc import Callable

import pytest
from rapidfuzz.distance import Levenshtein

from benchmarks.pdf_layers import SOUND, UNSOUND, outcome
from gyogwa.schemas.records import Annotation
from gyogwa.transforms.annotate.engines.protocol import Engine, EngineSettings, make_engine
from tests.transforms.ingest.pdf_faults import (
    SHORT,
    few_words,
    half_a_scan,
    header_on_a_scan,
    next_one,
    shuffled,
    stamp_on_a_scan,
)
from tests.transforms.ingest.pdf_outcomes import judged, settled, spoken
from tests.transforms.ingest.pdf_pages import FONT, TEXTS, Draw, Sheet, pdf_of

pytestmark = pytest.mark.skipif(not FONT.exists(), reason="needs Debian's fonts-nanum")
LANGUAGES = pytest.mark.parametrize("language", ["ko", "en"])


@pytest.fixture(scope="module")
def engine() -> Engine:
    return make_engine(EngineSettings("tesseract"))


def decided(engine: Engine, data: bytes) -> Annotation:
    """What becomes of a PDF whose layer is in doubt."""
    assert judged(data).verdict == "doubted"
    found = settled(engine, data)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def read(engine: Engine) -> Callable[[bytes], tuple[str, str]]:
    """From a PDF whose layer is in doubt to the origin of its words, and them."""

    def decide(data: bytes) -> tuple[str, str]:
        found = decided(engine, data)
        return found.origin, " ".join(word.text for word in found.words)

    return decide


@LANGUAGES
@pytest.mark.parametrize("says", [next_one, shuffled])
def test_nonsense_is_not_believed(
    read: Callable[[bytes], tuple[str, str]], says: Callable[[int], int], language: str
) -> None:
    origin, text = read(pdf_of(Sheet.body, language, says=says))
    assert origin == "ocr"
    assert spoken(language)[0] in text


@LANGUAGES
@pytest.mark.parametrize("draw", [stamp_on_a_scan, header_on_a_scan])
def test_a_stamp_is_not_all_that_a_scan_says(
    read: Callable[[bytes], tuple[str, str]], draw: Draw, language: str
) -> None:
    origin, text = read(pdf_of(draw, language))
    assert origin == "ocr"
    assert spoken(language)[0] in text
    stamp = "DOC-000123" if draw is stamp_on_a_scan else "2024-05-13"
    assert text.count(stamp) == 1


@LANGUAGES
def test_a_picture_of_text_is_read_and_the_layer_kept(engine: Engine, language: str) -> None:
    found = decided(engine, pdf_of(half_a_scan, language))
    own = [word for word in found.words if word.origin == "text_layer"]
    assert [word.text for word in own] == " ".join(TEXTS[language][:6]).split()
    assert all(word.confidence == 1.0 for word in own)
    rest = "".join(word.text for word in found.words if not word.origin)
    said = "".join("".join(TEXTS[language][6:]).split())
    assert Levenshtein.normalized_similarity(rest, said) > 0.85


@LANGUAGES
def test_a_page_of_few_words_is_believed_when_reading_agrees(
    read: Callable[[bytes], tuple[str, str]], language: str
) -> None:
    origin, text = read(pdf_of(few_words, language))
    assert (origin, text) == ("text_layer", SHORT[language])


@LANGUAGES
@pytest.mark.parametrize("name", ["highlighted", "struck_through", "word_by_word"])
def test_sound_layers_of_the_benchmark_are_kept(engine: Engine, name: str, language: str) -> None:
    assert outcome(SOUND[name], language, engine) == "kept"


@LANGUAGES
@pytest.mark.parametrize("name", ["white_bar_over", "layer_off_by_a_line", "specks"])
def test_unsound_layers_of_the_benchmark_go_nowhere(
    engine: Engine, name: str, language: str
) -> None:
    assert outcome(UNSOUND[name], language, engine) == "settled"
