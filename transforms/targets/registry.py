"""The dialects by name. To add one: a module with a class of the `Dialect` protocol, a line here,
and its name in `schemas.curriculum.DialectName`."""

from transforms.targets.dialect import Dialect
from transforms.targets.doctags import DocTags
from transforms.targets.donut import Donut
from transforms.targets.florence import Florence2
from transforms.targets.internvl import InternVL
from transforms.targets.kosmos import Kosmos2
from transforms.targets.paddleocr import PaddleOCRVL
from transforms.targets.paligemma import PaliGemma
from transforms.targets.qwen import Qwen3, Qwen25
from transforms.targets.varco import Varco

_ALL: tuple[Dialect, ...] = (
    Varco(),
    Qwen25(),
    Qwen3(),
    InternVL(),
    Kosmos2(),
    PaliGemma(),
    Florence2(),
    DocTags(),
    PaddleOCRVL(),
    Donut(),
)

DIALECTS: dict[str, Dialect] = {dialect.name: dialect for dialect in _ALL}
