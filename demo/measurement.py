"""What an instrument records: points of a cycling test, frequencies of an impedance sweep."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Counts = NDArray[np.int64]

LABEL: Final = "SYNTHETIC: computed by the Leyden demo and never measured"
"""Stands in every file of the demo; without a comma, for it is a field of csv rows."""


def noise_of(name: str) -> np.random.Generator:
    """Return the noise of a file, seeded by its name: no file disturbs another."""
    return np.random.default_rng(list(name.encode()))


@dataclass(frozen=True, slots=True)
class Cycling:
    """Points of a galvanostatic test, 1-D arrays of one length."""

    test_time_second: Numbers
    current_ampere: Numbers
    """Positive charges the cell."""
    voltage_volt: Numbers
    cycle_count: Counts
    step_count: Counts
    """Rises through the test, from 1."""
    step_id: Counts
    """Step of the program; returns in every cycle."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """Frequencies of an impedance sweep, 1-D arrays of one length."""

    test_time_second: Numbers
    frequency_hertz: Numbers
    impedance_ohm: NDArray[np.complex128]


def rows(form: str, *columns: NDArray[Any] | list[str]) -> str:
    """Return a line per point, each with an end, its fields put into a printf form."""
    values = (each.tolist() if isinstance(each, np.ndarray) else each for each in columns)
    return "".join(map((form + "\n").__mod__, zip(*values, strict=True)))
