"""`croissant.json`: files with their hashes, record sets, provenance and responsible-AI fields.

Sources: the Croissant specification 1.1 of January 2026 (files, record sets, PROV-O), the Croissant
RAI specification 1.0. `mlcroissant` validates it and iterates every record set; it unpacks shards
under `~/.cache/croissant` by their relative path, so empty that between two runs.

What the specification asks for and no run knows (address, creator, date of publication) is left
out and named under `gyogwa:toFillIn`. Names from data stand in texts and, percent-encoded, in
identifiers.
"""

import json
from typing import Any
from urllib.parse import quote

from gyogwa.pipelines.describe import statements
from gyogwa.pipelines.describe.facts import Facts, names_in
from gyogwa.pipelines.describe.record_sets import distribution, record_sets
from gyogwa.transforms.licences.terms import terms_of

_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "annotation": "cr:annotation",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "excludes": "cr:excludes",
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "gyogwa": "urn:gyogwa:",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "name": {"@container": "@language"},
    "parentField": "cr:parentField",
    "path": "cr:path",
    "prov": "http://www.w3.org/ns/prov#",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "readLines": "cr:readLines",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "sdVersion": "cr:sdVersion",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
    "unArchive": "cr:unArchive",
    "value": "cr:value",
}
"""The specification's own context (appendix 1), with PROV-O's prefix and ours."""
_TO_FILL_IN = ["url", "creator", "datePublished", "publisher", "version", "citeAs"]


def croissant(facts: Facts) -> str:
    """The file's text."""
    return json.dumps(description(facts), ensure_ascii=False, indent=1) + "\n"


def description(facts: Facts) -> dict[str, Any]:
    """The data set as a JSON-LD object."""
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": [
            "http://mlcommons.org/croissant/1.1",
            "http://mlcommons.org/croissant/RAI/1.0",
        ],
        "name": facts.name,
        "description": facts.description,
        "license": [_licence(name) for name in _licences(facts)],
        "inLanguage": list(facts.languages),
        "keywords": ["OCR", "documents", "charts", "tables", "vision-language", "curriculum"],
        "isLiveDataset": False,
        "gyogwa:fingerprint": facts.fingerprint,
        "gyogwa:toFillIn": _TO_FILL_IN,
        "gyogwa:questionsMadeByRules": facts.made,
        "gyogwa:questions": facts.tasks.total(),
        **_provenance(facts),
        **_responsible(facts),
        "distribution": [entry for part in facts.parts for entry in distribution(part)],
        "recordSet": [entry for part in facts.parts for entry in record_sets(part)],
    }


def _licences(facts: Facts) -> list[str]:
    return sorted({name for licence in facts.licences for name in names_in(licence)})


def _licence(name: str) -> dict[str, Any]:
    terms = terms_of(name)
    work: dict[str, Any] = {"@type": "sc:CreativeWork", "name": name}
    return {**work, "url": terms.link} if terms else {**work, "description": statements.UNKNOWN}


def _provenance(facts: Facts) -> dict[str, Any]:
    """What the data set derives from, and what made it."""
    sources = [
        {
            "@id": f"urn:gyogwa:source:{quote(source, safe='')}:{quote(licence, safe='')}",
            "@type": "prov:Entity",
            "prov:label": source,
            "license": licence,
            "gyogwa:samples": samples,
        }
        for source, licence, samples in facts.sources
    ]
    run = facts.figures.run
    return {
        "prov:wasDerivedFrom": sources,
        "prov:wasGeneratedBy": {
            "@type": "prov:Activity",
            "prov:label": "gyogwa build: ingest, annotate, assemble",
            "gyogwa:curriculum": run.curriculum.name,
            "gyogwa:seed": run.curriculum.seed,
            "prov:wasAssociatedWith": [
                {"@type": "prov:SoftwareAgent", "prov:label": "gyogwa"},
                {"@type": "prov:SoftwareAgent", "prov:label": f"OCR engine {run.engine}"},
            ],
        },
    }


def _responsible(facts: Facts) -> dict[str, Any]:
    """The fields of the RAI extension, those that nobody but a person knows among them."""
    return {
        "rai:dataCollection": statements.collection(facts),
        "rai:dataCollectionType": ["Secondary data: files that others collected"],
        "rai:dataCollectionMissingData": "What could not be read is listed in rejects/, with why.",
        "rai:dataCollectionRawData": "The sources; each image names its source and address there.",
        "rai:dataPreprocessingProtocol": statements.preprocessing(facts),
        "rai:dataAnnotationProtocol": statements.annotation(facts),
        "rai:dataAnnotationPlatform": ["gyogwa: no person annotated anything in it"],
        "rai:dataAnnotationAnalysis": [
            "report.html: OCR against known text where measured, and rates of review."
        ],
        "rai:machineAnnotationTools": [facts.figures.run.engine],
        "rai:annotatorDemographics": [statements.UNKNOWN],
        "rai:personalSensitiveInformation": [statements.personal(facts)],
        "rai:dataLimitations": [*statements.limitations(facts), statements.synthetic(facts)],
        "rai:dataBiases": [statements.UNKNOWN],
        "rai:dataSocialImpact": statements.UNKNOWN,
        "rai:dataUseCases": [statements.use(facts)],
        "rai:dataReleaseMaintenancePlan": statements.UNKNOWN,
    }
