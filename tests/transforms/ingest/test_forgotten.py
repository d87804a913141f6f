"""What a run was made to forget is rejected when it comes in again, under whatever name."""

from pathlib import Path

from PIL import Image as Pillow

from gyogwa.schemas.forgotten import Forgotten, Receipt, place_hash
from gyogwa.schemas.ids import image_id_of
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.ledger import LedgerRow, Reject
from gyogwa.schemas.records import Image
from gyogwa.transforms.files.forgotten import write_forgotten
from gyogwa.transforms.files.tables import read_folder
from gyogwa.transforms.ingest.outcomes import ingest_part
from tests.transforms.ingest.planning import planned


def test_neither_bytes_nor_place_come_back(tmp_path: Path) -> None:
    inputs, layout = tmp_path / "in", RunLayout(str(tmp_path / "run"))
    inputs.mkdir()
    for number, name in enumerate(("renamed.png", "at-its-place.png", "other.png")):
        Pillow.new("L", (40, 30), 60 * number).save(inputs / name)
    bytes_ = Receipt(
        asked="image", place="", images=[image_id_of((inputs / "renamed.png").read_bytes())],
        sha256=[], places=[], conversations=[],
    )  # fmt: skip
    place = Receipt(
        asked="uri", place=place_hash("in", "at-its-place.png"), images=[], sha256=[], places=[],
        conversations=[],
    )  # fmt: skip
    write_forgotten(layout, Forgotten(receipts=[bytes_, place]))
    for part in planned(f"in={inputs}").parts:
        ingest_part([part], layout)
    assert [image.uri for image in read_folder(Image, layout.catalog)] == ["other.png"]
    gone = [r for r in read_folder(Reject, layout.rejects) if r.rule == "forgotten"]
    assert sorted(reject.uri for reject in gone) == ["at-its-place.png", "renamed.png"]
    (row,) = (r for r in read_folder(LedgerRow, layout.ledger) if r.unit == "images")
    assert (row.incoming, row.kept, row.rejected) == (3, 1, 2)
