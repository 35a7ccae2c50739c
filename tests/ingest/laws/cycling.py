"""What programs are drawn from: cells, cycles, pulses, and how much a file tells of its steps."""

from dataclasses import dataclass, replace

import numpy as np
from hypothesis import strategies as st

from tests.ingest.laws.program import Outcome, Records, Stage, outcome, recorded

BOTH = ("step_id", "step_type")
NUMBERED = ("step_id",)
LABELLED = ("step_type",)
UNMARKED: tuple[str, ...] = ()

marks = st.sampled_from((BOTH, NUMBERED, LABELLED, UNMARKED))
"""How a file marks its steps."""
seeds = st.integers(0, 2**32 - 1).map(np.random.default_rng)
"""Sources of noise."""


@dataclass(frozen=True)
class Cell:
    """A cell as a program sees it: capacity, resistance, and the currents it is cycled at."""

    capacity_ah: float
    ohm: float
    charge_ampere: float
    discharge_ampere: float


@st.composite
def cells(draw: st.DrawFn) -> Cell:
    """Draw a cell from a coin cell of microampere-hours to a large one, at C/10 to 2 C."""
    capacity = 10.0 ** draw(st.integers(-5, 2)) * draw(st.sampled_from((1.0, 1.7, 4.3)))
    rate = st.sampled_from((0.1, 0.2, 0.5, 1.0, 2.0))
    charge, discharge = draw(rate) * capacity, draw(rate) * capacity
    return Cell(capacity, draw(st.sampled_from((0.02, 0.05, 0.1))) / capacity, charge, discharge)


def run(ampere: float, charge_ah: float, half_cycle: int, *, records: int = 40) -> Stage:
    """Return a step that moves a charge at a current."""
    second = 3600.0 * charge_ah / abs(ampere)
    label = "CC Chg" if ampere > 0.0 else "CC DChg"
    return Stage(label, ampere, second, second / records, half_cycle=half_cycle)


def rest(second: float = 600.0, records: int = 5) -> Stage:
    """Return a rest."""
    return Stage("Rest", 0.0, second, second / records)


def cycles(
    cell: Cell,
    count: int,
    *,
    fade: float = 0.0,
    efficiency: float = 1.0,
    rest_second: float = 600.0,
    charge_first: bool = True,
) -> list[Stage]:
    """Return full cycles with a rest behind each half; each holds less than the one before."""
    stages: list[Stage] = []
    for cycle in range(count):
        held = cell.capacity_ah * (1.0 - fade * cycle)
        charge = (cell.charge_ampere, held)
        discharge = (-cell.discharge_ampere, held * efficiency)
        for side, (ampere, charge_ah) in enumerate(
            (charge, discharge) if charge_first else (discharge, charge)
        ):
            stages.append(run(ampere, charge_ah, 2 * cycle + side + 1))
            if rest_second:
                stages.append(rest(rest_second))
    return numbered(stages)


def numbered(stages: list[Stage]) -> list[Stage]:
    """Return the steps numbered from 1, as a cycler that counts every step does."""
    return [replace(stage, step_id=number) for number, stage in enumerate(stages, 1)]


def with_pulse(stage: Stage, place: float, *parts: tuple[float, float]) -> list[Stage]:
    """Return a step cut at a part of its time by steps of a current and a time each."""
    before = replace(stage, second=stage.second * place)
    after = replace(stage, second=stage.second * (1.0 - place))
    pulses = [
        Stage(
            "Rest" if ampere == 0.0 else "CC Chg" if ampere > 0.0 else "CC DChg",
            ampere,
            second,
            second / 5.0,
            half_cycle=0 if ampere == 0.0 else stage.half_cycle,
        )
        for ampere, second in parts
    ]
    return [before, *pulses, after]


def records_of(cell: Cell, stages: list[Stage], filled: float = 0.0) -> Records:
    """Return the records of a program run on a cell."""
    return recorded(stages, capacity_ah=cell.capacity_ah, ohm=cell.ohm, filled=filled)


def told_of(cell: Cell, stages: list[Stage], *marked: str, filled: float = 0.0) -> Outcome:
    """Return what becomes of a program run on a cell."""
    return outcome(records_of(cell, stages, filled), *marked)
