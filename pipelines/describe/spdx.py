"""`dataset.spdx3.json`: the data set as an SPDX 3.0.1 package, each shard and index as a file of
it, and each source with its licence as what it derives from.

Source: the SPDX specification 3.0.1, profiles Core, Software, Simple Licensing and Dataset; the
validator that the SPDX project makes from its own model reads it in a test. SPDX wants a time of
creation: it is the epoch, as in the shards, so that the same data gives the same bytes; `run.json`
says when the run was made. Identifiers are made of hashes and percent-encoded names.
"""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from gyogwa.pipelines.describe.facts import Facts, names_in
from gyogwa.pipelines.describe.statements import (
    UNKNOWN,
    collection,
    limitations,
    preprocessing,
    use,
)
from gyogwa.schemas.ids import hash_of
from gyogwa.transforms.licences.names import UNKNOWN as NO_LICENCE
from gyogwa.transforms.licences.names import is_listed, parsed
from gyogwa.transforms.licences.terms import terms_of

_CONTEXT = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"
_NO_ASSERTION = "https://spdx.org/rdf/3.0.1/terms/ExpandedLicensing/NoAssertionLicense"
"""In full: published contexts differ in whether they have a short name for it."""
_CREATED = "1970-01-01T00:00:00Z"
_CREATION = "_:creation"


def spdx(facts: Facts) -> str:
    """The file's text."""
    graph = {"@context": _CONTEXT, "@graph": list(_elements(facts))}
    return json.dumps(graph, ensure_ascii=False, indent=1) + "\n"


def _elements(facts: Facts) -> Iterator[dict[str, Any]]:
    root = f"urn:gyogwa:{facts.fingerprint}"
    agent, document, package = f"{root}:gyogwa", f"{root}:document", f"{root}:dataset"
    yield {
        "type": "CreationInfo",
        "@id": _CREATION,
        "specVersion": "3.0.1",
        "created": _CREATED,
        "createdBy": [agent],
        "comment": "The time is no time: the same data gives the same bytes. See run.json.",
    }
    yield _element("SoftwareAgent", agent, name="gyogwa")
    files = list(_files(facts, root))
    sources = list(_sources(facts, root))
    licences = list(_licences(facts, root))
    links = list(_relationships(facts, root, package, files, sources))
    yield _element(
        "SpdxDocument",
        document,
        name=facts.name,
        profileConformance=["core", "software", "simpleLicensing", "dataset"],
        rootElement=[package],
        element=[found["spdxId"] for found in (*files, *sources, *licences, *links)] + [package],
    )
    yield _package(facts, package, agent)
    yield from files
    yield from sources
    yield from licences
    yield from links


def _element(kind: str, spdx_id: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "spdxId": spdx_id, "creationInfo": _CREATION, **more}


def _package(facts: Facts, spdx_id: str, agent: str) -> dict[str, Any]:
    found = facts.figures.personal
    kept = sum(count for (_, action), count in found.items() if action in ("report", "ignore"))
    masked = sum(count for (_, action), count in found.items() if action == "mask")
    methods = ["masking: pixels filled, text replaced by one token"] if masked else []
    return _element(
        "dataset_DatasetPackage",
        spdx_id,
        name=facts.name,
        description=facts.description,
        comment=f"Supplier, version, address and times of release: {UNKNOWN}",
        originatedBy=[agent],
        software_primaryPurpose="data",
        externalIdentifier=[
            {
                "type": "ExternalIdentifier",
                "externalIdentifierType": "other",
                "identifier": facts.fingerprint,
                "comment": "fingerprint of the run's settings and of every shard",
            }
        ],
        dataset_datasetType=["image", "text", "structured"],
        dataset_datasetSize=sum(part.bytes for part in facts.parts),
        dataset_dataCollectionProcess=collection(facts),
        dataset_dataPreprocessing=preprocessing(facts),
        dataset_datasetNoise=" ".join(limitations(facts)),
        dataset_intendedUse=use(facts),
        dataset_knownBias=[UNKNOWN],
        dataset_hasSensitivePersonalInformation="yes" if kept else "noAssertion",
        **({"dataset_anonymizationMethodUsed": methods} if methods else {}),
        dataset_datasetUpdateMechanism="Built anew as a whole; gyogwa forget takes things out.",
    )


def _files(facts: Facts, root: str) -> Iterator[dict[str, Any]]:
    for part in facts.parts:
        index = part.manifest.index
        shards = [(s.file, s.sha256, "application/x-tar") for s in part.shards]
        for name, sha256, media in [*shards, (index.file, index.sha256, "application/x-parquet")]:
            path = f"{part.folder}/{name}"
            yield _element(
                "software_File",
                f"{root}:file:{quote(path, safe='')}",
                name=path,
                software_primaryPurpose="data",
                contentType=media,
                verifiedUsing=[{"type": "Hash", "algorithm": "sha256", "hashValue": sha256}],
            )


def _sources(facts: Facts, root: str) -> Iterator[dict[str, Any]]:
    for source, licence, samples in facts.sources:
        yield _element(
            "dataset_DatasetPackage",
            _source_id(root, source, licence),
            name=source,
            comment=f"{samples:,} samples. Address, supplier and version: {UNKNOWN}",
            software_primaryPurpose="data",
            dataset_datasetType=["noAssertion"],
        )


def _source_id(root: str, source: str, licence: str) -> str:
    return f"{root}:source:{hash_of(source, licence)[:16]}"


def _licence_id(root: str, licence: str) -> str:
    return _NO_ASSERTION if licence == NO_LICENCE else f"{root}:licence:{hash_of(licence)[:16]}"


def _licences(facts: Facts, root: str) -> Iterator[dict[str, Any]]:
    for licence in facts.licences:
        if licence == NO_LICENCE:
            continue
        names = [name for name in names_in(licence) if not is_listed(name)]
        custom = [
            {
                "type": "DictionaryEntry",
                "key": _reference(name),
                "value": terms.link if (terms := terms_of(name)) else f"urn:gyogwa:{quote(name)}",
            }
            for name in names
        ]
        yield _element(
            "simplelicensing_LicenseExpression",
            _licence_id(root, licence),
            comment=licence,
            simplelicensing_licenseExpression=_expression(licence),
            **({"simplelicensing_customIdToUri": custom} if custom else {}),
        )


def _expression(licence: str) -> str:
    """An SPDX expression, in which a licence that SPDX doesn't list has a reference of its own."""
    tree = parsed(licence)
    if tree is None:
        return _reference(licence)
    names = {name: name if is_listed(name) else _reference(name) for name in names_in(licence)}
    return re.sub(
        "|".join(sorted(map(re.escape, names), key=len, reverse=True)),
        lambda match: names[match[0]],
        str(tree),
    )


def _reference(name: str) -> str:
    """`LicenseRef-` and what of a name may stand there."""
    plain = re.sub(r"[^A-Za-z0-9.-]+", "-", name).strip("-")
    return f"LicenseRef-{plain}" if plain == name else f"LicenseRef-{plain}-{hash_of(name)[:8]}"


def _relationships(
    facts: Facts,
    root: str,
    package: str,
    files: list[dict[str, Any]],
    sources: list[dict[str, Any]],
) -> Iterator[dict[str, Any]]:
    yield _link(root, package, "contains", [found["spdxId"] for found in files])
    yield _link(root, package, "descendantOf", [found["spdxId"] for found in sources])
    for source, licence, _ in facts.sources:
        yield _link(
            root, _source_id(root, source, licence), "hasDeclaredLicense",
            [_licence_id(root, licence)],
        )  # fmt: skip


def _link(root: str, start: str, kind: str, to: list[str]) -> dict[str, Any]:
    name = f"{root}:link:{kind}:{hash_of(start)[:16]}"
    return _element(
        "Relationship", name, **{"from": start}, relationshipType=kind, to=sorted(set(to))
    )
