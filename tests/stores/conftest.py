"""One server of each kind a session, and a run on it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from gyogwa.pipelines.synthesize import synthesize
from tests.sharing import Share
from tests.stores.servers import Store, gcs, s3

# else gcsfs asks Google's own service about each bucket, for a minute; read when it is imported
os.environ.setdefault("GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT", "false")

STORES = ["s3", "gs"]


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Store]]:
    """The stores by scheme."""
    folder = tmp_path_factory.mktemp("stores")
    with s3(folder) as one, gcs(folder) as other:
        yield {store.scheme: store for store in (one, other)}


@pytest.fixture(scope="session", params=STORES)
def store(servers: dict[str, Store], request: pytest.FixtureRequest) -> Store:
    """Each of the stores in turn."""
    return servers[request.param]


@pytest.fixture(autouse=True)
def _in_order(servers: dict[str, Store]) -> Iterator[None]:
    yield
    for store in servers.values():
        store.mishaps.begin()


@pytest.fixture(scope="session")
def pages(share: Share) -> Path:
    """Labelled images and their metadata.jsonl."""

    def make(folder: Path) -> None:
        synthesize(folder / "in", count=8, seed=3, languages=["ko", "en"], copies=0)

    return share("pages", make) / "in"
