"""What the tests of storage share: an object store, and retries that don't wait."""

from pathlib import Path

import pytest

from gyogwa.transforms.files import retries
from tests.transforms.files.buckets import Bucket


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retries, "WAITS", (0.0, 0.0, 0.0))
    monkeypatch.setattr(retries, "WEB_WAITS", (0.0,) * 11)


@pytest.fixture
def bucket(tmp_path: Path) -> type[Bucket]:
    """An empty store at bucket://b."""
    (tmp_path / "store" / "b").mkdir(parents=True)
    Bucket.begin(tmp_path / "store")
    return Bucket
