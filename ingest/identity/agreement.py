"""Whether two exports have the same records, as far as both have digits.

What a program sets (time, frequency, angle) is alike in many measurements and decides nothing: only
what was measured does, where it varies, and beyond a rest, which cells of a kind share.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from schema.quantity import quantities

Floats = NDArray[np.float64]
Columns = Mapping[str, Floats]

_TIME: Final = "test_time_second"
AXES: Final[tuple[str, ...]] = (
    *(_TIME, "frequency_hertz", "two_theta_degree"),
    *("binding_energy_ev", "kinetic_energy_ev"),
)
VALUES: Final[tuple[str, ...]] = (
    *("real_impedance_ohm", "imaginary_impedance_ohm", "voltage_volt", "current_ampere"),
    "intensity",
)
_SPECTRUM: Final = ("frequency_hertz", "real_impedance_ohm", "imaginary_impedance_ohm")
_FACTORS: Final = {
    "current_ampere": (1.0, -1.0, 1e3, -1e3, 1e-3, -1e-3),
    "imaginary_impedance_ohm": (1.0, -1.0),
}
"""Sign and prefix are judged of a whole export, and may be judged otherwise of a longer one."""
_DIGITS: Final = 1e-6
"""Texts of binary exports have seven digits and more: of a number, and of the largest beside it."""
_MOST_DECIMALS: Final = 8
_STEP: Final = 1e-4
"""Steps of an axis are written with few digits: part of its end that they may add up to."""
_LEAST: Final = {"voltage_volt": 1e-4}
"""What texts have as their last digit, however small all voltages are."""
_SAMPLE: Final = 4096
"""Records by which digits and different values are counted."""
_FEW: Final = 8
"""Of fewer different values nobody can see how many digits they were written with."""
_COARSEST: Final = (1e-2, 1e-3)
"""Part of the largest value that a last digit may be: of many different values, of few."""
_RESTING: Final = 1e-3
"""Part of the largest current below which a record is a rest."""
DECISIVE: Final = 20
"""So many different records beyond rests are no chance."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far the same records of two exports speak for one measurement.

    Attributes:
        record_count: records that both have.
        distinct_count: different ones among them that are no rest, at most 4,096.
        varies: whether anything that was measured varies at all.
        timed: whether both have a clock: a table without one has no end that more could follow.
        factor: the current of the one over that of the other, where it is not the same.
    """

    record_count: int
    distinct_count: int
    varies: bool
    timed: bool = False
    factor: float = 1.0

    @property
    def decisive(self) -> bool:
        """Return whether the records alone show that it is one measurement."""
        return self.distinct_count >= DECISIVE


def agreement(one: Columns, other: Columns) -> Agreement | None:
    """Return how far the records that both have are the same, None where one of them differs.

    The shorter must be a prefix of the longer; a sweep may stand there from its other end.
    """
    agreed = _agreement(one, other)
    if agreed is None and _size(one) == _size(other) and all(map(_is_spectrum, (one, other))):
        return _agreement({name: values[::-1] for name, values in one.items()}, other)
    return agreed


def _agreement(one: Columns, other: Columns) -> Agreement | None:
    count = min(_size(one), _size(other))
    first = {name: values[:count] for name, values in one.items()}
    second = {name: values[:count] for name, values in other.items()}
    names = _SPECTRUM if all(map(_is_spectrum, (first, second))) else _compared(first, second)
    if not names:
        return None
    largest: dict[str, float] = {}
    factor = 1.0
    for name in names:
        for each in _FACTORS.get(name, (1.0,)):
            theirs = second[name] if each == 1.0 else second[name] * each
            tolerance = _tolerance(name, first[name], theirs)
            if np.allclose(first[name], theirs, rtol=0, atol=tolerance, equal_nan=True):
                largest[name] = float(np.max(tolerance, initial=0.0))
                factor = each if name == "current_ampere" else factor
                break
        else:
            return None
    quanta = {name: quantum for name, quantum in largest.items() if name not in AXES}
    agreed = _evidence({name: second[name] for name in quanta}, quanta)
    timed = all(_TIME in each and np.isfinite(each[_TIME]).any() for each in (first, second))
    return replace(agreed, record_count=count, timed=timed, factor=factor)


def _size(columns: Columns) -> int:
    return min((values.size for values in columns.values()), default=0)


def _is_spectrum(columns: Columns) -> bool:
    """Return whether every record is of a sweep: voltage and time beside them are not asked."""
    return all(name in columns and np.isfinite(columns[name]).all() for name in _SPECTRUM)


def _compared(one: Columns, other: Columns) -> list[str]:
    """Return the quantities that both have, nothing where they measured different things.

    Where neither measured one with a canonical name, the columns of the exports' own count.
    """
    ours, theirs = (
        {name for name, values in columns.items() if np.isfinite(values).any()}
        for columns in (one, other)
    )
    measured = set(VALUES)
    if (ours | theirs) & measured:
        both = ours & theirs & {*AXES, *VALUES}
        return sorted(both) if both & measured else []
    return sorted((ours & theirs) - quantities().keys())


def _tolerance(name: str, one: Floats, other: Floats) -> Floats:
    """Return how far each value may be off: the last digit of the one that has fewer."""
    size = np.abs(np.where(np.isfinite(other), other, 0.0))
    largest = float(size.max(initial=0.0))
    exact: Floats = _DIGITS * (size + largest)
    if np.array_equal(one, other, equal_nan=True):
        return exact
    if name in AXES and name != _TIME:
        exact += _STEP * largest
    ours, theirs = _Digits.of(one), _Digits.of(other)
    if ours == theirs:
        return exact
    coarse = np.maximum(ours.last(size), theirs.last(size))
    few = min(np.unique(values[:_SAMPLE]).size for values in (one, other)) < _FEW
    most = max(_COARSEST[few] * largest, _LEAST.get(name, 0.0))
    return exact + np.minimum(coarse, most)


@dataclass(frozen=True, slots=True)
class _Digits:
    """The digits that values were written with: as fine as seen, at each power of ten."""

    finest: float
    at_order: tuple[tuple[int, float], ...]
    """Where those of a power of ten have fewer: texts give 118.7 beside 26.556."""

    @classmethod
    def of(cls, values: Floats) -> Self:
        """Return the digits of values, as far as they are no binary numbers."""
        known = np.abs(values[np.isfinite(values)])
        known = known[:: max(1, known.size // _SAMPLE)]
        known = known[known > 0.0]
        finest = _last_digit(known, 0)
        orders = np.floor(np.log10(known)).astype(np.int64)
        coarser = []
        for order in np.unique(orders).tolist():
            of_order = known[orders == order]
            digit = _last_digit(of_order, -order)
            if digit > finest and np.unique(of_order).size >= _FEW:
                coarser.append((order, digit))
        return cls(finest, tuple(coarser))

    def last(self, size: Floats) -> Floats:
        """Return the last digit of each value."""
        last = np.full_like(size, self.finest)
        for order, digit in self.at_order:
            last[(size >= 10.0**order) & (size < 10.0 ** (order + 1))] = digit
        return last


def _last_digit(values: Floats, fewest: int) -> float:
    """Return the power of ten of which all values are multiples, 0 where they are binary."""
    for decimals in range(fewest, _MOST_DECIMALS + 1):
        scaled = values * 10.0**decimals
        if np.all(np.abs(scaled - np.rint(scaled)) <= 1e-6 + scaled * 2.0**-48):
            return 10.0**-decimals
    return 0.0


def _evidence(columns: Columns, quanta: Mapping[str, float]) -> Agreement:
    """Return what the values that agree say: whether they vary, and in how many records."""
    current = np.abs(columns.get("current_ampere", np.zeros(_size(columns))))
    flows = current > _RESTING * np.max(current, initial=0.0, where=np.isfinite(current))
    if not set(columns) <= {"voltage_volt", "current_ampere"}:
        flows |= True  # a sweep, a scan: nothing rests
    rows = np.flatnonzero(flows)
    rows = rows[:: max(1, rows.size // _SAMPLE)][:_SAMPLE]
    whole, codes = [], []
    for name, values in columns.items():
        quantum = 2.0 * quanta[name] or 1.0
        whole.append(float(np.nanmax(values) - np.nanmin(values)) > quantum)
        codes.append(np.rint(np.nan_to_num(values[rows]) / quantum))
    distinct = np.unique(np.stack(codes), axis=1).shape[1] if rows.size else 0
    return Agreement(0, distinct, varies=any(whole))
