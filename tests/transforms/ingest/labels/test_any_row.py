"""Whatever a row holds, it is mapped, can be written as JSON again, and nothing of it vanishes."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gyogwa.transforms.ingest.labels import columns, file_names, talk
from gyogwa.transforms.ingest.labels.published import is_absent
from gyogwa.transforms.ingest.labels.vocabulary import mapped, may_read

KEYS = sorted(
    {*columns.KEYS, *file_names.KEYS, *talk.KEYS, "choices", "A", "B", "ground_truth", "html"}
    | {"stem", "kind", "page", "licence", "places", "x"}
)
INNER = ("from", "value", "role", "content", "text", "box", "bbox", "ref", "bytes", "path", "words")
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-2, 2000)
    | st.floats(0, 1)
    | st.sampled_from(
        [
            "",
            "a",
            "<image>Q",
            "<bbox>",
            "<ref-object>",
            "[1]",
            '{"text": "a"}',
            "user",
            "human",
            "B",
        ]
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(INNER), inner, max_size=4)
    ),
    max_leaves=12,
)
ROWS = st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=6)


@given(ROWS)
def test_any_row_is_mapped(row: dict[str, Any]) -> None:
    found = mapped(json.loads(json.dumps(row)))
    json.dumps(found.row)
    assert not any(is_absent(value) for value in found.row.values())
    if not found.row:
        left = {name for name, value in row.items() if not is_absent(value)}
        blank = {name for name in left if row[name] in ("", [], False, [None])}
        told = set(found.unread)  # what is said of an image that isn't named is told as that
        assert left - blank <= told or "a conversation about an image that isn't named" in told


@given(ROWS)
def test_columns_that_may_not_be_read_change_nothing(row: dict[str, Any]) -> None:
    read = {name: value for name, value in row.items() if may_read(name)}
    assert mapped(read).row == mapped(row).row
