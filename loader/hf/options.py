"""What a collator is given: a processor, and which keyword arguments are that processor's.

A processor only warns of a name that it doesn't know, in a worker, where nobody reads it: a
misspelt `max_length` would cut nothing. And what a collator asks of the processor itself, such as
rows without padding, can't be asked for otherwise.
"""

import difflib
import inspect
from collections.abc import Mapping
from typing import Any

from gyogwa.schemas.errors import GyogwaError

_ALIKE = 0.8
"""From here on a name is taken for a misspelt one: `max_len` for `max_length`."""

_DONE_HERE = {
    "text", "images", "suffix", "padding", "truncation", "return_tensors", "add_special_tokens",
    "return_offsets_mapping", "return_text_replacement_offsets", "input_data_format",
}  # fmt: skip


def a_processor(collator: object, processor: Any) -> Any:
    """`processor`. Raises GyogwaError for a name, a class or a tokenizer in place of one."""
    if isinstance(processor, type) or not hasattr(processor, "tokenizer"):
        of_it = isinstance(processor, type)
        what = f"the class {processor.__name__}" if of_it else type(processor).__name__
        raise GyogwaError(
            f"{type(collator).__name__} takes a model's processor, and this is {what}: give what "
            "AutoProcessor.from_pretrained returns"
        )
    return processor


def options_of(collator: object, options: Mapping[str, Any]) -> dict[str, Any]:
    """`options`, for the processor of `collator`. Raises GyogwaError for those that a collator
    sets itself, and for one whose name is nearly a name of the collator's own arguments."""
    kind = type(collator)
    own = {
        name
        for each in kind.__mro__[:-1]  # all but object
        for name, parameter in inspect.signature(each).parameters.items()
        if parameter.kind is parameter.KEYWORD_ONLY
    }
    for name in options:
        if name in _DONE_HERE:
            raise GyogwaError(f"{kind.__name__} sets {name} itself: leave it out")
        if close := difflib.get_close_matches(name, own, n=1, cutoff=_ALIKE):
            raise GyogwaError(
                f"{kind.__name__} has no argument {name!r}; did you mean {close[0]!r}?"
            )
    return dict(options)
