"""Columns that every list of sweeps has: the temperature, and what was made of each."""

from collections.abc import Sequence

from service.page.number import entered
from service.page.table import Column


def temperature(celsius: Sequence[float | None]) -> Column:
    """Return the column of temperatures in °C."""
    shown = ["–" if each is None else entered(round(each, 2)) for each in celsius]
    return Column("temperature_celsius", "T / °C", celsius, shown)


def judged(verdicts: Sequence[str | None], circuits: Sequence[str | None]) -> tuple[Column, Column]:
    """Return the columns of what the Kramers-Kronig test found, and which circuit was kept."""
    tested = [(each or "not tested").replace("_", " ") for each in verdicts]
    shown = [each or "none kept" for each in circuits]
    return (
        Column("kramers_kronig_verdict", "Kramers-Kronig", verdicts, tested, numeric=False),
        Column("circuit", "Circuit", circuits, shown, numeric=False),
    )
