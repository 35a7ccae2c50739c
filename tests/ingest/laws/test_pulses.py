"""Pulses against the way of a half-cycle make no cycle, whatever their size, place and number."""

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.ingest.laws.cycling import (
    Cell,
    cells,
    cycles,
    marks,
    numbered,
    rest,
    run,
    told_of,
    with_pulse,
)
from tests.ingest.laws.program import Stage, right


@settings(deadline=None)
@given(
    cells(),
    marks,
    st.integers(1, 6),
    st.floats(0.03, 0.97),
    st.floats(0.0005, 0.03),
    st.floats(0.2, 10.0),
    st.sampled_from((0.0, 30.0)),
    st.booleans(),
)
def test_a_counter_pulse_in_every_discharge_halves_no_cycle(
    cell: Cell,
    marked: tuple[str, ...],
    count: int,
    place: float,
    share: float,
    rate: float,
    rest_second: float,
    charge_first: bool,
) -> None:
    # a pulse that spans the whole voltage of its half-cycle is no minor one
    ampere = min(rate, 0.6 / cell.ohm / cell.capacity_ah) * cell.capacity_ah
    second = 3600.0 * share * cell.capacity_ah / ampere
    pulse = [(ampere, second)]
    if rest_second:
        pulse = [(0.0, rest_second), *pulse, (0.0, rest_second)]
    stages = [
        part
        for stage in cycles(cell, count, charge_first=charge_first)
        for part in (with_pulse(stage, place, *pulse) if stage.ampere < 0.0 else [stage])
    ]
    right(told_of(cell, numbered(stages), *marked), stages)


@settings(deadline=None)
@given(
    cells(),
    marks,
    st.integers(1, 3),
    st.integers(3, 20),
    st.floats(1.0, 5.0),
    st.floats(0.3, 1.0),
    st.floats(5.0, 20.0),
    st.sampled_from((40.0, 600.0, 3600.0)),
)
def test_pulses_amid_a_stepwise_discharge_make_no_cycles(
    cell: Cell,
    marked: tuple[str, ...],
    count: int,
    parts: int,
    rate: float,
    back: float,
    second: float,
    rest_second: float,
) -> None:
    stages = []
    for cycle in range(count):
        stages += [run(cell.charge_ampere, cell.capacity_ah, 2 * cycle + 1), rest(rest_second)]
        for part in range(parts):
            if part:
                pulse = Stage("CC DChg", -rate * cell.capacity_ah, second, second / 10)
                pulse_back = Stage("CC Chg", back * rate * cell.capacity_ah, second, second / 10)
                stages += [pulse, rest(40.0), pulse_back, rest(40.0)]
            stages += [run(-cell.discharge_ampere, cell.capacity_ah / parts, 0, records=10)]
            stages += [rest(rest_second)]
        stages = [
            stage if stage.half_cycle or stage.label == "Rest" else _of(stage, 2 * cycle + 2)
            for stage in stages
        ]
    right(told_of(cell, numbered(stages), *marked), stages)


def _of(stage: Stage, half_cycle: int) -> Stage:
    return Stage(stage.label, stage.ampere, stage.second, stage.every_second, half_cycle=half_cycle)


@settings(deadline=None)
@given(
    cells(),
    marks,
    st.integers(1, 3),
    st.integers(30, 120),
    st.floats(0.02, 0.45),
    st.floats(1.0, 5.0),
    st.booleans(),
)
def test_reflex_charging_is_one_charge(
    cell: Cell,
    marked: tuple[str, ...],
    count: int,
    pulses: int,
    back: float,
    harder: float,
    rested: bool,
) -> None:
    stages = []
    for cycle in range(count):
        for pulse in range(pulses):
            into = cell.capacity_ah / pulses
            if pulse:  # a pulse at an end of the charge would belong to the discharge beside it
                stages += [run(-harder * cell.charge_ampere, back * into, 2 * cycle + 1, records=4)]
            stages += [run(cell.charge_ampere, into, 2 * cycle + 1, records=6)]
        stages += [rest()] if rested else []
        stages += [run(-cell.discharge_ampere, cell.capacity_ah, 2 * cycle + 2)]
        stages += [rest()] if rested else []
    right(told_of(cell, numbered(stages), *marked), stages)


@settings(deadline=None)
@given(
    cells(),
    marks,
    st.sampled_from(("SIM", "CC DChg", "Pulse", "Discharge", "x")),
    st.integers(1, 3),
    st.lists(st.floats(-2.0, 1.2), min_size=3, max_size=12),
    st.floats(0.2, 0.9),
    st.integers(20, 80),
)
def test_a_drive_cycle_is_one_discharge(
    cell: Cell,
    marked: tuple[str, ...],
    label: str,
    count: int,
    shape: list[float],
    net: float,
    turns: int,
) -> None:
    # nothing but a mark tells a braking pulse at an end from the charge beside it
    hardest = [] if marked else [4.0 * min(-1.0, *shape)]
    profile = np.array([*hardest, *shape, *hardest])
    profile -= profile.mean() + net * np.abs(profile - profile.mean()).mean() + 0.05
    braked, driven = np.maximum(profile, 0.0).sum(), np.maximum(-profile, 0.0).sum()
    # a label of pulses holds it together whatever is braked; else half of what is driven may be
    assume((label in {"SIM", "Pulse"} and "step_type" in marked) or braked < 0.45 * driven)
    every = 3600.0 * 0.9 / (-profile.mean()) / len(profile) / turns
    stages = []
    for cycle in range(count):
        currents = tuple(profile * cell.capacity_ah)
        drive = Stage(
            label,
            currents[0],
            every * len(profile) * turns,
            every,
            profile=currents,
            half_cycle=2 * cycle + 2,
        )
        stages += [run(cell.charge_ampere, cell.capacity_ah, 2 * cycle + 1), rest(), drive, rest()]
    right(told_of(cell, numbered(stages), *marked), stages)
