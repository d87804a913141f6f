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
        ("Apache License, Version 2.0", "Apache-2.0"),
        ("The MIT License (MIT)", "MIT"),
        ("BSD 3-Clause", "BSD-3-Clause"),
        ("GPL v2 or later", "GPL-2.0-or-later"),
        ("Attribution-NonCommercial 4.0 International (CC BY-NC 4.0)", "CC-BY-NC-4.0"),
        ("저작자표시-동일조건변경허락 2.0 대한민국", "CC-BY-SA-2.0"),
        ("ＣＣ ＢＹ–SA ４．０", "CC-BY-SA-4.0"),
        ("Creative Commons Zero v1.0 Universal", "CC0-1.0"),
        ("https://creativecommons.org/publicdomain/mark/1.0/deed.ko", "CC-PDM-1.0"),
        ("퍼블릭 도메인", "public-domain"),
        ("[CC BY 4.0](https://creativecommons.org/licenses/by/4.0/)", "CC-BY-4.0"),
        ("https://www.apache.org/licenses/LICENSE-2.0", "Apache-2.0"),
        ("https://opensource.org/license/mit/", "MIT"),
        ("https://www.kogl.or.kr/info/licenseType4.do", "KOGL-4"),
        ("Korea Open Government License Type II", "KOGL-2"),
        ("공공누리 출처표시+변경금지", "KOGL-3"),
        ("gpl-2.0-only with classpath-exception-2.0", "GPL-2.0-only WITH Classpath-exception-2.0"),
        ("LicenseRef-Ours or mit", "LicenseRef-Ours OR MIT"),
        ("NOASSERTION", "unknown"),
        ("Attribution", "Attribution"),  # of whom, and which
    ],
)
def test_one_name_each(said: str, name: str) -> None:
    assert normal(said) == name
    assert normal(name) == name


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("CC-BY-NC-4.0 AND KOGL-1", "CC-BY-NC-4.0 AND KOGL-1"),
        ("CC BY-NC 4.0 및 공공누리 제1유형", "CC-BY-NC-4.0 AND KOGL-1"),
        ("공공누리 제1유형 (CC BY-ND 4.0)", "KOGL-1 AND CC-BY-ND-4.0"),
        ("공공누리 제4유형, AI 학습용 데이터", "KOGL-4"),  # what it is for, not the AI type
        ("AI Hub, 공공누리 제2유형", "AI-Hub AND KOGL-2"),
        ("제1유형, 제4유형 공공누리", "KOGL-1 AND KOGL-4"),
        ("공공누리 제1유형 (비상업)", "공공누리 제1유형 (비상업)"),
        ("CC-BY-4.0, MIT", "CC-BY-4.0 AND MIT"),
        ("CC-BY-4.0, research only", "CC-BY-4.0, research only"),
        ("KOGL-1 AND our own terms", "KOGL-1 AND our own terms"),
    ],
)
def test_of_several_that_are_named_none_is_lost(said: str, name: str) -> None:
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
        ("CC-BY-NC-4.0 AND KOGL-1", {"commercial": True}, "licence_terms"),
        ("CC-BY-4.0, research only", {"commercial": True, "unknown": "deny"}, "licence_unknown"),
        ("Apache-2.0 WITH LLVM-exception", {"commercial": True, "unknown": "deny"}, None),
        ("퍼블릭 도메인", {"use": "redistribution", "unknown": "deny"}, None),
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
