"""Write the run's README.md: a data card whose YAML head gives each shard series a config.

Names and licences come from data, and a page that shows the card takes Markdown and HTML: whatever
would be either is escaped.
"""

import json
import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from gyogwa.pipelines.summary import stage_manifests
from gyogwa.schemas.layout import RunLayout
from gyogwa.schemas.manifest import CurriculumManifest, StageManifest
from gyogwa.transforms.files.writing import write_bytes

_MARKUP = re.compile(r"[\\`*_\[\]|~!#]")


def escaped(text: str) -> str:
    """A text that Markdown shows as it is, in one line.

    >>> escaped("a|b <img src=x onerror=alert(1)> [c](javascript:d)")
    'a\\\\|b &lt;img src=x onerror=alert(1)&gt; \\\\[c\\\\](javascript:d)'
    """
    flat = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKUP.sub(lambda match: "\\" + match[0], flat)


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
    environment.filters |= {
        "md": escaped,
        "yaml": lambda text: json.dumps(text, ensure_ascii=False),
    }
    text = environment.get_template("datacard.md.j2").render(
        run=run, manifests=manifests, configs=configs, licences=licences
    )
    write_bytes(layout.readme, text.encode())
