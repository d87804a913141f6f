"""A copy of a run that can be changed and sealed again, as a careful forger would."""

import io
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from msgspec.structs import replace

from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.row import Row
from gyogwa.schemas.sample_json import SampleEntry
from gyogwa.schemas.samples import IndexRow
from gyogwa.transforms.files.tables import read_rows, write_rows
from gyogwa.transforms.files.tar import add_member, end_tar
from gyogwa.transforms.shards.reader import samples_in
from tests.pipelines.lint.sealing import (
    Json,
    edit_json,
    folders,
    rehash,
    rehash_run,
    seal,
    write,
)

T = TypeVar("T", bound=Row)


@dataclass
class Forged:
    """A sample of a shard: its images by suffix, and its JSON. `text`: the JSON's bytes, empty for
    none, and None for those that the writer makes of `entry`."""

    shard: str
    key: str
    members: dict[str, bytes]
    entry: Json
    text: bytes | None = None

    @property
    def task(self) -> str:
        """Its task."""
        return str(self.entry["task"])

    @property
    def images(self) -> list[Json]:
        """Its images as the JSON has them."""
        found: list[Json] = self.entry["images"]
        return found

    def rekey(self) -> None:
        """Give it the key that follows from what it is."""
        ids, origin = [image["id"] for image in self.images], self.entry["provenance"]
        self.key = hash_of(origin["stage"], self.task, origin["detail"], *ids)[:24]

    def json(self) -> bytes:
        """Its JSON as it stands in the shard."""
        if self.text is not None:
            return self.text
        entry = self.entry | {"questions": self.questions()}
        return SampleEntry.model_validate(entry).model_dump_json(by_alias=True).encode()

    def questions(self) -> list[dict[str, Any]]:
        """The one question of a sample, as the rest of its JSON has it."""
        detail = self.entry["provenance"]["detail"]
        turns = len(self.entry["conversations"])
        return [{"task": self.task, "detail": detail, "turns": turns}]

    def row(self, row: IndexRow) -> IndexRow:
        """The row of the index that it should have."""
        entry, origin = self.entry, self.entry["provenance"]
        texts = [turn["content"] for turn in entry["conversations"]]
        length = sum(map(len, [*texts, entry["chosen"] or "", entry["rejected"] or ""]))
        return replace(
            row,
            key=self.key,
            shard=self.shard,
            task=entry["task"],
            source=origin["source"],
            licence=origin["licence"],
            language=origin["language"],
            document=origin["document"],
            images=len(self.images),
            width=max((image["width"] for image in self.images), default=0),
            height=max((image["height"] for image in self.images), default=0),
            text_length=length,
            tokens=length,
            questions=[self.task],
        )


Wanted = Callable[[Forged], bool]


class Forgery:
    """A run in a folder of its own. Splits are named as their folders: "2-sft/validation"."""

    def __init__(self, run: Path) -> None:
        self.run = run

    @classmethod
    def of(cls, run: Path, copy: Path) -> "Forgery":
        """A copy of a run, of links to its files."""
        shutil.copytree(run, copy, copy_function=os.link)
        return cls(copy)

    def path(self, name: str) -> Path:
        """A file of the run."""
        return self.run / name

    def json(self, name: str) -> Json:
        """A JSON file of the run."""
        found: Json = json.loads(self.path(name).read_bytes())
        return found

    def edit_json(self, name: str, change: Callable[[Json], object]) -> str:
        """Change a JSON file; gives its name."""
        edit_json(self.path(name), change)
        return name

    def edit_manifest(
        self, split: str, change: Callable[[Json], object], sealed: bool = True
    ) -> str:
        """Change a manifest, and the fingerprints above it if `sealed`; gives its name."""
        name = self.edit_json(f"stages/{split}/manifest.json", change)
        if sealed:
            rehash(self.run, indexes=False)
        return name

    def edit_stage(self, number: int, **settings: Any) -> str:
        """Change settings of a stage in the curriculum; gives its training manifest's name."""
        name = str(self.json("curriculum.json")["stages"][number - 1]["manifest"])
        self.edit_json(
            "curriculum.json", lambda run: run["curriculum"]["stages"][number - 1].update(settings)
        )
        rehash_run(self.run)
        return name

    def rows(self, record: type[T], name: str) -> list[T]:
        """The rows of a table."""
        return list(read_rows(record, str(self.path(name))))

    def parts(self, folder: str) -> list[str]:
        """The tables of a folder."""
        return sorted(f"{folder}/{path.name}" for path in self.path(folder).glob("*.parquet"))

    def write_rows(self, record: type[T], name: str, rows: list[T]) -> str:
        """Write a table anew; gives its name."""
        self.path(name).unlink(missing_ok=True)
        write_rows(record, str(self.path(name)), rows)
        return name

    def edit_table(
        self, record: type[T], folder: str, wanted: Callable[[T], bool], **values: Any
    ) -> str:
        """Change the first row of a folder's tables that is wanted; gives its part's name."""
        for name in self.parts(folder):
            rows = self.rows(record, name)
            for place, row in enumerate(rows):
                if wanted(row):
                    rows[place] = replace(row, **values)
                    return self.write_rows(record, name, rows)
        raise LookupError(f"the good run has no such row in {folder}")

    def samples(self, split: str) -> Iterator[Forged]:
        """The samples of a split, shard by shard."""
        for path in sorted(self.path(f"stages/{split}").glob("*.tar")):
            for sample in samples_in(io.BytesIO(path.read_bytes())):
                entry = json.loads(sample.members.pop("json"))
                yield Forged(path.name, sample.key, sample.members, entry)

    def find(self, split: str, wanted: Wanted) -> Forged:
        """The first sample that is wanted. Raises LookupError when there is none."""
        for sample in self.samples(split):
            if wanted(sample):
                return sample
        raise LookupError(f"the good run has no such sample in {split}")

    def write_shard(self, split: str, shard: str, samples: list[Forged]) -> Path:
        """Write a shard of these samples in this order."""
        out = io.BytesIO()
        written = 0
        for sample in samples:
            for suffix, data in sample.members.items():
                written += add_member(out, f"{sample.key}.{suffix}", data)
            if text := sample.json():
                written += add_member(out, f"{sample.key}.json", text)
        end_tar(out, written)
        path = self.path(f"stages/{split}/{shard}")
        write(path, out.getvalue())
        return path

    def edit(
        self,
        split: str,
        wanted: Wanted,
        change: Callable[[Forged], object],
        row: Callable[[Forged, IndexRow], IndexRow] = Forged.row,
    ) -> str:
        """Change the first sample that is wanted, give it the `row` of the index that it should
        have, and seal the run; gives the place in the shard."""
        target = self.find(split, wanted)
        changed = self._change(split, lambda sample: sample.key == target.key, change, row)
        self.seal(split)
        return f"stages/{split}/{target.shard}: {changed[0].key}"

    def edit_every(self, wanted: Wanted, change: Callable[[Forged], object]) -> list[str]:
        """Change all samples of the run that are wanted, likewise; gives their places."""
        changed = [
            f"stages/{split}/{sample.shard}: {sample.key}"
            for split in self.splits()
            for sample in self._change(split, wanted, change, Forged.row)
        ]
        self.seal(*self.splits())
        return changed

    def seal(self, *splits: str, places: bool = True) -> None:
        """Make true what follows from changes in these splits (see `sealing.seal`)."""
        seal(self.run, set(splits), places)

    def splits(self) -> list[str]:
        """The names of all splits."""
        return [str(path.relative_to(self.run / "stages")) for path in folders(self.run)]

    def _change(
        self,
        split: str,
        wanted: Wanted,
        change: Callable[[Forged], object],
        row: Callable[[Forged, IndexRow], IndexRow],
    ) -> list[Forged]:
        samples = list(self.samples(split))
        changed = {sample.key: sample for sample in samples if wanted(sample)}
        for sample in changed.values():
            change(sample)
        for shard in {sample.shard for sample in changed.values()}:
            those = [sample for sample in samples if sample.shard == shard]
            self.write_shard(split, shard, sorted(those, key=lambda sample: sample.key))
        if changed:
            index = f"stages/{split}/index.parquet"
            rows = self.rows(IndexRow, index)
            rows = [row(changed[r.key], r) if r.key in changed else r for r in rows]
            self.write_rows(IndexRow, index, rows)
        return list(changed.values())

    def edit_row(self, split: str, wanted: Callable[[IndexRow], bool], **values: Any) -> str:
        """Change the first row of an index that is wanted, and all that follows from it but the
        sample; gives its place."""
        index = f"stages/{split}/index.parquet"
        rows = self.rows(IndexRow, index)
        place = next(place for place, row in enumerate(rows) if wanted(row))
        rows[place] = replace(rows[place], **values)
        self.write_rows(IndexRow, index, rows)
        self.seal(split, places=False)
        return f"{index}: {rows[place].key}"
