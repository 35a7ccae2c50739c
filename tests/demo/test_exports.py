"""The exports of the demo study: labelled, in order, and true to the numbers they were made from.

Everything here is worked out from the written text alone, by other code than wrote it.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

AREA_CM2 = 0.7854
ACTIVE_MASS_GRAM = 0.7854e-3
OF_STRUCTURE = {".xrdml", ".vms", ".tif"}
"""Endings of exports that have no clock."""
TIMES = {".mpt": "time/s", ".csv": "Cumulative Time", ".bdf.csv": "Test Time / s"}

Numbers = NDArray[np.float64]


@pytest.fixture
def folder(demo_study: Path) -> Path:
    return demo_study / "exports"


def ending(path: Path) -> str:
    return path.name[path.name.index(".") :]


def texts(path: Path, *names: str) -> Iterator[list[str]]:
    """Yield columns of a delimited file, past the header of an .mpt."""
    is_mpt = path.suffix == ".mpt"
    lines = path.read_text("latin-1" if is_mpt else "utf-8").splitlines()
    heading, *rows = lines[int(lines[1].split(":")[1]) - 1 :] if is_mpt else lines
    mark = "\t" if is_mpt else ","
    for name in names:
        at = heading.split(mark).index(name)
        yield [row.split(mark, at + 1)[at] for row in rows]


def numbers(path: Path, *names: str) -> Iterator[Numbers]:
    yield from (np.array(column, float) for column in texts(path, *names))


def seconds(path: Path) -> Numbers:
    """Return the time of each record; clocks become seconds."""
    (written,) = texts(path, TIMES[ending(path)])
    return np.array([clock_seconds(text) if ":" in text else float(text) for text in written])


def clock_seconds(text: str) -> float:
    hours, minutes, rest = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(rest)


def stripping_and_plating(path: Path) -> tuple[Numbers, Numbers, Numbers, NDArray[np.int64]]:
    """Return time in s, voltage in V, current in A and the number of the half-cycle, from 0."""
    named = {".mpt": ("Ewe/V", "I/mA", "Ns"), ".bdf.csv": ("Voltage / V", "Current / A", "Step ID")}
    volts, currents, program = numbers(path, *named[ending(path)])
    half_cycle = np.cumsum(np.diff(program, prepend=program[0]) != 0)
    return seconds(path), volts, currents * (1e-3 if path.suffix == ".mpt" else 1.0), half_cycle


def charge_and_discharge_mah_per_gram(
    time_second: Numbers, current_ampere: Numbers, cycles: NDArray[Any]
) -> Numbers:
    """Return charge in and charge out of each cycle, by trapezoid over its points."""
    moved = []
    for cycle in np.unique(cycles):
        inside = cycles == cycle
        width = np.diff(time_second[inside])
        for sign in (1, -1):
            part = np.clip(sign * current_ampere[inside], 0, None)
            moved.append(np.sum(width * (part[1:] + part[:-1]) / 2) / 3.6 / ACTIVE_MASS_GRAM)
    return np.array(moved).reshape(-1, 2).T


def test_every_export_says_it_is_synthetic(folder: Path) -> None:
    for path in folder.iterdir():
        if path.suffix == ".mpt":
            assert "Comments : SYNTHETIC" in path.read_text("latin-1")
        elif path.suffix in OF_STRUCTURE:
            assert b"SYNTHETIC" in path.read_bytes()
        else:
            heading, first = path.read_text("utf-8").split("\n", 2)[:2]
            assert heading.endswith(",Remark")
            assert first.rpartition(",")[2].startswith("SYNTHETIC")


def test_an_mpt_counts_its_own_header_lines(folder: Path) -> None:
    for path in folder.glob("*.mpt"):
        lines = path.read_text("latin-1").splitlines()
        count = int(lines[1].removeprefix("Nb header lines :"))
        assert lines[count - 1].startswith(("mode\t", "freq/Hz\t"))
        assert lines[count][0].isdigit()


def test_every_table_of_an_image_says_it_is_synthetic(demo_study: Path) -> None:
    tables = [*(demo_study / "measured").iterdir()]
    assert len(tables) == 12
    for path in tables:
        _, *rows = path.read_text("ascii").splitlines()
        assert all(row.split(",")[1].startswith("SYNTHETIC") for row in rows)


def test_time_never_runs_backwards(folder: Path) -> None:
    for path in folder.iterdir():
        if path.suffix in OF_STRUCTURE:
            continue
        elapsed = np.diff(seconds(path))
        assert np.all(elapsed > 0 if path.suffix == ".mpt" else elapsed >= 0), path.name


def test_the_neware_current_over_time_is_the_intended_capacity(folder: Path) -> None:
    path = folder / "synthetic-lfp-25uA.csv"
    milliamperes, cycles = numbers(path, "Current(mA)", "Cycle Index")
    charge, discharge = charge_and_discharge_mah_per_gram(
        seconds(path), milliamperes * 1e-3, cycles
    )
    intended = 199 * (1 - 2e-4 * np.arange(160) ** 0.9)
    assert discharge == pytest.approx(intended, rel=1e-4)
    assert discharge / charge == pytest.approx([0.93] + [0.99] * 159, rel=1e-4)


def test_the_battery_data_format_current_over_time_is_the_intended_capacity(folder: Path) -> None:
    path = folder / "synthetic-lfp-wetted-100uA.bdf.csv"
    amperes, program = numbers(path, "Current / A", "Step ID")
    charge, discharge = charge_and_discharge_mah_per_gram(
        seconds(path), amperes, np.cumsum(np.diff(program, prepend=1) < 0)
    )
    intended = 150 * np.exp(-((np.arange(80) / 45) ** 1.4))
    assert discharge == pytest.approx(intended, rel=1e-5)
    assert discharge / charge == pytest.approx([0.93] + [0.99] * 79, rel=3e-5)


def test_the_full_cells_have_their_plateau_at_3_4_volt(folder: Path) -> None:
    volts, amperes = numbers(folder / "synthetic-lfp-25uA.csv", "Voltage(V)", "Current(mA)")
    polarization = 0.025e-3 * 1286
    assert np.median(volts[amperes > 0]) == pytest.approx(3.4 + polarization, abs=2e-3)
    assert np.median(volts[amperes < 0]) == pytest.approx(3.4 - polarization, abs=2e-3)


@pytest.mark.parametrize(
    ("file", "interface_ohm_cm2_at_59_5_hours"),
    [
        ("synthetic-bare-50uA-0.mpt", 4500 * (1 + (59.5 / 45) ** 1.6)),
        ("synthetic-wetted-50uA-0.mpt", 700 * (1 + (59.5 / 76) ** 2.9)),
        ("synthetic-coated-50uA-0.mpt", 1150 * (1 + 1e-4 * 59.5)),
    ],
)
def test_a_symmetric_cell_shows_the_resistance_of_its_interface(
    folder: Path, file: str, interface_ohm_cm2_at_59_5_hours: float
) -> None:
    time_second, volts, amperes, _ = stripping_and_plating(folder / file)
    at = int(np.argmin(np.abs(time_second / 3600 - 59.5)))
    resistance = volts[at] / amperes[at] * AREA_CM2
    settled = 1 + 0.06 * (1 - np.exp(-0.5 / 0.15)) + 0.10 * np.exp(-0.5 / 0.02)
    noise_ohm_cm2 = 5 * 0.2e-3 / 0.05e-3
    intended = 0.1 / 7.34e-4 + interface_ohm_cm2_at_59_5_hours * settled
    assert resistance == pytest.approx(intended, abs=noise_ohm_cm2)


@pytest.mark.parametrize(
    ("file", "half_cycles"),
    [
        ("synthetic-bare-50uA-0.mpt", 150),
        ("synthetic-wetted-50uA-0.mpt", 350),
        ("synthetic-coated-50uA-0.mpt", 820),
    ],
)
def test_a_symmetric_cell_turns_every_hour_to_its_end(
    folder: Path, file: str, half_cycles: int
) -> None:
    time_second, _, amperes, half_cycle = stripping_and_plating(folder / file)
    whole = half_cycle < half_cycles
    assert np.all(np.bincount(half_cycle[whole]) == 61)
    assert len(np.bincount(half_cycle[whole])) == half_cycles
    assert amperes == pytest.approx(0.05e-3 * AREA_CM2 * (-1.0) ** half_cycle)
    passed_mah = np.cumsum(amperes * np.diff(time_second, prepend=0.0))[whole] / 3.6
    assert passed_mah[60] == pytest.approx(0.05 * AREA_CM2, rel=1e-6)
    assert passed_mah[-1] == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize(("celsius", "siemens_per_cm"), [(30, 1.12e-4), (60, 7.34e-4)])
def test_a_pellet_shows_its_conductivity_where_the_spectrum_touches_the_axis(
    folder: Path, number: int, celsius: float, siemens_per_cm: float
) -> None:
    told, *parts = numbers(
        folder / f"synthetic-pellet-{number}.mpt",
        *("Temperature/°C", "freq/Hz", "Re(Z)/Ohm", "-Im(Z)/Ohm"),
    )
    hertz, real, minus_imaginary = (part[told == celsius] for part in parts)
    assert len(hertz) == 65
    assert (hertz[0], hertz[-1]) == (1e7, 0.1)
    valley = (hertz > 1e3) & (hertz < 1e6)
    touching = np.argmin(np.where(valley, np.abs(minus_imaginary), np.inf))
    assert 0.1 / (real[touching] * 1.131) == pytest.approx(siemens_per_cm, rel=0.05)
    assert minus_imaginary[-1] > 0
