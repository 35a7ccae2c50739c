"""A test and all that hangs on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event

from schema.catalog import Finding
from schema.catalog.connection import change
from schema.lake import hash_of

EVERYTHING = """
{
  tests {
    nodes {
      id name technique pointCount stepCount cycleCount spectrumCount durationSecond startedAt
      timeZone facts
      files { name sha256 bytes reader readerVersion ingestedAt }
      findings { kind place detail }
      cell { id name layers { position } tests { id } }
      material { id }
      protocol { id steps { mode } }
    }
  }
}
"""


@pytest.mark.slow
def test_a_test_tells_where_it_comes_from(asker: Any, warehouse: Any) -> None:  # noqa: ANN401 # fixtures
    with change(warehouse.engine, "notice") as (session, _):
        session.add(Finding(test_id=2, kind="time_gap", place="record 7", detail="A gap of 9 s."))
    first, second, third = asker.data(EVERYTHING)["tests"]["nodes"]
    assert (first["id"], first["name"], first["pointCount"]) == ("1", "gcpl.mpr", 3780)
    assert first["files"][0]["name"] == "gcpl.mpr"
    assert len(first["files"][0]["sha256"]) == 64
    assert first["files"][0]["reader"] == "by_hand"
    assert first["cell"]["name"] == "LFP-01"
    assert first["cell"]["tests"] == [{"id": "1"}]
    assert second["findings"] == [
        {"kind": "time_gap", "place": "record 7", "detail": "A gap of 9 s."}
    ]
    assert (first["findings"], third["cell"], third["startedAt"]) == ([], None, None)


@pytest.mark.slow
def test_a_test_names_the_files_of_the_lake_it_rests_in_as_they_are_there(
    asker: Any,  # noqa: ANN401 # a fixture
    warehouse: Any,  # noqa: ANN401 # a fixture
) -> None:
    test = asker.data("{test(id: 1) {pointCount lakeFiles {kind path rows bytes sha256}}}")["test"]
    assert {each["kind"] for each in test["lakeFiles"]} >= {"points", "steps"}
    for each in test["lakeFiles"]:
        path = warehouse.lake.path(each["path"])
        assert (path.stat().st_size, hash_of(path)) == (each["bytes"], each["sha256"])
    points = [each["rows"] for each in test["lakeFiles"] if each["kind"] == "points"]
    assert sum(points) == test["pointCount"]


@pytest.mark.slow
def test_a_superseded_export_is_not_shown(asker: Any, warehouse: Any) -> None:  # noqa: ANN401 # fixtures
    query = '{ test(id: "1") { files { id } } }'
    before = asker.data(query)["test"]["files"]
    assert len(before) == 1
    warehouse.remove(1)
    assert asker.data(query) == {"test": None}


def test_its_steps_and_cycles_are_columns(asker: Any) -> None:  # noqa: ANN401 # a fixture
    found = asker.data(
        """
        {
          tests {
            nodes {
              steps { rowCount testId stepCount mode durationSecond }
              cycles { rowCount cycleCount firstMode complete }
            }
          }
        }
        """
    )["tests"]["nodes"]
    assert [each["steps"]["rowCount"] for each in found] == [20, 6, 0]
    assert set(found[0]["steps"]["testId"]) == {"1"}
    assert found[0]["steps"]["stepCount"] == list(range(1, 21))
    assert found[1]["cycles"] == {
        "rowCount": 3,
        "cycleCount": [1, 2, 3],
        "firstMode": ["discharge"] * 3,
        "complete": [True, True, False],
    }


@pytest.mark.parametrize(
    ("window", "numbers"),
    [
        ("{first: 4, last: 6}", [4, 5, 6]),
        ("{first: 19}", [19, 20]),
        ("{last: 2}", [1, 2]),
        ("{first: 21}", []),
        ("{first: 6, last: 4}", []),
        ("{first: null, last: null}", list(range(1, 21))),
        ("null", list(range(1, 21))),
    ],
)
def test_a_window_of_steps_is_that_stretch_of_them(
    asker: Any,  # noqa: ANN401 # a fixture
    window: str,
    numbers: list[int],
) -> None:
    columns = "rowCount testId stepCount mode netChargeAh status"
    test = asker.data(
        f"{{test(id: 1) {{steps {{{columns}}} some: steps(window: {window}) {{{columns}}}}}}}"
    )["test"]
    some = test["some"]
    assert (some["stepCount"], some["rowCount"]) == (numbers, len(numbers))
    for name in ("testId", "mode", "netChargeAh", "status"):
        assert some[name] == [test["steps"][name][each - 1] for each in numbers]


def test_windows_of_steps_are_of_each_test_by_itself(asker: Any) -> None:  # noqa: ANN401 # a fixture
    query = "{tests {nodes {steps(window: {first: 5, last: 8}) {stepCount}}}}"
    found = [each["steps"]["stepCount"] for each in asker.data(query)["tests"]["nodes"]]
    assert found == [[5, 6, 7, 8], [5, 6], []]


@contextmanager
def heard() -> Iterator[list[str]]:
    """Yield the list of the questions that the catalog hears meanwhile."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("SELECT"):
            statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.slow
def test_what_hangs_on_many_tests_is_fetched_at_once(asker: Any, warehouse: Any) -> None:  # noqa: ANN401 # fixtures
    asker.data(EVERYTHING)
    with heard() as few:
        asker.data(EVERYTHING)
    for number in range(30):
        warehouse.add_test(f"more-{number}", cell_id=1 + number % 2)
    with heard() as many:
        assert len(asker.data(EVERYTHING)["tests"]["nodes"]) == 33
    assert len(many) == len(few) < 10


@pytest.mark.slow
def test_the_rollups_of_many_tests_are_one_question_each(asker: Any, warehouse: Any) -> None:  # noqa: ANN401 # fixtures
    for number in range(10):
        warehouse.add_test(f"more-{number}")
    before = asker.number("leyden_questions_total")
    asker.data("{ tests { nodes { steps { mode } x: steps { mode } cycles { rowCount } } } }")
    assert asker.number("leyden_questions_total") - before == 2
