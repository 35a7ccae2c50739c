"""A service over HTTP: what is sent, what comes back, and what is raised when nothing does."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, TypeAlias

import httpx
import pyarrow as pa
import pyarrow.ipc

from leyden_client.error import (
    BrokenOff,
    InvalidAddress,
    OtherInterface,
    Refused,
    TimedOut,
    Unreachable,
)
from leyden_client.version import INTERFACE, VERSION

Parameters: TypeAlias = Sequence[tuple[str, str]]
_END_OF_STREAM: Final = b"\xff\xff\xff\xff\0\0\0\0"


class Service:
    """A service at an address.

    Raises:
        InvalidAddress: when the address is none.
    """

    def __init__(self, url: str, token: str | None, timeout_second: float) -> None:
        self.url, self._timeout_second = url.rstrip("/"), timeout_second
        headers = {"User-Agent": f"leyden-client/{VERSION}"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        try:
            address = httpx.URL(self.url)
        except httpx.InvalidURL as fault:
            raise InvalidAddress(url) from fault
        if address.scheme not in {"http", "https"} or not address.host:
            raise InvalidAddress(url)
        self._client = httpx.Client(base_url=address, headers=headers, timeout=timeout_second)

    def close(self) -> None:
        """Give back its connections."""
        self._client.close()

    def index(self) -> Mapping[str, Any]:
        """Return what the service states of itself: metrics, rows, version.

        Raises:
            OtherInterface: when it is older or newer than this client.
        """
        with self._answer("GET", "/arrow") as answer:
            body = _json(answer) if answer.status_code == httpx.codes.OK else None
            if answer.status_code not in {httpx.codes.OK, httpx.codes.NOT_FOUND}:
                raise _refusal(answer)
        if not isinstance(body, dict) or not isinstance(body.get("interface"), int):
            raise OtherInterface(self.url, None, None, INTERFACE)
        if body["interface"] != INTERFACE:
            raise OtherInterface(self.url, body.get("version"), body["interface"], INTERFACE)
        return body

    def table(self, path: str, parameters: Parameters) -> pa.Table:
        """Return the rows at a path, whole.

        Raises:
            Refused: when the service declines.
            BrokenOff: when they do not come to their end.
        """
        with self._answer("GET", path, params=httpx.QueryParams([*parameters])) as answer:
            if answer.status_code != httpx.codes.OK:
                raise _refusal(answer)
            body = _Body(answer.iter_bytes())
            try:
                table = pa.ipc.open_stream(body).read_all()
            except (pa.ArrowException, OSError) as fault:
                raise BrokenOff(self.url, str(fault).splitlines()[0]) from fault
            if not body.is_whole():
                raise BrokenOff(self.url, "without the mark of its end")
        return table

    def query(self, document: str, variables: Mapping[str, object]) -> dict[str, Any]:
        """Return the data of a GraphQL answer.

        Raises:
            Refused: with the first of its errors.
        """
        sent = {"query": document, "variables": variables}
        with self._answer("POST", "/graphql", json=sent) as answer:
            body = _json(answer)
            if not isinstance(body, dict) or not {"data", "errors"} & body.keys():
                raise _refusal(answer)
        if errors := body.get("errors"):
            first = errors[0]
            code = first.get("extensions", {}).get("code", "BAD_REQUEST")
            more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
            sentence = f"{first['message']}{more}"
            raise Refused(sentence, code, answer.status_code, data=body.get("data"))
        data: dict[str, Any] = body["data"]
        return data

    @contextmanager
    def _answer(self, method: str, path: str, **sent: Any) -> Iterator[httpx.Response]:  # noqa: ANN401 # as httpx takes it
        try:
            with self._client.stream(method, path, **sent) as answer:
                yield answer
        except httpx.TimeoutException as fault:
            raise TimedOut(self.url, self._timeout_second) from fault
        except httpx.ConnectError as fault:
            raise Unreachable(self.url, str(fault)) from fault
        except httpx.TransportError as fault:
            raise BrokenOff(self.url, str(fault) or type(fault).__name__) from fault


class _Body:
    """The bytes of an answer as a file that is read once, from its beginning to its end."""

    closed = False

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts, self._rest, self._tail = parts, b"", b""

    def read(self, count: int = -1) -> bytes:
        """Return so many bytes, fewer only at the end."""
        pieces, size = [self._rest], len(self._rest)
        while count < 0 or size < count:
            part = next(self._parts, None)
            if part is None:
                break
            pieces.append(part)
            size += len(part)
        whole = b"".join(pieces)
        given, self._rest = (whole, b"") if count < 0 else (whole[:count], whole[count:])
        self._tail = (self._tail + given)[-len(_END_OF_STREAM) :]
        return given

    def is_whole(self) -> bool:
        """Return whether it came to the mark of its end, and nothing after it."""
        return self._tail == _END_OF_STREAM and not self.read(1)


def _json(answer: httpx.Response) -> object:
    answer.read()
    try:
        body: object = answer.json()
    except ValueError:
        return None
    return body


def _refusal(answer: httpx.Response) -> Refused:
    body, status = _json(answer), answer.status_code
    if isinstance(body, dict) and isinstance(body.get("error"), str):
        known = body.get("known")
        return Refused(
            body["error"],
            str(body.get("code") or f"HTTP_{status}"),
            status,
            [str(each) for each in known] if isinstance(known, list) else (),
        )
    sentence = f"{answer.url} answered {status} {answer.reason_phrase}, and no sentence of Leyden's"
    return Refused(sentence, f"HTTP_{status}", status)
