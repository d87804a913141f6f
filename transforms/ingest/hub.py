"""Data sets that the library `datasets` loads: `hf://NAME[@CONFIG][:SPLIT]`, by the name that they
have on the Hugging Face Hub, or `hf:///FOLDER[:SPLIT]` for a local one, whatever form it is in.

`datasets` fetches what it hasn't yet and prepares it as Arrow files in its own cache, which are
then read like any others (`sources.arrow`): so all workers must see that cache (`HF_HOME`).
`hf://datasets/NAME/…` is another thing, an address of files, which fsspec reads without a cache.
Images that the cache holds by path only, as of an ImageFolder, are put into it.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from typing import Any, NamedTuple

from gyogwa.schemas.errors import GyogwaError
from gyogwa.transforms.ingest.raw import ListedFile

_SCHEME = "hf://"
_FILES = ("datasets/", "spaces/", "models/", "buckets/")
_BATCH = 100


class DataSet(NamedTuple):
    """A data set's name or folder, its configuration and split, "" for those that aren't given."""

    name: str
    config: str
    split: str


def is_dataset(address: str) -> bool:
    """Whether an address is that of a data set, not of files."""
    return address.startswith(_SCHEME) and not address.removeprefix(_SCHEME).startswith(_FILES)


def dataset_of(address: str) -> DataSet:
    """The data set of an address. Raises GyogwaError where there can't be one.

    >>> dataset_of("hf://HuggingFaceM4/the_cauldron@ai2d:train[:10%]")
    DataSet(name='HuggingFaceM4/the_cauldron', config='ai2d', split='train[:10%]')
    """
    place, _, split = address.removeprefix(_SCHEME).partition(":")
    name, _, config = (place, "", "") if place.startswith("/") else place.partition("@")
    if not name.strip("/"):
        raise GyogwaError(f"--input {address}: expected hf://NAME[@CONFIG][:SPLIT]")
    if find_spec("datasets") is None:
        raise GyogwaError(f"--input {address}: needs the library: pip install 'gyogwa[hub]'")
    return DataSet(name, config, split)


def files_of(address: str, source: str) -> Iterator[ListedFile]:
    """The Arrow files of a data set, split by split. Raises GyogwaError where it can't be
    loaded."""
    import datasets

    found = dataset_of(address)
    try:
        loaded = _loaded(found)
        splits = loaded if isinstance(loaded, datasets.DatasetDict) else {found.split: loaded}
        for split, rows in sorted(splits.items()):
            for number, path in enumerate(_paths(rows, "[" in split or "+" in split)):
                status = os.stat(path)
                name = f"{number:05}.arrow"
                uri = f"{split}/{name}" if split else name
                stamp, identity = str(status.st_mtime_ns), f"{status.st_dev}:{status.st_ino}"
                yield ListedFile(source, "", path, uri, status.st_size, stamp, identity)
    except GyogwaError:
        raise
    except Exception as error:  # whatever a loader of the data set raises
        said = str(error).strip().splitlines()
        first = f": {said[0][:300]}" if said else ""
        raise GyogwaError(f"--input {address}: {type(error).__name__}{first}") from error


def _loaded(found: DataSet) -> Any:
    """The data set, its split alone where one is named. It is loaded without images decoded."""
    import datasets

    datasets.disable_progress_bars()
    split = found.split or None
    if os.path.isdir(found.name):
        with suppress(FileNotFoundError):
            saved = datasets.load_from_disk(found.name)
            return saved[split] if split and isinstance(saved, datasets.DatasetDict) else saved
    return datasets.load_dataset(found.name, found.config or None, split=split)


def _paths(rows: Any, some: bool) -> list[str]:
    """The Arrow files that hold exactly these rows, images and all; `some`: they are part of a
    split, whose files hold more."""
    from datasets.table import embed_table_storage

    if some or rows._indices is not None or _by_path(rows):
        rows = rows.with_format("arrow").map(
            embed_table_storage, batched=True, batch_size=_BATCH, writer_batch_size=_BATCH
        )
    paths = [str(file["filename"]) for file in rows.cache_files]
    if not paths and len(rows):
        raise GyogwaError("the data set has no files in the cache of `datasets`; save_to_disk it")
    return paths


def _by_path(rows: Any) -> bool:
    """Whether the first row has an image that is a path without bytes."""
    first = rows.with_format("arrow")[:1].to_pylist() if len(rows) else [{}]
    cells = [cell for value in first[0].values() for cell in _each(value)]
    return any(cell.get("path") and cell.get("bytes") is None for cell in cells)


def _each(value: Any) -> list[dict[str, Any]]:
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, dict) and {"bytes", "path"} <= item.keys()]
