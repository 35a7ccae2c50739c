"""A service on the demo study, in a process of its own, and a client that asks it."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx
import pytest
from leyden_client import Client, connect

from schema.settings import Settings

_SERVE: Final = """
import sys
from pathlib import Path
import uvicorn
from schema.settings import Settings
from service.app import create_app
app = create_app(Settings(home=Path(sys.argv[1])))
uvicorn.run(app, fd=int(sys.argv[2]), log_level="warning")
"""
_PATIENCE_SECOND: Final = 120


@pytest.fixture(scope="session")
def address(demo_warehouse: Settings) -> Iterator[str]:
    """Return where a service on the demo study listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.set_inheritable(True)  # positional only
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        command = [sys.executable, "-c", _SERVE, str(demo_warehouse.home)]
        server = subprocess.Popen(  # noqa: S603 # our own program
            [*command, str(listening.fileno())],
            cwd=Path(__file__).parents[2],
            pass_fds=[listening.fileno()],
            stdout=subprocess.DEVNULL,
        )
        try:
            _wait(url)
            yield url
        finally:
            server.terminate()
            server.wait(30)


def _wait(url: str) -> None:
    end = time.monotonic() + _PATIENCE_SECOND
    while time.monotonic() < end:
        try:
            if httpx.get(f"{url}/healthz", timeout=_PATIENCE_SECOND).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail("the service does not answer")


@pytest.fixture(scope="session")
def client(address: str) -> Iterator[Client]:
    """Return a client of that service."""
    with connect(address) as client:
        yield client
