"""Licences by one name, and policies that let them pass or say why not."""

import pytest

from gyogwa.pipelines.describe.attribution import attribution_of
from gyogwa.schemas.curriculum import Curriculum, LicencePolicy
from gyogwa.transforms.licences.names import normal
from gyogwa.transforms.licences.policy import refusal
from gyogwa.transforms.licences.terms import terms_of


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("CC BY 4.0", "CC-BY-4.0"),
        ("cc-by-nc-sa-3.0", "CC-BY-NC-SA-3.0"),
        ("https://creativecommons.org/licenses/by-nd/4.0/deed.ko", "CC-BY-ND-4.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
        ("CC-BY-NC", "CC-BY-NC"),  # no version is invented
        ("apache-2.0", "Apache-2.0"),
        ("mit", "MIT"),
        ("MIT or (apache-2.0 and cc0)", "MIT OR (Apache-2.0 AND CC0-1.0)"),
        ("공공누리 제1유형", "KOGL-1"),
        ("KOGL Type 4", "KOGL-4"),
        ("공공누리 제3유형 + AI유형", "KOGL-3 OR KOGL-AI"),
        ("KOGL-AI", "KOGL-AI"),
        ("AI Hub 이용약관", "AI-Hub"),
        ("Unknown", "unknown"),
        ("", "unknown"),
        ("미상", "unknown"),
        ("our own terms, 2024", "our own terms, 2024"),
    ],
)
def test_one_name_each(said: str, name: str) -> None:
    assert normal(said) == name
    assert normal(name) == name


@pytest.mark.parametrize(
    ("licence", "policy", "rule"),
    [
        ("CC-BY-NC-4.0", {"commercial": True}, "licence_terms"),
        ("CC-BY-NC-4.0", {}, None),
        ("CC-BY-4.0", {"commercial": True, "derivatives": True}, None),
        ("CC-BY-ND-4.0", {"derivatives": True}, "licence_terms"),
        ("KOGL-2", {"commercial": True}, "licence_terms"),
        ("KOGL-3", {"derivatives": True}, "licence_terms"),
        ("KOGL-4 OR KOGL-AI", {"commercial": True, "derivatives": True}, None),
        ("MIT AND CC-BY-NC-4.0", {"commercial": True}, "licence_terms"),  # the stricter
        ("MIT OR CC-BY-NC-4.0", {"commercial": True}, None),
        ("AI-Hub", {"use": "redistribution"}, "licence_terms"),
        ("AI-Hub", {"commercial": True, "unknown": "deny"}, "licence_unknown"),
        ("unknown", {}, None),
        ("unknown", {"unknown": "deny"}, "licence_unknown"),
        ("our own", {"unknown": "deny", "allow": ["our own"]}, None),
        ("CC-BY-4.0", {"deny": ["cc by 4.0"]}, "licence_denied"),
        ("MIT AND CC-BY-4.0", {"deny": ["CC-BY-4.0"]}, "licence_denied"),
    ],
)
def test_policies(licence: str, policy: dict[str, object], rule: str | None) -> None:
    refused = refusal(licence, LicencePolicy.model_validate(policy))
    assert (refused.rule if refused else None) == rule
    assert refusal(licence, None) is None


def test_the_policy_is_a_curriculums() -> None:
    stage = {"name": "a", "trains": ["projector"], "share": 1, "tasks": {"ocr": {}}}
    policy = {"use": "training", "commercial": True, "unknown": "deny"}
    found = Curriculum.model_validate(
        {"name": "x", "seed": 1, "stages": [stage], "licences": policy}
    )
    assert found.licences is not None
    assert found.licences.conditions == ["training", "commercial"]


def test_what_is_not_known_is_not_invented() -> None:
    assert terms_of("our own terms, 2024") is None
    text = attribution_of({("a<script>", "KOGL-1"): 3, ("b|c", "our own"): 1})
    assert "a&lt;script&gt;" in text
    assert "<script>" not in text
    assert "| b\\|c | our own | 1 | a person has to decide" in text
    assert "- KOGL-1: https://www.kogl.or.kr/info/license.do" in text
