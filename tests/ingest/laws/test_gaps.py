"""Charge over gaps is not capacity; an uneven but honest log has none."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ingest.laws.cycling import Cell, cells, cycles, marks, records_of, seeds
from tests.ingest.laws.program import Records, counted, declared, outcome, right, truth


def switched_off(records: Records, stage: int, place: float, second: float) -> Records:
    """Return the records with so much time put in between two records of a step."""
    rows = np.flatnonzero(records.stage == stage)
    at = rows[1 + int(place * (rows.size - 2))]
    later = np.arange(records.second.size) >= at
    return replace(records, second=np.where(later, records.second + second, records.second))


@settings(deadline=None)
@given(
    cells(),
    marks,
    st.integers(1, 5),
    st.integers(0, 9),
    st.floats(0.05, 0.95),
    st.floats(20.0, 5000.0),
    st.sampled_from((None, "", "step_", "cycle_")),
)
def test_what_a_gap_may_have_moved_is_no_capacity(
    cell: Cell,
    marked: tuple[str, ...],
    count: int,
    chosen: int,
    place: float,
    beats: float,
    stretch: str | None,
) -> None:
    stages = cycles(cell, count)
    flowing = [n for n, stage in enumerate(stages) if stage.half_cycle]
    stage = flowing[chosen % len(flowing)]
    records = records_of(cell, stages)
    if stretch is not None:
        restarts = list(range(len(stages))) if stretch == "step_" else []
        records = declared(counted(stages, records, restarts, digits=12), stretch)
    # the voltage recovered while the cycler was off and nothing flowed
    found = outcome(
        switched_off(records, stage, place, beats * stages[stage].every_second), *marked
    )
    expected = truth(stages)
    half = stages[stage].half_cycle - 1
    assert found.charge_ah.size == expected.size, found.charge_ah
    beat = abs(stages[stage].ampere) * stages[stage].every_second / 3600.0
    away = np.abs(found.charge_ah - expected)
    assert away[half] <= 1.01 * beat
    np.testing.assert_allclose(np.delete(found.charge_ah, half), np.delete(expected, half), 1e-3)
    assert any("gap" in reason or "counter" in reason for reason in found.reasons), found.reasons
    assert away[half] <= found.error_ah[half] * 1.001 + 1e-12


@settings(deadline=None)
@given(
    cells(), marks, st.integers(1, 5), st.floats(0.1, 0.9), st.integers(3, 12), st.integers(0, 9)
)
def test_an_interval_over_which_the_voltage_went_on_is_no_gap(
    cell: Cell, marked: tuple[str, ...], count: int, place: float, lost: int, chosen: int
) -> None:
    stages = [
        replace(stage, every_second=stage.every_second / 5.0) for stage in cycles(cell, count)
    ]
    records = records_of(cell, stages)
    flowing = [n for n, stage in enumerate(stages) if stage.half_cycle]
    rows = np.flatnonzero(records.stage == flowing[chosen % len(flowing)])
    at = rows[int(place * (rows.size - 60))] + 3
    kept = np.ones(records.second.size, dtype=bool)
    kept[at : at + 4 * lost] = False
    found = outcome(records.taken(kept), *marked)
    right(found, stages)
    assert not found.reasons


@settings(deadline=None)
@given(cells(), marks, st.integers(1, 4), st.floats(0.02, 0.5), seeds)
def test_a_log_of_uneven_intervals_has_no_gaps(
    cell: Cell, marked: tuple[str, ...], count: int, share: float, rng: np.random.Generator
) -> None:
    stages = [
        replace(stage, every_second=stage.every_second / 10.0) for stage in cycles(cell, count)
    ]
    records = records_of(cell, stages)
    # as on change of voltage: records come in flocks, the ends of steps among them
    edge = np.diff(records.stage, prepend=-1) > 0
    kept = edge | np.append(edge[1:], True)
    kept |= (np.sin(np.cumsum(rng.random(kept.size)) * share) > 0.7) | (
        rng.random(kept.size) < 0.02
    )
    found = outcome(records.taken(kept), *marked)
    right(found, stages)
    assert not found.reasons


@settings(deadline=None)
@given(
    cells(),
    marks,
    st.integers(1, 4),
    st.integers(0, 9),
    st.floats(0.2, 0.8),
    st.sampled_from(("", "step_", "cycle_")),
)
def test_a_gap_that_the_counter_counted_through_is_none(
    cell: Cell, marked: tuple[str, ...], count: int, chosen: int, place: float, stretch: str
) -> None:
    stages = [
        replace(stage, every_second=stage.every_second / 5.0) for stage in cycles(cell, count)
    ]
    restarts = list(range(len(stages))) if stretch == "step_" else []
    records = counted(stages, records_of(cell, stages), restarts, digits=12)
    records = declared(records, stretch)
    flowing = [n for n, stage in enumerate(stages) if stage.half_cycle]
    rows = np.flatnonzero(records.stage == flowing[chosen % len(flowing)])
    at = rows[int(place * (rows.size - 60))] + 3
    kept = np.ones(records.second.size, dtype=bool)
    kept[at : at + 45] = False
    # the voltage jumps about, so only the counter tells
    volt = records.volt + 0.02 * np.sin(np.arange(records.volt.size))
    found = outcome(replace(records, volt=volt).taken(kept), *marked)
    right(found, stages)
    assert not found.reasons
