"""Write the JSON Schemas of all formats beside this file: `python -m gyogwa.schemas.export`."""

import json
from pathlib import Path

from pydantic import BaseModel

from gyogwa.schemas import ledger, personal, records, running_text, samples
from gyogwa.schemas.curriculum import Curriculum
from gyogwa.schemas.forgotten import Forgotten
from gyogwa.schemas.manifest import CurriculumManifest, StageManifest
from gyogwa.schemas.quality import QualityReport
from gyogwa.schemas.review import Marks
from gyogwa.schemas.row import Row
from gyogwa.schemas.row_schema import row_schema
from gyogwa.schemas.run import Published, RunMarker
from gyogwa.schemas.sample_json import SampleEntry

FOLDER = Path(__file__).parent / "json"
MODELS: dict[str, type[BaseModel]] = {
    "curriculum": Curriculum,
    "stage-manifest": StageManifest,
    "curriculum-manifest": CurriculumManifest,
    "sample": SampleEntry,
    "ocr-quality": QualityReport,
    "published": Published,
    "run-marker": RunMarker,
    "marks": Marks,
    "forgotten": Forgotten,
}
ROWS: dict[str, type[Row]] = {
    "catalog-row": records.Image,
    "conversation-row": records.Conversation,
    "annotation-row": records.Annotation,
    "paragraph-row": running_text.Paragraph,
    "failed-reading-row": records.FailedReading,
    "reject-row": ledger.Reject,
    "benchmark-row": records.BenchmarkRow,
    "duplicate-row": ledger.Duplicate,
    "moved-labels-row": records.MovedLabels,
    "suspect-row": ledger.Suspect,
    "searched-row": ledger.Searched,
    "personal-data-row": personal.PersonalData,
    "index-row": samples.IndexRow,
    "ledger-row": ledger.LedgerRow,
}


def schemas() -> dict[str, str]:
    """File name to JSON Schema text."""
    texts = {name: model.model_json_schema(by_alias=True) for name, model in MODELS.items()}
    texts |= {name: row_schema(row) for name, row in ROWS.items()}
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
