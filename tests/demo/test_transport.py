"""The exports of titrations and held potentials are true to what they were made from.

Worked out from the written text alone, by other code than wrote it.
"""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
CHARGE_COULOMB = 0.05
SPAN_VOLT = 0.5


@pytest.fixture
def folder(demo_study: Path) -> Path:
    return demo_study / "exports"


def columns(path: Path, *names: str) -> list[Numbers]:
    """Return columns of a delimited file, past the header of an .mpt."""
    is_mpt = path.suffix == ".mpt"
    lines = path.read_text("latin-1" if is_mpt else "utf-8").splitlines()
    heading, *rows = lines[int(lines[1].split(":")[1]) - 1 :] if is_mpt else lines
    mark = "\t" if is_mpt else ","
    fields = [row.split(mark) for row in rows]
    return [
        np.array([row[heading.split(mark).index(name)] for row in fields], float) for name in names
    ]


def test_each_pulse_moves_the_rest_voltage_by_what_it_puts_in(folder: Path) -> None:
    second, volt, ampere, step = columns(
        folder / "synthetic-pb-film-gitt.bdf.csv",
        *("Test Time / s", "Voltage / V", "Current / A", "Step ID"),
    )
    ends = np.array([volt[step == number][-1] for number in np.unique(step)[::2]])
    passed = np.median(ampere[ampere > 0]) * 600.0
    assert len(ends) == 13
    assert np.diff(ends) == pytest.approx(passed / CHARGE_COULOMB * SPAN_VOLT, rel=0.01)
    assert second[-1] == pytest.approx(600 + 12 * (600 + 14400), rel=1e-6)


def test_each_potential_step_takes_the_charge_of_its_span(folder: Path) -> None:
    second, volt, ampere, step = columns(
        folder / "synthetic-pb-film-pitt.bdf.csv",
        *("Test Time / s", "Voltage / V", "Current / A", "Step ID"),
    )
    for number in np.unique(step)[1:]:
        held = step == number
        time = second[held] - second[held][0] + 1.0
        moved = np.trapezoid(ampere[held], time) + 2 * ampere[held][0] * time[0]
        assert moved == pytest.approx(0.02 / SPAN_VOLT * CHARGE_COULOMB, rel=0.02)
        assert np.ptp(volt[held]) == 0.0


def test_what_is_left_of_a_held_potential_are_electrons(folder: Path) -> None:
    volt, milliampere, number = columns(
        folder / "synthetic-pellet-1-polarization.mpt", "Ewe/V", "I/mA", "Ns"
    )
    for each in np.unique(number):
        held = number == each
        left = np.median(milliampere[held][-12:]) * 1e-3 / np.median(volt[held])
        assert left * 0.1 / 1.131 == pytest.approx(2.2e-9, rel=0.01)


def test_the_liquid_carries_lithium_by_its_share(folder: Path) -> None:
    """R_b (i_ss)/(dV - i_ss R_ss), by the axis of each sweep and the end of the current."""
    (milliampere,) = columns(folder / "synthetic-liquid-held.mpt", "I/mA")
    spans = []
    for when in ("before", "after"):
        (real,) = columns(folder / f"synthetic-liquid-{when}.mpt", "Re(Z)/Ohm")
        spans.append((float(np.median(real[:5])), float(np.median(real[-8:]))))
    (liquid, _), (bulk, whole) = spans
    steady = float(np.median(milliampere[-20:])) * 1e-3
    assert steady * liquid / (0.010 - steady * (whole - bulk)) == pytest.approx(0.18, rel=0.02)
