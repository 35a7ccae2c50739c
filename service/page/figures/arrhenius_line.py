"""A line of Arrhenius: where it runs, how wide its band is, and what is written of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.page.number import entered
from service.page.status import valued
from service.page.table import Column, Table

Floats = NDArray[np.float64]
LEAST_FOR_A_BAND: Final = 3
"""Temperatures from which a line has a band."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an object at an age, as the metric arrhenius has it."""

    thing: str
    place: int
    """Lines of the object up to this one."""
    hour: float | None
    energy_ev: float | None
    error_ev: float | None
    high_ev: float | None
    ln_prefactor: float | None
    ln_prefactor_error: float | None
    center_per_ev: float | None
    temperature_count: int
    status: str
    reason: str | None

    @property
    def name(self) -> str:
        """Return its object and age in words."""
        thing = self.thing.replace("_", " ")
        return thing if self.hour is None else f"{thing}, {entered(round(self.hour, 1))} h"

    def through(self, inverse_per_ev: Floats) -> Floats:
        """Return the logarithm that the line has at 1/(kT); NaN where there is no line."""
        if self.energy_ev is None or self.ln_prefactor is None:
            return np.full(len(inverse_per_ev), np.nan)
        return np.asarray(self.ln_prefactor - self.energy_ev * inverse_per_ev)

    def reach(self, inverse_per_ev: Floats) -> Floats | None:
        """Return half the width of its 95 % band, None below 3 temperatures."""
        known = (self.error_ev, self.high_ev, self.ln_prefactor_error, self.center_per_ev)
        if self.temperature_count < LEAST_FOR_A_BAND or any(each is None for each in known):
            return None
        error, high, off, center = (float(each or 0.0) for each in known)
        if not error:
            return None
        student = (high - float(self.energy_ev or 0.0)) / error
        least = max(off**2 - (center * error) ** 2, 0.0)
        return np.asarray(student * np.sqrt(least + ((inverse_per_ev - center) * error) ** 2))


def lines_table(lines: Sequence[Line], convention: str) -> Table:
    """Return the lines as a table: energy, prefactor, and what is to be said of them."""
    energies = [
        valued(each.energy_ev, error=each.error_ev, status=each.status, reason=each.reason)
        for each in lines
    ]
    prefactors = [
        valued(each.ln_prefactor, error=each.ln_prefactor_error, status=each.status, reason="")
        for each in lines
    ]
    names = [each.thing.replace("_", " ") for each in lines]
    hours = [None if each.hour is None else entered(round(each.hour, 1)) for each in lines]
    counts = [each.temperature_count for each in lines]
    columns = [Column("object", "Object", [each.thing for each in lines], names, numeric=False)]
    if any(each.hour is not None for each in lines):
        columns.append(
            Column("cycling_time_hour", "Cycled / h", [each.hour for each in lines], hours)
        )
    of = "ln(σT)" if convention == "sT" else "ln σ"
    return Table(
        (
            *columns,
            Column("temperature_count", "Temperatures", counts, counts),
            Column(
                "activation_energy_ev",
                f"Activation energy by {of} / eV",
                [each.energy_ev for each in lines],
                energies,
            ),
            Column("standard_error_ev", "", [each.error_ev for each in lines]),
            Column(
                "ln_prefactor", "ln prefactor", [each.ln_prefactor for each in lines], prefactors
            ),
            Column("ln_prefactor_error", "", [each.ln_prefactor_error for each in lines]),
            Column("status", "", [each.status for each in lines]),
            Column("reason", "", [each.reason for each in lines]),
        )
    )
