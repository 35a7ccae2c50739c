"""Programs of tests and the records a cycler writes of them, for laws about steps and charge.

The truth is that of the program: current times time, in closed form. Nothing of ingest is used to
find it. What a file does to records (no marks, noise, glitches, gaps) are functions of records.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ingest.derive import Derived, derive
from ingest.normalize import normalize
from ingest.reading import RawColumn, Reading

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Stage:
    """One step of a program.

    Attributes:
        label: what the instrument calls it.
        ampere: its current; of its begin where it decays; its least sizes in turn where it varies.
        second: how long it lasts.
        every_second: between two records.
        decay_second: in this time the current falls to 1/e.
        profile: currents in turn, each for ``every_second``.
        half_cycle: the half-cycle it belongs to, from 1; 0 for none.
        step_id: its number in the program.
    """

    label: str
    ampere: float
    second: float
    every_second: float
    decay_second: float | None = None
    profile: tuple[float, ...] = ()
    half_cycle: int = 0
    step_id: int = 0

    def current(self, second: Floats) -> Floats:
        """Return the current at times since its begin, A."""
        if self.decay_second is not None:
            return np.asarray(self.ampere * np.exp(-second / self.decay_second))
        if self.profile:
            place = np.floor(second / self.every_second + 1e-9).astype(np.int64)
            return np.asarray(np.array(self.profile)[place % len(self.profile)])
        return np.full(second.shape, self.ampere)

    def passed(self, second: Floats) -> Floats:
        """Return the charge since its begin, A·h."""
        if self.decay_second is not None:
            decayed = 1.0 - np.exp(-second / self.decay_second)
            return np.asarray(self.ampere * self.decay_second * decayed / 3600.0)
        if self.profile:
            each = np.array(self.profile) * self.every_second / 3600.0
            before = np.concatenate(([0.0], np.cumsum(each)))
            place, part = np.divmod(second / self.every_second + 1e-9, len(each))
            whole = np.floor(part).astype(np.int64)
            return np.asarray(place * before[-1] + before[whole] + (part - whole) * each[whole])
        return np.asarray(self.ampere * second / 3600.0)

    @property
    def charge_ah(self) -> float:
        """Return its charge, A·h."""
        return float(self.passed(np.array([self.second]))[0])


@dataclass(frozen=True)
class Records:
    """What a file holds of a test; all arrays have one entry a record.

    Attributes:
        second: test time.
        volt: voltage.
        ampere: current.
        label: of its step.
        step_id: number of its step in the program.
        stage: place of its step among the stages, from 0.
        more: further columns, by quantity.
    """

    second: Floats
    volt: Floats
    ampere: Floats
    label: NDArray[np.str_]
    step_id: Ints
    stage: Ints
    more: dict[str, Any] = field(default_factory=dict)

    def taken(self, rows: NDArray[Any]) -> "Records":
        """Return only these records."""
        more = {name: values[rows] for name, values in self.more.items()}
        return Records(
            self.second[rows],
            self.volt[rows],
            self.ampere[rows],
            self.label[rows],
            self.step_id[rows],
            self.stage[rows],
            more,
        )

    def adding(self, **columns: Any) -> "Records":  # noqa: ANN401 — anything array-like
        """Return the records with more columns."""
        return replace(self, more={**self.more, **columns})


def truth(stages: Sequence[Stage]) -> Floats:
    """Return the net charge of each half-cycle, A·h, from the first."""
    last = max(stage.half_cycle for stage in stages)
    return np.array(
        [
            sum(stage.charge_ah for stage in stages if stage.half_cycle == number)
            for number in range(1, last + 1)
        ]
    )


def recorded(
    stages: Sequence[Stage], *, capacity_ah: float, ohm: float, filled: float = 0.0
) -> Records:
    """Return the records of a program, the first and the last of every step among them.

    Args:
        stages: its steps.
        capacity_ah: what moves the voltage by 1 V.
        ohm: what the current moves the voltage by.
        filled: part of the capacity the cell holds at the begin.
    """
    begin, held = 0.0, filled * capacity_ah
    parts = []
    for number, stage in enumerate(stages):
        count = max(int(np.ceil(stage.second / stage.every_second - 1e-9)), 1)
        second = np.minimum(np.arange(count + 1) * stage.every_second, stage.second)
        current = stage.current(second)
        volt = 3.2 + (held + stage.passed(second)) / capacity_ah + ohm * current
        parts.append((begin + second, volt, current, np.full(second.size, number)))
        begin, held = begin + stage.second, held + stage.charge_ah
    second, volt, current, place = (np.concatenate(each) for each in zip(*parts, strict=True))
    labels = np.array([stage.label for stage in stages])
    numbers = np.array([stage.step_id or 1 + n for n, stage in enumerate(stages)])
    return Records(second, np.round(volt, 4), current, labels[place], numbers[place], place)


def counted(
    stages: Sequence[Stage], records: Records, restarts: Sequence[int], *, digits: int = 9
) -> Records:
    """Return the records with what a counter of the instrument told at each, in and out apart.

    Args:
        stages: the steps of the program.
        records: of it, as ``recorded`` gives them.
        restarts: stages at whose begin the counters fall to 0.
        digits: decimals of A·h they are written with.
    """
    length = np.array([stage.second for stage in stages])
    begin = np.concatenate(([0.0], np.cumsum(length)[:-1]))[records.stage]
    into, out = np.zeros((2, records.second.size))
    total_in = total_out = 0.0
    for number, stage in enumerate(stages):
        if number in restarts:
            total_in = total_out = 0.0
        rows = records.stage == number
        gained_in, gained_out = _gross(stage, records.second[rows] - begin[rows])
        into[rows], out[rows] = total_in + gained_in, total_out + gained_out
        last_in, last_out = _gross(stage, np.array([stage.second]))
        total_in, total_out = total_in + last_in[0], total_out + last_out[0]
    return records.adding(_in=np.round(into, digits), _out=np.round(out, digits))


def _gross(stage: Stage, second: Floats) -> tuple[Floats, Floats]:
    if not stage.profile:
        net = stage.passed(second)
        return np.maximum(net, 0.0), np.maximum(-net, 0.0)
    sides = (
        replace(stage, profile=tuple(max(way * each, 0.0) for each in stage.profile))
        for way in (1.0, -1.0)
    )
    into, out = (side.passed(second) for side in sides)
    return into, out


def declared(records: Records, stretch: str, *, signed: bool = True) -> Records:
    """Return the records with their counters declared to count a step, half_cycle, cycle or test.

    Args:
        records: with counters, as ``counted`` gives them.
        stretch: ``step_``, ``half_cycle_``, ``cycle_`` or "" for the whole test.
        signed: whether they are told apart, or as whatever passed either way.
    """
    # no format has a name for counters of half-cycles: readers declare them as of cycles
    stretch = stretch.replace("half_", "")
    more = dict(records.more)
    into, out = more.pop("_in"), more.pop("_out")
    if signed:
        more |= {
            f"{stretch}charging_capacity_ah": into,
            f"{stretch}discharging_capacity_ah": out,
        }
    else:
        more[f"{stretch}cumulative_capacity_ah"] = into + out
    return replace(records, more=more)


@dataclass(frozen=True)
class Outcome:
    """What became of records.

    Attributes:
        cycle_count: cycles by our own numbering that hold a half-cycle.
        charge_ah: net charge of each half-cycle.
        error_ah: its error.
        derived: all of it.
    """

    cycle_count: int
    charge_ah: Floats
    error_ah: Floats
    derived: Derived

    @property
    def findings(self) -> list[str]:
        """Return the kinds of what was noticed."""
        return [finding.kind for finding in self.derived.points.findings]

    @property
    def modes(self) -> list[str]:
        """Return the mode of each step."""
        return [str(mode) for mode in self.derived.steps["mode"]]

    @property
    def reasons(self) -> set[str]:
        """Return all reasons why a step is not ok."""
        return {str(reason) for reason in self.derived.steps["reason"] if reason is not None}


def outcome(records: Records, *marks: str, technique: str | None = None) -> Outcome:
    """Return what becomes of records.

    Args:
        records: of a test.
        marks: columns the file marks steps with: step_id, step_type, or none.
        technique: as the instrument names it.
    """
    columns = [
        RawColumn("t", records.second, "test_time_second"),
        RawColumn("U", records.volt, "voltage_volt"),
        RawColumn("I", records.ampere, "current_ampere"),
        *(RawColumn(name, values, name) for name, values in records.more.items()),
    ]
    if "step_id" in marks:
        columns.append(RawColumn("step", records.step_id, "step_id"))
    if "step_type" in marks:
        columns.append(RawColumn("type", pa.array(list(records.label)), "step_type"))
    derived = derive(normalize(Reading(tuple(columns))), (), technique)
    return told(derived)


def told(derived: Derived) -> Outcome:
    """Return cycles and charge of half-cycles."""
    steps = derived.steps
    flows = np.isin(steps["mode"], ("charge", "discharge"))
    number = steps["half_cycle_count"]
    half = number if isinstance(number, np.ndarray) else np.asarray(number.fill_null(0))
    counts = flows & (half > 0)
    size = int(half[counts].max(initial=0)) + 1
    net, error = (
        np.bincount(half[counts], steps[name][counts], minlength=size)[1:].astype(np.float64)
        for name in ("net_charge_ah", "charge_error_ah")
    )
    cycles = int(np.unique(steps["cycle_count"][counts]).size)
    return Outcome(cycles, net, error, derived)


def right(found: Outcome, stages: Sequence[Stage], *, relative: float = 1e-3) -> None:
    """Assert that the half-cycles are those of the program, and their charge within its error."""
    expected = truth(stages)
    assert found.charge_ah.size == expected.size, (found.charge_ah, expected)
    assert found.cycle_count == (expected.size + 1) // 2
    away = np.abs(found.charge_ah - expected)
    allowed = np.maximum(relative * np.abs(expected), 1.001 * found.error_ah)
    assert np.all(away <= allowed), (found.charge_ah, found.error_ah, expected)
