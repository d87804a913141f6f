"""Faults of the split: something that is held out is trained on too."""

from gyogwa.schemas.ledger import Duplicate
from gyogwa.schemas.records import Conversation, Image
from tests.pipelines.lint.faults.registry import fault
from tests.pipelines.lint.faults.samples import of
from tests.pipelines.lint.forgery import Forged, Forgery

HELD_OUT = "2-sft/validation"


def _shows(image_id: str, sample: Forged) -> bool:
    return any(image["id"] == image_id for image in sample.images)


@fault("document_in_both_splits")
def page_of_a_document_held_out(run: Forgery) -> str:
    """A page that is held out is of a document that is trained on, as the catalog says as well."""
    image_id = run.find(HELD_OUT, of("caption")).images[0]["id"]
    document = run.find("2-sft", of("caption")).entry["provenance"]["document"]
    run.edit_table(Image, "catalog", lambda row: row.image_id == image_id, document=document)
    places = run.edit_every(
        lambda sample: _shows(image_id, sample),
        lambda sample: sample.entry["provenance"].update(document=document),
    )
    return f": {places[0].rpartition(' ')[2]}"


@fault("image_in_both_splits")
def second_image_of_a_pair_held_out(run: Forgery) -> str:
    """The second image of a pair that is held out is one of a pair that is trained on."""
    other = run.find("2-sft", lambda sample: len(sample.images) == 2)
    image, data = other.images[1], other.members[other.images[1]["file"]]

    def change(sample: Forged) -> None:
        sample.images[1] = image
        sample.members[image["file"]] = data
        sample.rekey()
        uri, ids = sample.entry["provenance"]["uri"], [each["id"] for each in sample.images]
        run.edit_table(Conversation, "records", lambda row: row.uri == uri, image_ids=ids)

    return run.edit(HELD_OUT, lambda sample: len(sample.images) == 2, change)


@fault("versions_in_both_splits")
def version_held_out(run: Forgery) -> str:
    """Two pages that read nearly the same, as the table of pairs says, one of them held out."""
    train, held_out = (run.find(split, of("caption")) for split in ("2-sft", HELD_OUT))
    return run.edit_table(
        Duplicate,
        "duplicates",
        lambda _: True,
        kept=held_out.images[0]["id"],
        member=train.images[0]["id"],
        verdict="different",
        similarity=0.8,
    )
