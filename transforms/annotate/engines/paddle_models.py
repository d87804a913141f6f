"""Where PaddleOCR's models lie, what reads them, and what to do when they are missing.

A model is a folder named after it, as PaddleX lays out its official models, with the network as
`inference.onnx` (for ONNX Runtime) or `inference.json` and `inference.pdiparams` (for PaddlePaddle;
older ones have `inference.pdmodel` in place of the JSON), and its settings `inference.yml`. The
folder's name may end in `_onnx`, as that of the official ONNX packages does.
"""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from gyogwa.schemas.errors import GyogwaError
from gyogwa.schemas.ids import fingerprint_of, sha256_hex

BACKENDS = ("onnxruntime", "paddle")
"""In the order of preference; the names are those of the modules too."""
_INSTALL = {
    "onnxruntime": "pip install 'gyogwa[paddle]'",
    "paddle": "pip install paddlepaddle (or paddlepaddle-gpu)",
}
_NETWORKS = {
    "onnxruntime": (("inference.onnx",),),
    "paddle": (
        ("inference.json", "inference.pdiparams"),
        ("inference.pdmodel", "inference.pdiparams"),
    ),
}


@dataclass(frozen=True)
class Model:
    """A model's name, the folder with its files, and the backend that reads them."""

    name: str
    folder: Path
    backend: str

    def digest(self) -> str:
        """Of the files that are read: other weights or settings, another digest."""
        files = [*(_network(self.folder, self.backend) or ()), "inference.yml"]
        return fingerprint_of([sha256_hex((self.folder / file).read_bytes()) for file in files])


def local_model(root: Path, name: str, backend: str) -> Model:
    """The model `name` below `root`, for `backend` ("" for any there is software for).

    Raises GyogwaError when it isn't there or nothing installed reads it.
    """
    if not root.is_dir():
        raise GyogwaError(f"--ocr_model_dir {root}: no such folder; {_expected(root, name)}")
    readable = [
        Model(name, folder, kind)
        for kind in ((backend,) if backend else BACKENDS)
        for folder in (root / name, root / f"{name}_onnx")
        if _network(folder, kind) and (folder / "inference.yml").is_file()
    ]
    if not readable:
        there = sorted(path.name for path in root.iterdir() if path.is_dir())
        raise GyogwaError(
            f"--ocr_model_dir {root}: no complete model {name} for "
            f"{backend or 'ONNX Runtime or PaddlePaddle'} there, only the folders "
            f"{', '.join(there) or '(none)'}; {_expected(root, name)}, or name another model with "
            "--ocr_option detection=NAME or recognition=NAME"
        )
    for model in readable:
        if has_software(model.backend):
            return model
    missing = readable[0].backend
    raise GyogwaError(f"{readable[0].folder}: needs {missing}, not installed: {_INSTALL[missing]}")


def official_model(name: str, backend: str) -> Model:
    """The model `name` from PaddleX's own cache, fetched from its model hubs when it isn't there.

    Raises GyogwaError within seconds when no hub can be reached. To stay that fast, PaddleX's check
    whether a hub answers is left on: without it every hub's own retries come first.
    """
    kind = backend or next((each for each in BACKENDS if has_software(each)), "onnxruntime")
    if not has_software(kind):
        raise GyogwaError(f"--ocr_engine paddle needs {kind}, not installed: {_INSTALL[kind]}")
    from paddlex.inference.utils.official_models import official_models

    formats = {"onnxruntime": ("onnx",), "paddle": ("paddle",)}[kind]
    try:
        folder = Path(official_models.get_model_path(name, model_formats=formats))
    except Exception as error:  # a bare Exception where no hub answers, else whatever a hub raises
        raise GyogwaError(
            f"--ocr_engine paddle: the model {name} isn't on this machine and can't be fetched "
            f"({' '.join(str(error).split())}); go online once, or put the model's files into "
            f"DIR/{name} and give --ocr_model_dir DIR"
        ) from error
    if not (_network(folder, kind) and (folder / "inference.yml").is_file()):
        raise GyogwaError(f"{folder}: incomplete; remove the folder, so that it is fetched again")
    return Model(name, folder, kind)


def has_software(backend: str) -> bool:
    """Whether the backend's package is installed."""
    return find_spec(backend) is not None


def _network(folder: Path, backend: str) -> tuple[str, ...] | None:
    """The files of the network that the backend reads; None when they aren't all there."""
    for files in _NETWORKS[backend]:
        if all((folder / file).is_file() for file in files):
            return files
    return None


def _expected(root: Path, name: str) -> str:
    return (
        f"expected {root / name} (or {name}_onnx) with inference.yml and inference.onnx, or with "
        "inference.yml, inference.json and inference.pdiparams"
    )
