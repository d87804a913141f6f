"""The tokens that a dialect's markup is made of, and teaching them to a tokenizer and a model.

A tag that is cut in pieces costs several tokens each time, and in `varco` a word has four tags.
Coordinates of grids (`<loc0000>`) are tokens of the models that are named after
those dialects already; fractions and JSON are plain text.
"""

from typing import Any

from gyogwa.schemas.errors import GyogwaError

_TOKENS: dict[str, tuple[str, ...]] = {
    "varco": (
        *("<ocr>", "<gro>", "<char>", "</char>", "<obj>", "</obj>"),
        *("<bbox>", "</bbox>", "<delim>"),
    ),
    "qwen2.5-vl": (),
    "qwen3-vl": (),
    "internvl": ("<ref>", "</ref>", "<box>", "</box>"),
    "kosmos-2": (
        *("<grounding>", "<phrase>", "</phrase>", "<object>", "</object>"),
        "</delimiter_of_multi_objects/>",
        *(f"<patch_index_{number:04}>" for number in range(1024)),
    ),
    "paligemma": tuple(f"<loc{number:04}>" for number in range(1024)),
    "florence-2": tuple(f"<loc_{number}>" for number in range(1000)),
    "doctags": (
        *("<doctag>", "</doctag>", "<text>", "</text>"),
        *(f"<loc_{number}>" for number in range(501)),
    ),
    "paddleocr-vl": tuple(f"<|LOC_{number}|>" for number in range(1001)),
    "donut": ("<sep/>",),
}


def markup_tokens(dialect: str = "varco") -> list[str]:
    """The tokens of a dialect's markup. Raises GyogwaError for a name that isn't one.

    >>> markup_tokens("internvl")
    ['<ref>', '</ref>', '<box>', '</box>']
    """
    if not isinstance(dialect, str) or dialect not in _TOKENS:
        raise GyogwaError(f"no dialect {dialect!r}; there are {', '.join(_TOKENS)}")
    return list(_TOKENS[dialect])


def add_markup(tokenizer: Any, model: Any = None, dialect: str = "varco") -> int:
    """Add the markup's tokens that the tokenizer doesn't have; returns how many.

    They aren't special: `decode(..., skip_special_tokens=True)` keeps them. The model's embeddings
    grow when they are too few, by the mean of the ones there (`resize_token_embeddings`), and never
    shrink: many models have more rows than tokens. Raises GyogwaError for what is no tokenizer.
    """
    if not hasattr(tokenizer, "add_tokens"):
        raise GyogwaError(
            f"add_markup takes a tokenizer and its model, and {type(tokenizer).__name__} is no "
            "tokenizer: give processor.tokenizer"
        )
    added = int(tokenizer.add_tokens(markup_tokens(dialect)))
    if model is not None and len(tokenizer) > model.get_input_embeddings().weight.shape[0]:
        model.resize_token_embeddings(len(tokenizer))
    return added
