"""Exports of text files beside a folder of images."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from gyogwa.loader.raw import RawSample
from gyogwa.pipelines.export.forms import Form
from gyogwa.pipelines.export.sample import Sample, sample_of
from gyogwa.transforms.files.writing import write_bytes, writing


class TextFiles:
    """Writes rows of JSON, a file for each shape, and the images once each.

    `array`: one JSON array a file, as LLaVA has it, instead of a row a line. An image that is there
    isn't written again, so that a run which was stopped goes on. Returns the shape of each file.
    """

    def __init__(self, form: Form, array: bool = False) -> None:
        self._form, self._array = form, array

    def __call__(
        self, samples: Iterator[tuple[RawSample, int]], name: str, folder: Path
    ) -> dict[str, str]:
        """Write the samples, each so often, in files that begin with `name`."""
        files: dict[str, IO[bytes]] = {}
        shapes: dict[str, str] = {}
        ending = "json" if self._array else "jsonl"
        with ExitStack() as stack:
            for raw, times in samples:
                sample = sample_of(raw)
                self._images(sample, raw, folder)
                shape, row = self._form(sample)
                file = f"{name}{'-' if shape else ''}{shape}.{ending}"
                begun = file in files
                if not begun:
                    files[file] = stack.enter_context(writing(str(folder / file)))
                    shapes[file] = shape
                text = json.dumps(row, ensure_ascii=False).encode()
                for _ in range(times):
                    lead = (b",\n" if begun else b"[\n") if self._array else b""
                    files[file].write(lead + text + (b"" if self._array else b"\n"))
                    begun = True
            for written in files.values():
                written.write(b"\n]\n" if self._array else b"")
        return shapes

    def _images(self, sample: Sample, raw: RawSample, folder: Path) -> None:
        for file, data in zip(sample.images, raw.images, strict=True):
            path = folder / file
            if not path.is_file():
                write_bytes(str(path), data)
