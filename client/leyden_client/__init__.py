"""Ask a Leyden service from Python.

import leyden_client as leyden

client = leyden.connect("http://127.0.0.1:8000")
client.cycles("cell-7.mpr").pandas()
"""

from leyden_client.client import Client
from leyden_client.error import (
    BrokenOff,
    InvalidAddress,
    LeftOut,
    LeydenError,
    NotInstalled,
    OtherInterface,
    Refused,
    TimedOut,
    Unreachable,
    Unsuitable,
)
from leyden_client.service import Service
from leyden_client.table import Table
from leyden_client.version import VERSION

__version__ = VERSION
__all__ = [
    "BrokenOff",
    "Client",
    "InvalidAddress",
    "LeftOut",
    "LeydenError",
    "NotInstalled",
    "OtherInterface",
    "Refused",
    "Table",
    "TimedOut",
    "Unreachable",
    "Unsuitable",
    "connect",
]


def connect(url: str, token: str | None = None, *, timeout_second: float = 60.0) -> Client:
    """Return a client of the service at an address, once it has answered.

    The token is sent with every request; a service is given up when it is silent for so long.

    Raises:
        InvalidAddress: when the address is none of a service.
        Unreachable: when nothing answers there.
        OtherInterface: when the service is older or newer than this client.
    """
    service = Service(url, token, timeout_second)
    try:
        return Client(service)
    except BaseException:
        service.close()
        raise
