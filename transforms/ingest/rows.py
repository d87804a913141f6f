"""A row of labels in JSON, and what it says of an image and its origin; null means absent."""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from gyogwa.schemas.ids import ID_DIGITS, hash_of
from gyogwa.schemas.ledger import Reject, Unit
from gyogwa.schemas.records import ANY_KIND
from gyogwa.transforms.files.decode import BadImage
from gyogwa.transforms.ingest.raw import RawImage, RawRow
from gyogwa.transforms.licences.names import normal

_PAGES = 2**31


def row_of(text: str) -> dict[str, Any]:
    """The object that the JSON holds; NaN and Infinity become null. Raises ValueError."""
    try:
        row = json.loads(text, parse_constant=lambda _: None)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except ValueError as error:
        raise ValueError(f"not valid JSON: {error}") from error
    if not isinstance(row, dict):
        raise ValueError(f"expected an object, found {type(row).__name__}")
    if not is_unicode(json.dumps(row, ensure_ascii=False)):
        raise ValueError("holds bytes that aren't UTF-8 or half a surrogate pair")
    return row


def digest_of(row: dict[str, Any], by_file: bool = False) -> str:
    """The hash of what a row says, however it is written. `by_file`: its `stem` is the name of the
    label file, which may be called otherwise; else that says which image the row is about."""
    left = ("stem", "told") if by_file else ("told",)
    told = {name: value for name, value in row.items() if name not in left}
    return hash_of(json.dumps(told, ensure_ascii=False, sort_keys=True))


def is_unicode(text: str) -> bool:
    """False with a lone surrogate, which is no character and which no table can hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def printable(text: str) -> str:
    r"""The text with lone surrogates as escapes.

    >>> printable("caf\udce9.png")
    'caf\\udce9.png'
    """
    return text.encode("utf-8", "backslashreplace").decode()


def licence_of(row: dict[str, Any]) -> str:
    """The row's own licence; "" when it names none. Raises TypeError when it isn't text."""
    said = _text(row, "licence") or _text(row, "license")
    return normal(said) if said.strip() else said


def described(image: RawImage, row: dict[str, Any]) -> RawImage:
    """The image with the row's kind, document, page and licence. Raises TypeError, ValueError."""
    value = row.get("page")
    page = 1 if value is None else int(value)
    if not 0 <= page < _PAGES or (isinstance(value, float) and page != value):
        raise ValueError(f"page {value!r} is not a page number")
    return replace(
        image,
        kind=_text(row, "kind") or ANY_KIND,
        document=_text(row, "document"),
        page=page,
        licence=licence_of(row),
    )


def _text(row: dict[str, Any], name: str) -> str:
    value = row.get(name)
    if value is None:
        return ""
    if not isinstance(value, str | int | float):
        raise TypeError(f"{name} is {type(value).__name__}, expected text")
    return str(value)


def merged(rows: Iterable[dict[str, Any]], names: Iterable[str]) -> dict[str, Any]:
    """The first row, with what further rows say under these names where no earlier one does."""
    first, *further = rows
    found = dict(first)
    for row in further:
        for name in names:
            if found.get(name) is None and row.get(name) is not None:
                found[name] = row[name]
    return found


def attempt(make: Callable[[], RawRow], uri: str, source: str) -> RawRow | Reject:
    """What `make` gives, or a reject that says why the row couldn't be understood. That its file
    can't be read is no fault of the row, but GyogwaError."""
    try:
        if not is_unicode(uri):
            raise BadImage("bad_file_name", "the name is not UTF-8; rename it")
        return make()
    except BadImage as error:
        bad = error
    except (TypeError, ValueError, KeyError, OverflowError) as error:
        bad = BadImage("bad_row", f"{type(error).__name__}: {error}")
    return reject_of(uri, "rows", bad, source)


def reject_of(uri: str, unit: Unit, bad: BadImage, source: str) -> Reject:
    """The reject of something that ingest could not use; it goes by its URI, but for what a run was
    made to forget, which isn't named."""
    if bad.rule == "forgotten":
        return Reject(
            id=hash_of("forgotten", source, uri)[:ID_DIGITS],
            step="ingest",
            unit=unit,
            rule=bad.rule,
            message=bad.message,
            source=source,
            uri="",
        )
    uri = printable(uri)
    return Reject(
        id=uri,
        step="ingest",
        unit=unit,
        rule=bad.rule,
        value=printable(bad.value),
        threshold=bad.threshold,
        message=printable(bad.message),
        source=source,
        uri=uri,
    )
