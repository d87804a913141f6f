"""How fast this machine is at the moment, by a piece of work that is always the same.

Rates are processor seconds of the machine on which they were measured. Another one takes others,
and a crowded one takes more for the same, as caches and the halves of a core are shared. So that
work is timed when rates are measured, and again where they are used.
"""

import hashlib
import json
import statistics
import time
from io import BytesIO

import numpy as np
from PIL import Image as Picture

from gyogwa.pipelines.estimate.rates import SECONDS, Rates

_TIMES = 15
"""Of which the median counts: about a third of a second together."""


def at_this_pace(rates: Rates) -> Rates:
    """The rates with their seconds as they are here and now."""
    share = pace() / rates.pace
    given = rates.model_dump(include=set(SECONDS))
    return rates.model_copy(
        update={
            name: {phase: by * share for phase, by in rate.items()}
            if isinstance(rate, dict)
            else rate * share
            for name, rate in given.items()
        }
    )


def pace() -> float:
    """Processor seconds of the piece of work."""
    found = []
    for _ in range(_TIMES):
        began = time.thread_time()
        _work()
        found.append(time.thread_time() - began)
    return statistics.median(found)


def _work() -> None:
    """Rows made, packed, sorted and grouped; a picture coded, decoded, resized and hashed."""
    rows = [{"id": n, "text": f"교과 과정 {n}", "box": [n % 7, n % 11]} for n in range(2000)]
    read = json.loads(json.dumps(rows, ensure_ascii=False))
    groups: dict[tuple[int, ...], list[int]] = {}
    for row in sorted(read, key=lambda row: (row["box"], row["text"])):
        groups.setdefault(tuple(row["box"]), []).append(row["id"])
    across, down = np.mgrid[0:500, 0:700]
    pixels = (across * down % 251).astype(np.uint8)
    file = BytesIO()
    Picture.fromarray(pixels).convert("RGB").save(file, "JPEG", quality=85)
    with Picture.open(file) as picture:
        small = picture.convert("L").resize((350, 250), Picture.Resampling.LANCZOS)
    np.fft.rfft2(np.asarray(small, dtype=float))
    hashlib.sha256(file.getvalue() * 8).hexdigest()
