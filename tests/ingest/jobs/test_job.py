"""What the service asks for, a worker does; its result is what somebody waits for."""

from pathlib import Path
from typing import Any, Final

import pytest
from pydantic import ValidationError

from ingest.stop import Stop
from ingest.worker import Work, work
from schema.catalog.connection import aside, current_snapshot, look
from schema.queue.ask import Wish, ask
from schema.queue.lease import Wanted
from schema.queue.subject import KINDS, Ingest, Preview, Refit, Subject, Trial
from schema.queue.worker import this_machine
from schema.settings import Settings
from schema.warehouse import open_warehouse
from tests.ingest.working import jobs_of

HERE: Final = Wanted(tuple(KINDS), this_machine())
TABLE: Final = """Lab 3, cell 7
2026-03-01

Zeit;U / V;Strom (mA);Bemerkung
s;;;
0;3,50;1,0;rest
1;3,51;1,0;go
2;3,52;1,0;go
"""
SIDECAR: Final = """
delimiter: ";"
decimal: ","
skip_lines: 3
columns:
  Zeit: {quantity: test_time_second, unit: s}
  U / V: {quantity: voltage_volt, unit: V}
  Strom (mA): {quantity: current_ampere, unit: mA}
positive_current: charge
"""


def done(settings: Settings, *subjects: Subject) -> list[dict[str, Any]]:
    """Ask for jobs, have them done in this process, and return their results."""
    engine = open_warehouse(settings).engine
    with aside(engine) as session:
        ids = ask(session, [Wish(each) for each in subjects])
    list(work(settings, Work(HERE, 0, until_empty=True), Stop()))
    jobs = {job.id: job for job in jobs_of(engine)}
    engine.dispose()
    assert [jobs[each].state for each in ids] == ["done"] * len(ids), [
        jobs[each].reason for each in ids
    ]
    return [jobs[each].result or {} for each in ids]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "cell.csv"
    path.write_text(TABLE.replace("s;;;\n", ""), encoding="cp1252")
    return path


def test_a_sidecar_is_tried_on_a_file_and_nothing_is_written(
    settings: Settings, table: Path
) -> None:
    (result,) = done(settings, Trial(path=str(table), sidecar=SIDECAR))
    assert (result["refused"], result["reader"]) == (None, "delimited")
    (test,) = result["tests"]
    assert (test["points"], test["steps"]) == (3, 1)
    columns = {each["name"]: each for each in test["columns"]}
    assert columns["current_ampere"] == {
        "name": "current_ampere",
        "read_from": "Strom (mA)",
        "unit": "A",
        "first": [0.001, 0.001, 0.001],
    }
    assert columns["Bemerkung"]["first"] == ["rest", "go", "go"]
    warehouse = open_warehouse(settings)
    with look(warehouse.engine) as session:
        assert current_snapshot(session) == 0
    assert [each for each in warehouse.lake.folder.rglob("*") if each.is_file()] == []
    warehouse.engine.dispose()


def test_a_sidecar_that_does_not_fit_says_where(settings: Settings, table: Path) -> None:
    wrong, none, absent = done(
        settings,
        Trial(path=str(table), sidecar=SIDECAR.replace("unit: mA", "unit: mV")),
        Trial(path=str(table)),
        Trial(path=str(table.with_name("nowhere.csv")), sidecar=SIDECAR),
    )
    assert wrong["refused"]["place"] == "cell.csv.leyden.yaml: columns.Strom (mA)"
    assert "mV" in wrong["refused"]["reason"]
    assert "no reader knows this file" in none["refused"]["reason"]
    assert "No such file" in absent["refused"]["reason"]


def test_what_a_trial_shows_is_what_is_taken_in(settings: Settings, table: Path) -> None:
    table.with_name("cell.csv.leyden.yaml").write_text(SIDECAR, encoding="utf-8")
    tried, taken = done(settings, Trial(path=str(table)), Ingest(path=str(table)))
    assert taken["status"] == "ingested"
    assert tried["tests"][0]["points"] == taken["points"]
    assert tried["reader"] == taken["reader"]


def test_an_unknown_table_is_shown_with_where_it_begins_and_what_it_may_be(
    settings: Settings, table: Path
) -> None:
    (result,) = done(settings, Preview(path=str(table), rows=2))
    (shown,) = result["tables"]
    assert {name: shown[name] for name in ("delimiter", "decimal", "skip_lines", "header")} == {
        "delimiter": ";",
        "decimal": ",",
        "skip_lines": 3,
        "header": True,
    }
    assert [(each["name"], each["unit"]) for each in shown["columns"]] == [
        ("Zeit", None),
        ("U / V", "V"),
        ("Strom (mA)", "mA"),
        ("Bemerkung", None),
    ]
    assert "voltage_volt" in shown["columns"][1]["candidates"]
    assert "current_ampere" in shown["columns"][2]["candidates"]
    assert shown["rows"] == [["0", "3,50", "1,0", "rest"], ["1", "3,51", "1,0", "go"]]


def test_a_line_of_units_below_the_names_is_seen(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_text("Test Time,Voltage,Current\n[s],[V],[mA]\n0,3.5,1\n1,3.6,1\n")
    (result,) = done(settings, Preview(path=str(path)))
    (shown,) = result["tables"]
    assert (shown["skip_lines"], shown["units_below"]) == (0, True)
    assert [(each["quantity"], each["unit"]) for each in shown["columns"]] == [
        ("test_time_second", "s"),
        ("voltage_volt", "V"),
        ("current_ampere", "mA"),
    ]


def test_numbers_without_names_have_none(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "bare.txt"
    path.write_text("0\t3.5\n1\t3.6\n2\t3.7\n")
    (result,) = done(settings, Preview(path=str(path)))
    (shown,) = result["tables"]
    assert (shown["header"], shown["skip_lines"], shown["delimiter"]) == (False, 0, "\t")
    assert len(shown["rows"]) == 3


def test_what_is_no_table_is_refused(settings: Settings, tmp_path: Path) -> None:
    picture, prose = tmp_path / "a.png", tmp_path / "a.txt"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0")
    prose.write_text("It rained.\nNothing was measured.\n")
    first, second, third = done(
        settings,
        Preview(path=str(picture)),
        Preview(path=str(prose)),
        Preview(path=str(tmp_path / "nowhere")),
    )
    assert "no text" in first["refused"]
    assert "no two lines" in second["refused"]
    assert "No such file" in third["refused"]


@pytest.mark.slow
def test_sweeps_of_chosen_tests_are_computed_again(settings: Settings, tmp_path: Path) -> None:
    lines = ["Frequency / Hz,Real Impedance / ohm,Imaginary Impedance / ohm"]
    for place in range(40):
        hertz = 10 ** (5 - place / 8)
        impedance = 5 + 100 / (1 + 2j * 3.141592653589793 * hertz * 1e-3)
        lines.append(f"{hertz},{impedance.real},{impedance.imag}")
    path = tmp_path / "sweep.csv"
    path.write_text("\n".join([*lines, ""]))
    (taken,) = done(settings, Ingest(path=str(path)))
    assert taken["status"] == "ingested", taken
    (test_id,) = taken["tests"]
    again = Refit(test_ids=(test_id,), circuits=("R0-p(R1,C1)",))
    first, second = done(settings, again, again)
    assert [(each["test_id"], each["added"]) for each in first["tests"]] == [
        (test_id, ["fit", "relaxation"])
    ]
    assert second["tests"][0]["added"] == []
    engine = open_warehouse(settings).engine
    job = jobs_of(engine)[-1]
    engine.dispose()
    assert (job.done_count, job.total_count) == (1, 1)


def test_a_test_without_sweeps_cannot_be_computed_again(settings: Settings) -> None:
    engine = open_warehouse(settings).engine
    with aside(engine) as session:
        ask(session, [Wish(Refit(test_ids=(77,)))])
    (ended,) = work(settings, Work(HERE, 0, until_empty=True), Stop())
    (job,) = jobs_of(engine)
    engine.dispose()
    assert (ended.state, job.state) == ("failed", "failed")
    assert job.reason is not None
    assert "'77'" in job.reason


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        ("refit", {"test_ids": []}),
        ("refit", {"test_ids": [1], "circuits": ["R0-p(R1"]}),
        ("refit", {"test_ids": [1], "methods": ["guess"]}),
        ("preview", {"path": "a", "rows": 0}),
        ("trial", {"path": ""}),
        ("ingest", {"path": "a", "colour": "red"}),
    ],
)
def test_what_cannot_be_is_refused_when_it_is_asked_for(kind: str, subject: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        KINDS[kind].subject.model_validate(subject)
