"""The names of image files in a row, under whichever key they stand.

`file_name` (and `NAME_file_name`, of several images a row) is the Hugging Face ImageFolder's:
https://huggingface.co/docs/datasets/image_dataset. `image` is LLaVA's, a text or a list:
https://github.com/haotian-liu/LLaVA/blob/main/docs/Finetune_Custom_Data.md. `images` is that of
ms-swift and LLaMA-Factory: texts, or objects `{"path"}`; names within the parts of a turn's content
are those of the Qwen-VL and OpenAI chat forms. MiniCPM-V's is an object of marks and paths; marks
that name a file are in `image_marks`.
"""

import re
from typing import Any

from gyogwa.transforms.ingest.image_marks import KEY, named_in
from gyogwa.transforms.ingest.labels.published import Published, as_text, unpacked

_ONE = "file_name"
_SEVERAL = "file_names"
_OTHERS = (
    "images", "image", "image_path", "image_paths", "img_path", "image_file", "image_name",
    "filename", "img", "imgs", "pdf", "pdf_path", "pdf_file",
    "image_local_name", "file_path", "filepath", "file", "fname", "img_name",
    "파일명", "파일이름", "파일 이름", "이미지명", "이미지파일명", "이미지 파일명",
)  # fmt: skip
_IDS = ("image_id", "img_id", "imageId", "image_ids")
"""Keys of an image's name without its ending, where no other names it."""
URLS = ("image_url", "image_urls")
"""Keys of pictures in the web, which are told and never fetched."""
KEYS = (_ONE, _SEVERAL, *_OTHERS, *URLS, *_IDS)
ENDINGS = (f"_{_ONE}", f"_{_SEVERAL}")
"""Of keys of several images a row."""
NUMBERED = re.compile(r"(image|img)_?\d{1,2}(_path)?")
"""Keys of one image each of several, in the row's order."""
_LONGEST = 1000
_FILE = re.compile(r"[^\n]{1,400}\.(jpe?g|png|webp|tiff?|bmp|gif)", re.IGNORECASE)
_HINT = re.compile(r"image|img|picture|photo|screenshot|figure|scan", re.IGNORECASE)
_PAPERS = re.compile(
    r"page_?(ids?|idx|bounding)|pages$|slide|deck|(doc|document)_?ids?$", re.IGNORECASE
)
"""Keys of a question about a document, as in MP-DocVQA, DUDE and SlideVQA; a conversation may be
numbered so."""
_IN_CELL = (_ONE, "path", "image", "filename", "url")
_ASKED = ("query", "question", "instruction")
"""Keys of a question in a column, in which marks may name images."""


def take_names(row: Published) -> None:
    """`file_name` or `file_names`, "images" that are bytes left alone. What else names files is
    left unread, unless it says the same."""
    if row.first((_ONE, _SEVERAL)):
        for name in (_ONE, _SEVERAL):
            if name in row.left:
                row.row[name] = row.take(name)
        if row.row.get(_SEVERAL) and len(_listed(row.row[_SEVERAL])) == 1 and _ONE not in row.row:
            row.row[_ONE] = _listed(row.row.pop(_SEVERAL))[0]
        known = _listed(row.row.get(_SEVERAL) or row.row.get(_ONE))
        for name in _OTHERS:
            if name in row.left and names_of(row.left[name]) == known:
                row.take(name)
        return
    for name in _OTHERS:
        if row.left.get(name) in ("", [], ()):
            row.take(name)  # as of a conversation about no image
    found = _several_columns(row) or _usual(row) or _in_turns(row) or _of_any_key(row)
    if len(found) == 1:
        row.row[_ONE] = found[0]
    elif found:
        row.row[_SEVERAL] = found


def names_of(value: Any) -> list[str]:
    """The file names in a cell: a text, an object with a path, or a list of these; [] where any of
    it is something else."""
    value = unpacked(value)
    if isinstance(value, str):
        return [value] if value and not holds_image(value) else []
    if isinstance(value, dict) and value and all(KEY.fullmatch(str(key)) for key in value):
        value = list(value.values())
    if isinstance(value, dict):
        named = next((value[key] for key in _IN_CELL if isinstance(value.get(key), str)), "")
        return [named] if named and value.get("bytes") is None else []
    if isinstance(value, list | tuple):
        each = [names_of(item) for item in value]
        return [names[0] for names in each] if each and all(map(len, each)) else []
    return []


def holds_image(value: Any) -> bool:
    """Whether a cell is an image itself, base64 or bytes, and not the name of one."""
    if isinstance(value, str):
        return len(value) > _LONGEST or value.startswith("data:")
    if isinstance(value, dict):
        return value.get("bytes") is not None
    return isinstance(value, bytes) or (
        isinstance(value, list | tuple) and any(map(holds_image, value))
    )


def hints_image(name: Any) -> bool:
    """Whether a key may, by its name, say which image a row is about."""
    return _HINT.search(str(name)) is not None


def is_nameless(row: Published, asks: bool = False) -> bool:
    """Whether a row seems to be about an image, and which isn't understood. `asks`: it holds a
    question in a column, and no turns."""
    named = any(name in row.row for name in (_ONE, _SEVERAL, "stem"))
    return not named and any(
        hints_image(name) or (asks and _PAPERS.search(str(name)) is not None) for name in row.left
    )


def _of_any_key(row: Published) -> list[str]:
    """The one value that looks like the name of an image's file, as `imgname` of ChartQA."""
    fitting = [
        name
        for name, value in row.left.items()
        if isinstance(value, str) and name not in URLS and _FILE.fullmatch(value)
    ]
    if len(fitting) != 1 or not hints_image(fitting[0]):
        return []
    return [row.take(fitting[0])]


def take_id(row: Published) -> None:
    """`stem`, of a row that says something of an image and gives no more than its id."""
    if "stem" in row.row or "file_name" in row.row or "file_names" in row.row:
        return
    name = row.first(_IDS)
    text = as_text(row.left.get(name))
    if text and "/" not in text:
        row.take(name)
        row.row["stem"] = text


def unshown(row: Published) -> bool:
    """Whether images stand in the row, where no names and no cells of a table can bring them."""
    return any(holds_image(unpacked(row.left.get(name))) for name in _OTHERS)


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [] if value is None else [value]


def _several_columns(row: Published) -> list[str]:
    found: list[str] = []
    numbered = [name for name in row.left if NUMBERED.fullmatch(str(name))]
    ends = [name for name in row.left if str(name).endswith(ENDINGS)]
    for name in ends or (numbered if len(numbered) > 1 else []):
        if names := names_of(row.left[name]):
            found += names
            row.take(name)
    return found


def _usual(row: Published) -> list[str]:
    for name in (*_OTHERS, *URLS):
        if found := names_of(row.left.get(name)):
            row.take(name)
            return found
    return []


def _in_turns(row: Published) -> list[str]:
    """The images that the parts of a conversation's turns name, or marks in its texts, in order."""
    turns = unpacked(row.left.get(row.first(("messages", "conversations", "conversation"))))
    found: list[str] = []
    for turn in turns if isinstance(turns, list) else []:
        content = turn.get("content", turn.get("value")) if isinstance(turn, dict) else None
        if isinstance(content, str):
            found += named_in(content)
        for part in content if isinstance(content, list) else []:
            kind = part.get("type") if isinstance(part, dict) else None
            if kind in ("image", "image_url"):
                found += names_of(part.get("image") or part.get("image_url") or part.get("path"))
    asked = row.left.get(row.first(_ASKED)) if not found else None
    return named_in(asked) if isinstance(asked, str) else found
