"""`gyogwa plan`'s estimate: what there is to do, times rates, and its price."""

import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from gyogwa.pipelines.cli import main
from gyogwa.pipelines.estimate.estimate import estimate
from gyogwa.pipelines.estimate.pace import at_this_pace
from gyogwa.pipelines.estimate.rates import SECONDS, Prices, measured_rates
from gyogwa.pipelines.estimate.trying import some_of_listing
from gyogwa.pipelines.estimate.work import Work, work_of_catalog, work_of_listing
from gyogwa.schemas.layout import RunLayout
from gyogwa.transforms.ingest.raw import ListedFile

RATES = measured_rates()
WORK = Work(
    ingest=1000, megapixels=2000, known=400, read=600, read_megapixels=1200, ink=100, images=1000,
    image_bytes=5e8, looks=2000, samples=9000, shown=4e9, shown_words=9e5,
    words=1e5, told=4e4, unwritten=1e5,
)  # fmt: skip


def test_twice_the_work_takes_twice_as_long_but_for_the_start() -> None:
    twice = Work(**{name: 2 * n for name, n in vars(WORK).items() if name != "assumed"})
    one, two = (estimate(work, RATES, 1, None) for work in (WORK, twice))
    start = sum(RATES.start.values()) / 3600
    assert two.core_hours - start == pytest.approx(2 * (one.core_hours - start))
    assert two.shuffle == pytest.approx(2 * one.shuffle)
    assert two.storage - RATES.table_bytes == pytest.approx(2 * (one.storage - RATES.table_bytes))


def test_cores_share_the_work_and_not_the_start() -> None:
    one, hundred = (estimate(WORK, RATES, cores, None) for cores in (1, 100))
    assert hundred.core_hours == one.core_hours
    start = sum(RATES.start.values()) / 3600
    assert hundred.hours - start == pytest.approx((one.hours - start) / 100)


def test_a_price_is_the_sum_of_its_parts() -> None:
    found = estimate(WORK, RATES, 8, None)
    parts = {
        "core_hour": found.core_hours,
        "memory_gb_hour": found.core_hours * RATES.worker_memory / 1e9,
        "shuffle_gb": found.shuffle / 1e9,
        "storage_gb_month": found.storage / 1e9 * 3,
    }
    for name, amount in parts.items():
        prices = Prices.model_validate({name: 2.0, "months": 3.0})
        assert estimate(WORK, RATES, 8, prices).cost == pytest.approx(2 * amount)
    assert found.cost is None


def test_reading_costs_more_than_knowing() -> None:
    read = replace(WORK, known=0, read=1000, read_megapixels=2000, ink=170)
    known = replace(WORK, known=1000, read=0, read_megapixels=0, ink=0)
    assert estimate(read, RATES, 1, None).core_hours > 1.5 * (
        estimate(known, RATES, 1, None).core_hours
    )


def test_seconds_follow_the_machine_and_bytes_do_not() -> None:
    found = at_this_pace(RATES).model_dump()
    share = found["look"] / RATES.look
    assert share > 0
    for name, rate in RATES.model_dump().items():
        by = share if name in SECONDS else 1.0
        if isinstance(rate, dict):
            assert found[name] == pytest.approx({phase: by * each for phase, each in rate.items()})
        elif name != "how":
            assert found[name] == pytest.approx(by * rate)


def test_reading_masked_regions_again_is_counted() -> None:
    plain, masked = (
        estimate(replace(WORK, masked=pages, masks=5 * pages), RATES, 1, None) for pages in (0, 100)
    )
    assert 3600 * (masked.core_hours - plain.core_hours) == pytest.approx(
        100 * (RATES.mask_page + 5 * RATES.mask)
    )


def listed(uri: str, kind: str, source: str = "a", size: int = 1000, pages: int = 0) -> ListedFile:
    return ListedFile(source, kind, f"/nowhere/{uri}", uri, size, "", "", pages=pages)


def test_a_listing_says_what_it_can_and_what_was_assumed() -> None:
    files = [
        listed("1.png", "files"), listed("2.png", "files", "b"), listed("x.pdf", "pdf", pages=7),
        listed("metadata.jsonl", "metadata"),
        listed("rows.parquet", "parquet", size=round(3 * RATES.image_bytes)),
        replace_rule(listed("3.png", "files")),
    ]  # fmt: skip
    work = work_of_listing(files, 150, RATES)
    assert (work.ingest, work.rendered, work.read, work.known) == pytest.approx(
        (12, 7, 1, 11), 1e-4
    )
    assert len(work.assumed) == 4


def test_only_whole_images_without_labels_are_tried(tmp_path: Path) -> None:
    files = []
    for name in ("a.png", "b.png", "broken.png", "labelled.png"):
        place = tmp_path / name
        Image.new("L", (400, 250), 255).save(place)
        source = "known" if name == "labelled.png" else "a"
        files.append(replace_path(listed(name, "files", source), place))
    (tmp_path / "broken.png").write_bytes(b"\x89PNG")
    files.append(listed("metadata.jsonl", "metadata", "known"))
    found = some_of_listing(files, 8)
    assert {Path(each.ref.path).name for each in found} == {"a.png", "b.png"}
    assert [each.megapixels for each in found] == [0.1, 0.1]
    assert len(some_of_listing(files, 1)) == 1
    data = (tmp_path / "a.png").read_bytes()
    assert found[0].sha256 == hashlib.sha256(data).hexdigest()


def replace_path(file: ListedFile, path: Path) -> ListedFile:
    return ListedFile(**{n: getattr(file, n) for n in file.__struct_fields__} | {"path": str(path)})


def replace_rule(file: ListedFile) -> ListedFile:
    return ListedFile(
        **{n: getattr(file, n) for n in file.__struct_fields__} | {"rule": "too_large"}
    )


def test_what_is_annotated_is_not_counted_again(finished: Path, tmp_path: Path) -> None:
    layout = RunLayout(str(finished))
    work = work_of_catalog(layout, "any", RATES)
    assert (work.known, work.read) == (0, 0)
    assert work.images > 0
    bare = RunLayout(str(tmp_path / "bare"))
    shutil.copytree(layout.catalog, bare.catalog)
    undone = work_of_catalog(bare, "any", RATES)
    assert undone.known + undone.read == undone.images == work.images


def test_plan_shows_it_with_a_price_and_writes_nothing(
    finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prices = tmp_path / "prices.yaml"
    prices.write_text("currency: KRW\ncore_hour: 80\nstorage_gb_month: 30\nmonths: 12\n")
    before = {path: path.stat().st_mtime_ns for path in finished.rglob("*")}
    assert main(["plan", f"--output={finished}", f"--price_file={prices}", "--cores=4"]) == 0
    said = capsys.readouterr().out
    assert "Estimate, on 4 cores" in said
    assert "core hours, " in said
    assert "KRW" in said
    assert {path: path.stat().st_mtime_ns for path in finished.rglob("*")} == before


def test_plan_of_inputs_lists_them(few: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", f"--input=few={few}"]) == 0
    said = capsys.readouterr().out
    assert "ingest" in said
    assert "assumed: images of few have labels" in said


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ([], "--output OUT (a run) or --input PATH"),
        (["--cores=0", "--output=x"], "--cores 0: expected 1 or more"),
        (["--input=a", "--output=x"], "give --input for what is to be built, or --output"),
        (["--output=x", "--price_file=none.yaml"], "--price_file none.yaml: no such file"),
    ],
)
def test_what_can_not_be_planned_is_one_line(
    flags: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", *flags]) == 1
    assert said in capsys.readouterr().err


def test_a_price_file_with_another_field_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prices = tmp_path / "prices.yaml"
    prices.write_text("core_hours: 1\n")
    assert main(["plan", "--output=x", f"--price_file={prices}"]) == 1
    assert "core_hours" in capsys.readouterr().err
