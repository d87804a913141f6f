"""Faults by what they are in; `FAULTS` has all of them."""

from tests.pipelines.lint.faults import (
    images,
    index,
    manifests,
    samples,
    shards,
    splits,
    tables,
    texts,
)
from tests.pipelines.lint.faults.registry import FAULTS, Fault, batches

__all__ = [
    "FAULTS",
    "Fault",
    "batches",
    "images",
    "index",
    "manifests",
    "samples",
    "shards",
    "splits",
    "tables",
    "texts",
]
