"""Sets what hands add to a page: seals and signatures behind a line, boxes to tick."""

from typing import TYPE_CHECKING

from gyogwa.transforms.synthesis.canvas import Face
from gyogwa.transforms.synthesis.elements import Lines, Ticks
from gyogwa.transforms.synthesis.marks import seal, seal_size, signature, tick_box

if TYPE_CHECKING:
    from gyogwa.transforms.synthesis.setting import Setter


def sign_lines(setter: "Setter", lines: Lines, face: Face, pitch: int) -> None:
    """The seal or the signature behind the last line set; none where it would leave the page."""
    canvas = setter.canvas
    first, last = canvas.lines[-1]
    end = max(word["box"][2] for word in canvas.words[first:last]) + round(face.size * 0.4)
    room = setter.sheet.width - end - 4
    middle = setter.y - pitch // 2
    side = seal_size(lines.stamp, face.size)
    if lines.stamp and side <= room:
        seal(canvas, end, middle - side // 2, lines.stamp, face)
    elif lines.signed and face.size * 4 <= room:
        high = round(face.size * 0.9)
        signature(canvas, (end, middle - high, end + face.size * 4, middle + high), setter.rng)


def set_ticks(setter: "Setter", ticks: Ticks) -> None:
    """One line a choice, its box the first word of it."""
    face, pitch = setter.style.face(), setter.style.pitch
    if setter.y + pitch * len(ticks.items) > setter.bottom:
        setter.advance()
    canvas = setter.canvas
    with canvas.block("list"):
        for text, ticked in ticks.items:
            baseline = round(setter.y + (pitch + face.rise) / 2)
            first, left = len(canvas.words), setter.x + round(face.size * 0.6)
            wide = tick_box(canvas, left, baseline, face, ticked)
            canvas.line(text, left + wide + round(face.size * 0.5), baseline, face)
            canvas.lines[-1][0] = first
            setter.y += pitch
    setter.y += round(pitch * 0.5)
