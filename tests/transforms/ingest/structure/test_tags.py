"""Tags of a tagged PDF: kinds of blocks and tables without rulings, and pages without tags."""

from tests.transforms.ingest.structure.reading import blocks_of, truths_of

ROWS = [("City", "People"), ("Seoul", "940"), ("Busan", "330"), ("Daegu", "240")]


def tagged(heading: bytes = b"H2") -> bytes:
    """A page with a heading that is set as its text, two paragraphs without a gap between, and a
    table of four rows, all tagged, in Helvetica."""
    shown: list[tuple[int, int, str]] = [
        (72, 760, "What this page is for"),
        (72, 744, "The house is open all day and its keeper will be glad to see you there."),
        (72, 728, "Those who want to stay for the night are asked to tell him before noon."),
    ]
    shown += [(72 + 90 * at, 690 - 16 * row, ROWS[row][at]) for row in range(4) for at in (0, 1)]
    content = b"".join(
        b"/X <</MCID %d>> BDC BT /F 11 Tf %d %d Td (%s) Tj ET EMC\n" % (at, x, y, text.encode())
        for at, (x, y, text) in enumerate(shown)
    )
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/MarkInfo<</Marked true>>/StructTreeRoot 6 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/StructParents 0"
        b"/Resources<</Font<</F 5 0 R>>>>/Contents 4 0 R>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    root, document = 6, 7
    leaves = [(heading, 0), (b"P", 1), (b"P", 2)]
    elements: list[bytes] = [
        b"<</Type/StructElem/S/%s/P %d 0 R/Pg 3 0 R/K %d>>" % (kind, document, mark)
        for kind, mark in leaves
    ]
    table = document + 1 + len(leaves)
    rows = [table + 1 + 3 * row for row in range(4)]
    elements.append(
        b"<</Type/StructElem/S/Table/P %d 0 R/K[%s]>>"
        % (document, b" ".join(b"%d 0 R" % row for row in rows))
    )
    for row, number in enumerate(rows):
        elements.append(
            b"<</Type/StructElem/S/TR/P %d 0 R/K[%d 0 R %d 0 R]>>" % (table, number + 1, number + 2)
        )
        elements += [
            b"<</Type/StructElem/S/%s/P %d 0 R/Pg 3 0 R/K %d>>"
            % (b"TH" if row == 0 else b"TD", number, 3 + 2 * row + at)
            for at in (0, 1)
        ]
    kids = b" ".join(b"%d 0 R" % (document + 1 + at) for at in range(4))
    holders = [document + 1, document + 2, document + 3]
    holders += [number + at for number in rows for at in (1, 2)]
    parents = b" ".join(b"%d 0 R" % number for number in holders)
    objects += [
        b"<</Type/StructTreeRoot/K %d 0 R/ParentTree<</Nums[0[%s]]>>>>" % (document, parents),
        b"<</Type/StructElem/S/Document/P %d 0 R/K[%s]>>" % (root, kids),
        *elements,
    ]
    return _written(objects)


def _written(objects: list[bytes]) -> bytes:
    out = b"%PDF-1.7\n"
    starts = []
    for number, body in enumerate(objects, 1):
        starts.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    return (
        out
        + b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
        + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(out))
    )


def test_tags_say_what_no_setting_does() -> None:
    (page,) = truths_of(tagged())
    kinds = blocks_of(page)
    assert [kind for kind, _ in kinds] == ["heading", "paragraph", "paragraph", "table"]
    assert kinds[0][1] == "What this page is for"
    assert page.blocks[0].level == 2
    (table,) = page.tables
    assert table.known
    assert [(c.row, c.column, c.header, c.text) for c in table.cells] == [
        (row, at, row == 0, ROWS[row][at]) for row in range(4) for at in (0, 1)
    ]


def test_without_such_tags_nothing_is_made_up() -> None:
    (page,) = truths_of(tagged().replace(b"/S/Table", b"/S/Sect ").replace(b"/S/H2", b"/S/Di"))
    assert page.tables == []
    assert "heading" not in [kind for kind, _ in blocks_of(page)]
