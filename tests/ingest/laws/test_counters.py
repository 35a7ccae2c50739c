"""The instrument's counter is used where it can be right, wherever it starts again."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ingest.laws.cycling import (
    Cell,
    cells,
    cycles,
    marks,
    numbered,
    records_of,
    rest,
    run,
)
from tests.ingest.laws.program import Stage, counted, declared, outcome, right, truth


def digits_for(cell: Cell) -> int:
    """Return decimals of A·h that tell a hundred-thousandth of the capacity."""
    return 5 - int(np.floor(np.log10(cell.capacity_ah)))


def restarts_of(stages: list[Stage], stretch: str) -> list[int]:
    """Return the stages at which a counter of a stretch falls to 0."""
    if stretch == "step_":
        return list(range(len(stages)))
    if stretch == "half_cycle_":
        halves = [stage.half_cycle for stage in stages]
        return [n for n in range(1, len(stages)) if halves[n] and halves[n] not in halves[:n]]
    if stretch == "cycle_":
        cycle = [(stage.half_cycle + 1) // 2 for stage in stages]
        return [n for n in range(1, len(stages)) if cycle[n] and cycle[n] not in cycle[:n]]
    return []


stretches = st.sampled_from(("step_", "half_cycle_", "cycle_", ""))


@settings(deadline=None)
@given(
    cells(),
    marks,
    stretches,
    st.booleans(),
    st.integers(1, 5),
    st.floats(1.0, 5.0),
    st.integers(2, 6),
    st.floats(0.9, 1.0),
)
def test_the_counter_tells_the_charge_of_a_decay_recorded_too_coarsely(
    cell: Cell,
    marked: tuple[str, ...],
    stretch: str,
    signed: bool,
    count: int,
    decays: float,
    records: int,
    efficiency: float,
) -> None:
    stages: list[Stage] = []
    for cycle in range(count):
        constant = run(cell.charge_ampere, 0.7 * cell.capacity_ah, 2 * cycle + 1, records=12)
        second = 3600.0 * 0.4 * cell.capacity_ah / cell.charge_ampere
        held = Stage(
            "CV Chg",
            cell.charge_ampere,
            second,
            second / records,
            decay_second=second / decays,
            half_cycle=2 * cycle + 1,
        )
        into = constant.charge_ah + held.charge_ah
        stages += [constant, held, rest()]
        stages += [run(-cell.discharge_ampere, efficiency * into, 2 * cycle + 2), rest()]
    stages = numbered(stages)
    records_ = counted(
        stages, records_of(cell, stages), restarts_of(stages, stretch), digits=digits_for(cell)
    )
    found = outcome(declared(records_, stretch, signed=signed), *marked)
    assert found.charge_ah.size == 2 * count
    # the counter is written with a hundred-thousandth of the capacity
    np.testing.assert_allclose(found.charge_ah, truth(stages), rtol=2e-4 if marked else 0.02)
    if marked:
        assert set(found.derived.steps["charge_source"][::2]) == {"counter"}


@settings(deadline=None)
@given(cells(), marks, stretches, st.integers(2, 6), st.data())
def test_a_counter_may_start_again_anywhere(
    cell: Cell, marked: tuple[str, ...], stretch: str, count: int, data: st.DataObject
) -> None:
    stages = cycles(cell, count, fade=0.03, efficiency=0.99)
    places = st.lists(st.integers(0, len(stages) - 1), unique=True)
    restarts = [*restarts_of(stages, stretch), *data.draw(places)]
    records = counted(stages, records_of(cell, stages), restarts, digits=digits_for(cell))
    right(outcome(declared(records, stretch), *marked), stages)


@settings(deadline=None)
@given(cells(), marks, stretches, st.integers(1, 4), st.floats(0.05, 0.95), st.integers(0, 10))
def test_a_counter_that_falls_inside_a_step_goes_on_in_sum(
    cell: Cell, marked: tuple[str, ...], stretch: str, count: int, place: float, chosen: int
) -> None:
    stages = cycles(cell, count, efficiency=0.99)
    records = counted(stages, records_of(cell, stages), restarts_of(stages, stretch), digits=12)
    flowing = [n for n, stage in enumerate(stages) if stage.half_cycle]
    stage = flowing[chosen % len(flowing)]
    rows = np.flatnonzero(records.stage == stage)
    at = rows[max(int(place * rows.size), 1)]
    side = "_in" if stages[stage].ampere > 0.0 else "_out"
    counter = records.more[side].copy()
    # from there on it counts from what it had at the record before, until it starts again
    until = np.flatnonzero(counter[at:] < counter[at - 1] - 1e-15)
    end = at + until[0] if until.size else counter.size
    counter[at:end] -= counter[at - 1]
    right(outcome(declared(records.adding(**{side: counter}), stretch), *marked), stages)


@settings(deadline=None)
@given(cells(), marks, stretches, st.integers(1, 4), st.sampled_from((0.5, 0.8, 1.2, 2.0, 1000.0)))
def test_a_counter_outside_what_the_samples_allow_is_not_used_and_told(
    cell: Cell, marked: tuple[str, ...], stretch: str, count: int, wrong: float
) -> None:
    stages = cycles(cell, count, efficiency=0.99)
    records = counted(stages, records_of(cell, stages), restarts_of(stages, stretch), digits=12)
    records = records.adding(_in=wrong * records.more["_in"], _out=wrong * records.more["_out"])
    found = outcome(declared(records, stretch), *marked)
    right(found, stages)
    assert "counter_disagrees" in found.findings
    assert any("counter_disagrees" in reason for reason in found.reasons)


@settings(deadline=None)
@given(cells(), marks, stretches, st.integers(1, 4), st.integers(0, 3))
def test_a_counter_that_never_counts_one_side_is_that_sides_trapezoid(
    cell: Cell, marked: tuple[str, ...], stretch: str, count: int, which: int
) -> None:
    stages = cycles(cell, count, efficiency=0.99)
    records = counted(stages, records_of(cell, stages), restarts_of(stages, stretch), digits=12)
    records = declared(records, stretch)
    more = dict(records.more)
    name = f"{stretch.replace('half_', '')}{('charging', 'discharging')[which % 2]}_capacity_ah"
    if which < 2:
        del more[name]
    else:
        more[name] = np.zeros_like(more[name])
    right(outcome(replace(records, more=more), *marked), stages)


@settings(deadline=None)
@given(cells(), marks, st.sampled_from(("step_", "cycle_", "")), st.integers(1, 4))
def test_a_net_counter_tells_the_same(
    cell: Cell, marked: tuple[str, ...], stretch: str, count: int
) -> None:
    stages = cycles(cell, count, efficiency=0.99)
    records = counted(stages, records_of(cell, stages), restarts_of(stages, stretch), digits=12)
    more = dict(records.more)
    net = more.pop("_in") - more.pop("_out")
    records = replace(records, more={**more, f"{stretch}net_capacity_ah": net})
    found = outcome(records, *marked)
    right(found, stages)
    assert "counter_disagrees" not in found.findings
