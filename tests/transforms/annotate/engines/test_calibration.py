"""Calibrated confidence rises with what is said and is less for small print and faint guesses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.page import Word
from gyogwa.transforms.annotate.engines.protocol import Calibrated, EngineSettings
from gyogwa.transforms.annotate.engines.tesseract import Tesseract
from gyogwa.transforms.annotate.engines.tesseract.calibration import TABLES, share

shares = st.floats(0, 1)


@given(st.booleans(), st.sampled_from([8.0, 20.0]), shares, shares)
def test_surer_is_never_less_likely(korean: bool, height: float, one: float, other: float) -> None:
    least, most = (share(TABLES, korean, height, said) for said in sorted((one, other)))
    assert 0 <= least <= most <= 1
    assert share(TABLES, True, 8.0, 0.9) < share(TABLES, True, 20.0, 0.9)
    assert share({}, korean, height, one) == one


def test_the_engine_says_what_the_tables_say() -> None:
    engine = Tesseract(EngineSettings("tesseract"))
    assert isinstance(engine, Calibrated)
    guess = Word("뿌수은", [0.1, 0.1, 0.2, 0.2], 0.62)
    assert engine.calibrated(guess, 20) < 0.35  # half of what Tesseract says of it
    raw = Tesseract(EngineSettings("tesseract", {"confidence": "raw"}))
    assert raw.calibrated(guess, 20) == guess.confidence
    assert raw.fingerprint != engine.fingerprint
    with pytest.raises(GyogwaError, match="calibrated or raw"):
        Tesseract(EngineSettings("tesseract", {"confidence": "certain"}))
