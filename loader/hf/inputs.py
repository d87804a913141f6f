"""What a processor makes of several samples: rows of tokens, and the images' tensors."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from gyogwa.loader.batch import Batch
from gyogwa.loader.hf.conversation import Rendered
from gyogwa.loader.hf.row import IGNORED, Row, moved
from gyogwa.schemas.errors import GyogwaError

_A_TOKEN = ("token_type_ids", "mm_token_type_ids")
"""What processors give for each token besides its id."""
_TEXT = ("input_ids", "attention_mask", "offset_mapping", "text_replacement_offsets", "labels")

_EMPTY_LISTS = ("Idefics2Processor", "Idefics3Processor", "SmolVLMProcessor")
"""Processors that want a list of images for every text, also for those without; the others count
images one after the other and stumble over empty lists."""


def images_of(batch: Batch) -> list[list[torch.Tensor]]:
    """The batch's images, whole and decoded. Raises GyogwaError for what is neither, and for what
    isn't a batch."""
    if not isinstance(batch, Batch):
        raise GyogwaError(
            f"a collator takes a loader's Batch, and this is {type(batch).__name__}: a DataLoader "
            "over a StageLoader needs batch_size=None, and a CurriculumLoader gives (stage, batch)"
        )
    if batch.encoded is not None:
        raise GyogwaError('the images aren\'t decoded; take the loader without decode_on="gpu"')
    if any(grid is not None for grids in batch.grids for grid in grids):
        raise GyogwaError(
            "the loader cut the images in tiles, and the processor will do that itself: take the "
            "loader without tiles="
        )
    return batch.images


def processed(
    processor: Any,
    texts: Sequence[Rendered],
    images: Sequence[Sequence[torch.Tensor]],
    keys: Sequence[str],
    **options: Any,
) -> tuple[list[Row], dict[str, torch.Tensor]]:
    """A row for each of the texts, and the tensors of all their images; none without an image.

    `images`: uint8 [3, H, W], RGB. Raises GyogwaError when text and images don't go together, and
    for a sample that the processor refuses.
    """
    if not texts:
        return [], {}
    for key, text, of in zip(keys, texts, images, strict=True):
        count = text.text.count(processor.image_token)
        if count != len(of):
            raise GyogwaError(
                f"{key}: {count} times {processor.image_token} for {len(of)} images; a text holds "
                "it as a word, or a conversation's <image> don't fit its images"
            )
    if any(kind.__name__ in _EMPTY_LISTS for kind in type(processor).__mro__):
        nested = [list(of) for of in images]
    else:
        nested = [list(of) for of in images if of]
    settings = {"return_tensors": None, "padding": False, "truncation": False, **options}
    settings |= {"return_offsets_mapping": True, "return_text_replacement_offsets": True}
    settings |= {"add_special_tokens": not _has_bos(processor.tokenizer, texts)}
    if any(images):
        settings |= {"images": nested, "input_data_format": "channels_first"}
    try:
        found = made_by(processor, keys, images, text=[text.text for text in texts], **settings)
    except GyogwaError:
        if len(texts) > 1:  # which of them it is
            for key, text, of in zip(keys, texts, images, strict=True):
                processed(processor, [text], [of], [key], **options)
        raise
    replacements = found.get("text_replacement_offsets") or [[]] * len(texts)
    rows = []
    for number, (key, text) in enumerate(zip(keys, texts, strict=True)):
        replaced = [(each["span"], each["new_span"]) for each in replacements[number]]
        written, at = "", 0
        for each in replacements[number]:
            written += text.text[at : each["span"][0]] + each["replacement"]
            at = each["span"][1]
        rows.append(
            Row(
                key=key,
                text=written + text.text[at:],
                ids=list(found["input_ids"][number]),
                offsets=[(start, end) for start, end in found["offset_mapping"][number]],
                answers=moved(text.answers, replaced),
                contents=moved(text.contents, replaced),
                images=[new for _, new in replaced],
                more={name: list(found[name][number]) for name in _A_TOKEN if name in found},
            )
        )
    tensors = {
        name: _tensor(value) for name, value in found.items() if name not in (*_TEXT, *_A_TOKEN)
    }
    return rows, tensors


def made_by(
    processor: Any, keys: Sequence[str], of: Sequence[Sequence[torch.Tensor]], **settings: Any
) -> Any:
    """What the processor makes of the samples `keys` with the images `of`. Raises GyogwaError where
    it refuses them."""
    try:
        return processor(**settings)
    except (ValueError, TypeError, ZeroDivisionError) as error:
        sizes = [f"{image.shape[2]} x {image.shape[1]}" for images in of for image in images]
        raise GyogwaError(
            f"{', '.join(keys)}: {type(processor).__name__} refuses it ({error}), with images of "
            f"{', '.join(sizes) or 'no'} pixels; take the collator of this model, leave such pages "
            "out by the curriculum's filters, or change the collator's options"
        ) from error


def padded(
    rows: Sequence[Row], lengths: Sequence[int], pad: int, multiple: int = 1
) -> dict[str, torch.Tensor]:
    """The first so many tokens of each row, int64 [B, T]: `input_ids`, `attention_mask`, `labels`,
    and what else there is a token. T is the longest's length, rounded up to a `multiple`."""
    width = -(-max(lengths, default=0) // multiple) * multiple
    columns: dict[str, list[list[int]]] = {"input_ids": [], "attention_mask": [], "labels": []}
    for row, length in zip(rows, lengths, strict=True):
        empty = width - length
        columns["input_ids"].append(row.ids[:length] + [pad] * empty)
        columns["attention_mask"].append([1] * length + [0] * empty)
        columns["labels"].append(row.labels(length) + [IGNORED] * empty)
        for name, values in row.more.items():
            columns.setdefault(name, []).append(values[:length] + [0] * empty)
    shape = len(rows), width
    return {name: torch.tensor(of, dtype=torch.int64).view(shape) for name, of in columns.items()}


def pad_token(tokenizer: Any) -> int:
    """The id that pads. Raises GyogwaError for a tokenizer without one."""
    found = tokenizer.pad_token_id
    if found is None:
        found = tokenizer.eos_token_id
    if found is None:
        raise GyogwaError("the tokenizer has neither pad_token nor eos_token; give it a pad_token")
    return int(found)


def _has_bos(tokenizer: Any, texts: Sequence[Rendered]) -> bool:
    """Whether the template wrote the token that begins a text, so that it isn't put there again."""
    bos = tokenizer.bos_token
    return bos is not None and any(text.text.startswith(bos) for text in texts)


def _tensor(value: Any) -> torch.Tensor:
    if isinstance(value, torch.Tensor):
        return value
    if isinstance(value, (list, tuple)) and value and isinstance(value[0], torch.Tensor):
        return torch.stack(list(value))
    return torch.from_numpy(np.asarray(value))
