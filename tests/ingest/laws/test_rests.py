"""What flows at rest is rest, noise or offset; the small current of a slow curve is none."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ingest.laws.cycling import (
    BOTH,
    LABELLED,
    Cell,
    cells,
    cycles,
    marks,
    numbered,
    records_of,
    rest,
    run,
    seeds,
)
from tests.ingest.laws.program import Records, Stage, outcome, right


def resting(records: Records) -> np.ndarray:
    return np.asarray(records.label == "Rest")


def typical(cell: Cell) -> float:
    return min(cell.charge_ampere, cell.discharge_ampere)


@settings(deadline=None)
@given(
    cells(),
    marks,
    st.integers(1, 6),
    st.sampled_from((1e-7, 1e-6, 1e-5, 1e-4, 3e-4)),
    st.floats(0.02, 0.98),
    st.sampled_from((60.0, 600.0, 7200.0)),
    st.integers(3, 40),
    st.integers(5, 12),
    seeds,
)
def test_noise_at_rest_is_rest_whatever_the_ratio_of_its_sides(
    cell: Cell,
    marked: tuple[str, ...],
    count: int,
    size: float,
    upward: float,
    rest_second: float,
    rest_records: int,
    digits: int,
    noise: np.random.Generator,
) -> None:
    stages = [
        replace(stage, every_second=rest_second / rest_records) if stage.label == "Rest" else stage
        for stage in cycles(cell, count, fade=0.02, rest_second=rest_second)
    ]
    records = records_of(cell, stages)
    # a part of the records above zero, the rest below, with a mean of zero
    above = noise.random(records.second.size) < upward
    amount = np.where(above, 1.0 / upward, -1.0 / (1.0 - upward))
    amount *= 2.0 * noise.random(records.second.size) * min(upward, 1.0 - upward)
    current = np.where(resting(records), size * typical(cell) * amount, records.ampere)
    current = np.round(current, digits - int(np.floor(np.log10(typical(cell)))))
    found = outcome(replace(records, ampere=current.astype(np.float64)), *marked)
    right(found, stages)
    assert set(found.modes) <= {"charge", "discharge", "rest"}


@settings(deadline=None)
@given(
    cells(),
    st.sampled_from((BOTH, LABELLED)),
    st.integers(1, 5),
    st.floats(-0.009, 0.009),
    st.sampled_from((600.0, 3600.0, 36000.0)),
)
def test_a_labelled_rest_with_an_offset_is_a_rest(
    cell: Cell, marked: tuple[str, ...], count: int, offset: float, rest_second: float
) -> None:
    stages = cycles(cell, count, fade=0.02, rest_second=rest_second)
    records = records_of(cell, stages)
    ampere = np.where(resting(records), offset * typical(cell), records.ampere)
    found = outcome(replace(records, ampere=ampere), *marked)
    right(found, stages)
    steps = found.derived.steps
    leaked = float(np.sum(steps["net_charge_ah"][steps["mode"] == "rest"]))
    expected = offset * typical(cell) * rest_second * 2 * count / 3600.0
    np.testing.assert_allclose(leaked, expected, rtol=1e-6, atol=1e-15)


@settings(deadline=None)
@given(cells(), marks, st.integers(1, 5), st.floats(-9e-4, 9e-4), st.floats(600.0, 90000.0))
def test_an_offset_below_a_thousandth_is_a_rest_without_any_label(
    cell: Cell, marked: tuple[str, ...], count: int, offset: float, rest_second: float
) -> None:
    stages = cycles(cell, count, fade=0.02, rest_second=rest_second)
    records = records_of(cell, stages)
    ampere = np.where(resting(records), offset * typical(cell), records.ampere)
    right(outcome(replace(records, ampere=ampere), *marked), stages)


@settings(deadline=None)
@given(
    cells(),
    st.sampled_from((BOTH, LABELLED)),
    st.integers(5, 40),
    st.floats(-0.008, 0.008),
    st.sampled_from((1800.0, 3600.0, 10000.0)),
    st.booleans(),
)
def test_the_rests_of_a_titration_end_nothing(
    cell: Cell,
    marked: tuple[str, ...],
    parts: int,
    offset: float,
    rest_second: float,
    charge_first: bool,
) -> None:
    ways = (cell.charge_ampere, -cell.discharge_ampere)
    stages = [
        stage
        for half, ampere in enumerate(ways if charge_first else ways[::-1], 1)
        for _ in range(parts)
        for stage in (
            run(ampere, cell.capacity_ah / parts, half, records=10),
            rest(rest_second, 12),
        )
    ]
    records = records_of(cell, numbered(stages), 0.0 if charge_first else 1.0)
    ampere = np.where(resting(records), offset * typical(cell), records.ampere)
    right(outcome(replace(records, ampere=ampere), *marked), stages)


@settings(deadline=None)
@given(
    cells(),
    marks,
    st.sampled_from((50.0, 100.0, 150.0)),
    st.floats(3.0, 15.0),
    st.sampled_from((1.0, 10.0, 18.0)),
    st.booleans(),
    st.booleans(),
)
def test_a_slow_curve_beside_a_hard_pulse_is_charge_and_discharge(
    cell: Cell,
    marked: tuple[str, ...],
    slow: float,
    hard: float,
    second: float,
    pulse_first: bool,
    one_way: bool,
) -> None:
    capacity = cell.capacity_ah
    pulse = Stage("CC DChg", -hard * capacity, second, second / 10.0, half_cycle=2)
    curve = run(-capacity / slow, 0.9 * capacity, 2)
    discharge = [pulse, rest(), curve] if pulse_first else [curve, rest(), pulse]
    back = run(capacity / (slow if not one_way else 1.0), 0.9 * capacity, 3)
    stages = [
        run(capacity, capacity, 1),
        rest(),
        *discharge,
        rest(),
        back,
        rest(),
        run(-capacity, 0.9 * capacity, 4),
    ]
    right(outcome(records_of(cell, numbered(stages)), *marked), stages)
