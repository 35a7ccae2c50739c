"""Conditions on rows."""

from typing import Any

import pytest

NAMES = "query ($where: TestWhere) { tests(where: $where) { nodes { name } totalCount } }"
GCPL, RATE, PEIS = "gcpl.mpr", "rate.nda", "peis.mpr"


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ({}, [GCPL, RATE, PEIS]),
        ({"technique": {"eq": "GCPL"}}, [GCPL, RATE]),
        ({"technique": {"ne": "GCPL"}}, [PEIS]),
        ({"technique": {"in": ["EIS", "CV"]}}, [PEIS]),
        ({"technique": {"in": []}}, []),
        ({"name": {"contains": "MPR"}}, [GCPL, PEIS]),
        ({"name": {"contains": "%"}}, []),
        ({"name": {"startsWith": "R"}}, [RATE]),
        ({"pointCount": {"gte": 1, "lt": 1000}}, [RATE]),
        ({"id": {"in": ["1", "3"]}}, [GCPL, PEIS]),
        ({"id": {"eq": "99"}}, []),
        ({"cellId": {"isNull": True}}, [PEIS]),
        ({"cellId": {"isNull": False}}, [GCPL, RATE]),
        ({"startedAt": {"gt": "2024-01-01T00:00:00"}}, []),
        ({"cell": {"activeMassGram": {"gte": 0.01}}}, [GCPL]),
        ({"cell": {"activeMassGram": {"gt": 0.01}}}, []),
        ({"cell": {"areaCm2": {"isNull": True}}}, [RATE]),
        ({"or": [{"name": {"eq": RATE}}, {"technique": {"eq": "EIS"}}]}, [RATE, PEIS]),
        ({"or": []}, []),
        ({"and": []}, [GCPL, RATE, PEIS]),
        ({"and": [{"technique": {"eq": "GCPL"}}, {"cycleCount": {"gt": 3}}]}, [GCPL]),
        ({"and": [{"technique": {"eq": "GCPL"}}, {"numberOfCycles": {"gt": 3}}]}, [GCPL]),
        ({"not": {"technique": {"eq": "GCPL"}}}, [PEIS]),
        ({"technique": {"eq": "GCPL"}, "not": {"name": {"eq": GCPL}}}, [RATE]),
        ({"not": {"not": {"or": [{"name": {"eq": GCPL}}]}}}, [GCPL]),
    ],
)
def test_a_condition_finds_the_rows_that_meet_it(
    asker: Any,  # noqa: ANN401 # a fixture
    where: dict[str, Any],
    found: list[str],
) -> None:
    tests = asker.data(NAMES, where=where)["tests"]
    assert [node["name"] for node in tests["nodes"]] == found
    assert tests["totalCount"] == len(found)


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ({"technique": {"eq": None}}, "for none use isNull"),
        ({"id": {"eq": "abc"}}, "a whole number"),
        ({"technique": {"in": ["x"] * 1001}}, "at most 1000"),
    ],
)
def test_a_condition_that_cannot_be_is_told_so(
    asker: Any,  # noqa: ANN401 # a fixture
    where: dict[str, Any],
    message: str,
) -> None:
    error = asker.error(NAMES, where=where)
    assert message in error["message"]
    assert error["extensions"]["code"] == "INVALID_ARGUMENT"


def test_a_moment_without_its_zone_is_refused_where_the_zone_matters(asker: Any) -> None:  # noqa: ANN401 # a fixture
    query = "query ($w: CellWhere) { cells(where: $w) { totalCount } }"
    error = asker.error(query, w={"createdAt": {"gt": "2024-01-01T00:00:00"}})
    assert "a moment with its zone" in error["message"]
    zoned = asker.data(query, w={"createdAt": {"gt": "2024-01-01T00:00:00Z"}})
    assert zoned["cells"]["totalCount"] == 2


def test_conditions_nested_too_deep_are_refused(asker: Any) -> None:  # noqa: ANN401 # a fixture
    where: dict[str, Any] = {"name": {"eq": GCPL}}
    for _ in range(100):
        where = {"not": where}
    assert "nested deeper" in asker.error(NAMES, where=where)["message"]
