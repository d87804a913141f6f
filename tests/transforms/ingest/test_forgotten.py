"""What a run was made to forget is rejected when it comes in again, under whatever name."""

from pathlib import Path

from PIL import Image as Pillow

from gyogwa.schemas.forgotten import Forgotten, Receipt, place_hash
from gyogwa.schemas.ids import image_id_of
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.ledger import LedgerRow, Reject
from gyogwa.schemas.records import Image
from gyogwa.transforms.files.forgotten import write_forgotten
from gyogwa.transforms.files.tables import read_folder, write_rows
from gyogwa.transforms.ingest.outcomes import PartTables, ingest_part
from gyogwa.transforms.ingest.places import PartFile
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
    assert [(reject.uri, reject.value) for reject in gone] == [("", "")] * 2  # it names neither
    assert len({reject.id for reject in gone}) == 2
    (row,) = (r for r in read_folder(LedgerRow, layout.ledger) if r.unit == "images")
    assert (row.incoming, row.kept, row.rejected) == (3, 1, 2)


def test_a_part_of_which_something_was_forgotten_can_move(tmp_path: Path) -> None:
    """What it was made of doesn't list the file that was forgotten, its rejects name nothing."""
    layout = RunLayout(str(tmp_path / "run"))
    (tmp_path / "in").mkdir()
    for number in range(3):
        Pillow.new("L", (40, 30), 60 * number).save(tmp_path / "in" / f"{number}.png")

    def ingested(name: str) -> list[tuple[str, str, str]]:
        for part in planned(f"in={tmp_path / name}").parts:
            said.append(ingest_part([part], layout))
            tables.append(PartTables(layout, part.part_id))
        kept = [("images", i.uri, i.ref.path) for i in read_folder(Image, layout.catalog)]
        return kept + [(r.rule, r.uri, r.source) for r in read_folder(Reject, layout.rejects)]

    said: list[str] = []
    tables: list[PartTables] = []
    ingested("in")
    place = place_hash("in", "1.png")
    receipt = Receipt(
        asked="uri", place=place, images=[], sha256=[], places=[place], conversations=[]
    )
    write_forgotten(layout, Forgotten(receipts=[receipt]))
    files = [file for file in tables[0].done() if file.uri != "1.png"]
    write_rows(PartFile, tables[0].files, files)

    def expected(folder: str) -> list[tuple[str, str, str]]:
        paths = [(f"{n}.png", str(tmp_path / folder / f"{n}.png")) for n in (0, 2)]
        return [*(("images", *path) for path in paths), ("forgotten", "", "in")]

    assert ingested("in") == expected("in")
    (tmp_path / "in").rename(tmp_path / "there")
    assert ingested("there") == expected("there")
    assert said == ["made", "made", "moved"]
