"""The service tells where it listens once it does."""

import re
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from time import sleep
from typing import Final
from urllib.parse import urlsplit
from urllib.request import urlopen

import httpx
import pytest

from tests.command.program import END_SECOND, called, running
from tests.ingest.working import small_export

SERVING: Final = re.compile(r"serving (http://\S+)/ \(Ctrl-C ends it\)\n")


@pytest.fixture
def taken() -> Iterator[int]:
    """Yield a port that another program listens on."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


@pytest.mark.slow
def test_the_address_is_told_when_it_answers_and_ctrl_c_ends_it(tmp_path: Path) -> None:
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {opened}.new && mv {opened}.new {opened}\n')
    browser.chmod(0o755)
    words = ["serve", "--port", "0", "--open"]
    assert called(tmp_path / "home", "init").returncode == 0
    with running(tmp_path / "home", *words, BROWSER=str(browser), LEYDEN_PORT="1") as server:
        assert server.stdout
        assert server.stderr
        found = SERVING.fullmatch(server.stdout.readline())
        assert found
        with urlopen(f"{found[1]}/healthz", timeout=60) as answer:  # noqa: S310 # our own
            assert answer.status == 200
        while not opened.exists():
            assert server.poll() is None
        assert opened.read_text() == f"{found[1]}/\n"
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=END_SECOND) == 130
        said = server.stderr.read()
    assert said.endswith("leyden: stopped by Ctrl-C\n")
    assert "WARNING" not in said


@pytest.mark.slow
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_it_is_ended_even_where_who_started_it_ignores_ctrl_c_and_a_client_sends_nothing_more(
    tmp_path: Path, number: signal.Signals, code: int
) -> None:
    assert called(tmp_path / "home", "init").returncode == 0
    with ExitStack() as stack:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as shells do of what is behind
        try:
            process = stack.enter_context(running(tmp_path / "home", "serve", "--port", "0"))
        finally:
            signal.signal(signal.SIGINT, before)
        assert process.stdout
        assert process.stderr
        found = SERVING.fullmatch(process.stdout.readline())
        assert found
        address = urlsplit(found[1])
        with socket.create_connection((str(address.hostname), address.port or 0)) as client:
            client.sendall(
                b"POST /upload?name=a.csv HTTP/1.1\r\nHost: here\r\n"
                b"Content-Length: 1000000\r\n\r\nTest Time / s,"
            )
            while not list((tmp_path / "home" / "lake").glob("upload/*")):
                assert process.poll() is None
                sleep(0.02)
            process.send_signal(number)
            assert process.wait(timeout=END_SECOND) == code
        said = process.stderr.read()
    assert said.endswith("leyden: stopped by Ctrl-C\n") == (code == 130)


@pytest.mark.parametrize("words", [["serve"], ["demo"]])
def test_a_port_in_use_is_told_with_one_that_is_free(
    words: list[str], taken: int, tmp_path: Path
) -> None:
    done = called(tmp_path / "home", *words, LEYDEN_PORT=str(taken))
    assert (done.returncode, done.stdout) == (1, "")
    found = re.fullmatch(
        rf"leyden: cannot listen on 127\.0\.0\.1 port {taken}: another program listens there; "
        r"--port (\d+) is free\n",
        done.stderr,
    )
    assert found
    socket.create_server(("127.0.0.1", int(found[1]))).close()
    assert not (tmp_path / "home").exists()


def test_an_address_that_is_not_ours_is_refused(tmp_path: Path) -> None:
    done = called(tmp_path / "home", "serve", "--host", "192.0.2.1")
    assert done.returncode == 1
    assert done.stderr.startswith("leyden: cannot listen on 192.0.2.1 port 8000: ")
    assert done.stderr.endswith("choose another --host or --port\n")


@pytest.mark.slow
def test_a_door_that_nothing_guards_is_warned_of(tmp_path: Path) -> None:
    words = ["serve", "--host", "0.0.0.0", "--port", "0", "--quiet"]  # noqa: S104 # what is warned of
    assert called(tmp_path / "home", "init").returncode == 0
    with running(tmp_path / "home", *words) as server:
        assert server.stderr
        said = server.stderr.readline()
    assert said.startswith("WARNING: nothing guards the door yet: whoever reaches 0.0.0.0 port ")


@pytest.mark.slow
def test_what_is_sent_to_a_server_is_read_beside_its_answers(tmp_path: Path) -> None:
    export = small_export(tmp_path / "7.bdf.csv", 7).read_bytes()
    assert called(tmp_path / "home", "init").returncode == 0
    with running(tmp_path / "home", "serve", "--port", "0") as server:
        assert server.stdout
        found = SERVING.fullmatch(server.stdout.readline())
        assert found
        sent = httpx.post(f"{found[1]}/upload?name=7.bdf.csv", content=export, timeout=60)
        assert sent.status_code == 202
        query = {"query": "{tests {nodes {name pointCount}}}"}
        while not (
            nodes := httpx.post(f"{found[1]}/graphql", json=query, timeout=60).json()["data"][
                "tests"
            ]["nodes"]
        ):
            assert server.poll() is None
            sleep(0.1)
        assert nodes == [{"name": "7", "pointCount": 20}]
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=END_SECOND) == 130
