"""Cards of samples, rejects and pairs, made some thousands at a time out of tables and shards."""

import io
from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from gyogwa.pipelines.cards.choose import Chosen
from gyogwa.pipelines.cards.images import Draft
from gyogwa.pipelines.cards.tables import Tables
from gyogwa.schemas.curriculum import Curriculum
from gyogwa.schemas.ledger import Duplicate, Reject
from gyogwa.transforms.cards.absences import pair_card, pair_id, reject_card
from gyogwa.transforms.cards.card import Card, Picture, Place
from gyogwa.transforms.cards.evidence import Evidence, members_of, pair_name
from gyogwa.transforms.cards.pieces import batched
from gyogwa.transforms.cards.samples import sample_card
from gyogwa.transforms.files.storage import read_exactly
from gyogwa.transforms.shards.reader import StoredSample, samples_in

AT_ONCE = 2000
"""Cards for which the tables are read together: some 200 MB where pages are full of words."""

PairCards = Mapping[str, str]
"""Ids of cards of pairs, by `pair_name`."""


def pair_cards(pairs: list[Duplicate]) -> dict[str, str]:
    """The pairs that have cards."""
    return {pair_name(pair): pair_id(pair) for pair in pairs}


def of_samples(
    chosen: list[Chosen], tables: Tables, curriculum: Curriculum, pairs: PairCards
) -> Iterator[Draft]:
    """Cards of samples, in the order given."""
    for some in batched(chosen, AT_ONCE):
        stored = [(each, _read(each)) for each in some]
        entries = [(each, sample, sample.entry(each.row.shard)) for each, sample in stored]
        known = tables.of_images({image.id for _, _, entry in entries for image in entry.images})
        for each, sample, entry in entries:
            row = each.row
            place = Place(f"{each.shards}/{row.shard}", row.offset, row.length, row.crc32)
            bounds = (curriculum.filters, each.stage.filters)
            card = sample_card(row.key, entry, place, known, bounds, row.repeats)
            images = [sample.members[image.file] for image in entry.images]
            yield Draft(_with_clusters(card, known, pairs), [*images])


def _read(each: Chosen) -> StoredSample:
    data = read_exactly(f"{each.folder}/{each.row.shard}", each.row.offset, each.row.length)
    (sample,) = samples_in(io.BytesIO(data))
    return sample


def of_rejects(
    rejects: list[Reject], tables: Tables, curriculum: Curriculum, pairs: PairCards
) -> Iterator[Draft]:
    """Cards of rejects: with the image that the reject names, or that lies where it says."""
    for some in batched(rejects, AT_ONCE):
        at = tables.ids_at({(reject.source, reject.uri) for reject in some})
        said = tables.conversations({reject.id for reject in some})
        ids = {reject.id for reject in some} | {*at.values()}
        ids |= {image for row in said.values() for image in row.image_ids}
        known = tables.of_images(ids)
        for reject in some:
            asked = said.get(reject.id)
            first = asked.image_ids[0] if asked and asked.image_ids else ""
            image = known.get(reject.id) or known.get(first)
            image = image or known.get(at.get((reject.source, reject.uri), ""))
            card = reject_card(reject, image, asked, (curriculum.filters,))
            yield Draft(_with_clusters(card, known, pairs), [_shown(image)] if image else [])


def of_pairs(pairs: list[Duplicate], tables: Tables) -> Iterator[Draft]:
    """Cards of pairs, with both images; of one image found twice, with that one."""
    names = pair_cards(pairs)
    for some in batched(pairs, AT_ONCE):
        known = tables.of_images({end for pair in some for end in (pair.kept, pair.member)})
        for pair in some:
            kept, member = known.get(pair.kept), known.get(pair.member)
            card = pair_card(pair, kept, member)
            if pair.kept == pair.member:
                one = replace(card, images=card.images[:1])
                yield Draft(_with_clusters(one, known, names), [_shown(kept)])
            else:
                ends = [_shown(kept), _shown(member)]
                yield Draft(_with_clusters(card, known, names), [*ends], pair)


def _shown(known: Evidence | None) -> Evidence | None:
    return None if known is None or known.hidden else known


def _with_clusters(card: Card, known: Mapping[str, Evidence], pairs: PairCards) -> Card:
    def joined(picture: Picture) -> Picture:
        found = known.get(picture.id)
        if found is None or not found.cluster:
            return picture
        return replace(picture, cluster=members_of(picture.id, found.cluster, pairs))

    return replace(card, images=[joined(picture) for picture in card.images])
