"""What the run's tables say of some images: read for a few thousand at a time, so that memory
hangs on their number and not on the run's. Each time costs one reading of the tables."""

from collections.abc import Iterable

from gyogwa.pipelines.cards.choose import DROPPED
from gyogwa.pipelines.cards.hidden import hidden_ids
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.ledger import Duplicate
from gyogwa.schemas.records import Annotation, Conversation, Image, MovedLabels
from gyogwa.transforms.annotate.annotation import wanted_engine
from gyogwa.transforms.annotate.images import best_occurrence
from gyogwa.transforms.cards.evidence import Evidence
from gyogwa.transforms.files.tables import list_parts, read_columns, read_folder, rows_with


class Tables:
    """`layout` has what ingest and annotate wrote, `built` what assemble wrote, which may lie in
    another place; `engine` read the images that had to be read."""

    def __init__(self, layout: RunLayout, built: RunLayout, engine: str) -> None:
        self._layout, self._built, self._engine = layout, built, engine
        self._hidden = hidden_ids(built)
        self._clusters: dict[str, list[Duplicate]] = {}
        for pair in read_folder(Duplicate, built.duplicates):
            if pair.verdict in DROPPED:
                for identity in {pair.kept, pair.member}:
                    self._clusters.setdefault(identity, []).append(pair)

    def of_images(self, ids: Iterable[str]) -> dict[str, Evidence]:
        """What is known of each of these images; of others, nothing."""
        wanted = set(ids)
        images: dict[str, list[Image]] = {}
        for image in rows_with(Image, self._layout.catalog, "image_id", wanted):
            images.setdefault(image.image_id, []).append(image)
        best = {identity: best_occurrence(found) for identity, found in images.items()}
        engines = {identity: wanted_engine(image, self._engine) for identity, image in best.items()}
        annotations: dict[str, Annotation] = {}
        for found in rows_with(Annotation, self._layout.annotations, "image_id", wanted):
            if engines.get(found.image_id) == found.engine:
                annotations[found.image_id] = found
        moved: dict[str, list[MovedLabels]] = {}
        if list_parts(self._built.moved):
            for row in rows_with(MovedLabels, self._built.moved, "image_id", wanted):
                moved.setdefault(row.image_id, []).append(row)
                annotations[row.image_id] = row.annotation
        return {
            identity: Evidence(
                best[identity],
                images[identity],
                annotations.get(identity),
                moved.get(identity, []),
                self._clusters.get(identity, []),
                identity in self._hidden,
            )
            for identity in images
        }

    def conversations(self, ids: Iterable[str]) -> dict[str, Conversation]:
        """Conversations that sources brought, by id; those that may be shown."""
        rows = rows_with(Conversation, self._layout.records, "conversation_id", set(ids))
        return {row.conversation_id: row for row in rows if row.conversation_id not in self._hidden}

    def ids_at(self, places: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
        """The images that lie at these sources and URIs."""
        wanted, found = set(places), {}
        for path in list_parts(self._layout.catalog):
            columns = read_columns(Image, path, ["source", "uri", "image_id"])
            where = zip(columns["source"], columns["uri"], strict=True)
            for place, identity in zip(where, columns["image_id"], strict=True):
                if place in wanted:
                    found[place] = identity
        return found
