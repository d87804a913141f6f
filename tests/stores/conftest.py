"""One server of each kind a session, and a run on it."""

import asyncio
import os
from collections.abc import Iterator

import pytest

from gyogwa.transforms.files import retries
from tests.pipelines.conftest import few as few
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


@pytest.fixture(scope="module", autouse=True)
def _impatient() -> Iterator[None]:
    """Neither we nor the stores' clients wait between attempts."""

    async def short(seconds: float, *_: object) -> None:
        await sleep(min(seconds, 0.01))

    sleep = asyncio.sleep
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncio, "sleep", short)
        patch.setattr(retries, "WAITS", (0.0, 0.0, 0.0))
        yield
