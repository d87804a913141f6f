"""In which dialects a sample can be said, one of its questions at least, for the index: a loader
leaves the others out.

Cost: of a preference with boxes both answers are said and read in every dialect; of all else only
the names of what it needs are looked at.
"""

from collections.abc import Sequence

from gyogwa.schemas.samples import Question
from gyogwa.transforms.targets.dialect import Size
from gyogwa.transforms.targets.registry import DIALECTS
from gyogwa.transforms.targets.sameness import same_items
from gyogwa.transforms.targets.saying import ItemsOf, Saying, can_say
from gyogwa.transforms.targets.target import Items, Places, Target, decoded, nodes_of


def dialects_of(questions: Sequence[Question], sizes: Sequence[Size], items: ItemsOf) -> list[str]:
    """The names, in their usual order. `sizes` and `items` are those of the sample's images."""
    targets = [decoded(question.target, question.turns) for question in questions]
    asked = list(zip(targets, (question.task for question in questions), strict=True))
    found = []
    for name, dialect in DIALECTS.items():
        saying = Saying(dialect, sizes, items, "")
        if any(
            can_say(target, task, dialect) and _differ(target, saying) for target, task in asked
        ):
            found.append(name)
    return found


def _differ(target: Target, saying: Saying) -> bool:
    """Whether the answers of a preference still differ where boxes are rounded."""
    if target.chosen is None or target.rejected is None:
        return True
    nodes = [*nodes_of(target)]
    if not any(isinstance(node, Items | Places) for node in nodes):
        return True
    chosen, rejected = saying.text(target.chosen), saying.text(target.rejected)
    if not any(isinstance(node, Items) for node in nodes):
        return chosen != rejected
    return not same_items(chosen, rejected, saying.dialect, saying.sizes[0])
