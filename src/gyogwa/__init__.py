"""gyogwa (교과, "course of study"): data pipelines and a loader for multimodal curricula.

What is installed is this one package. Its folders lie at the repository's root and are linked from
here: `schemas` (what a record is), `transforms` (what is done to it), `pipelines` (graphs and the
command line), `stage_manifests` (curricula) and `loader` (the PyTorch side).
"""

__version__: str


def __getattr__(name: str) -> str:
    """The version, looked up when asked for: the look-up takes longer than all else here."""
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("gyogwa")
    except PackageNotFoundError:  # imported from a tree that was never installed
        return "0+unknown"
