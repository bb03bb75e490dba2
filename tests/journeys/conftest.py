"""The whole service on a port of its own, over the sample town."""

import threading
import time
from collections.abc import Iterator

import httpx
import pytest
import uvicorn

from api.app import create_app
from kmap.services import build_services
from kmap.settings import Settings


@pytest.fixture(scope="session")
def site_url(town: str) -> Iterator[str]:
    """The address of the service; stops with the tests."""
    services = build_services(Settings(database_url=town))
    config = uvicorn.Config(
        create_app(services), host="127.0.0.1", port=0, log_level="error", ws="none"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)
    services.close()


@pytest.fixture
def client(site_url: str) -> Iterator[httpx.Client]:
    """A reader without JavaScript."""
    with httpx.Client(base_url=site_url, headers={"accept": "text/html"}, timeout=30) as reader:
        yield reader
