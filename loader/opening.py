"""From what people give, a folder or a file, to the manifest that a loader opens."""

from pathlib import Path

from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.loading import parse_json
from gyogwa.schemas.manifest import CurriculumManifest
from gyogwa.transforms.files.locations import beside, local_path, redacted
from gyogwa.transforms.files.retries import MissingFile
from gyogwa.transforms.files.storage import Storage

READ_AGAIN = 4
"""Times that bytes which are wrong are read again, each time from their source: where one answer in
20 is wrong, one file or sample in three million is wrong then."""
_STAGE, _RUN = "manifest.json", "curriculum.json"


def stage_location(location: str | Path, storage: Storage) -> str:
    """The stage manifest that `location` means: itself, the one in a stage's folder, or that of a
    run's only stage with samples. Raises GyogwaError, for a run of several naming them."""
    found = _in_folder(location, (_STAGE, _RUN), storage)
    if _name(found) != _RUN:
        return found
    stages = [entry for entry in read_curriculum(found, storage).stages if entry.samples]
    if len(stages) == 1:
        return beside(found, stages[0].manifest)
    raise GyogwaError(
        f"{redacted(location)}: a run of {len(stages)} stages with samples; give one of "
        f"{', '.join(redacted(beside(found, entry.manifest)) for entry in stages) or 'none'}, or "
        "take CurriculumLoader, which goes through all of them"
    )


def curriculum_location(location: str | Path, storage: Storage) -> str:
    """The curriculum.json that `location` means: itself, or the one in a run's folder. Raises
    GyogwaError for what is a single stage's."""
    found = _in_folder(location, (_RUN, _STAGE), storage)
    if _name(found) == _STAGE:
        raise GyogwaError(
            f"{redacted(location)}: a single stage; open it with StageLoader, or give the folder "
            "of the run, in which curriculum.json is"
        )
    return found


def read_curriculum(location: str, storage: Storage) -> CurriculumManifest:
    """Read a curriculum.json. Raises GyogwaError."""
    local = local_path(location)
    try:
        data = read_agreed(location, storage) if local is None else local.read_bytes()
    except OSError as error:
        raise GyogwaError(
            f"{location}: can't read the curriculum ({error.strerror}); give the path or the "
            "address of a curriculum.json that `gyogwa build` wrote, or of its folder"
        ) from error
    return parse_json(data, redacted(location), CurriculumManifest)


def read_agreed(location: str, storage: Storage) -> bytes:
    """A remote file whose hash nothing says, since it says all others': read until two answers are
    the same. Raises GyogwaError where none are."""
    seen: set[bytes] = set()
    while len(seen) <= READ_AGAIN:
        data = storage.read(location)
        if data in seen:
            return data
        seen.add(data)
    raise GyogwaError(
        f"{redacted(location)}: {len(seen)} answers, and no two are the same; something on the way "
        "to this store changes what it sends"
    )


def _name(location: str) -> str:
    return redacted(location).rpartition("/")[2]


def _in_folder(location: str | Path, names: tuple[str, str], storage: Storage) -> str:
    """`location`, or where it is a folder the first of the files `names` that is in it."""
    local = local_path(location)
    if local is not None and not local.is_dir():
        return str(location)
    if local is None and _name(str(location)).endswith(".json"):
        return str(location)
    address, mark, query = str(location).partition("?")
    files = [beside(f"{address.rstrip('/')}/-{mark}{query}", name) for name in names]
    for file in files:
        if _exists(file, storage):
            return file
    raise GyogwaError(
        f"{redacted(location)}: neither {names[0]} nor {names[1]} is in this folder; give a "
        "stage's or a run's, that `gyogwa build` wrote"
    )


def _exists(file: str, storage: Storage) -> bool:
    try:
        storage.read(file)
    except (MissingFile, IsADirectoryError):
        return False
    return True
