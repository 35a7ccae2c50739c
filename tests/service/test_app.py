"""The service as a whole: its routes, its health, its numbers, and a real server."""

import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

SERVE = """
import sys
from pathlib import Path
import uvicorn
from schema.settings import Settings
from service.app import create_app
app = create_app(Settings(home=Path(sys.argv[1])))
uvicorn.run(app, fd=int(sys.argv[2]), log_level="warning")
"""
QUERY = '{ test(id: "1") { name dischargeCapacity { cycleCount } series { voltageVolt } } }'


@pytest.mark.slow
def test_a_healthy_service_tells_its_snapshot(asker: Any, warehouse: Any) -> None:  # noqa: ANN401 # fixtures
    first = asker.get("/healthz")
    assert (first.status_code, first.json()["status"]) == (200, "ok")
    warehouse.add_test("new")
    assert asker.get("/healthz").json()["snapshot"] > first.json()["snapshot"]


def test_a_lake_that_is_gone_makes_it_unhealthy(asker: Any, warehouse: Any) -> None:  # noqa: ANN401 # fixtures
    shutil.rmtree(warehouse.lake.folder)
    answer = asker.get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (503, "unavailable")
    assert "FileNotFoundError" in answer.json()["reason"]


@pytest.mark.slow
def test_a_catalog_that_is_gone_makes_it_unhealthy(asker: Any, warehouse: Any) -> None:  # noqa: ANN401 # fixtures
    (warehouse.settings.home / "catalog.sqlite").write_bytes(b"no catalog" * 1000)
    assert asker.get("/healthz").status_code == 503


def test_an_empty_warehouse_is_healthy_and_answers(bare_warehouse: Any, ask: Any) -> None:  # noqa: ANN401 # fixtures
    asker = ask(bare_warehouse.settings)
    assert asker.get("/healthz").status_code == 200
    found = asker.data(
        "{ tests { totalCount nodes { id } } dischargeCapacity { testId rowCount } }"
    )
    assert found == {
        "tests": {"totalCount": 0, "nodes": []},
        "dischargeCapacity": {"testId": [], "rowCount": 0},
    }


@pytest.mark.usefixtures("warehouse")  # who is asked by nobody else
def test_requests_points_and_questions_are_counted(asker: Any) -> None:  # noqa: ANN401 # a fixture
    asker.data('{ test(id: "1") { series(maxPoints: 3780) { voltageVolt } } }')
    asker.get("/arrow/points/2")
    asker.get("/arrow/points/99")
    asker.get("/nowhere")
    assert asker.number('leyden_requests_total{method="POST",route="/graphql",status="200"}') == 1
    points = 'leyden_requests_total{method="GET",route="/arrow/points/{test}",status='
    assert (asker.number(points + '"200"}'), asker.number(points + '"404"}')) == (1, 1)
    assert asker.number('leyden_requests_total{method="GET",route="none",status="404"}') == 1
    assert asker.number('leyden_request_seconds_count{route="/graphql"}') == 1
    assert asker.number("leyden_points_served_total") == 3780 + 150
    assert asker.number("leyden_questions_total") == 2
    assert asker.number("leyden_questions_running") == 0
    snapshot = asker.get("/healthz").json()["snapshot"]
    assert asker.number("leyden_catalog_snapshot") == snapshot


def test_every_answer_carries_a_request_id(asker: Any) -> None:  # noqa: ANN401 # a fixture
    given = asker.get("/healthz", headers={"X-Request-ID": "abc-1.2_3"})
    assert given.headers["X-Request-ID"] == "abc-1.2_3"
    for evil in ("a b", "x" * 65, "<script>", ""):
        request_id = asker.get("/healthz", headers={"X-Request-ID": evil}).headers["X-Request-ID"]
        assert re.fullmatch(r"[0-9a-f]{32}", request_id)
    assert asker.get("/nowhere").headers["X-Request-ID"]


def test_an_unknown_route_or_method_is_refused_in_json(asker: Any) -> None:  # noqa: ANN401 # a fixture
    assert asker.get("/nowhere").json() == {"error": "Not Found", "code": "NOT_FOUND"}
    response = asker.request("DELETE", "/graphql")
    refusal = {"error": "Method Not Allowed", "code": "METHOD_NOT_ALLOWED"}
    assert (response.status_code, response.json()) == (405, refusal)


def test_a_fault_in_a_route_is_masked_and_told_by_its_id(asker: Any, warehouse: Any) -> None:  # noqa: ANN401 # fixtures
    (warehouse.settings.home / "catalog.sqlite").write_bytes(b"no catalog" * 1000)
    response = asker.get("/arrow/metrics/discharge_capacity", params={"test": "1"})
    assert response.status_code == 500
    assert response.json()["requestId"] == response.headers["X-Request-ID"]
    assert "catalog" not in response.json()["error"]


@pytest.mark.slow
def test_a_real_server_answers_over_a_real_socket(warehouse: Any) -> None:  # noqa: ANN401 # a fixture
    root = Path(__file__).parents[2]
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        listening.set_inheritable(True)  # positional only
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        command = [sys.executable, "-c", SERVE, str(warehouse.settings.home)]
        server = subprocess.Popen(  # noqa: S603 # our own program
            [*command, str(listening.fileno())], cwd=root, pass_fds=[listening.fileno()]
        )
        try:
            with httpx.Client(base_url=address, timeout=30) as client:
                found = client.post("/graphql", json={"query": QUERY}).json()
                assert found["data"]["test"]["dischargeCapacity"]["cycleCount"] == [1, 2, 3, 4, 5]
                assert len(found["data"]["test"]["series"]["voltageVolt"]) <= 2000
                assert client.get("/healthz").status_code == 200
                with client.stream("GET", "/arrow/points/1?format=csv") as stream:
                    assert sum(1 for _ in stream.iter_lines()) == 3781
            with pytest.raises(httpx.TimeoutException):
                httpx.post(f"{address}/graphql", json={"query": QUERY}, timeout=0.001)
            time.sleep(0.2)
            assert httpx.get(f"{address}/healthz", timeout=30).status_code == 200
        finally:
            server.terminate()
            assert server.wait(30) is not None
