"""Every form of labels that is read, the particular before the general."""

from gyogwa.transforms.ingest.labels import (
    aihub_documents,
    aihub_forms,
    aihub_photos,
    aihub_scenes,
    alto,
    coco,
    cord,
    csv_rows,
    doclaynet,
    donut,
    funsd,
    hocr,
    icdar,
    json_beside,
    json_rows,
    labelme,
    line_text,
    omnidocbench,
    paddle,
    page_xml,
    parquet_rows,
    pubtabnet,
    xfund,
)
from gyogwa.transforms.ingest.labels.form import Head, LabelForm

FORMS: dict[str, LabelForm] = {
    module.FORM.name: module.FORM
    for module in (
        *(funsd, xfund, omnidocbench, doclaynet, cord, donut, labelme),
        *(aihub_documents, aihub_forms, aihub_photos, aihub_scenes, coco),  # the last takes any
        *(page_xml, alto, hocr),
        *(pubtabnet, paddle, line_text, icdar),
        *(json_rows, csv_rows, parquet_rows),
        json_beside,  # takes what the others don't
    )
}
ENDINGS = tuple(sorted({ending for form in FORMS.values() for ending in form.endings}))
"""Of the names of files that are looked into for labels."""
VERSION = "2"
"""Raise it when a form is added or tells its files otherwise: they are then looked into anew."""


def form_of(head: Head, named: str = "") -> str:
    """The name of the form of a file, "" if none; `named`: the one that the user says it is."""
    if named:
        return named if head.name.endswith(FORMS[named].endings) else ""
    return next(
        (f.name for f in FORMS.values() if head.name.endswith(f.endings) and f.fits(head)), ""
    )
