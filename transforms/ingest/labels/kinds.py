"""What parts of a page are called in data sets of layouts, and what they are called here."""

import re

_CLASS = re.compile(r"[a-z][a-z0-9_-]*")
_MANY = 40
_GRID = re.compile(r"table-(row|column|cell|spanning-cell|column-header|projected-row-header)")
"""What the grid of a table is made of in PubTables-1M, and what others call so:
https://github.com/microsoft/table-transformer (src/main.py, class maps)."""
_KINDS = {
    "table-rotated": "table",
    "title": "heading",
    "section-header": "heading",
    "text": "paragraph",
    "text-block": "paragraph",
    "plain-text": "paragraph",
    "list-item": "list",
    "figure": "picture",
    "image": "picture",
    "figure-caption": "caption",
    "table-caption": "caption",
    "header": "page-header",
    "footer": "page-footer",
    "제목": "heading",
    "본문": "paragraph",
    "텍스트": "paragraph",
    "목록": "list",
    "목차": "contents",
    "차례": "contents",
    "표": "table",
    "차트": "chart",
    "그림": "picture",
    "이미지": "picture",
    "캡션": "caption",
    "수식": "formula",
    "각주": "footnote",
    "머리말": "page-header",
    "꼬리말": "page-footer",
    "도장": "stamp",
    "서명": "signature",
}
_OURS = {
    *("heading", "paragraph", "list", "table", "chart", "caption", "picture", "formula"),
    *("page-header", "page-footer", "page-number", "footnote", "stamp", "seal", "signature"),
    "contents",
}


def region_kind(name: str) -> str:
    """A kind of region in our words where there is one, else the file's, lower case, with hyphens.

    >>> region_kind("Section-header"), region_kind("text_block"), region_kind("Footnote")
    ('heading', 'paragraph', 'footnote')
    """
    plain = _plain(name)
    return _KINDS.get(plain, plain)


def is_region_kind(name: str) -> bool:
    """Whether a name is that of a part of a page in some data set."""
    return _plain(name) in _OURS | _KINDS.keys()


def is_grid(name: str) -> bool:
    """Whether a name is that of a part of a table's grid: rows and columns lie over one another and
    over the table, so that none of them is a part of the page.

    >>> is_grid("table spanning cell"), is_grid("table")
    (True, False)
    """
    return _GRID.fullmatch(_plain(name)) is not None


def are_classes(labels: list[str]) -> bool:
    """Whether the labels of an image's shapes are names of classes, and no texts: parts of a page,
    what looks like a name in a program, or what repeats as classes do.

    >>> are_classes(["stamp_1", "title"]), are_classes(["주민", "설명회", "2024년"])
    (True, False)
    >>> are_classes(["table", "table row", "table column header"]), are_classes(["table", "of two"])
    (True, False)
    """
    return all(map(_is_class, labels)) or 2 * len(set(labels)) <= len(labels)


def are_classes_of_many(labels: list[str]) -> bool:
    """The same of the shapes of several images, where words repeat too, as `합계` on receipts:
    classes are far fewer."""
    if len(labels) < _MANY:
        return are_classes(labels)
    return all(map(_is_class, labels)) or 8 * len(set(labels)) <= len(labels)


def _is_class(label: str) -> bool:
    """Whether a label looks like a class: a part of a page, one name as in a program, or several of
    which the first is a part of a page (`table row`)."""
    words = label.split(" ")
    plain = all(map(_CLASS.fullmatch, words))
    return is_region_kind(label) or (plain and (len(words) == 1 or is_region_kind(words[0])))


def _plain(name: str) -> str:
    return "-".join(name.lower().replace("_", " ").replace("-", " ").split())
