"""What somebody hid in a PDF stands in no file of a run, and the auditor is told."""

import json
import tarfile
from collections import defaultdict
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from gyogwa.pipelines.cli import main
from gyogwa.schemas.records import Image
from gyogwa.schemas.running_text import Paragraph
from gyogwa.transforms.files.tables import read_folder
from tests.browser.reading import cards_of
from tests.transforms.ingest.pdf_pages import FONT, TEXTS, Sheet, pdf_of

pytestmark = pytest.mark.skipif(not FONT.exists(), reason="needs Debian's fonts-nanum")
SECRETS = {"ko": "김아무개", "en": "Gildong"}


def redacted(sheet: Sheet) -> None:
    sheet.body()
    sheet.text(SECRETS[sheet.language], 300, 60)
    sheet.bar(290, 50, 200, 30)


def test_redacted_names_are_nowhere_in_a_run(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for language in SECRETS:
        (tmp_path / "in" / f"{language}.pdf").write_bytes(pdf_of(redacted, language))
    run = tmp_path / "run"
    arguments = ["build", "--input", str(tmp_path / "in"), "--output", str(run)]
    assert main([*arguments, "--curriculum", "ocr-only"]) == 0
    samples = []
    for path in sorted(run.rglob("*")):
        if path.is_dir():
            continue
        held = path.read_bytes().decode("utf-8", "ignore")
        if path.suffix == ".parquet":
            held = str(pq.read_table(path).to_pylist())
        assert not any(secret in held for secret in SECRETS.values()), path
        if path.suffix == ".tar" and "stages" in path.parts:
            with tarfile.open(path) as tar:
                files = [tar.extractfile(m) for m in tar if m.name.endswith(".json")]
                samples += [json.loads(file.read()) for file in files if file]
    assert samples
    for sample in samples:
        assert [found["covered"] for found in sample["annotation"]] == [1]
        assert sample["annotation"][0]["origin"] == "text_layer"
    told = sorted(
        read_folder(Paragraph, str(run / "texts")), key=lambda row: (row.document, row.number)
    )
    texts = defaultdict(list)
    for paragraph in told:
        texts[paragraph.document].append(paragraph.text)
    assert {" ".join(text) for text in texts.values()} == {" ".join(TEXTS[e]) for e in SECRETS}
    catalog = {image.image_id: image.document for image in read_folder(Image, str(run / "catalog"))}
    assert [catalog[p.places[0].image_id] for p in told] == [p.document for p in told]
    shown = [card for card in cards_of(run / "cards") if card["kind"] == "sample"]
    assert len(shown) == len(samples)
    assert all(picture["covered"] == 1 for card in shown for picture in card["images"])
