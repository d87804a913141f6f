"""What each task is made from: what to add where a stage asks for more of it than there is."""

_PAGES = "pages with text"
NEEDS: dict[str, str] = {
    "ocr": _PAGES,
    "read": _PAGES,
    "ground": _PAGES,
    "refer": _PAGES,
    "caption": _PAGES,
    "ground_caption": "pages with titles, headings, charts or tables, in a dialect that places "
    "phrases within sentences",
    "choice": "tables, charts and documents with four values of a kind",
    "chain": "documents with running text of whole sentences",
    "prefer": _PAGES,
    "layout": "pages whose blocks have labelled kinds, such as COCO regions or `blocks` of a row",
    "doc_qa": "documents with titles, dates, sums of money or percentages",
    "table_html": "tables with labelled cells",
    "table_otsl": "tables with labelled cells",
    "table_qa": "tables with labelled cells, column headers among them",
    "chart_table": "charts with their numbers, printed in the picture",
    "chart_qa": "charts with their numbers",
    "compare_charts": "two charts or more of a language, each alone on its image, with numbers",
    "which_page": "documents of several pages",
    "continue_text": "documents of several pages, with sentences that run over a page's end",
    "what_changed": "two versions of a page with known text",
    "converse": "conversations about images (LLaVA, ShareGPT, questions and answers)",
    "text_only": "conversations without images",
    "prose": "PDFs with running text, or texts (--text)",
}
"""By task."""


def what_to_add(what: str, held_back: bool) -> str:
    """What would mend a shortage of "task ocr" or "language ko"; `held_back`: there are samples,
    but the rest of the stage keeps them from being drawn."""
    kind, _, name = what.partition(" ")
    if held_back:
        return "more of what else the stage asks for, or another weight"
    if kind == "task":
        return NEEDS.get(name, "")
    return f"images with text in {name!r}" if kind == "language" else ""
