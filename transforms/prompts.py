"""The prompts of each task in Korean and English, chosen by hash so that no template dominates."""

from functools import cache
from pathlib import Path

import yaml

from schemas.ids import fraction_of


@cache
def prompts() -> dict[str, dict[str, list[str]]]:
    """Task to language to phrasings; `{text}` and the like are filled in by the task."""
    path = Path(__file__).with_name("prompts.yaml")
    data: dict[str, dict[str, list[str]]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return data


def prompt_for(task: str, language: str, key: str) -> str:
    """The phrasing for one sample; languages other than Korean get English."""
    choices = prompts()[task]["ko" if language == "ko" else "en"]
    return choices[int(fraction_of("prompt", task, key) * len(choices))]
