"""Tesseract in process, made good on Korean: see `engine` for the options, `reader` for the way."""

from gyogwa.transforms.annotate.engines.tesseract.engine import Tesseract

__all__ = ["Tesseract"]
