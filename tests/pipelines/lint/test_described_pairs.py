"""A pair in which a description is asked for: what was read out instead stands on the page."""

from types import SimpleNamespace
from typing import Any

import pytest

from gyogwa.pipelines.lint.targets import _prefer


@pytest.mark.parametrize(
    ("chosen", "rejected", "true"),
    [
        ("A notice in English.", "Notice 3\n\nBring a form.", True),
        ("A notice in English.", "Notice 3\n\nBring two forms.", False),
        ("", "Notice 3", False),
    ],
)
def test_what_is_read_out_stands_on_the_page(chosen: str, rejected: str, true: bool) -> None:
    page: Any = SimpleNamespace(running_text=lambda: "Notice 3\n\nBring a form.\nBe early.")
    detail = SimpleNamespace(detail="read_out:1")
    entry: Any = SimpleNamespace(provenance=detail, chosen=chosen, rejected=rejected)
    assert _prefer(page, entry, "line") == true
