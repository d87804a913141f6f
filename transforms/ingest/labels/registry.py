"""Every form of labels that is read, the particular before the general."""

from gyogwa.transforms.ingest.labels import (
    aihub_documents,
    aihub_forms,
    aihub_photos,
    aihub_scenes,
    alto,
    azure_read,
    chart_tables,
    clova,
    coco,
    coco_text,
    cord,
    csv_rows,
    cvat,
    docbank,
    doclaynet,
    doctr,
    document_ai,
    donut,
    funsd,
    google_vision,
    hiertext,
    hocr,
    icdar,
    json_beside,
    json_rows,
    label_studio,
    label_studio_csv,
    labelme,
    line_text,
    mmocr,
    ocr_lists,
    omnidocbench,
    paddle,
    page_xml,
    parquet_rows,
    parsed_parts,
    pascal_voc,
    pubtabnet,
    recognition_list,
    surya,
    tagged_words,
    tesseract_tsv,
    text_beside,
    textract,
    upstage,
    via,
    via_csv,
    wildreceipt,
    xfund,
    yolo,
)
from gyogwa.transforms.ingest.labels.form import Head, LabelForm
from gyogwa.transforms.ingest.labels.unread_forms import looks_like

FORMS: dict[str, LabelForm] = {
    module.FORM.name: module.FORM
    for module in (
        *(funsd, xfund, omnidocbench, doclaynet, cord, donut, labelme),
        *(label_studio, via, textract, google_vision, clova, document_ai, azure_read),
        *(upstage, doctr, surya, parsed_parts, ocr_lists, hiertext, coco_text, mmocr),
        *(aihub_documents, aihub_forms, aihub_photos, aihub_scenes, coco),  # the last takes any
        *(page_xml, alto, hocr, cvat, pascal_voc, tagged_words),
        *(pubtabnet, wildreceipt, docbank, paddle, line_text, icdar, yolo, tesseract_tsv),
        recognition_list,
        *(json_rows, via_csv, label_studio_csv, chart_tables, csv_rows, parquet_rows),
        json_beside,  # takes what the others don't
    )
} | {form.name: form for form in text_beside.FORMS}  # which are only named
ENDINGS = tuple(sorted({ending for form in FORMS.values() for ending in form.endings}))
"""Of the names of files that are looked into for labels."""
VERSION = "9"
"""Raise it when a form is added or tells its files otherwise: they are then looked into anew."""


def form_of(head: Head, named: str = "") -> str:
    """The name of the form of a file, "" if none; `named`: the one that the user says it is."""
    if named:
        return named if head.name.endswith(FORMS[named].endings) else ""
    if looks_like(head):
        return ""
    return next(
        (f.name for f in FORMS.values() if head.name.endswith(f.endings) and f.fits(head)), ""
    )
