"""What single records do to charge: glitches, repeats, rows of temperature, first records."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.ingest.laws.cycling import (
    BOTH,
    LABELLED,
    NUMBERED,
    UNMARKED,
    Cell,
    cells,
    cycles,
    marks,
    records_of,
    rest,
    run,
    seeds,
)
from tests.ingest.laws.program import Records, Stage, counted, declared, outcome, right, truth


def typical(cell: Cell) -> float:
    return min(cell.charge_ampere, cell.discharge_ampere)


def with_glitches(
    records: Records, cell: Cell, number: int, size: float, rng: np.random.Generator
) -> Records:
    """Return the records with single ones of a large current, one a step at most."""
    last = np.append(np.flatnonzero(np.diff(records.stage)), records.second.size - 1)
    first = np.concatenate(([0], last[:-1] + 1))
    steps = rng.permutation(first.size)[:number]
    ampere = records.ampere.copy()
    largest = max(cell.charge_ampere, cell.discharge_ampere)
    for step in steps:
        # a first record may be an inrush; with the last one its beat is lost, but for a counter
        row = min(rng.integers(first[step] + 1, last[step] + bool(records.more)), ampere.size - 2)
        ampere[row] = rng.choice((-1.0, 1.0)) * size * largest
    return replace(records, ampere=ampere)


@settings(deadline=None)
@given(
    cells(),
    marks,
    st.integers(1, 5),
    st.integers(1, 20),
    st.sampled_from((15.0, 100.0, 2000.0, 1e6)),
    st.sampled_from(("", "step_", "cycle_", None)),
    seeds,
)
def test_a_glitch_turns_nothing_and_moves_no_charge(
    cell: Cell,
    marked: tuple[str, ...],
    count: int,
    number: int,
    size: float,
    stretch: str | None,
    rng: np.random.Generator,
) -> None:
    stages = cycles(cell, count, efficiency=0.99)
    records = records_of(cell, stages)
    if stretch is not None:
        restarts = list(range(len(stages))) if stretch == "step_" else []
        records = declared(counted(stages, records, restarts, digits=12), stretch)
    found = outcome(with_glitches(records, cell, number, size, rng), *marked)
    expected = truth(stages)
    assert found.charge_ah.size == expected.size, found.charge_ah
    # without marks the beat beside a last record that is lost is shared
    np.testing.assert_allclose(found.charge_ah, expected, rtol=1e-3 if marked else 0.05)
    rested = found.derived.steps["mode"] == "rest"
    assert np.all(np.abs(found.derived.steps["net_charge_ah"][rested]) < 0.01 * cell.capacity_ah)


@settings(deadline=None)
@given(
    cells(),
    marks,
    st.integers(1, 4),
    st.integers(1, 40),
    st.integers(0, 10_000),
    st.integers(0, 60),
)
@example(Cell(1.0, 0.02, 0.1, 0.1), (), 1, 1, 792, 1)  # a record beside the seam of two steps
@example(Cell(1.0, 0.02, 0.1, 0.1), ("step_id", "step_type"), 1, 1, 792, 1)
def test_a_block_that_is_sent_twice_counts_once(
    cell: Cell, marked: tuple[str, ...], count: int, length: int, start: int, later: int
) -> None:
    stages = cycles(cell, count, efficiency=0.99)
    records = records_of(cell, stages)
    size = records.second.size
    start %= size
    block = np.arange(start, min(start + length, size))
    at = min(block[-1] + 1 + later, size)
    rows = np.concatenate((np.arange(at), block, np.arange(at, size)))
    found = outcome(records.taken(rows), *marked)
    right(found, stages)
    assert "records_repeated" in found.findings


@settings(deadline=None)
@given(cells(), marks, st.integers(1, 4), st.integers(1, 60), st.booleans(), seeds)
def test_rows_of_temperature_alone_take_no_charge_away(
    cell: Cell,
    marked: tuple[str, ...],
    count: int,
    number: int,
    labelled: bool,
    rng: np.random.Generator,
) -> None:
    stages = cycles(cell, count, efficiency=0.99)
    records = records_of(cell, stages)
    before = np.sort(rng.integers(1, records.second.size, number))
    rows = np.insert(np.arange(records.second.size), before, before)
    bare = np.insert(np.zeros(records.second.size, dtype=bool), before, True)
    records = records.taken(rows)
    second = records.second.copy()
    earlier = records.second[np.maximum(np.arange(rows.size) - 1, 0)]
    second[bare] = 0.5 * (second + earlier)[bare]
    records = replace(
        records,
        second=np.sort(second),
        volt=np.where(bare, np.nan, records.volt),
        ampere=np.where(bare, np.nan, records.ampere),
        label=records.label if labelled else np.where(bare, "", records.label),
    ).adding(temperature_t1_celsius=np.where(bare, 25.0, np.nan))
    right(outcome(records, *marked), stages)


@settings(deadline=None)
@given(
    cells(),
    st.sampled_from((BOTH, NUMBERED, LABELLED)),
    st.integers(2, 5),
    st.integers(3, 60),
    st.integers(3, 60),
    st.sampled_from((None, "", "step_", "cycle_")),
    st.booleans(),
    st.booleans(),
)
def test_a_logger_that_writes_no_first_record_loses_no_beat(
    cell: Cell,
    marked: tuple[str, ...],
    count: int,
    charge_records: int,
    discharge_records: int,
    stretch: str | None,
    clock: bool,
    rested: bool,
) -> None:
    stages: list[Stage] = []
    for cycle in range(count):
        stages += [run(cell.charge_ampere, cell.capacity_ah, 2 * cycle + 1, records=charge_records)]
        stages += [rest()] if rested else []
        stages += [
            run(-cell.discharge_ampere, cell.capacity_ah, 2 * cycle + 2, records=discharge_records)
        ]
        stages += [rest()] if rested else []
    records = records_of(cell, stages)
    if stretch is not None:
        restarts = list(range(len(stages))) if stretch == "step_" else []
        records = declared(counted(stages, records, restarts, digits=12), stretch)
    begin = np.concatenate(([0.0], np.cumsum([stage.second for stage in stages])[:-1]))
    if clock:
        records = records.adding(step_time_second=records.second - begin[records.stage])
    first = np.concatenate(([True], np.diff(records.stage) > 0))
    found = outcome(records.taken(~first), *marked)
    expected = truth(stages)
    # nobody can know of the first beat of the test unless a clock or a counter tells
    known = slice(0 if clock or stretch == "step_" else 1, None)
    np.testing.assert_allclose(found.charge_ah[known], expected[known], rtol=1e-3)


@pytest.mark.parametrize("marked", [BOTH, NUMBERED, LABELLED, UNMARKED])
def test_steps_that_begin_with_a_record_own_no_interval_before_it(marked: tuple[str, ...]) -> None:
    cell = Cell(1.0, 0.05, 1.0, 1.0)
    stages = cycles(cell, 3)
    right(outcome(records_of(cell, stages), *marked), stages, relative=1e-9)
