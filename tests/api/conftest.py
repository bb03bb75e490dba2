"""The real door over real services and a real database, on a free port of this machine."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from api.__main__ import server
from api.app import create_app
from api.limits import SHARES, Share
from kmap.services import Services, build_services
from kmap.settings import Settings

ENDLESS = {kind: Share(1e6, 1e6) for kind in SHARES}


class Served:
    """An application that answers on 127.0.0.1 while its ``with`` block lasts."""

    def __init__(self, services: Services, shares: dict[str, Share]) -> None:
        self.server = server(create_app(services, shares), 0, "critical")
        self.thread = threading.Thread(target=self.server.run, daemon=True)

    def __enter__(self) -> str:
        self.thread.start()
        while not self.server.started:
            time.sleep(0.01)
        port = self.server.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"

    def __exit__(self, *_: object) -> None:
        self.server.should_exit = True
        self.thread.join(10)


Serve = Callable[..., Served]


@pytest.fixture(scope="session")
def serve() -> Serve:
    """Serves an application: ``with serve(services) as url``; rate limits out of the way."""
    return lambda services, shares=ENDLESS: Served(services, shares)


@pytest.fixture(scope="session")
def services(town: str) -> Iterator[Services]:
    """Services over the sample town."""
    made = build_services(Settings(database_url=town, max_upload_mb=3))
    yield made
    made.close()


@pytest.fixture(scope="session")
def address(services: Services, serve: Serve) -> Iterator[str]:
    """Where the door answers; its rate limits are out of the way."""
    with serve(services) as url:
        yield url


@pytest.fixture(scope="session")
def door(address: str) -> Iterator[httpx.Client]:
    """A client of the door."""
    with httpx.Client(base_url=address, timeout=60) as client:
        yield client


@pytest.fixture(scope="session")
def kl02(shared: Path) -> bytes:
    """A real house of 202 m2, as its engineer drew it."""
    return (shared / "plans" / "kl02_house_202m2.dxf").read_bytes()
