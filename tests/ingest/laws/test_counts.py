"""What is a cycle stays one: micro-cycles, staircases, dying cells; and what may not matter."""

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
    seeds,
    told_of,
)
from tests.ingest.laws.program import Stage, counted, declared, outcome, right, truth


@settings(deadline=None)
@given(
    cells(),
    marks,
    st.integers(1, 3),
    st.integers(1, 12),
    st.integers(1, 3),
    st.floats(0.06, 0.9),
    st.booleans(),
)
def test_micro_cycles_between_whole_ones_are_cycles(
    cell: Cell,
    marked: tuple[str, ...],
    before: int,
    micro: int,
    after: int,
    share: float,
    rested: bool,
) -> None:
    sizes = [1.0] * before + [share] * micro + [1.0] * after
    stages: list[Stage] = []
    for cycle, size in enumerate(sizes):
        stages += [run(cell.charge_ampere, size * cell.capacity_ah, 2 * cycle + 1, records=12)]
        stages += [rest()] if rested else []
        stages += [run(-cell.discharge_ampere, size * cell.capacity_ah, 2 * cycle + 2, records=12)]
        stages += [rest()] if rested else []
    right(told_of(cell, numbered(stages), *marked), stages)


@settings(deadline=None)
@given(
    cells(),
    marks,
    st.integers(2, 20),
    st.floats(1.0, 10.0),
    st.booleans(),
    st.integers(1, 4),
    st.booleans(),
)
def test_every_step_of_a_staircase_is_a_cycle(
    cell: Cell,
    marked: tuple[str, ...],
    count: int,
    growth: float,
    geometric: bool,
    again: int,
    rested: bool,
) -> None:
    stages: list[Stage] = []
    half = 1
    for stair in range(count):
        factor = min(growth**stair, 400.0) if geometric else 1.0 + growth * stair
        for _ in range(again):
            for ampere in (1.0, -1.0):
                label = "CC Chg" if ampere > 0.0 else "CC DChg"
                current = ampere * factor * 1e-3 * cell.charge_ampere
                stages += [Stage(label, current, 3600.0, 300.0, half_cycle=half)]
                stages += [rest()] if rested else []
                half += 1
    # a symmetric cell has no voltage but that of its resistance
    records = replace(records_of(cell, stages))
    volt = np.round(100.0 * cell.ohm * records.ampere, 6)
    right(outcome(replace(records, volt=volt), *marked), stages)


@settings(deadline=None)
@given(cells(), marks, st.integers(5, 60), st.floats(0.75, 0.999), st.booleans())
def test_a_dying_cell_is_cycled_to_its_end(
    cell: Cell,
    marked: tuple[str, ...],
    count: int,
    kept: float,
    charge_first: bool,
) -> None:
    stages: list[Stage] = []
    ways = (cell.charge_ampere, -cell.discharge_ampere)
    sizes = [max(kept**cycle, 0.002) for cycle in range(count)]
    for cycle, size in enumerate(sizes):
        for side, ampere in enumerate(ways if charge_first else ways[::-1]):
            stages += [run(ampere, size * cell.capacity_ah, 2 * cycle + side + 1, records=10)]
            stages += [rest()]
    right(told_of(cell, numbered(stages), *marked), stages)


@settings(deadline=None)
@given(cells(), marks, st.integers(1, 8), st.sampled_from((2.0, 0.1, 1000.0, 1e-3)), seeds)
def test_to_scale_the_current_scales_the_charge_and_changes_no_count(
    cell: Cell, marked: tuple[str, ...], count: int, factor: float, rng: np.random.Generator
) -> None:
    records = records_of(cell, cycles(cell, count, fade=0.05, efficiency=0.97))
    noise = 1.0 + 0.01 * rng.standard_normal(records.second.size)
    once = outcome(replace(records, ampere=records.ampere * noise), *marked)
    scaled = outcome(replace(records, ampere=factor * records.ampere * noise), *marked)
    np.testing.assert_allclose(scaled.charge_ah, factor * once.charge_ah, rtol=1e-9)
    np.testing.assert_allclose(scaled.error_ah, factor * once.error_ah, rtol=0.1)
    assert scaled.modes == once.modes


@settings(deadline=None)
@given(cells(), st.sampled_from((("step_id",), ())), st.integers(1, 8), seeds)
def test_to_turn_the_sign_of_the_current_swaps_charge_and_discharge(
    cell: Cell, marked: tuple[str, ...], count: int, rng: np.random.Generator
) -> None:
    records = records_of(cell, cycles(cell, count, fade=0.05, efficiency=0.97))
    noise = 1.0 + 0.01 * rng.standard_normal(records.second.size)
    one = outcome(replace(records, ampere=records.ampere * noise), *marked)
    other = outcome(replace(records, ampere=-records.ampere * noise), *marked)
    np.testing.assert_allclose(other.charge_ah, -one.charge_ah, rtol=1e-12)
    swapped = {"charge": "discharge", "discharge": "charge"}
    assert other.modes == [swapped.get(mode, mode) for mode in one.modes]


@settings(deadline=None)
@given(
    cells(),
    marks,
    st.integers(1, 4),
    st.integers(3, 15),
    st.floats(0.001, 0.025),
    seeds,
)
def test_scatter_in_the_size_of_pulses_changes_no_count(
    cell: Cell,
    marked: tuple[str, ...],
    count: int,
    pulses: int,
    share: float,
    rng: np.random.Generator,
) -> None:
    def program(*, scatter: float) -> list[Stage]:
        stages: list[Stage] = []
        for cycle in range(count):
            stages += [run(cell.charge_ampere, cell.capacity_ah, 2 * cycle + 1), rest()]
            for pulse in range(pulses):
                size = share * (1.0 + scatter * rng.uniform(-1.0, 1.0))
                if pulse:
                    stages += [run(cell.charge_ampere, size * cell.capacity_ah, 0, records=5)]
                stages += [run(-cell.discharge_ampere, cell.capacity_ah / pulses, 0, records=10)]
            stages += [rest()]
        return numbered(stages)

    plain = told_of(cell, program(scatter=0.0), *marked)
    scattered = told_of(cell, program(scatter=0.005), *marked)
    assert scattered.cycle_count == plain.cycle_count
    assert scattered.charge_ah.size == plain.charge_ah.size


@settings(deadline=None)
@given(cells(), marks, st.integers(1, 4), st.integers(2, 30), st.floats(0.5, 6.0))
def test_to_sample_finer_moves_no_charge_outside_its_error(
    cell: Cell, marked: tuple[str, ...], count: int, coarse: int, decays: float
) -> None:
    def program(records: int) -> list[Stage]:
        stages: list[Stage] = []
        for cycle in range(count):
            second = 3600.0 * cell.capacity_ah / cell.charge_ampere
            held = Stage(
                "CV Chg",
                cell.charge_ampere,
                second,
                second / records,
                decay_second=second / decays,
                half_cycle=2 * cycle + 1,
            )
            discharge = run(-cell.discharge_ampere, held.charge_ah, 2 * cycle + 2, records=records)
            stages += [held, rest(), discharge, rest()]
        return numbered(stages)

    few = told_of(cell, program(coarse), *marked)
    many = told_of(cell, program(7 * coarse), *marked)
    expected = truth(program(coarse))
    for found in (few, many):
        assert found.charge_ah.size == expected.size
        assert np.all(np.abs(found.charge_ah - expected) <= 1.001 * found.error_ah + 1e-12)
    assert np.all(many.error_ah[::2] <= few.error_ah[::2] * 1.001)


@settings(deadline=None)
@given(
    cells(),
    st.integers(1, 4),
    st.lists(st.integers(1, 5000), max_size=30),
    st.sampled_from((None, "", "cycle_")),
)
def test_marks_anywhere_move_no_charge(
    cell: Cell, count: int, cuts: list[int], stretch: str | None
) -> None:
    stages = cycles(cell, count, efficiency=0.98)
    records = records_of(cell, stages)
    if stretch is not None:
        records = declared(counted(stages, records, [], digits=12), stretch)
    number = np.cumsum(np.isin(np.arange(records.second.size), cuts)) + 100 * records.step_id
    cut = outcome(replace(records, step_id=number), "step_id")
    plain = outcome(records, "step_id")
    unmarked = outcome(records)
    np.testing.assert_allclose(cut.charge_ah.size, plain.charge_ah.size)
    assert np.all(np.abs(unmarked.charge_ah - plain.charge_ah) <= unmarked.error_ah + 1e-9)
    # an interval behind a mark belongs to nobody for sure, but for the counter
    allowed = 1e-9 * np.abs(plain.charge_ah) if stretch is not None else cut.error_ah
    assert np.all(np.abs(cut.charge_ah - plain.charge_ah) <= allowed + 1e-9 * cell.capacity_ah)
