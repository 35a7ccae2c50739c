"""What is raised when a service does not answer as it should."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any

import pyarrow as pa
import pyarrow.ipc
import pytest
from leyden_client import (
    BrokenOff,
    InvalidAddress,
    OtherInterface,
    Refused,
    TimedOut,
    Unreachable,
    connect,
)

INDEX = {"program": "leyden", "version": "0.1.0", "interface": 1, "snapshot": 1, "metrics": []}
Answer = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def serving(answer: Answer, index: object = INDEX) -> Iterator[str]:
    """Run a service that tells an index and answers all else in its own way; yield its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/arrow":
                send(self, 200, json.dumps(index).encode())
            else:
                answer(self)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def send(handler: BaseHTTPRequestHandler, status: int, content: bytes, length: int = 0) -> None:
    """Send an answer, which may say that it is longer than it is."""
    handler.send_response(status)
    handler.send_header("Content-Length", str(length or len(content)))
    handler.end_headers()
    handler.wfile.write(content)


def rows(count: int) -> bytes:
    """Return rows as an Arrow stream."""
    sink = BytesIO()
    table = pa.table({"n": range(count)})
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=100)
    return sink.getvalue()


def test_where_nothing_answers_it_is_told_how_to_start_a_service() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(Unreachable, match="leyden serve") as refused:
        connect(f"http://127.0.0.1:{port}")
    assert refused.value.code == "UNREACHABLE"


@pytest.mark.parametrize(
    "url", ["127.0.0.1:8000", "localhost", "ftp://host", "http://", "", "http://a:b"]
)
def test_what_is_no_address_is_told(url: str) -> None:
    with pytest.raises(InvalidAddress, match="an address of a service is like"):
        connect(url)


@pytest.mark.parametrize(
    ("index", "reason"),
    [
        (
            {**INDEX, "interface": 2, "version": "9.9"},
            "newer than this client .Leyden 9.9.*update leyden-client",
        ),
        ({**INDEX, "interface": 0}, "older than this client .*update the service"),
        ({"hello": "world"}, "or no Leyden"),
        ("hello", "or no Leyden"),
    ],
)
def test_a_service_that_is_older_or_newer_is_told(index: object, reason: str) -> None:
    nothing = serving(lambda handler: send(handler, 404, b""), index)
    with nothing as url, pytest.raises(OtherInterface, match=reason) as refused:
        connect(url)
    assert refused.value.code == "OTHER_INTERFACE"


def test_a_service_from_before_there_was_an_index_is_told() -> None:
    def old(handler: BaseHTTPRequestHandler) -> None:
        send(handler, 404, b'{"error":"Not Found"}')

    with serving(old) as url, pytest.raises(OtherInterface, match="older than this client"):
        connect(f"{url}/below")


def test_silence_is_told_with_what_to_do() -> None:
    enough = threading.Event()

    def wait(_handler: BaseHTTPRequestHandler) -> None:
        enough.wait(30)

    with serving(wait) as url:
        client = connect(url, timeout_second=0.2)
        with pytest.raises(TimedOut, match="was silent") as refused:
            client.cycles("a")
        enough.set()
        client.close()
    assert refused.value.code == "TIMED_OUT"


@pytest.mark.parametrize("cut", [1, 8, 200, 1000])
def test_an_answer_that_breaks_off_gives_no_part_of_it(cut: int) -> None:
    whole = rows(1_000)
    part = whole[:-cut]
    for length in (len(whole), len(part)):  # its server says how long it was to be, or does not
        with serving(lambda handler, length=length: send(handler, 200, part, length)) as url:  # type: ignore[misc]
            with connect(url) as client, pytest.raises(BrokenOff) as refused:
                client.cycles("a")
            assert refused.value.code == "BROKEN_OFF"


def test_a_whole_answer_is_read_to_its_end() -> None:
    with serving(lambda handler: send(handler, 200, rows(1_000))) as url, connect(url) as client:
        assert client.cycles("a")["n"].to_pylist() == list(range(1_000))


def test_what_no_leyden_says_is_told_with_its_status() -> None:
    def proxy(handler: BaseHTTPRequestHandler) -> None:
        send(handler, 502, b"<html>Bad Gateway</html>")

    with serving(proxy) as url, connect(url) as client:
        asks: list[Callable[[], Any]] = [lambda: client.cycles("a"), lambda: client.query("{ a }")]
        for ask in asks:
            with pytest.raises(Refused, match="answered 502") as refused:
                ask()
            assert (refused.value.code, refused.value.status) == ("HTTP_502", 502)


def test_the_token_is_sent_with_every_request() -> None:
    sent: list[str | None] = []

    def note(handler: BaseHTTPRequestHandler) -> None:
        sent.append(handler.headers["Authorization"])
        send(handler, 200, b'{"data": {}}' if handler.path == "/graphql" else rows(1))

    with serving(note) as url:
        with connect(url, "secret") as client:
            client.cycles("a")
            client.query("{ a }")
            assert "secret" not in repr(client)
        with connect(url) as client:
            client.cycles("a")
    assert sent == ["Bearer secret", "Bearer secret", None]


def test_names_reach_the_service_as_they_are() -> None:
    asked: list[str] = []

    def note(handler: BaseHTTPRequestHandler) -> None:
        asked.append(handler.path)
        send(handler, 200, rows(1))

    with serving(note) as url, connect(url) as client:
        client.cycles(["a,b & c=d/#1.mpr", 7], columns=["µ"])
        client.metric("m", rate=0.1, none=None, several=[1, 2.5], text="a b")
    assert asked == [
        "/arrow/cycles?test=a%2Cb+%26+c%3Dd%2F%231.mpr&test=7&column=%C2%B5",
        "/arrow/metrics/m?rate=0.1&none=null&several=1%2C2.5&text=a+b",
    ]
