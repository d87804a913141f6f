"""Real PP-OCRv6 weights as the model folders that PaddleOCR reads, without any download.

The wheel of `rapidocr` carries a detector and a recogniser as ONNX files (Apache-2.0), the
recogniser's characters in its metadata. What PaddleOCR expects beside them, `inference.yml`, is
written here with the values of the PP-OCR training configurations. The recogniser knows Latin
scripts, Chinese and Japanese, and no Hangul.

    python -m tests.transforms.annotate.engines.paddle_weights DIR
"""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

import onnxruntime
import yaml

DETECTION = "PP-OCRv6_small_det"
RECOGNITION = "PP-OCRv6_small_rec"
OPTIONS = {"detection": DETECTION, "recognition": RECOGNITION}
_FILES = {DETECTION: "PP-OCRv6_det_small.onnx", RECOGNITION: "PP-OCRv6_rec_small.onnx"}


def carried(name: str) -> Path:
    """The ONNX file of a model inside the installed wheel, which is never imported."""
    spec = find_spec("rapidocr")
    if spec is None or spec.origin is None:
        raise RuntimeError("rapidocr isn't installed: make test installs it for its weights")
    return Path(spec.origin).parent / "models" / _FILES[name]


def write_models(folder: Path) -> Path:
    """Makes `folder` hold a folder for each model, links and settings; returns it."""
    for name in (DETECTION, RECOGNITION):
        model = folder / name
        model.mkdir(parents=True)
        os.symlink(carried(name), model / "inference.onnx")
        config = _detection() if name == DETECTION else _recognition(carried(name))
        text = yaml.safe_dump(config, allow_unicode=True)
        (model / "inference.yml").write_text(text, encoding="utf-8")
    return folder


def _detection() -> dict[str, object]:
    normalize = {
        "mean": [0.485, 0.456, 0.406],
        "std": [0.229, 0.224, 0.225],
        "scale": "1./255.",
        "order": "hwc",
    }
    return {
        "Global": {"model_name": DETECTION},
        "PreProcess": {
            "transform_ops": [
                {"DecodeImage": {"channel_first": False, "img_mode": "BGR"}},
                {"DetResizeForTest": {"resize_long": 960}},
                {"NormalizeImage": normalize},
                {"ToCHWImage": None},
            ]
        },
        "PostProcess": {
            "name": "DBPostProcess",
            "thresh": 0.3,
            "box_thresh": 0.6,
            "max_candidates": 1000,
            "unclip_ratio": 1.5,
        },
    }


def _recognition(weights: Path) -> dict[str, object]:
    session = onnxruntime.InferenceSession(str(weights), providers=["CPUExecutionProvider"])
    characters = session.get_modelmeta().custom_metadata_map["character"].split("\n")
    return {
        "Global": {"model_name": RECOGNITION},
        "PreProcess": {
            "transform_ops": [
                {"DecodeImage": {"channel_first": False, "img_mode": "BGR"}},
                {"RecResizeImg": {"image_shape": [3, 48, 320]}},
            ]
        },
        "PostProcess": {"name": "CTCLabelDecode", "character_dict": characters},
    }


if __name__ == "__main__":
    write_models(Path(sys.argv[1]))
