"""Write the JSON Schemas of all formats beside this file: `python -m schemas.export`."""

import json
from pathlib import Path

from pydantic import BaseModel, TypeAdapter

from schemas import records
from schemas.curriculum import Curriculum
from schemas.manifest import CurriculumManifest, StageManifest
from schemas.quality import QualityReport
from schemas.sample_json import SampleEntry

FOLDER = Path(__file__).parent / "json"
MODELS: dict[str, type[BaseModel]] = {
    "curriculum": Curriculum,
    "stage-manifest": StageManifest,
    "curriculum-manifest": CurriculumManifest,
    "sample": SampleEntry,
    "ocr-quality": QualityReport,
}
ROWS: dict[str, type] = {
    "catalog-row": records.Image,
    "record-row": records.Record,
    "annotation-row": records.Annotation,
    "reject-row": records.Reject,
    "benchmark-row": records.BenchmarkRow,
    "duplicate-row": records.Duplicate,
    "index-row": records.IndexRow,
    "book-row": records.Book,
}


def schemas() -> dict[str, str]:
    """File name to JSON Schema text."""
    texts = {name: model.model_json_schema(by_alias=True) for name, model in MODELS.items()}
    texts |= {name: TypeAdapter(row).json_schema() for name, row in ROWS.items()}
    return {
        f"{name}.schema.json": json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        for name, schema in texts.items()
    }


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, text in schemas().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
