"""Write the run's README.md: a data card whose YAML head gives each shard series a config."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from gyogwa.pipelines.summary import stage_manifests
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.manifest import CurriculumManifest, StageManifest
from gyogwa.transforms.files.writing import write_bytes


def _folder(manifest: StageManifest) -> str:
    return RunLayout(".").stage(manifest.number, manifest.name, manifest.split)[2:]


def write_datacard(layout: RunLayout, run: CurriculumManifest) -> None:
    """Write the card. `datasets.load_dataset(OUT, CONFIG)` reads one series of one stage."""
    manifests = stage_manifests(layout, run)
    configs = [
        (
            f"{manifest.number}-{manifest.name}-{series}"
            + ("" if manifest.split == "train" else f"-{manifest.split}"),
            f"{_folder(manifest)}/{manifest.name}-{series}-[0-9]*.tar",
        )
        for manifest in manifests
        for series in sorted(
            {shard.series for shard in manifest.shards if not shard.file.startswith("../")}
        )
    ]
    licences = sorted({share.licence for manifest in manifests for share in manifest.sources})
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), trim_blocks=True, lstrip_blocks=True
    )
    text = environment.get_template("datacard.md.j2").render(
        run=run, manifests=manifests, configs=configs, licences=licences
    )
    write_bytes(layout.readme, text.encode())
