"""What an input holds is named as what it is, by its content where the name doesn't say."""

import base64
import io
import tarfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

from gyogwa.pipelines.inspect import kinds_of, listed
from gyogwa.pipelines.inspect_columns import mapped_columns
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


def test_columns_are_named_with_what_they_would_be(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(_png())
    table = pa.table({"page": [_png()], "질문": ["합계는?"], "정답": ["12"], "uid": [7]})
    pq.write_table(table, tmp_path / "a.parquet")
    pq.write_table(table, tmp_path / "b.parquet")  # the same columns once more
    (tmp_path / "labels.csv").write_text("파일명,판독,text\na.png,안내문,공고\n", encoding="cp949")
    (tmp_path / "rows.json").write_text('[{"image": "a.png", "text": "안내문", "n": null}]')
    (tmp_path / "metadata.jsonl").write_text('{"file_name": "a.png", "kind": "공문", "o": {}}\n')
    (tmp_path / "broken.parquet").write_bytes(b"PAR1")
    files, labels = listed(
        Input("s", str(tmp_path), "unknown", columns='[["판독","transcription"]]')
    )
    by_name = {file.uri: file for file in [*files, *labels]}
    talk = "질문 → conversations; 정답 → conversations"
    assert list(mapped_columns([by_name[name] for name in sorted(by_name)])) == [
        f"columns of a.parquet: page → image; {talk}; uid → not read",
        "columns of labels.csv: 파일명 → file_name; 판독 → transcription; text → text",
        "columns of metadata.jsonl: file_name → file_name; kind → kind; o → not read",
        "columns of rows.json: image → file_name; text → text",
    ]
