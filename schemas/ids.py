"""Identities and repeatable chance: everything is a hash of what it names, never a counter."""

import hashlib
import json
from typing import Any

ID_DIGITS = 32


def sha256_hex(data: bytes) -> str:
    """SHA-256 as 64 hex digits."""
    return hashlib.sha256(data).hexdigest()


def image_id_of(data: bytes) -> str:
    """The identity of an image with these encoded bytes."""
    return sha256_hex(data)[:ID_DIGITS]


def hash_of(*parts: object) -> str:
    """64 hex digits of the parts' texts; ("a", "bc") and ("ab", "c") differ."""
    return sha256_hex(_encoded(json.dumps([str(part) for part in parts], ensure_ascii=False)))


def fraction_of(*parts: object) -> float:
    """A number in [0, 1), uniform over parts, always the same for the same parts."""
    return int(hash_of(*parts)[:13], 16) / 16**13


def fingerprint_of(value: Any) -> str:
    """32 hex digits of a JSON-like value; the order of keys doesn't count."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256_hex(_encoded(text))[:ID_DIGITS]


def _encoded(text: str) -> bytes:
    # file names that aren't UTF-8 reach here before they are rejected
    return text.encode("utf-8", "surrogatepass")
