"""A finished run in the form that another trainer's tool reads: `gyogwa export OUT --to NAME`.

`sample` is what all forms are made from, `forms` has a function from a sample to a row for each
tool, `boxes` puts placeholders where a tool wants them; `text`, `parquet`, `chunks` and `energon`
write, and `run` does it stage by stage.
"""

from typing import Literal, get_args

Target = Literal["ms-swift", "llama-factory", "llava", "hub", "energon", "mds", "litdata"]
TARGETS: tuple[Target, ...] = get_args(Target)
