"""What tells annotations of this release from those of others."""

LAYOUT_VERSION = 6
"""Raise it when an annotation of the same words comes out differently."""
TRUTH_ENGINE = f"truth-{LAYOUT_VERSION}"
"""How the engine of an annotation begins that is what a source says."""


def is_by(engine: str, reader: str) -> bool:
    """Whether the engine of an annotation is this one, by itself or deciding about a layer."""
    return engine == reader or engine.startswith(f"{reader}-")
