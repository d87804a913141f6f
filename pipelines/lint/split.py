"""What is held out of training isn't trained on: documents, images, and versions of a page."""

from collections import deque
from collections.abc import Iterator

from gyogwa.pipelines.lint.known import Appearances, Facts
from gyogwa.pipelines.lint.problems import Problem
from gyogwa.pipelines.lint.tables import columns_of, each_part
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.ledger import VERSION_SIMILARITY, Duplicate

TRAIN = "train"


class Sides:
    """What was seen in training and in validation; training comes first."""

    def __init__(self) -> None:
        self.documents = Facts()
        self.images = {TRAIN: Facts(), "validation": Facts()}

    def lint_document(self, split: str, document: str, where: str) -> Iterator[Problem]:
        """A document of one side isn't on the other."""
        if split == TRAIN:
            self.documents.add(document)
        elif self.documents.holds(document):
            what = f"document {document} is trained on as well"
            yield Problem("document_in_both_splits", where, what)

    def lint_image(self, split: str, image_id: str, where: str) -> Iterator[Problem]:
        """Nor is an image."""
        self.images[split].add(image_id)
        if split != TRAIN and self.images[TRAIN].holds(image_id):
            yield Problem("image_in_both_splits", where, f"image {image_id} is trained on as well")

    def lint_versions(self, layout: RunLayout, looks: Appearances) -> Iterator[Problem]:
        """Pages that read nearly the same stand on one side, blank ones apart."""
        train, held_out = self.images[TRAIN], self.images["validation"]
        problems = []

        def read(path: str) -> None:
            for kept, member, alike in columns_of(
                Duplicate, path, ["kept", "member", "similarity"]
            ):
                apart = any(
                    train.holds(one) and held_out.holds(other)
                    for one, other in ((kept, member), (member, kept))
                )
                inked = looks.inked(kept) or looks.inked(member)
                if apart and inked and alike >= VERSION_SIMILARITY:
                    what = f"images {kept} and {member}, {alike:.0%} the same text"
                    problems.append(Problem("versions_in_both_splits", path, what))

        deque(each_part(layout.duplicates, read), maxlen=0)  # told with the verdicts
        yield from problems
