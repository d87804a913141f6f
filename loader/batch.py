"""A batch: samples of different sizes side by side, ready to be pinned and moved.

All pixels lie in one flat tensor, so a batch crosses from a worker to the main process, and on to
the device, as one tensor however many images it holds. One tensor an image would cost a file
descriptor each on the way. Annotations, words and boxes among them, stay JSON until somebody asks:
reading those of a page takes half as long as decoding it. The JSON lies behind the pixels, because
through a pipe it would be copied four times, twice of it by the process that trains.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import prod

import numpy as np
import torch

from gyogwa.loader.entry import AnnotationOf, read_annotation
from gyogwa.loader.geometry import Geometry
from gyogwa.loader.memory import Arena, OwnSlabs
from gyogwa.loader.sample import LoadedSample
from gyogwa.loader.tiling import Grid, tile_boxes
from gyogwa.schemas.sample_json import AnnotationEntry, SampleEntry


@dataclass(frozen=True)
class Description:
    """All of a batch but its bytes: B samples; every list has B elements.

    `geometries`: from each sample's stored images to those in the batch, padding included; `grids`:
    (columns, rows) of their tiles, None where they are whole. `encoded`: how many bytes each image
    takes where decoding is left to the GPU (`loader.device`), and there are no `images` yet.
    `conversations`: turns {"role", "content"}, where `<image>` stands for the images in order;
    boxes in their text are fractions of the stored image, without padding.
    `chosen` and `rejected`: None but in preference data. `text_sizes`: bytes of each KEY.json.
    """

    keys: list[str]
    tasks: list[str]
    conversations: list[list[dict[str, str]]]
    chosen: list[str | None]
    rejected: list[str | None]
    geometries: list[list[Geometry]]
    grids: list[list[Grid | None]]
    encoded: list[list[int]] | None
    text_sizes: list[int]


@dataclass(frozen=True)
class Batch(Description):
    """B samples as `Description` says, and their bytes.

    `pixels`: uint8, all images flat, each [H, W, 3], or [tiles, side, side, 3], or encoded.
    `texts`: uint8, the samples' KEY.json one after the other, in CPU memory.
    """

    pixels: torch.Tensor
    texts: torch.Tensor

    @classmethod
    def of(cls, description: Description, memory: torch.Tensor) -> "Batch":
        """From its description and its bytes, uint8 [bytes]: all images, then all KEY.json."""
        behind = sum(description.text_sizes)
        pixels, texts = torch.split(memory, [len(memory) - behind, behind])
        return cls(**vars(description), pixels=pixels, texts=texts)

    def __len__(self) -> int:
        return len(self.keys)

    @cached_property
    def image_shapes(self) -> list[list[tuple[int, int]]]:
        """(H, W) of each sample's images, with the padding where they are cut in tiles."""
        return [[geometry.size[::-1] for geometry in images] for images in self.geometries]

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
    def json(self) -> list[bytes]:
        """The samples' KEY.json."""
        return [part.numpy().tobytes() for part in torch.split(self.texts, self.text_sizes)]

    @cached_property
    def words(self) -> list[list[list[str]]]:
        """For each image of each sample the words' texts, in reading order. Raises ValueError for
        an annotation that doesn't fit the schema."""
        return [
            [[word.text for word in found.words] for found in images] for images in self._annotated
        ]

    @cached_property
    def boxes(self) -> list[list[torch.Tensor]]:
        """For each image of each sample: float32 [words, 4], x0, y0, x1, y1 as fractions of the
        width and height in `image_shapes`, origin top left, parallel to `words`; on the device of
        `pixels`. Raises ValueError for an annotation that doesn't fit the schema."""
        return [
            [
                geometry.moved(_boxes(found)).to(self.pixels.device)
                for geometry, found in zip(geometries, images, strict=True)
            ]
            for geometries, images in zip(self.geometries, self._annotated, strict=True)
        ]

    @cached_property
    def _annotated(self) -> list[list[AnnotationOf]]:
        """The annotation of every image, without words where there is none."""
        found = []
        for geometries, text in zip(self.geometries, self.json, strict=True):
            images = read_annotation(text) or [AnnotationOf([]) for _ in geometries]
            if len(images) != len(geometries):
                raise ValueError(f"{len(images)} annotations for {len(geometries)} images")
            found.append(images)
        return found

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
        return replace(self, pixels=self.pixels.pin_memory(), texts=self.texts.clone())

    def to(self, device: torch.device | str, non_blocking: bool = False) -> "Batch":
        """The same batch with its pixels on `device`, where boxes will be as well."""
        pixels = self.pixels.to(device, non_blocking=non_blocking)
        # the memory that both lay in is wanted for the next batches
        texts = self.texts if pixels is self.pixels else self.texts.clone()
        return replace(self, pixels=pixels, texts=texts)


def _stored(shape: tuple[int, int], grid: Grid | None) -> tuple[int, ...]:
    """The shape that an image has in `Batch.pixels`."""
    if grid is None:
        return (*shape, 3)
    side = shape[0] // grid[1]
    return 1 + grid[0] * grid[1], side, side, 3


def collate(samples: Sequence[LoadedSample]) -> Batch:
    """Put samples side by side, in the order given. There may be none."""
    arena = Arena(OwnSlabs())
    for sample in samples:
        for view in sample.images:
            # channels last, which is how they come from the decoder
            stored = view.pixels if view.pixels.ndim == 1 else view.pixels.movedim(-3, -1)
            arena.room(stored.numel()).copy_(stored.flatten())
    arena.lay([sample.json for sample in samples])
    memory = arena.finish()
    assert isinstance(memory, torch.Tensor)
    return Batch.of(described(samples), memory)


def described(samples: Sequence[LoadedSample]) -> Description:
    """What the batch of these samples is, besides its bytes."""
    views = [view for sample in samples for view in sample.images]
    encoded = bool(views) and views[0].pixels.ndim == 1
    return Description(
        keys=[sample.key for sample in samples],
        tasks=[sample.entry.task for sample in samples],
        conversations=[
            [{"role": turn.role, "content": turn.content} for turn in sample.entry.conversations]
            for sample in samples
        ],
        chosen=[sample.entry.chosen for sample in samples],
        rejected=[sample.entry.rejected for sample in samples],
        geometries=[[view.geometry for view in sample.images] for sample in samples],
        grids=[[view.grid for view in sample.images] for sample in samples],
        encoded=[[view.pixels.numel() for view in sample.images] for sample in samples]
        if encoded
        else None,
        text_sizes=[len(sample.json) for sample in samples],
    )


def _boxes(annotation: AnnotationOf) -> torch.Tensor:
    """The boxes of an image's words as they are stored, float32 [words, 4]."""
    boxes = np.array([word.box for word in annotation.words], dtype=np.float32)
    return torch.from_numpy(boxes.reshape(-1, 4))
