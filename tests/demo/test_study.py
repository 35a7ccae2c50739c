"""The demo study: labelled, the same every time, and the reported numbers are in its text.

Everything here is worked out by plain NumPy from the written text, by other code than wrote it.
"""

import csv
from collections.abc import Iterator
from functools import cache
from math import erfc, sqrt
from pathlib import Path

import numpy as np
import pytest
import yaml
from numpy.typing import NDArray

from demo import write_study

AREA_CM2 = 0.7854
BOLTZMANN_EV_PER_KELVIN = 8.617333262e-5
CELSIUS = (30.0, 40.0, 50.0, 60.0, 70.0, 80.0)

Numbers = NDArray[np.float64]


@pytest.fixture
def folder(demo_study: Path) -> Path:
    return demo_study


def columns(path: Path, *names: str) -> Iterator[Numbers]:
    """Yield columns of a delimited file, past the header of an .mpt; clocks become seconds."""
    text = path.read_text("latin-1" if path.suffix == ".mpt" else "utf-8").splitlines()
    skipped = int(text[1].split(":")[1]) - 1 if path.suffix == ".mpt" else 0
    rows = list(csv.reader(text[skipped:], delimiter="\t" if skipped else ","))
    for name in names:
        at = rows[0].index(name)
        yield np.array([seconds(row[at]) if ":" in row[at] else float(row[at]) for row in rows[1:]])


def seconds(clock: str) -> float:
    hours, minutes, rest = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(rest)


@cache
def cycling(folder: Path, name: str) -> tuple[Numbers, Numbers, Numbers]:
    """Return time in s, voltage in V and current in A of a test, whatever its format.

    A text is read once for all tests: they only look at it.
    """
    (path,) = (
        path
        for path in (folder / "exports").glob(f"{name}.*")
        if path.name.partition(".")[0] == name
    )
    if path.suffix == ".mpt":
        second, volt, milliampere = columns(path, "time/s", "Ewe/V", "I/mA")
        return second, volt, milliampere * 1e-3
    if path.name.endswith(".bdf.csv"):
        second, volt, ampere = columns(path, "Test Time / s", "Voltage / V", "Current / A")
        return second, volt, ampere
    second, volt, milliampere = columns(path, "Cumulative Time", "Voltage(V)", "Current(mA)")
    return second, volt, milliampere * 1e-3


def polarization_millivolt(folder: Path, name: str, last_hours: float | None = None) -> float:
    """Return the median over half-cycles of the median |V| of their last 20 %."""
    second, volt, ampere = cycling(folder, name)
    half_cycle = np.floor((second - 1e-6) / 3600)
    late = (second - half_cycle * 3600 >= 0.8 * 3600) & (ampere != 0)
    ends = np.array(
        [np.median(np.abs(volt[late & (half_cycle == h)])) for h in np.unique(half_cycle[late])]
    )
    first = 0.0 if last_hours is None else np.unique(half_cycle[late])[-1] + 1 - last_hours
    return 1e3 * float(np.median(ends[np.unique(half_cycle[late]) >= first]))


def capacities(folder: Path, name: str, milligram_per_cm2: float) -> tuple[Numbers, Numbers]:
    """Return charge and discharge capacity in mAh/g of each cycle: current times time."""
    second, _, ampere = cycling(folder, name)
    turns = np.flatnonzero(np.diff(np.sign(ampere))) + 1
    runs = zip(np.split(second, turns), np.split(ampere, turns), strict=True)
    passed = [float(np.median(run)) * (at[-1] - at[0]) / 3.6 for at, run in runs]
    moved = np.array([charge for charge in passed if charge]).reshape(-1, 2)
    return tuple(np.abs(moved.T) / (milligram_per_cm2 * 1e-3 * AREA_CM2))


def sweeps(path: Path) -> Iterator[tuple[float, Numbers, Numbers, Numbers]]:
    """Yield temperature, frequency, Re(Z) and -Im(Z) of each sweep."""
    celsius, hertz, real, minus = columns(
        path, "Temperature/°C", "freq/Hz", "Re(Z)/Ohm", "-Im(Z)/Ohm"
    )
    for each in np.unique(celsius):
        of = celsius == each
        yield float(each), hertz[of], real[of], minus[of]


def two_arcs_ohm(path: Path, thickness_over_area: float) -> tuple[Numbers, Numbers]:
    """Return temperatures and what is left of each valley of -Im(Z) without the pellet."""
    found = []
    for celsius, hertz, real, minus in sweeps(path):
        kelvin = celsius + 273.15
        sigma = 1.12e-4 * 303.15 / kelvin
        sigma *= np.exp(-0.5728 / BOLTZMANN_EV_PER_KELVIN * (1 / kelvin - 1 / 303.15))
        peak = np.argmax(np.where(hertz < 1e5, minus, -np.inf))
        below = np.arange(len(hertz)) > peak
        valley = np.argmin(np.where(below, minus, np.inf))
        found.append((kelvin, real[valley] - thickness_over_area / sigma))
    kelvins, ohms = np.array(found).T
    return kelvins, ohms


def activation_energy_ev(kelvin: Numbers, ohm: Numbers) -> float:
    slope, _ = np.polyfit(1 / kelvin, np.log(kelvin / ohm), 1)
    return -BOLTZMANN_EV_PER_KELVIN * float(slope)


@pytest.mark.slow
def test_the_study_is_written_byte_for_byte_the_same_every_time(
    folder: Path, tmp_path: Path
) -> None:
    write_study(tmp_path)
    again, there = (
        [path for path in each.rglob("*") if path.is_file()] for each in (tmp_path, folder)
    )
    assert {p.relative_to(tmp_path) for p in again} == {p.relative_to(folder) for p in there}
    for path in again:
        assert path.read_bytes() == (folder / path.relative_to(tmp_path)).read_bytes()


def test_the_study_is_less_than_twenty_four_megabytes(folder: Path) -> None:
    assert sum(path.stat().st_size for path in (folder / "exports").iterdir()) < 24e6


def test_every_file_says_in_its_name_and_its_head_that_it_is_synthetic(folder: Path) -> None:
    for path in (folder / "exports").iterdir():
        assert path.name.startswith("synthetic-")
        assert b"SYNTHETIC: computed" in path.read_bytes()[:2048]


def test_every_export_is_the_test_of_one_cell_or_material_of_the_document(folder: Path) -> None:
    document = yaml.safe_load((folder / "study.yaml").read_text(encoding="utf-8"))
    owners = [*document["cells"].values(), *document["materials"].values()]
    assert all(owner["note"].startswith("SYNTHETIC") for owner in owners)
    assert all(
        name.startswith("synthetic-") for kind in ("cells", "materials") for name in document[kind]
    )
    listed = [file for owner in owners for file in owner.get("tests", ())]
    assert sorted(listed) == sorted(path.name for path in (folder / "exports").iterdir())


def test_the_document_names_only_what_it_declares(folder: Path) -> None:
    document = yaml.safe_load((folder / "study.yaml").read_text(encoding="utf-8"))
    owned = [*document["materials"].values()]
    owned += [layer for cell in document["cells"].values() for layer in cell["layers"]]
    assert {o["substance"] for o in owned if "substance" in o} <= document["substances"].keys()
    assert {o["material"] for o in owned if "material" in o} <= document["materials"].keys()
    made = [
        name for process in document["processes"].values() for name in process.get("outputs", ())
    ]
    used = [name for process in document["processes"].values() for name in process["inputs"]]
    assert {*made, *used} <= document["materials"].keys()
    assert len(made) == len({*made})
    lines = {f"N{number}" for number in range(1, 22)} | {f"C{number}" for number in range(1, 14)}
    lines |= {"M3", "K4", "K5", "K6", "E3", "E4"}
    assert lines == {name.partition("-")[0] for name in document["claims"]}


@pytest.mark.parametrize(
    ("name", "hour"), [("synthetic-bare-50uA-0", 150.7), ("synthetic-wetted-50uA-0", 350.4)]
)
def test_the_first_replicate_runs_away_when_the_study_says(
    folder: Path, name: str, hour: float
) -> None:
    second, volt, _ = cycling(folder, name)
    assert abs(volt[-1]) == 5
    assert np.all(np.abs(volt[:-1]) < 5)
    assert second[-1] / 3600 == pytest.approx(hour, abs=0.05)


@pytest.mark.parametrize(
    ("name", "hour"),
    [
        ("synthetic-coated-50uA-0", 820),
        ("synthetic-coated-100uA-0", 300),
        ("synthetic-coated-25uA-0", 200),
    ],
)
def test_cells_with_prussian_blue_are_ended_by_the_clock(
    folder: Path, name: str, hour: float
) -> None:
    second, volt, _ = cycling(folder, name)
    assert second[-1] / 3600 == hour
    assert np.max(np.abs(volt)) < 0.2


@pytest.mark.parametrize(
    ("name", "last_hours", "millivolt", "tolerance"),
    [
        ("synthetic-bare-50uA-0", 10, 1811, 40),
        ("synthetic-wetted-50uA-0", 10, 3049, 60),
        ("synthetic-wetted-50uA-0", None, 467, 10),
        ("synthetic-coated-50uA-0", None, 70, 1),
        ("synthetic-coated-50uA-0", 10, 73, 1),
        ("synthetic-coated-25uA-0", None, 34, 0.5),
        ("synthetic-coated-100uA-0", None, 137, 1),
        ("synthetic-coated-100uA-0", 10, 139, 1),
    ],
)
def test_a_polarization_over_its_declared_window_is_the_one_of_the_study(
    folder: Path, name: str, last_hours: float | None, millivolt: float, tolerance: float
) -> None:
    assert polarization_millivolt(folder, name, last_hours) == pytest.approx(
        millivolt, abs=tolerance
    )


def test_capacities_are_those_of_the_study(folder: Path) -> None:
    charge, discharge = capacities(folder, "synthetic-lfp-25uA", 1.0)
    assert len(discharge) == 160
    assert discharge[0] == pytest.approx(198.9, abs=0.2)
    assert discharge[-1] / discharge[0] == pytest.approx(0.982, abs=0.002)
    assert discharge[1:] / charge[1:] == pytest.approx(np.full(159, 0.99), abs=5e-4)
    assert discharge[0] / charge[0] == pytest.approx(0.93, abs=5e-4)
    assert capacities(folder, "synthetic-lfp-100uA", 1.0)[1][199] == pytest.approx(145.1, abs=0.2)
    assert capacities(folder, "synthetic-fef3-25uA", 0.8)[1][59] == pytest.approx(308.1, abs=0.3)
    rates = capacities(folder, "synthetic-lfp-rates", 1.0)[1].reshape(5, 5)
    assert np.median(rates, axis=1) == pytest.approx([199, 191, 184, 176.1, 197], abs=0.2)
    faded = capacities(folder, "synthetic-lfp-wetted-100uA", 1.0)[1]
    assert faded[[0, 79]] == pytest.approx([150, 150 * np.exp(-((79 / 45) ** 1.4))], rel=1e-3)


def test_no_full_cell_tells_its_capacity(folder: Path) -> None:
    for path in (folder / "exports").glob("synthetic-lfp*"):
        assert "apacity" not in path.read_text(encoding="utf-8").partition("\n")[0]


def test_pellets_conduct_as_reported_and_so_imply_0_573_ev(folder: Path) -> None:
    energies, conductivities = [], []
    for number in (1, 2, 3):
        found = []
        for celsius, hertz, real, minus in sweeps(
            folder / "exports" / f"synthetic-pellet-{number}.mpt"
        ):
            inside = (hertz > 1e3) & (hertz < 1e6)
            ohm = real[np.argmin(np.where(inside, np.abs(minus), np.inf))]
            found.append((celsius + 273.15, ohm))
        kelvin, ohm = np.array(found).T
        assert kelvin - 273.15 == pytest.approx(CELSIUS)
        conductivities.append(0.1 / (ohm[[0, 3]] * 1.131))
        energies.append(activation_energy_ev(kelvin, ohm))
    assert np.mean(conductivities, axis=0) == pytest.approx([1.12e-4, 7.348e-4], rel=0.05)
    assert np.mean(energies) == pytest.approx(0.573, abs=0.02)


@pytest.mark.parametrize(
    ("word", "hours", "fresh_ev", "drift_mev_per_100_hours"),
    [
        ("bare", (0, 50, 100, 140), 0.411, -66.5),
        ("wetted", (0, 50, 100, 140, 200, 300, 340), 0.33, 34.3),
        ("coated", (0, 50, 100, 140, 200, 300, 340, 500, 800), 0.35, -0.07),
    ],
)
def test_the_activation_energy_of_an_interface_drifts_as_the_study_says(
    folder: Path, word: str, hours: tuple[int, ...], fresh_ev: float, drift_mev_per_100_hours: float
) -> None:
    energies = [
        activation_energy_ev(
            *two_arcs_ohm(
                folder / "exports" / f"synthetic-{word}-50uA-0-impedance-{hour:03}h.mpt",
                0.1 / AREA_CM2,
            )
        )
        for hour in hours
    ]
    assert energies[0] == pytest.approx(fresh_ev, abs=0.005)
    drift = 1e5 * np.polyfit(hours, energies, 1)[0]
    assert drift == pytest.approx(drift_mev_per_100_hours, abs=3)


def test_the_staircase_shorts_between_0_65_and_0_70(folder: Path) -> None:
    second, volt, ampere = cycling(folder, "synthetic-critical-current")
    level = np.round(np.abs(ampere) * 1e3 / AREA_CM2, 3)
    resistance = np.abs(volt / ampere) * AREA_CM2
    late = (second - 1) % 3600 > 2000
    ends = {step: float(np.median(resistance[(level == step) & late])) for step in np.unique(level)}
    assert sorted(ends) == pytest.approx(np.arange(1, 17) * 0.05)
    assert all((ohm > 1000) == (step < 0.675) for step, ohm in ends.items())


@pytest.mark.parametrize(
    ("name", "hour", "before", "after"),
    [
        ("soft-short", 180, (170, 180), (181, 190)),
        ("hard-short", 90, (80, 90), (91, 99)),
        ("gradual-soft-short", 60, (50, 60), (63, 73)),
        ("healing-short", 60, (50, 60), (61, 67)),
        ("pause", 48, (38, 48), (61, 71)),
        ("current-change", 50, (40, 50), (51, 60)),
        ("temperature-change", 50, (40, 50), (51, 60)),
    ],
)
def test_what_happens_to_a_cell_shows_in_its_voltage(
    folder: Path, name: str, hour: int, before: tuple[int, int], after: tuple[int, int]
) -> None:
    assert before[1] == hour
    second, volt, _ = cycling(folder, f"synthetic-event-{name}")
    medians = [
        np.median(np.abs(volt[(second > 3600 * low) & (second < 3600 * high)]))
        for low, high in (before, after)
    ]
    assert medians[1] < 0.6 * medians[0]


def test_gradual_wetting_never_falls_fast_and_a_healed_short_is_whole_again(folder: Path) -> None:
    second, volt, _ = cycling(folder, "synthetic-event-gradual-wetting")
    half_cycle = ((second - 1) // 3600).astype(int)
    ends = np.array([np.median(np.abs(volt[half_cycle == each])) for each in range(120)])
    assert ends[-1] < 0.55 * ends[0]
    assert np.all(ends[2:] > 0.95 * ends[:-2])
    second, volt, _ = cycling(folder, "synthetic-event-healing-short")
    whole, healed = (
        np.median(np.abs(volt[part])) for part in (second < 3600 * 60, second > 3600 * 69)
    )
    assert healed == pytest.approx(whole, rel=0.02)


def test_the_erratic_cell_scatters_by_more_than_a_fifth(folder: Path) -> None:
    second, volt, _ = cycling(folder, "synthetic-event-erratic")
    late = np.abs(volt[second > 3600 * 70])
    assert np.std(late) / np.mean(late) > 0.2


def test_the_temperature_of_a_test_is_in_its_file(folder: Path) -> None:
    path = folder / "exports" / "synthetic-event-temperature-change.bdf.csv"
    second, celsius = columns(path, "Test Time / s", "Ambient Temperature / degC")
    assert np.all(celsius == np.where(second <= 50 * 3600, 60, 80))


@pytest.mark.slow
def test_the_log_rank_over_all_currents_is_the_one_the_set_was_composed_for(folder: Path) -> None:
    """The set was composed to give 10.41; this guards the bytes and says nothing of the cells."""
    names = [path.name.partition(".")[0] for path in (folder / "exports").iterdir()]
    names = [name for name in names if "impedance" not in name]
    coated = [name for name in names if name.startswith("synthetic-coated")]
    wetted = [name for name in names if name.startswith("synthetic-wetted")]
    ends = {name: cycling(folder, name)[0][-1] / 3600 for name in (*coated, *wetted)}
    ends["soft-short"] = 180.0
    observed = expected = variance = 0.0
    for life in sorted(ends[name] for name in (*wetted, "soft-short")):
        failing = sum(ends[name] >= life for name in (*wetted, "soft-short"))
        others = sum(ends[name] >= life for name in coated)
        observed += 1
        expected += failing / (failing + others)
        variance += failing * others / (failing + others) ** 2
    chi2 = (observed - expected) ** 2 / variance
    assert chi2 == pytest.approx(10.41, abs=0.01)
    assert erfc(sqrt(chi2 / 2)) == pytest.approx(1.25e-3, abs=1e-5)
