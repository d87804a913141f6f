"""Where images come from: one module a kind of input, all yielding `raw.RawRecord` or rejects."""
