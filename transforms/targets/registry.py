"""The dialects by name. To add one: a module with a class of the `Dialect` protocol, a line here,
and its name in `schemas.curriculum.DialectName`."""

from gyogwa.schemas.curriculum import Pixels, Stage
from gyogwa.transforms.targets.dialect import Dialect
from gyogwa.transforms.targets.doctags import DocTags
from gyogwa.transforms.targets.donut import Donut
from gyogwa.transforms.targets.florence import Florence2
from gyogwa.transforms.targets.internvl import InternVL
from gyogwa.transforms.targets.kosmos import Kosmos2
from gyogwa.transforms.targets.paddleocr import PaddleOCRVL
from gyogwa.transforms.targets.paligemma import PaliGemma
from gyogwa.transforms.targets.qwen import Params, Qwen3, Qwen25
from gyogwa.transforms.targets.varco import Varco

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


def dialect_of(stage: Stage) -> Dialect:
    """The dialect of a stage, with the stage's limits of pixels where its boxes are pixels."""
    return dialect_named(stage.dialect, stage.resolution.pixels)


def dialect_named(name: str, pixels: Pixels) -> Dialect:
    """The dialect of a name; `pixels` count for Qwen2.5-VL only."""
    if name == "qwen2.5-vl":
        return Qwen25(Params(min_pixels=pixels.least, max_pixels=pixels.most))
    return DIALECTS[name]
