"""How each family's models are asked, where that is published: fixed requests, and nothing else
where a family knows no others.

A key is a task, or a task and what of it is meant: `caption/short`, `ocr/line`, `table_otsl/alone`
(of an image that holds one table only). `{subject}` is the text looked for or the kinds asked for,
`{region}` the place as the dialect writes it, `{question}` the question in words, `{language}` its
code. Where `only`, a task without a request isn't made in that dialect, and the plan says so.

Sources, read in copies where the name of the original is given:

- Qwen2.5-VL and Qwen3-VL: "Locate …, output its bbox coordinates using JSON format", the spatial
  understanding cookbook of QwenLM/Qwen2.5-VL.
- InternVL: "Please provide the bounding box coordinate of the region this sentence describes:
  <ref>…</ref>", its documentation's "Grounding / Detection Data".
- PaliGemma: `caption {lang}`, `ocr`, `answer {lang} {question}`, `detect {thing} ; {thing}`:
  arXiv 2407.07726, section 3.2.5, and "Prompt task syntax" of Google's documentation. OCR with
  boxes and text in a region are no tasks of it.
- Florence-2: the task tokens of `processing_florence2.py` in huggingface/transformers.
- DocTags: "Convert this page to docling.", "Convert table to OTSL.", "OCR the text in a specific
  location: …": arXiv 2503.11576 (SmolDocling), supplementary material. "Convert chart to table."
  isn't asked: its answer's form isn't written here.
- PaddleOCR-VL: "OCR:", "Table Recognition:", "Chart Recognition:", "Spotting:", its model card. A
  table is answered in OTSL without `<otsl>` around it. The form of a chart's answer isn't
  published; here it is that of `chart_table`.
- Donut: `<s_docvqa><s_question>…</s_question><s_answer>`, clovaai/donut, `README.md`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from gyogwa.transforms.targets.dialect import Dialect

_QWEN = {"ground": 'Locate the text "{subject}", output its bbox coordinates using JSON format.'}
_INTERNVL = "Please provide the bounding box coordinate of the region this sentence describes: "
_DOCVQA = "<s_docvqa><s_question>{question}</s_question><s_answer>"
_ASKING = ("doc_qa", "table_qa", "chart_qa")


@dataclass(frozen=True)
class Protocol:
    """`requests` by key, see above; `only`: nothing else can be asked."""

    requests: Mapping[str, str] = field(default_factory=dict)
    only: bool = False


_PROTOCOLS: dict[str, Protocol] = {
    "qwen2.5-vl": Protocol(_QWEN),
    "qwen3-vl": Protocol(_QWEN),
    "internvl": Protocol({"ground": f"{_INTERNVL}<ref>{{subject}}</ref>"}),
    "paligemma": Protocol(
        {
            "read": "ocr",
            "caption/short": "caption {language}",
            "ground": "detect {subject}",
            "layout": "detect {subject}",
            **dict.fromkeys(_ASKING, "answer {language} {question}"),
        },
        only=True,
    ),
    "florence-2": Protocol(
        {
            "read": "<OCR>",
            "caption/short": "<CAPTION>",
            "caption/detailed": "<DETAILED_CAPTION>",
            "ground": "<CAPTION_TO_PHRASE_GROUNDING>{subject}",
            "refer": "<REGION_TO_OCR>{region}",
            "layout": "<OD>",
        },
        only=True,
    ),
    "doctags": Protocol(
        {
            "table_otsl/alone": "Convert table to OTSL.",
            "refer": "OCR the text in a specific location: {region}",
        },
        only=True,
    ),
    "paddleocr-vl": Protocol(
        {
            "read": "OCR:",
            "table_otsl/alone": "Table Recognition:",
            "chart_table/alone": "Chart Recognition:",
        },
        only=True,
    ),
    "donut": Protocol(dict.fromkeys(_ASKING, _DOCVQA), only=True),
}


def requested(request: str, **fields: str) -> str:
    """A request with its fields filled in; other braces stay."""
    return re.sub(r"\{(\w+)\}", lambda found: fields.get(found[1], found[0]), request)


def protocol_of(dialect: Dialect) -> Protocol:
    """The requests of a dialect's family, those for OCR with boxes among them."""
    found = _PROTOCOLS.get(dialect.name, Protocol())
    ocr = {f"ocr/{level}": text for level, text in dialect.ocr_prompts.items()}
    return Protocol({**ocr, **found.requests}, found.only)


def can_ask(dialect: Dialect, task: str, granularity: str = "") -> bool:
    """Whether a task can be asked for at all; `granularity` as a stage wants its items."""
    protocol = protocol_of(dialect)
    if not protocol.only:
        return True
    if task == "ocr" and granularity:
        return f"ocr/{granularity}" in protocol.requests
    return any(key.partition("/")[0] == task for key in protocol.requests)
