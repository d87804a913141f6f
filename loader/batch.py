"""A batch: samples of different sizes side by side, ready to be pinned and moved.

All pixels lie in one flat tensor and all boxes in another, so a batch crosses from a worker to
the main process, and on to the device, as two tensors however many images it holds. One tensor an
image would cost a file descriptor each on the way. Annotations stay JSON until somebody asks.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import torch

from loader.sample import Sample
from schemas.sample_json import AnnotationEntry, SampleEntry


@dataclass(frozen=True)
class Batch:
    """B samples; every list has B elements.

    `pixels`: uint8 [sum of 3 * H * W]; `image_shapes`: (H, W) of each sample's images.
    `coordinates`: float32 [all words, 4]; `words`: for each image of each sample the words' texts.
    `conversations`: turns {"role", "content"}, where `<image>` stands for the images in order.
    `chosen` and `rejected`: None but in preference data. `json`: the samples' KEY.json.
    """

    keys: list[str]
    tasks: list[str]
    conversations: list[list[dict[str, str]]]
    chosen: list[str | None]
    rejected: list[str | None]
    words: list[list[list[str]]]
    image_shapes: list[list[tuple[int, int]]]
    pixels: torch.Tensor
    coordinates: torch.Tensor
    json: list[bytes]

    def __len__(self) -> int:
        return len(self.keys)

    @cached_property
    def images(self) -> list[list[torch.Tensor]]:
        """For each sample its images: uint8 [3, H, W], RGB, contiguous views of `pixels`."""
        sizes = [3 * height * width for shapes in self.image_shapes for height, width in shapes]
        flat = iter(torch.split(self.pixels, sizes))
        return [
            [next(flat).view(3, height, width) for height, width in shapes]
            for shapes in self.image_shapes
        ]

    @cached_property
    def boxes(self) -> list[list[torch.Tensor]]:
        """For each image of each sample: float32 [words, 4], x0, y0, x1, y1 as fractions of width
        and height, origin top left, parallel to `words`; views of `coordinates`."""
        counts = [len(words) for images in self.words for words in images]
        flat = iter(torch.split(self.coordinates, counts))
        return [[next(flat) for _ in images] for images in self.words]

    @cached_property
    def annotations(self) -> list[list[AnnotationEntry] | None]:
        """For each sample words, lines and blocks of each image, or None without any words."""
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


def collate(samples: Sequence[Sample]) -> Batch:
    """Put samples side by side, in the order given. There may be none."""
    images = [image for sample in samples for image in sample.images]
    pixels = torch.empty(sum(image.numel() for image in images), dtype=torch.uint8)
    slots = torch.split(pixels, [image.numel() for image in images])
    for slot, image in zip(slots, images, strict=True):
        slot.view(image.shape).copy_(image)
    boxes = [
        word.box
        for sample in samples
        for annotation in sample.entry.annotation or []
        for word in annotation.words
    ]
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
        image_shapes=[
            [(image.shape[1], image.shape[2]) for image in sample.images] for sample in samples
        ],
        pixels=pixels,
        coordinates=torch.tensor(boxes, dtype=torch.float32).reshape(-1, 4),
        json=[sample.json for sample in samples],
    )


def _words(entry: SampleEntry) -> list[list[str]]:
    if entry.annotation is None:
        return [[] for _ in entry.images]
    return [[word.text for word in annotation.words] for annotation in entry.annotation]
