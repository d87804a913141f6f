"""Images of tables with the table's HTML: a question for it, and the HTML as the answer.

PubTabNet and its kin as Parquet columns hold `html`, `html_table` or `html_string`
(https://github.com/ibm-aur-nlp/PubTabNet; ajimeno/PubTabNet and apoidea/pubtabnet-html on the Hub).
Where the cells stand isn't said there, so that they can't be words with boxes.
"""

import re

from gyogwa.transforms.ingest.labels.published import Published
from gyogwa.transforms.ingest.labels.talk import pair_of
from gyogwa.transforms.prompts import prompt_for

KEYS = ("html", "html_table", "html_string", "table_html")
_TABLE = re.compile(r"<table\b.*</table>", re.DOTALL | re.IGNORECASE)
_THE_TABLE = {"ko": "이미지의 표", "en": "the table in the image"}
_HANGUL = re.compile("[가-힣]")


def take_html(row: Published) -> None:
    """`conversations` about the table of a row that has no other."""
    if "conversations" in row.row or "text" in row.row:
        return
    for name in KEYS:
        value = row.left.get(name)
        table = _TABLE.search(value) if isinstance(value, str) else None
        if table is None:
            continue
        row.take(name)
        language = "ko" if _HANGUL.search(table[0]) else "en"
        question = prompt_for("table_html", language, table[0], table=_THE_TABLE[language])
        row.row["conversations"] = pair_of(question, table[0].strip())
        return
