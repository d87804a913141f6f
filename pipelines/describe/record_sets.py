"""A stage's files and record sets, as Croissant says them: shards and their index, and what of them
are records: one of each sample (its row in the index), its text (KEY.json) and its images.
"""

from typing import Any

from gyogwa.pipelines.describe.facts import IMAGES, Part

_INDEX = {
    "key": "sc:Text", "shard": "sc:Text", "offset": "sc:Integer", "length": "sc:Integer",
    "task": "sc:Text", "source": "sc:Text", "licence": "sc:Text", "language": "sc:Text",
    "images": "sc:Integer", "width": "sc:Integer", "height": "sc:Integer",
    "text_length": "sc:Integer", "tokens": "sc:Integer", "document": "sc:Text",
    "repeats": "sc:Integer",
}  # fmt: skip
"""Columns of an index and their types; see `schemas.samples.IndexRow`."""


def distribution(part: Part) -> list[dict[str, Any]]:
    """Files of a split with their hashes, and the sets of files in its shards."""
    index = part.manifest.index
    files = [
        _file(f"{part.folder}/{s.file}", "application/x-tar", s.sha256, s.bytes)
        for s in part.shards
    ]
    table = _file(f"{part.folder}/{index.file}", "application/x-parquet", index.sha256)
    inside = [{"@id": entry["@id"]} for entry in files]
    sets = [_set(part, "texts", ["*.json"], ["application/json"], inside)]
    if formats := _formats(part):
        patterns = [f"*.{name}" for name in formats]
        sets.append(_set(part, "pictures", patterns, [IMAGES[name] for name in formats], inside))
    return [*files, table, *sets]


def _formats(part: Part) -> list[str]:
    found = {name.rpartition(".")[2] for name in part.members}
    return [name for name in IMAGES if name in found]


def _file(path: str, media: str, sha256: str, size: int | None = None) -> dict[str, Any]:
    found = {"@type": "cr:FileObject", "@id": path, "name": path, "contentUrl": path}
    found |= {"contentSize": f"{size} B"} if size is not None else {}
    return {**found, "encodingFormat": media, "sha256": sha256}


def _set(
    part: Part, name: str, includes: list[str], media: list[str], inside: list[dict[str, str]]
) -> dict[str, Any]:
    return {
        "@type": "cr:FileSet",
        "@id": f"{part.folder}/{name}",
        "name": f"{part.folder}/{name}",
        "containedIn": inside,
        "encodingFormat": media,
        "includes": includes,
    }


def record_sets(part: Part) -> list[dict[str, Any]]:
    """The records of a split."""
    return [_samples(part), _texts(part), *([_images(part)] if _formats(part) else [])]


def _field(of: str, name: str, kind: str, source: dict[str, Any], **more: Any) -> dict[str, Any]:
    found = {"@type": "cr:Field", "@id": f"{of}/{name}", "name": f"{of}/{name}", "dataType": kind}
    return {**found, "source": source, **more}


def _records(part: Part, name: str, description: str, key: str) -> dict[str, Any]:
    of = f"{part.name}/{part.manifest.split}/{name}"
    return {
        "@type": "cr:RecordSet",
        "@id": of,
        "name": of,
        "description": description,
        "key": {"@id": f"{of}/{key}"},
    }


def _samples(part: Part) -> dict[str, Any]:
    found = _records(part, "samples", "One row a sample, as its stage's index has it.", "key")
    table = {"@id": f"{part.folder}/{part.manifest.index.file}"}
    fields = [
        _field(found["@id"], name, kind, {"fileObject": table, "extract": {"column": name}})
        for name, kind in _INDEX.items()
    ]
    return {**found, "field": fields}


def _texts(part: Part) -> dict[str, Any]:
    """KEY.json as it stands, since mlcroissant takes no paths into JSON that lies in an archive."""
    said = (
        "What is said about the images of a sample, named by its key: KEY.json, see `SampleEntry`."
    )
    found = _records(part, "texts", said, "key")
    of, files = found["@id"], {"@id": f"{part.folder}/texts"}
    made = {
        "prov:wasGeneratedBy": {
            "@type": "prov:Activity",
            "prov:label": "made by rules from the page, or brought by the source: see its `task`",
        }
    }
    content = {"fileSet": files, "extract": {"fileProperty": "content"}}
    fields = [
        _field(of, "key", "sc:Text", _key(files)),
        _field(of, "json", "sc:Text", content, **made),
    ]
    return {**found, "field": fields}


def _images(part: Part) -> dict[str, Any]:
    found = _records(part, "images", "Images with the key of their sample.", "file")
    of, files = found["@id"], {"@id": f"{part.folder}/pictures"}
    name = {"fileSet": files, "extract": {"fileProperty": "filename"}}
    content = {"fileSet": files, "extract": {"fileProperty": "content"}}
    fields = [
        _field(of, "file", "sc:Text", name),
        _field(of, "key", "sc:Text", _key(files)),
        _field(of, "content", "sc:ImageObject", content),
    ]
    return {**found, "field": fields}


def _key(files: dict[str, str]) -> dict[str, Any]:
    return {
        "fileSet": files,
        "extract": {"fileProperty": "filename"},
        "transform": {"regex": r"^([0-9a-f]+)\."},
    }
