"""The demo set: labelled, the same every time, and true to the numbers it was made from.

Everything here is worked out from the written text alone, by other code than wrote it.
"""

import csv
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from demo import CELLS, PELLETS, write_demo

AREA_CM2 = 0.7854
ACTIVE_MASS_GRAM = 0.7854e-3

Numbers = NDArray[np.float64]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    write_demo(folder)
    return folder


def table(path: Path) -> dict[str, list[str]]:
    """Return the columns of a delimited file, past the header of an .mpt, by heading."""
    text = path.read_text("latin-1").splitlines()
    skipped = int(text[1].split(":")[1]) - 1 if path.suffix == ".mpt" else 0
    rows = list(csv.reader(text[skipped:], delimiter="\t" if skipped else ","))
    headings = [heading for heading in rows[0] if heading]
    return dict(zip(headings, map(list, zip(*rows[1:], strict=True)), strict=True))


def charges_ampere_hour(seconds: Numbers, amperes: Numbers, cycles: Numbers) -> Iterator[float]:
    """Yield charge in and charge out of each cycle, by trapezoid over its points."""
    for cycle in np.unique(cycles):
        inside = cycles == cycle
        width = np.diff(seconds[inside])
        for sign in (1, -1):
            part = np.clip(sign * amperes[inside], 0, None)
            yield float(np.sum(width * (part[1:] + part[:-1]) / 2) / 3600)


def hours_minutes_seconds(text: str) -> float:
    hours, minutes, seconds = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds)


def test_the_set_is_written_byte_for_byte_the_same_every_time(folder: Path, tmp_path: Path) -> None:
    again = write_demo(tmp_path / "again")
    assert {path.name for path in again} == {path.name for path in folder.iterdir()}
    assert all(path.read_bytes() == (folder / path.name).read_bytes() for path in again)


def test_the_set_is_small(folder: Path) -> None:
    assert sum(path.stat().st_size for path in folder.iterdir()) < 3_000_000


def test_every_file_belongs_to_one_cell_or_pellet(folder: Path) -> None:
    listed = [file for cell in CELLS for file in cell.files]
    listed += [file for pellet in PELLETS for file in pellet.files]
    assert sorted(listed) == sorted(path.name for path in folder.iterdir())


def test_every_export_says_it_is_synthetic(folder: Path) -> None:
    for path in folder.iterdir():
        if path.suffix == ".mpt":
            assert "Comments : SYNTHETIC" in path.read_text("latin-1")
        else:
            assert all(remark.startswith("SYNTHETIC") for remark in table(path)["Remark"])


def test_every_cell_and_pellet_says_it_is_synthetic() -> None:
    assert all(made.note.startswith("SYNTHETIC") for made in (*CELLS, *PELLETS))
    assert all(made.name.startswith("demo-") for made in (*CELLS, *PELLETS))


def test_an_mpt_counts_its_own_header_lines(folder: Path) -> None:
    for path in folder.glob("*.mpt"):
        lines = path.read_text("latin-1").splitlines()
        count = int(lines[1].removeprefix("Nb header lines :"))
        assert lines[count - 1].startswith(("mode\t", "freq/Hz\t"))
        assert lines[count][0].isdigit()


def test_the_neware_current_over_time_is_the_intended_capacity(folder: Path) -> None:
    columns = table(folder / "demo-lfp-01.csv")
    seconds = np.array([hours_minutes_seconds(text) for text in columns["Cumulative Time"]])
    amperes = np.array(columns["Current(A)"], float)
    cycles = np.array(columns["Cycle Index"], float)
    both = np.array(list(charges_ampere_hour(seconds, amperes, cycles))).reshape(30, 2)
    charge, discharge = 1e3 * both.T / ACTIVE_MASS_GRAM
    intended = [199 * (1 - 1.5e-4 * (cycle - 1) ** 0.9) for cycle in range(1, 31)]
    assert discharge == pytest.approx(intended, rel=1e-4)
    assert discharge / charge == pytest.approx([0.93] + [0.99] * 29, rel=1e-4)


def test_the_battery_data_format_current_over_time_is_the_intended_capacity(folder: Path) -> None:
    columns = table(folder / "demo-lfp-02.bdf.csv")
    seconds = np.array(columns["Test Time / s"], float)
    amperes = np.array(columns["Current / A"], float)
    cycles = np.array(columns["Cycle Count / 1"], float)
    both = np.array(list(charges_ampere_hour(seconds, amperes, cycles))).reshape(30, 2)
    charge, discharge = 1e3 * both.T / ACTIVE_MASS_GRAM
    intended = [150 * np.exp(-(((cycle - 1) / 45) ** 1.4)) for cycle in range(1, 31)]
    assert discharge == pytest.approx(intended, rel=1e-6)
    assert discharge / charge == pytest.approx([0.93] + [0.99] * 29, rel=1e-6)


def test_the_full_cells_have_their_plateau_at_3_4_volt(folder: Path) -> None:
    columns = table(folder / "demo-lfp-01.csv")
    volts = np.array(columns["Voltage(V)"], float)
    amperes = np.array(columns["Current(A)"], float)
    polarization = 0.025e-3 * 1286
    assert np.median(volts[amperes > 0]) == pytest.approx(3.4 + polarization, abs=2e-3)
    assert np.median(volts[amperes < 0]) == pytest.approx(3.4 - polarization, abs=2e-3)


def test_time_never_runs_backwards(folder: Path) -> None:
    neware = table(folder / "demo-lfp-01.csv")["Cumulative Time"]
    assert all(a <= b for a, b in pairwise(map(hours_minutes_seconds, neware)))
    battery_data_format = table(folder / "demo-lfp-02.bdf.csv")["Test Time / s"]
    assert np.all(np.diff(np.array(battery_data_format, float)) >= 0)
    for path in folder.glob("*.mpt"):
        assert np.all(np.diff(np.array(table(path)["time/s"], float)) > 0)


@pytest.mark.parametrize(
    ("file", "interface_ohm_cm2_at_59_5_hours"),
    [
        ("demo-symmetric-01.mpt", 4500 * (1 + (59.5 / 45) ** 1.6)),
        ("demo-symmetric-02.mpt", 700 * (1 + (59.5 / 76) ** 2.9)),
        ("demo-symmetric-03.mpt", 1150 * (1 + 1e-4 * 59.5)),
    ],
)
def test_a_symmetric_cell_shows_the_resistance_of_its_interface(
    folder: Path, file: str, interface_ohm_cm2_at_59_5_hours: float
) -> None:
    columns = table(folder / file)
    hours = np.array(columns["time/s"], float) / 3600
    volts = np.array(columns["Ewe/V"], float)
    milliamperes = np.array(columns["<I>/mA"], float)
    at = int(np.argmin(np.abs(hours - 59.5)))
    resistance = volts[at] / (milliamperes[at] * 1e-3) * AREA_CM2
    settled = 1 + 0.06 * (1 - np.exp(-0.5 / 0.15)) + 0.10 * np.exp(-0.5 / 0.02)
    noise_ohm_cm2 = 5 * 0.2e-3 / 0.05e-3
    intended = 0.1 / 7.34e-4 + interface_ohm_cm2_at_59_5_hours * settled
    assert resistance == pytest.approx(intended, abs=noise_ohm_cm2)


def test_a_symmetric_cell_turns_every_hour_for_sixty_hours(folder: Path) -> None:
    for path in folder.glob("demo-symmetric-*.mpt"):
        columns = table(path)
        half_cycle = np.array(columns["half cycle"], int)
        milliamperes = np.array(columns["<I>/mA"], float)
        assert np.all(np.bincount(half_cycle) == 61)
        assert len(np.bincount(half_cycle)) == 60
        assert milliamperes == pytest.approx(0.05 * AREA_CM2 * (-1.0) ** half_cycle)
        passed = np.array(columns["(Q-Qo)/mA.h"], float)
        assert passed[half_cycle == 0][-1] == pytest.approx(0.05 * AREA_CM2, rel=1e-6)
        assert passed[-1] == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize(
    ("file", "siemens_per_cm"), [("demo-pellet-30C.mpt", 1.12e-4), ("demo-pellet-60C.mpt", 7.34e-4)]
)
def test_a_pellet_shows_its_conductivity_where_the_spectrum_touches_the_axis(
    folder: Path, file: str, siemens_per_cm: float
) -> None:
    columns = table(folder / file)
    hertz, real, minus_imaginary = (
        np.array(columns[name], float) for name in ("freq/Hz", "Re(Z)/Ohm", "-Im(Z)/Ohm")
    )
    assert len(hertz) == 65
    assert (hertz[0], hertz[-1]) == (1e7, 0.1)
    valley = (hertz > 1e3) & (hertz < 1e6)
    touching = np.argmin(np.where(valley, np.abs(minus_imaginary), np.inf))
    assert 0.1 / (real[touching] * 1.131) == pytest.approx(siemens_per_cm, rel=0.05)
    assert minus_imaginary[-1] > 0
