"""Failures of the demo's symmetric cells, out of its exports by ingest and metric.

Every export is SYNTHETIC; what each cell does stands in demo/trials.py, which no metric reads.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from ingest.intake import take_in
from schema.catalog import Cell, Test
from schema.catalog.connection import change
from schema.settings import Settings
from schema.warehouse import open_warehouse
from service.metric.library import read_metrics
from service.store.question import asked, metric_question
from service.store.store import Store

Answers = Callable[..., dict[str, list[dict[str, Any]]]]
METRICS = read_metrics()

FAILED = {
    "bare-50uA-0": ("runaway", 150.733, 151),
    "wetted-50uA-0": ("runaway", 350.350, 351),
    "event-soft-short": ("soft_short", 180, 181),
    "event-hard-short": ("hard_short", 90, 91),
    "event-gradual-soft-short": ("soft_short", 61, 62),
    "event-healing-short": ("soft_short", 60, 61),
    "event-erratic": ("erratic", 60, 61),
}
"""Cause, hours since the first half-cycle, and the half-cycle it shows in."""
CENSORED = {
    "coated-50uA-0": [820],
    "coated-100uA-0": [300],
    "coated-25uA-0": [200],
    "event-gradual-wetting": [120],
    "event-pause": [100],
    "event-current-change": [50, 50],
    "event-temperature-change": [50, 50],
}
"""Hours at each level of current and temperature."""


@pytest.fixture(scope="module")
def answered(demo_study: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answers]:
    """Return ``answered(metric, **arguments)``: its rows by the name of the cell."""
    warehouse = open_warehouse(Settings(home=tmp_path_factory.mktemp("failures")))
    names = {}
    for name in (*FAILED, *CENSORED, "critical-current"):
        (path,) = (
            path
            for path in (demo_study / "exports").iterdir()
            if path.name.partition(".")[0] == f"synthetic-{name}"
        )
        (test_id,) = take_in(warehouse, path).tests
        with change(warehouse.engine, name) as (session, _):
            cell = Cell(name=name, area_cm2=0.7854, symmetric=True)
            session.add(cell)
            session.flush()
            names[cell.id] = name
            session.execute(update(Test).where(Test.id == test_id).values(cell_id=cell.id))
    store = Store(warehouse.engine, warehouse.lake)
    store.refresh()

    def rows_of(metric: str, **arguments: object) -> dict[str, list[dict[str, Any]]]:
        question = metric_question(METRICS[metric], None, arguments)
        rows: dict[str, list[dict[str, Any]]] = {name: [] for name in names.values()}
        with store.cursor() as cursor:
            answer = asked(store, cursor, question)
            for row in answer.to_arrow_table().to_pylist():
                rows[names[row["cell_id"]]].append(row)
        return rows

    yield rows_of
    store.close()
    warehouse.engine.dispose()


def test_every_cell_that_fails_does_so_by_its_cause_at_its_hour(answered: Answers) -> None:
    lives, events = answered("time_to_failure"), answered("failure_event")
    for name, (cause, hour, half_cycle) in FAILED.items():
        (life,), (event,) = lives[name], events[name]
        assert (name, life["cause"], life["half_cycle_count"]) == (name, cause, half_cycle)
        assert (event["cause"], event["half_cycle_count"]) == (cause, half_cycle)
        assert life["time_hour"] == pytest.approx(hour, abs=1e-3)
        assert half_cycle - 1 - 1e-3 < life["unfailed_hour"] <= half_cycle - 1


def test_every_cell_that_does_not_is_censored_at_its_last_record(answered: Answers) -> None:
    lives, events = answered("time_to_failure"), answered("failure_event")
    for name, hours in CENSORED.items():
        assert events[name] == []
        assert [(row["failed"], row["cause"]) for row in lives[name]] == [(False, None)] * len(
            hours
        )
        assert [row["time_hour"] for row in lives[name]] == pytest.approx(hours, abs=1e-3)


def test_a_cell_that_meets_the_limit_fails_with_the_last_record_of_its_points(
    answered: Answers,
) -> None:
    (life,), runs = (
        answered("time_to_failure")["bare-50uA-0"],
        answered("half_cycle_run")["bare-50uA-0"],
    )
    last = runs[-1]
    assert last["greatest_voltage_volt"] >= 5
    assert last["end_hour"] - last["start_hour"] < 0.75
    assert life["time_hour"] == pytest.approx(last["end_hour"] - runs[0]["start_hour"])


def test_slow_growth_by_a_factor_is_a_runaway_only_where_it_is_asked_for(answered: Answers) -> None:
    hours = {
        name: answered("time_to_failure", runaway_factor=5)[name][0]["time_hour"]
        for name in ("bare-50uA-0", "wetted-50uA-0")
    }
    assert hours == {
        "bare-50uA-0": pytest.approx(114, abs=1e-3),
        "wetted-50uA-0": pytest.approx(131, abs=1e-3),
    }


def test_a_short_of_three_hours_falls_by_more_than_its_part_within_two_half_cycles(
    answered: Answers,
) -> None:
    runs = answered("half_cycle_run")["event-gradual-soft-short"]
    before, first, second = (runs[place]["end_volt"] for place in (59, 60, 61))
    assert first > 0.6 * before
    assert second < 0.6 * before


def test_the_staircase_is_borne_below_seven_tenths(answered: Answers) -> None:
    (row,) = answered("critical_current_density")["critical-current"]
    assert row["last_borne_ma_per_cm2"] == pytest.approx(0.65)
    assert row["first_failing_ma_per_cm2"] == pytest.approx(0.70)
    assert row["cause"] == "resistance_drop"
