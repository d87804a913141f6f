"""What an input holds is named as what it is, by its content where the name doesn't say."""

import base64
import io
import tarfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

from gyogwa.pipelines.inspect import kinds_of, listed
from gyogwa.transforms.ingest.raw import Input


def _png() -> bytes:
    out = io.BytesIO()
    Image.new("L", (40, 30), 255).save(out, "PNG")
    return out.getvalue()


def test_every_format_that_holds_images_is_named(tmp_path: Path) -> None:
    png, page = _png(), Image.new("L", (40, 30), 255)
    table = pa.table({"image": [png], "text": ["안내문"]})
    pq.write_table(table, tmp_path / "a.parquet")
    with pa.ipc.new_stream(str(tmp_path / "data-00000-of-00001.arrow"), table.schema) as stream:
        stream.write_table(table)
    row = f"1\t{base64.b64encode(png).decode()}\t제목?\t안내문"
    (tmp_path / "b.tsv").write_text(f"index\timage\tquestion\tanswer\n{row}\n")
    with tarfile.open(tmp_path / "c.tar", "w") as tar:
        member = tarfile.TarInfo("k.png")
        member.size = len(png)
        tar.addfile(member, io.BytesIO(png))
    page.save(tmp_path / "d.pdf")
    page.save(tmp_path / "e.tif", save_all=True, append_images=[page.rotate(180)])
    page.save(tmp_path / "f.tiff")
    (tmp_path / "g.hwp").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512))
    (tmp_path / "h.docx").write_bytes(b"PK")
    (tmp_path / "classes.txt").write_text("표\n")
    (tmp_path / "i.xlsx").write_bytes(b"PK")
    found = {
        kind.name: kind.files for kind in kinds_of(*listed(Input("s", str(tmp_path), "unknown")))
    }
    formats = ("arrow", "files", "hwp", "office", "parquet", "pdf", "scan", "tar", "text_table")
    assert found == {
        **{name: 1 for name in formats if name != "files"},
        "images": 1,
        "not read: .xlsx": 1,
    }
