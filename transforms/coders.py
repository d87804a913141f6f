"""Registers the record types with Beam, so that rows are encoded by schema and never pickled."""

from apache_beam import coders

from schemas import records
from transforms.sources import raw

for _type in (
    records.ImageRef,
    records.Word,
    records.Line,
    records.Block,
    records.Cell,
    records.Table,
    records.Series,
    records.Chart,
    records.Truth,
    records.Image,
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
