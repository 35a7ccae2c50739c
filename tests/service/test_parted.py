"""Splitting a symmetric cell's file in two changes nothing, by real ingest of both.

Times, causes and survival agree to the last digit; the charge within that of the one interval that
is in neither file; a polarization within 3 %: a piece has windows of its own, and over one
half-cycle the voltage here drifts by 2 % and its noise is 0.1 %.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import strategies as st
from numpy.typing import NDArray
from sqlalchemy import delete, update

from ingest.intake import take_in
from schema.catalog import Cell, RecordMean, Test
from schema.catalog.connection import change
from schema.settings import Settings
from schema.warehouse import open_warehouse
from service.metric.library import read_metrics
from service.store.question import asked, metric_question
from service.store.store import Store
from tests.law import law

METRICS = read_metrics()
LAW = law(15, suppress_health_check=[HealthCheck.function_scoped_fixture])
STARTED = datetime(2026, 2, 16, 9, tzinfo=UTC)
AREA_CM2 = 0.5
INTERVAL_SECOND = 180
HALF_CYCLES = 20
POINTS = 21
FATES = ("lives", "soft short", "hard short", "runs away", "staircase", "rests")

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Cycled:
    """Points of a symmetric cell, a row each."""

    second: Numbers
    volt: Numbers
    ampere: Numbers
    step_id: NDArray[np.int64]

    def part(self, rows: slice, second: float) -> "Cycled":
        """Return some of the rows, their clock set back by so many seconds."""
        return Cycled(
            self.second[rows] - second, self.volt[rows], self.ampere[rows], self.step_id[rows]
        )


def cycled(fate: str, seed: int) -> Cycled:
    """Return half-cycles of an hour, a point every three minutes."""
    noise = np.random.default_rng(seed)
    parts: list[tuple[Numbers, Numbers, Numbers, int, int]] = []
    start = 0.0
    for place in range(HALF_CYCLES):
        sign = 1 - 2 * (place % 2)
        current = sign * (1e-4 * (1 + place // 2) if fate == "staircase" else 1e-3)
        hour = np.linspace(0, 1, POINTS)
        ohm: Numbers = 100 * (1 + 0.02 * hour) * (1 + noise.normal(0, 1e-3, POINTS))
        if fate in {"soft short", "hard short", "staircase"} and place >= 12:
            ohm *= 0.05 if fate == "hard short" else 0.3
        volt: Numbers = current * ohm
        count = POINTS
        if fate == "runs away" and place == HALF_CYCLES - 1:
            volt[14], count = sign * 5.0, 15
        parts.append((start + 3600 * hour, volt, np.full(POINTS, current), place % 2, count))
        start += 3600 + 1
        if fate == "rests":
            zeros = np.zeros(4)
            parts.append((start + np.arange(4.0) * INTERVAL_SECOND, zeros, zeros, 2, 4))
            start += 3 * INTERVAL_SECOND + 1
    return Cycled(
        np.concatenate([second[:count] for second, _, _, _, count in parts]),
        np.concatenate([volt[:count] for _, volt, _, _, count in parts]),
        np.concatenate([ampere[:count] for _, _, ampere, _, count in parts]),
        np.concatenate([np.full(count, step_id) for _, _, _, step_id, count in parts]),
    )


class Parting:
    """A warehouse in which each cell is asked about alone."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._numbers = folder, count(1)
        self._warehouse = open_warehouse(Settings(home=folder / "home"))
        self._store = Store(self._warehouse.engine, self._warehouse.lake)

    def cell(self, *files: tuple[Cycled, datetime | None]) -> list[int]:
        """Take in the files of a new cell and return its tests."""
        number, tests = next(self._numbers), []
        for place, (points, started_at) in enumerate(files):
            path = self._folder / f"{number}-{place}.bdf.csv"
            rows = zip(points.second, points.volt, points.ampere, points.step_id, strict=True)
            path.write_text(
                "Test Time / s,Voltage / V,Current / A,Ambient Temperature / degC,Step ID,Remark\n"
                + "".join(f"{s!r},{v!r},{a!r},60,{i},{number}\n" for s, v, a, i in _plain(rows)),
                encoding="utf-8",
            )
            outcome = take_in(self._warehouse, path)
            assert outcome.status == "ingested", outcome.reason
            tests += [(test_id, started_at) for test_id in outcome.tests]
        with change(self._warehouse.engine, f"cell {number}") as (session, _):
            cell = Cell(
                name=f"{number}", configuration="Li/LATP/Li", area_cm2=AREA_CM2, symmetric=True
            )
            session.add(cell)
            session.flush()
            # the same points come again as another cell's: they are not to be known by these
            session.execute(delete(RecordMean))
            for test_id, started_at in tests:
                known = {"cell_id": cell.id, "started_at": started_at}
                session.execute(update(Test).where(Test.id == test_id).values(known))
        return [test_id for test_id, _ in tests]

    def rows(self, metric: str, tests: list[int]) -> list[dict[str, Any]]:
        """Return the rows of a metric of these tests; what is below it rests from then on."""
        self._store.refresh()
        with self._store.cursor() as cursor:
            answer = asked(self._store, cursor, metric_question(METRICS[metric], tests))
            rows: list[dict[str, Any]] = answer.to_arrow_table().to_pylist()
        return rows

    def close(self) -> None:
        """Give back what it holds."""
        self._store.close()
        self._warehouse.engine.dispose()


def _plain(rows: Any) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401 # a zip of arrays
    return (tuple(value.item() for value in row) for row in rows)


@pytest.fixture(scope="module")
def parting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parting]:
    warehouse = Parting(tmp_path_factory.mktemp("parting"))
    yield warehouse
    warehouse.close()


def parted(points: Cycled, cuts: list[int], clock: str) -> list[tuple[Cycled, datetime | None]]:
    """Return the points as files that end where they are cut."""
    files: list[tuple[Cycled, datetime | None]] = []
    for begin, end in zip([0, *cuts], [*cuts, len(points.second)], strict=True):
        after = float(points.second[begin])
        rows = slice(begin, end)
        if clock == "dated":
            files.append((points.part(rows, after), STARTED + timedelta(seconds=after)))
        else:
            files.append((points.part(rows, 0), None))
    return files


def agree(one: list[dict[str, Any]], other: list[dict[str, Any]], **tolerances: float) -> None:
    """Assert that rows are the same but for what names a test, numbers as far as tolerated."""
    apart = {"test_id", "half_cycle_count", "cell_id"}
    assert len(one) == len(other)
    for row, like in zip(one, other, strict=True):
        for name in row.keys() - apart:
            if isinstance(row[name], float):
                assert like[name] == pytest.approx(
                    row[name], rel=1e-9, abs=tolerances.get(name, 1e-9)
                ), name
            else:
                assert like[name] == row[name], name


@pytest.mark.slow
@LAW
@example(fate="runs away", cut=3, seed=0, clock="dated")
@example(fate="staircase", cut=13 * POINTS + 10, seed=1, clock="runs on")
@example(fate="soft short", cut=12 * POINTS + 1, seed=2, clock="runs on")
@given(
    fate=st.sampled_from(FATES),
    cut=st.integers(1, HALF_CYCLES * POINTS - 8),
    seed=st.integers(0, 99),
    clock=st.sampled_from(["dated", "runs on"]),
)
def test_a_file_cut_in_two_anywhere_answers_like_the_whole(
    fate: str, cut: int, seed: int, clock: str, parting: Parting
) -> None:
    points = cycled(fate, seed)
    whole = parting.cell((points, STARTED))
    pieces = parting.cell(*parted(points, [cut], clock))
    assert len(pieces) == 2
    ampere = float(np.abs(points.ampere).max())
    charge = 1.001e3 * ampere * INTERVAL_SECOND / 3600 / AREA_CM2
    volt = 0.03 * float(np.median(np.abs(points.volt[points.ampere != 0])))
    slack = {
        "charge_passed_mah_per_cm2": charge,
        "polarization_volt": volt,
        "lowest_volt": 10 * volt if fate == "runs away" else volt,
        "highest_volt": 10 * volt if fate == "runs away" else volt,
        "end_volt": 10 * volt if fate == "runs away" else volt,
        "reference_volt": volt,
    }
    for metric in ("time_to_failure", "failure_event", "survival", "critical_current_density"):
        agree(parting.rows(metric, whole), parting.rows(metric, pieces), **slack)
    agree(
        parting.rows("cell_polarization", whole), parting.rows("cell_polarization", pieces), **slack
    )
    (life, *_) = parting.rows("time_to_failure", whole)
    causes = {
        "soft short": "soft_short",
        "hard short": "hard_short",
        "runs away": "runaway",
    }
    assert life["cause"] == causes.get(fate)


@pytest.mark.slow
@LAW
@given(
    cuts=st.lists(st.integers(1, HALF_CYCLES * POINTS - 1), min_size=2, max_size=4, unique=True),
    clock=st.sampled_from(["dated", "runs on"]),
)
def test_a_half_cycle_in_many_pieces_is_one(cuts: list[int], clock: str, parting: Parting) -> None:
    points = cycled("lives", 7)
    whole, pieces = (
        parting.cell((points, STARTED)),
        parting.cell(*parted(points, sorted(cuts), clock)),
    )
    one, other = (parting.rows("half_cycle_run", tests) for tests in (whole, pieces))
    assert [row["run_count"] for row in other] == list(range(1, HALF_CYCLES + 1))
    for name in ("start_hour", "end_hour", "greatest_voltage_volt"):
        assert [row[name] for row in other] == pytest.approx([row[name] for row in one], rel=1e-9)
    assert [row["end_volt"] for row in other] == pytest.approx(
        [row["end_volt"] for row in one], rel=0.03
    )


def test_a_pause_between_the_files_keeps_them_apart(parting: Parting) -> None:
    points = cycled("lives", 8)
    (first, started), (second, _) = parted(points, [10 * POINTS + 10], "dated")
    later = STARTED + timedelta(days=2)
    runs = parting.rows("half_cycle_run", parting.cell((first, started), (second, later)))
    assert len(runs) == HALF_CYCLES + 1
    assert [row["disturbance"] for row in runs if row["disturbance"]] == ["pause"]


def test_files_without_a_clock_are_not_put_together(parting: Parting) -> None:
    points = cycled("lives", 9)
    pieces = [(piece, None) for piece, _ in parted(points, [10 * POINTS + 10], "dated")]
    assert len(parting.rows("half_cycle_run", parting.cell(*pieces))) == HALF_CYCLES + 1
