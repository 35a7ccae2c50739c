"""How far files of watched folders are, as clients and dashboards see it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import pytest

from ingest.arrival.row import hash_in_lake, save
from ingest.intake import take_in
from schema.catalog import Arrival
from schema.settings import Settings
from schema.warehouse import open_warehouse
from tests.ingest.working import small_export
from tests.service.asker import Asker, asked

WRITTEN: Final = datetime(2026, 3, 2, 8, tzinfo=UTC)
STATES: Final = ("growing", "ingested", "refused", "gone", "gone")


@pytest.fixture(scope="module")
def arrivals(
    module_settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Asker]:
    """Return who asks a service of files in all states, of which the first and last hold tests."""
    warehouse, folder = open_warehouse(module_settings), tmp_path_factory.mktemp("lab")
    hashes: dict[int, str | None] = {}
    for number, content in ((0, 1), (1, 2), (4, 2)):
        tests = take_in(warehouse, small_export(folder / f"{number}.bdf.csv", content)).tests
        hashes[number] = hash_in_lake(warehouse.engine, tests)
    take_in(warehouse, small_export(folder / "by hand.bdf.csv", 3))
    rows = [
        Arrival(
            path=f"/lab/{number}.bdf.csv",
            folder="/lab",
            bytes=number,
            modified_at=WRITTEN,
            state=state,
            since=WRITTEN,
            reason="it is empty" if state == "refused" else None,
            sha256=hashes.get(number),
        )
        for number, state in enumerate(STATES)
    ]
    save(warehouse.engine, rows)
    warehouse.engine.dispose()
    with asked(module_settings, only_reads=True) as asker:
        yield asker


def test_arrivals_are_asked_by_state_and_tell_their_tests(arrivals: Asker) -> None:
    query = """query ($where: ArrivalWhere) {
      arrivals(where: $where, orderBy: [{field: BYTES}]) {
        nodes { path state reason modifiedAt tests { name } } totalCount
      }
    }"""
    answer = arrivals.data(query, where={"state": {"in": ["growing", "refused"]}})["arrivals"]
    assert answer["totalCount"] == 2
    growing, refused = answer["nodes"]
    assert growing == {
        "path": "/lab/0.bdf.csv",
        "state": "growing",
        "reason": None,
        "modifiedAt": "2026-03-02T08:00:00+00:00",
        "tests": [{"name": "0"}],
    }
    assert (refused["reason"], refused["tests"]) == ("it is empty", [])


def test_a_file_tells_how_far_it_is_and_one_that_was_moved_where_it_lies_now(
    arrivals: Asker,
) -> None:
    nodes = arrivals.data("{ files { nodes { name state } } }")["files"]["nodes"]
    assert {each["name"]: each["state"] for each in nodes} == {
        "0.bdf.csv": "growing",
        "1.bdf.csv": "ingested",
        "by hand.bdf.csv": None,
    }


def test_a_dashboard_counts_them_by_state(arrivals: Asker) -> None:
    counts = {
        state: arrivals.number(f'leyden_arrivals{{state="{state}"}}')
        for state in (*STATES, "stable", "beside")
    }
    assert counts == {
        "growing": 1,
        "stable": 0,
        "ingested": 1,
        "beside": 0,
        "refused": 1,
        "gone": 2,
    }


def test_an_arrival_is_found_by_its_id(arrivals: Asker) -> None:
    (first, *_) = arrivals.data("{ arrivals { nodes { id globalId path } } }")["arrivals"]["nodes"]
    query = "query ($g: ID!, $id: ID!) { node(id: $g) { globalId } arrival(id: $id) { path } }"
    answer = arrivals.data(query, g=first["globalId"], id=first["id"])
    assert answer["node"]["globalId"] == first["globalId"]
    assert answer["arrival"] == {"path": first["path"]}
