"""Registers the record types with Beam, so that rows are encoded by schema and never pickled."""

from apache_beam import coders

from schemas import page, records
from transforms.sources import raw

for _type in (
    records.ImageRef,
    page.Word,
    page.Line,
    page.Block,
    page.Cell,
    page.Table,
    page.Series,
    page.Chart,
    page.Truth,
    records.Signals,
    records.Image,
    records.Scripts,
    records.BenchmarkRow,
    records.Annotation,
    records.Turn,
    records.Record,
    records.SampleImage,
    records.Sample,
    records.Reject,
    records.Duplicate,
    records.IndexRow,
    records.Book,
    raw.Entry,
    raw.SourcePart,
):
    coders.registry.register_row(_type)
