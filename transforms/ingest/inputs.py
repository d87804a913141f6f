"""What users give as inputs: `PATH` or `NAME=PATH`, a file or a folder of any mix of formats, or a
pattern of them."""

from collections.abc import Iterable

from msgspec.structs import replace

from gyogwa.schemas.errors import GyogwaError
from gyogwa.transforms.ingest.hub import dataset_of, is_dataset
from gyogwa.transforms.ingest.labels.mapping import parse_maps
from gyogwa.transforms.ingest.labels.registry import FORMS
from gyogwa.transforms.ingest.labels.units import parse_reading
from gyogwa.transforms.ingest.patterns import place_of
from gyogwa.transforms.ingest.raw import TEXT, Input
from gyogwa.transforms.ingest.rows import is_unicode, printable
from gyogwa.transforms.licences.names import UNKNOWN, normal


def parse_inputs(
    values: Iterable[str],
    licences: Iterable[str] = (),
    forms: Iterable[str] = (),
    boxes: Iterable[str] = (),
    maps: Iterable[str] = (),
    texts: Iterable[str] = (),
) -> list[Input]:
    """From `--input`, `--licence`, `--format`, `--boxes`, `--map` and `--text` values. Raises
    GyogwaError for unusable ones."""
    inputs = [_input("--input", value) for value in values]
    inputs += [replace(_input("--text", value), form=TEXT) for value in texts]
    names = [source.name for source in inputs]
    for name in names:
        if names.count(name) > 1:
            raise GyogwaError(f"two inputs are called {name!r}; name them: --input NAME=PATH")
    licence = _given("--licence", "LICENCE", licences, names)
    form = _given("--format", "FORM", forms, names)
    for name, value in form.items():
        if any(source.name == name and source.form == TEXT for source in inputs):
            raise GyogwaError(f"--format {name}={value}: {name} is a --text, which has no labels")
        if value not in FORMS:
            raise GyogwaError(f"--format {name}={value}: expected one of {', '.join(FORMS)}")
    reading = {
        name: _reading(name, value)
        for name, value in _given("--boxes", "READING", boxes, names).items()
    }
    columns = parse_maps(maps, names)
    return sorted(
        (
            replace(
                source,
                licence=normal(licence.get(source.name, UNKNOWN)),
                form=form.get(source.name, source.form),
                boxes=reading.get(source.name, ""),
                columns=columns.get(source.name, ""),
            )
            for source in inputs
        ),
        key=lambda source: source.name,
    )


def _input(option: str, value: str) -> Input:
    """The input that a value of an option names, its licence unknown yet."""
    if not is_unicode(value):
        raise GyogwaError(f"{option} {printable(value)}: the path is not UTF-8; rename it")
    name, separator, path = value.partition("=")
    if not separator or "/" in name:
        name, path = "", value
    place, pattern = place_of(option, path)
    return Input(name or _name_of(place if pattern else path), place, UNKNOWN, pattern=pattern)


def _name_of(path: str) -> str:
    """What an input is called whose user gives it no name."""
    if is_dataset(path):
        path = dataset_of(path).name
    return path.rstrip("/").rsplit("/", 1)[-1].split(".")[0]


def _given(option: str, what: str, values: Iterable[str], names: list[str]) -> dict[str, str]:
    """NAME=VALUE pairs of an option, by the name of an input."""
    found = {}
    for value in values:
        name, separator, said = value.partition("=")
        if not separator or not said:
            raise GyogwaError(f"{option} {value}: expected NAME={what}")
        if name not in names:
            raise GyogwaError(f"{option} {name}=…: no input of that name among {sorted(names)}")
        found[name] = said
    return found


def _reading(name: str, value: str) -> str:
    try:
        return str(parse_reading(value))
    except ValueError as error:
        raise GyogwaError(f"--boxes {name}={value}: {error}") from None
