"""Where the service listens: a port is held before anything is made ready, told when it answers."""

import socket
from collections.abc import Callable
from errno import EADDRINUSE
from ipaddress import ip_address
from signal import SIGINT
from types import FrameType

import uvicorn

from command.fault import FAILED, STOPPED
from command.start import lasting
from command.terminal import warn
from schema.error import AddressUnusable
from schema.settings import Settings

_NEAR = 100
_PATIENCE_SECOND = 1


class Server(uvicorn.Server):
    """A server that calls back once it listens.

    Attributes:
        url: where this machine reaches it.
        signal: by which it was asked to end.
    """

    def __init__(
        self, config: uvicorn.Config, url: str, tell: Callable[["Server"], object]
    ) -> None:
        super().__init__(config)
        self.url, self._tell = url, tell
        self.signal: int | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, and call back."""
        await super().startup(sockets)
        if self.started:
            self._tell(self)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Be asked to end; asked twice nothing is waited for."""
        self.signal = self.signal or sig
        super().handle_exit(sig, frame)
        # sent again at the end, a signal that is ignored by who started us would say nothing, and
        # SIGTERM would end us before jobs in hand are given back
        self._captured_signals.clear()


def hold(settings: Settings) -> socket.socket:
    """Return a socket that holds the port of these settings; nothing is answered yet.

    Raises:
        AddressUnusable: when it is in use, or not ours to take.
    """
    host, port = settings.host, settings.port
    try:
        listener = _bind(host, port)
    except OSError as fault:
        raise _unusable(host, port, fault) from fault
    if not _is_loopback(listener):
        warn(
            f"WARNING: nothing guards the door yet: whoever reaches {host} port "
            f"{listener.getsockname()[1]} may read and change everything; "
            "--host 127.0.0.1 keeps it to this machine"
        )
    return listener


def serve(settings: Settings, listener: socket.socket, tell: Callable[[Server], object]) -> int:
    """Serve at a port that is held until Ctrl-C or SIGTERM; return the code of the end.

    Answers that are being given have a second yet, then they are broken off.

    Raises:
        AddressUnusable: when another program was first to listen there.
    """
    with lasting():
        from service.app import create_app

        config = uvicorn.Config(
            create_app(settings), log_level="warning", timeout_graceful_shutdown=_PATIENCE_SECOND
        )
    server = Server(config, _url(listener), tell)
    host, port = listener.getsockname()[:2]
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:  # before the server heard of signals
        server.signal = SIGINT
    except OSError as fault:
        if fault.errno != EADDRINUSE:
            raise
        raise _unusable(host, port, fault) from fault
    finally:
        listener.close()
    if server.signal == SIGINT:
        return STOPPED
    return 0 if server.started else FAILED


def _unusable(host: str, port: int, fault: OSError) -> AddressUnusable:
    if fault.errno == EADDRINUSE:
        free = _free_port(host, port)
        return AddressUnusable(host, port, "another program listens there", free)
    return AddressUnusable(host, port, fault.strerror or str(fault))


def _bind(host: str, port: int) -> socket.socket:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, kind, protocol, _, address = min(found, key=lambda each: each[0] != socket.AF_INET)
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except BaseException:
        listener.close()
        raise
    return listener


def _free_port(host: str, port: int) -> int | None:
    """Return the next port that can be had, None where none of those near can."""
    for near in range(port + 1, min(port + _NEAR, 65535) + 1):
        try:
            _bind(host, near).close()
        except OSError:
            continue
        return near
    return None


def _is_loopback(listener: socket.socket) -> bool:
    return ip_address(listener.getsockname()[0].partition("%")[0]).is_loopback


def _url(listener: socket.socket) -> str:
    """Return the address by which this machine reaches it."""
    host, port = listener.getsockname()[:2]
    if ip_address(host.partition("%")[0]).is_unspecified:
        host = "::1" if listener.family == socket.AF_INET6 else "127.0.0.1"
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"
