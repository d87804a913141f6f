"""A batch: samples of different sizes side by side, ready to be pinned and moved.

All pixels lie in one flat tensor and all boxes in another, so a batch crosses from a worker to
the main process, and on to the device, as two tensors however many images it holds. One tensor an
image would cost a file descriptor each on the way. Annotations stay JSON until somebody asks.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import prod

import numpy as np
import torch
from torch.utils.data import get_worker_info

from loader.entry import Entry
from loader.sample import Sample
from loader.tiling import Grid, tile_boxes
from loader.view import View
from schemas.sample_json import AnnotationEntry, SampleEntry


@dataclass(frozen=True)
class Batch:
    """B samples; every list has B elements.

    `pixels`: uint8, all images flat, each [H, W, 3], or [tiles, side, side, 3]. `image_shapes`:
    (H, W) of each sample's images, with the padding where they are cut in tiles; `grids`: (columns,
    rows) of their tiles, None where they are whole. `encoded`: how many bytes each image takes in
    `pixels` where decoding is left to the GPU (`loader.device`), and there are no `images` yet.
    `coordinates`: float32 [all words, 4]; `words`: for each image of each sample the words' texts.
    `conversations`: turns {"role", "content"}, where `<image>` stands for the images in order;
    boxes in their text are fractions of the stored image, without padding.
    `chosen` and `rejected`: None but in preference data. `json`: the samples' KEY.json.
    """

    keys: list[str]
    tasks: list[str]
    conversations: list[list[dict[str, str]]]
    chosen: list[str | None]
    rejected: list[str | None]
    words: list[list[list[str]]]
    image_shapes: list[list[tuple[int, int]]]
    grids: list[list[Grid | None]]
    pixels: torch.Tensor
    coordinates: torch.Tensor
    json: list[bytes]
    encoded: list[list[int]] | None = None

    def __len__(self) -> int:
        return len(self.keys)

    @cached_property
    def images(self) -> list[list[torch.Tensor]]:
        """For each sample its images, views of `pixels`, channels last in memory: uint8 [3, H, W],
        RGB, or where they are cut in tiles [1 + columns * rows, 3, side, side]: the overview first,
        then the tiles row by row."""
        if self.encoded is not None:
            raise ValueError("the images aren't decoded yet; iterate over a DevicePrefetcher")
        shapes = [
            [_stored(shape, grid) for shape, grid in zip(*sample, strict=True)]
            for sample in zip(self.image_shapes, self.grids, strict=True)
        ]
        flat = iter(torch.split(self.pixels, [prod(shape) for of in shapes for shape in of]))
        return [[next(flat).view(shape).movedim(-1, -3) for shape in of] for of in shapes]

    @cached_property
    def boxes(self) -> list[list[torch.Tensor]]:
        """For each image of each sample: float32 [words, 4], x0, y0, x1, y1 as fractions of the
        width and height in `image_shapes`, origin top left, parallel to `words`; views of
        `coordinates`."""
        counts = [len(words) for images in self.words for words in images]
        flat = iter(torch.split(self.coordinates, counts))
        return [[next(flat) for _ in images] for images in self.words]

    @cached_property
    def tile_boxes(self) -> list[list[list[tuple[torch.Tensor, torch.Tensor]]]]:
        """For each image of each sample, and each of its tiles but the overview: the boxes on it as
        fractions of the tile, and which words they are (`loader.tiling.tile_boxes`)."""
        return [
            [tile_boxes(of.cpu(), grid or (1, 1)) for of, grid in zip(*sample, strict=True)]
            for sample in zip(self.boxes, self.grids, strict=True)
        ]

    @cached_property
    def annotations(self) -> list[list[AnnotationEntry] | None]:
        """For each sample words, lines and blocks of each image, or None without any words. Boxes
        as they are stored: fractions of the image without padding."""
        return [SampleEntry.model_validate_json(text).annotation for text in self.json]

    def pin_memory(self) -> "Batch":
        """The same batch in page-locked memory, from which copies to a GPU can be asynchronous."""
        return self._with(self.pixels.pin_memory(), self.coordinates.pin_memory())

    def to(self, device: torch.device | str, non_blocking: bool = False) -> "Batch":
        """The same batch with pixels and boxes on `device`."""
        return self._with(
            self.pixels.to(device, non_blocking=non_blocking),
            self.coordinates.to(device, non_blocking=non_blocking),
        )

    def _with(self, pixels: torch.Tensor, coordinates: torch.Tensor) -> "Batch":
        return replace(self, pixels=pixels, coordinates=coordinates)


def _stored(shape: tuple[int, int], grid: Grid | None) -> tuple[int, ...]:
    """The shape that an image has in `Batch.pixels`."""
    if grid is None:
        return (*shape, 3)
    side = shape[0] // grid[1]
    return 1 + grid[0] * grid[1], side, side, 3


def collate(samples: Sequence[Sample]) -> Batch:
    """Put samples side by side, in the order given. There may be none."""
    views = [view for sample in samples for view in sample.images]
    encoded = bool(views) and views[0].pixels.ndim == 1
    return Batch(
        keys=[sample.key for sample in samples],
        tasks=[sample.entry.task for sample in samples],
        conversations=[
            [{"role": turn.role, "content": turn.content} for turn in sample.entry.conversations]
            for sample in samples
        ],
        chosen=[sample.entry.chosen for sample in samples],
        rejected=[sample.entry.rejected for sample in samples],
        words=[_words(sample.entry) for sample in samples],
        image_shapes=[[view.geometry.size[::-1] for view in sample.images] for sample in samples],
        grids=[[view.grid for view in sample.images] for sample in samples],
        pixels=_flat(views),
        coordinates=_coordinates(samples),
        json=[sample.json for sample in samples],
        encoded=[[view.pixels.numel() for view in sample.images] for sample in samples]
        if encoded
        else None,
    )


def _flat(views: list[View]) -> torch.Tensor:
    """All pixels in one tensor, channels last, which is how they come from the decoder."""
    stored = [v.pixels if v.pixels.ndim == 1 else v.pixels.movedim(-3, -1) for v in views]
    size = sum(pixels.numel() for pixels in stored)
    if get_worker_info() is None or not size:
        flat = torch.empty(size, dtype=torch.uint8)
    else:
        # Straight into the memory that the main process will map, as torch's own collate does.
        storage = torch.UntypedStorage._new_shared(size)  # type: ignore[no-untyped-call]
        flat = torch.empty(0, dtype=torch.uint8).set_(storage)
    slots = torch.split(flat, [pixels.numel() for pixels in stored])
    for slot, pixels in zip(slots, stored, strict=True):
        slot.view(pixels.shape).copy_(pixels)
    return flat


def _coordinates(samples: Sequence[Sample]) -> torch.Tensor:
    """The boxes of all words, moved along with their images: float32 [all words, 4]."""
    parts = []
    for sample in samples:
        for view, annotation in zip(sample.images, sample.entry.annotation or [], strict=False):
            boxes = np.array([word.box for word in annotation.words], dtype=np.float32)
            parts.append(view.geometry.moved(torch.from_numpy(boxes.reshape(-1, 4))))
    return torch.cat(parts) if parts else torch.empty(0, 4)


def _words(entry: Entry) -> list[list[str]]:
    if entry.annotation is None:
        return [[] for _ in entry.images]
    return [[word.text for word in annotation.words] for annotation in entry.annotation]
