"""Several processes on one home: two services, a publisher, and an ingest beside them."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import sleep
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

import duckdb
import pytest

QUERY = (
    "{ dischargeCapacity { testId cycleCount dischargeCapacityAh } cycleLife { testId status } }"
)


def ask(port: int) -> Any:  # noqa: ANN401 # data of a response
    """Return what a service answers."""
    body = json.dumps({"query": QUERY}).encode()
    request = Request(  # our own address
        f"http://127.0.0.1:{port}/graphql", body, {"Content-Type": "application/json"}
    )
    with urlopen(request, timeout=60) as response:  # noqa: S310 # the same
        answer = json.loads(response.read())
    assert "errors" not in answer, answer
    return answer["data"]


@contextmanager
def serving(environment: Mapping[str, str]) -> Iterator[int]:
    """Yield the port of a service in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    with subprocess.Popen(  # our own program
        [sys.executable, "-m", "leyden", "serve"],
        env={**environment, "LEYDEN_PORT": str(port)},
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            for _ in range(600):
                assert server.poll() is None
                try:
                    urlopen(f"http://127.0.0.1:{port}/healthz", timeout=60).close()  # the same
                except URLError:
                    sleep(0.1)
                else:
                    break
            yield port
        finally:
            server.terminate()


@pytest.mark.slow
def test_two_services_and_a_publisher_on_one_home_answer_alike_while_exports_come_in(
    demo_study: Path, tmp_path: Path
) -> None:
    environment = {**os.environ, "LEYDEN_HOME": str(tmp_path / "home")}
    exports = sorted((demo_study / "exports").iterdir())
    target = tmp_path / "star.duckdb"

    def run(*words: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 # our own program
            [sys.executable, "-m", "leyden", *words],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    first, rest = exports[:10], exports[10:30]
    assert run("ingest", *map(str, first)).wait() == 0
    with ExitStack() as stack:
        ports = [stack.enter_context(serving(environment)) for _ in range(2)]
        ingesting = run("ingest", *map(str, rest))
        rebuilding = run("store", "rebuild")
        publishing = run("publish", str(target))
        seen = [len(ask(ports[turn % 2])["cycleLife"]["testId"]) for turn in range(10)]
        assert seen == sorted(seen)  # nobody goes back
        assert [ingesting.wait(), rebuilding.wait(), publishing.wait()] == [0, 0, 0]
        one, other = map(ask, ports)
        assert one == other
        assert run("publish", str(target)).wait() == 0
    with duckdb.connect(str(target), read_only=True) as connection:
        sql = "SELECT test_id, cycle_count, discharge_capacity_ah FROM discharge_capacity"
        published = connection.execute(f"{sql} ORDER BY ALL").fetchall()
    columns = one["dischargeCapacity"]
    rows = zip(
        columns["testId"], columns["cycleCount"], columns["dischargeCapacityAh"], strict=True
    )
    assert published == [(int(test), cycle, amount) for test, cycle, amount in rows]
