"""Print some samples of a stage as the loader gives them, and write their images with boxes."""

import io

from PIL import Image, ImageDraw

from gyogwa.loader.batch import Batch
from gyogwa.loader.stage import StageLoader
from gyogwa.transforms.files.writing import write_bytes


def preview(manifest: str, count: int, folder: str) -> int:
    """Show the first `count` samples in shuffled order; PNGs go to `folder`. Returns 0."""
    loader = StageLoader(manifest, batch_size=1, shuffle=True, drop_last=False)
    for number, batch in enumerate(loader):
        if number == count:
            break
        _show(batch, folder)
    print(f"images with boxes: {folder}")
    return 0


def _show(batch: Batch, folder: str) -> None:
    key = batch.keys[0]
    print(f"{key}  {batch.tasks[0]}")
    for index, (pixels, boxes) in enumerate(zip(batch.images[0], batch.boxes[0], strict=True)):
        image = Image.fromarray(pixels.permute(1, 2, 0).numpy())
        draw = ImageDraw.Draw(image)
        for x0, y0, x1, y1 in boxes.tolist():
            corners = (x0 * image.width, y0 * image.height, x1 * image.width, y1 * image.height)
            draw.rectangle(corners, outline=(214, 51, 108))
        buffer = io.BytesIO()
        image.save(buffer, "PNG")
        write_bytes(f"{folder}/{key}.{index}.png", buffer.getvalue(), "an image")
        print(f"  image {index}: {image.width} x {image.height}, {len(boxes)} words")
    for turn in batch.conversations[0]:
        text = turn["content"]
        print(f"  {turn['role']}: {text if len(text) <= 300 else text[:300] + ' …'}")
