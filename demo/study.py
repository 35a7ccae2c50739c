"""The whole demo study: its exports in instrument formats, and the document that explains them."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import yaml

from demo import (
    battery_data_format_csv,
    cell_impedance,
    diffraction,
    diffusion,
    ec_lab_text,
    endurance,
    full_cell,
    microscopy,
    neware_csv,
    pellet,
    polarization,
    vamas_text,
    voltammogram,
    xrdml_text,
)
from demo.measurement import LABEL, Cycling, Numbers, noise_of
from demo.trials import (
    AREA_CM2,
    FULL,
    PELLETS,
    SYMMETRIC,
    TEMPERATURES_CELSIUS,
    FullTrial,
    SymmetricTrial,
)

PELLET_AREA_CM2: Final = 1.131
CYCLING_CELSIUS: Final = 60.0
TITRATION_CELSIUS: Final = 30.0
FILM: Final = diffusion.Film(thickness_cm=1e-4, capacity_coulomb=0.05)
DOCUMENT: Final = "study.yaml"
COATED_NAME: Final = "synthetic-coated-50uA-0"
COATED_PROPERTIES: Final = {
    "temperature": "60 °C",
    "LATP.potential_difference": "-6.81 mV",
    "LATP.Li+.conductivity": "7.34e-4 S/cm",
}
"""What 0.05 mA/cm² takes of 1 mm of LATP; nothing is told of electrons, nor of Prussian blue."""
STACK_RUN: Final[Mapping[str, Any]] = {
    "carrier": "Li+",
    "charge_number": 1,
    "temperature_celsius": "60 °C",
    "negative_concentration_mol_per_cm3": "1e-3 mol/cm³",
    "positive_concentration_mol_per_cm3": "5e-4 mol/cm³",
    "initial_concentration_mol_per_cm3": "5e-4 mol/cm³",
    "duration_second": "3 h",
    "step_count": 60,
    "interval_count": 30,
}
"""What is stated of lithium in the liquid and in Prussian blue of that cell: all of it assumed."""
STACK_LAYERS: Final = ("2: 10 µm, 1e-8 cm²/s, -5 mV", "3: 1 µm, 1e-12 cm²/s, -10 mV")
SURFACE: Final = "synthetic-cycled-surface.vms"
OPENED: Final = "synthetic-lfp-100uA"
"""The cell whose coated electrolyte is looked at afterwards."""
SCAN_RATES_VOLT_PER_SECOND: Final = (0.001, 0.002, 0.005, 0.01, 0.02)
SCANNED: Final = "synthetic-pb-scanned"
_LAYERS: Final[Mapping[str, dict[str, str]]] = {
    "IL": {"substance": "IL", "material": "synthetic-ionic-liquid", "role": "wetting"},
    "PB": {
        "substance": "PB",
        "material": "synthetic-pb-coating",
        "role": "interlayer",
        "thickness": "1 µm",
    },
    "LATP": {
        "substance": "LATP",
        "material": "synthetic-latp-discs",
        "role": "electrolyte",
        "thickness": "1000 µm",
    },
}


def write_study(folder: Path) -> list[Path]:
    """Write the study into a folder, the same bytes every time.

    Returns:
        Its exports, under exports/, and last the document, study.yaml. What is measured in its
        images is written under measured/ (microscopy.MEASURED).
    """
    exports = folder / "exports"
    exports.mkdir(parents=True, exist_ok=True)
    paths = [_write_pellet(exports, name) for name in PELLETS]
    paths.append(_write_scan(exports, PELLETS[0]))
    for symmetric in SYMMETRIC:
        paths += _write_symmetric(exports, symmetric)
    paths += [_write_full(exports, full) for full in FULL]
    paths += _write_transport(exports)
    paths.append(_write_surface(exports))
    paths += [_write_scanned(exports, rate) for rate in SCAN_RATES_VOLT_PER_SECOND]
    paths += microscopy.write_images(exports, folder / "measured")
    document = folder / DOCUMENT
    document.write_text(_document(), encoding="utf-8", newline="\n")
    return [*paths, document]


def _write_pellet(folder: Path, name: str) -> Path:
    path = folder / f"{name}.mpt"
    noise = noise_of(path.name)
    sweeps = {
        celsius: pellet.sweep(endurance.PELLET_THICKNESS_CM, PELLET_AREA_CM2, celsius, noise)
        for celsius in TEMPERATURES_CELSIUS
    }
    ec_lab_text.write_sweeps(path, sweeps, PELLET_AREA_CM2, "LATP pellet, blocking electrodes")
    return path


def _write_scan(folder: Path, name: str) -> Path:
    path = folder / f"{name}-diffraction.xrdml"
    two_theta, counts = diffraction.pattern(noise_of(path.name))
    xrdml_text.write_scan(path, two_theta, counts, name)
    return path


def _write_symmetric(folder: Path, trial: SymmetricTrial) -> list[Path]:
    path = folder / f"{trial.name}{trial.form}"
    cycling, celsius = endurance.strip_and_plate(trial.cell, noise_of(path.name))
    area_cm2 = trial.cell.area_cm2
    _write_cycling(path, cycling, celsius, area_cm2, f"{trial.configuration}, {trial.note}")
    paths = [path]
    for hour in trial.spectra_after_hour:
        path = folder / _spectra_file(trial, hour)
        noise = noise_of(path.name)
        sweeps = {
            celsius: cell_impedance.sweep(trial.cell.aging, area_cm2, hour, celsius, noise)
            for celsius in TEMPERATURES_CELSIUS
        }
        remark = f"{trial.configuration}, after {hour} h of cycling at 60 °C"
        ec_lab_text.write_sweeps(path, sweeps, area_cm2, remark, hour)
        paths.append(path)
    return paths


def _write_full(folder: Path, trial: FullTrial) -> Path:
    path = folder / f"{trial.name}{trial.form}"
    cycling = full_cell.cycle(trial.cell, trial.capacity_mah_per_gram)
    celsius = np.full(len(cycling.voltage_volt), CYCLING_CELSIUS)
    _write_cycling(path, cycling, celsius, trial.cell.area_cm2, trial.configuration)
    return path


def _write_transport(folder: Path) -> list[Path]:
    """Write the titrations of a film, and what was held over a pellet and over the liquid."""
    titrations = {
        folder / "synthetic-pb-film-gitt.bdf.csv": diffusion.galvanostatic(
            FILM, 12, noise_of("gitt")
        ),
        folder / "synthetic-pb-film-pitt.bdf.csv": diffusion.potentiostatic(
            FILM, 6, noise_of("pitt")
        ),
    }
    for path, cycling in titrations.items():
        celsius = np.full(len(cycling.voltage_volt), TITRATION_CELSIUS)
        battery_data_format_csv.write_cycling(path, cycling, celsius)
    return [*titrations, _write_blocked(folder), *_write_liquid(folder)]


def _write_blocked(folder: Path) -> Path:
    path = folder / "synthetic-pellet-1-polarization.mpt"
    thickness_cm = endurance.PELLET_THICKNESS_CM
    held = polarization.blocked((0.1, 0.2, 0.3), thickness_cm, PELLET_AREA_CM2, noise_of(path.name))
    remark = "LATP pellet, blocking electrodes, potentials held"
    ec_lab_text.write_held(path, held, TITRATION_CELSIUS, PELLET_AREA_CM2, remark)
    return path


def _write_liquid(folder: Path) -> list[Path]:
    """Write a potential held over the liquid between lithium, a sweep before and one after."""
    names = ("before", "held", "after")
    before, held, after = (folder / f"synthetic-liquid-{name}.mpt" for name in names)
    for path, interface, hour in (
        (before, polarization.BEFORE, 0.0),
        (after, polarization.AFTER, 6.0),
    ):
        sweeps = {TITRATION_CELSIUS: polarization.sweep(interface, noise_of(path.name))}
        ec_lab_text.write_sweeps(path, sweeps, AREA_CM2, f"Li/IL/Li, {path.stem}", hour)
    cycling = polarization.between_lithium(noise_of(held.name))
    remark = "Li/IL/Li, 10 mV held"
    ec_lab_text.write_held(
        held, cycling, TITRATION_CELSIUS, AREA_CM2, remark, started_after_hour=1.0
    )
    return [before, held, after]


def _write_surface(folder: Path) -> Path:
    path = folder / SURFACE
    remark = f"{OPENED}, opened after its last cycle, rinsed: the coated side of the electrolyte"
    vamas_text.write_surface(path, "synthetic-cycled-section", remark, noise_of(path.name))
    return path


def _scan_file(rate: float) -> str:
    return f"{SCANNED}-{rate * 1e3:.0f}mV.mpt"


def _write_scanned(folder: Path, rate: float) -> Path:
    path = folder / _scan_file(rate)
    cycling = voltammogram.scanned(rate, AREA_CM2, TITRATION_CELSIUS, noise_of(path.name))
    remark = f"Li/IL/PB, scanned at {rate * 1e3:g} mV/s"
    ec_lab_text.write_scanned(path, cycling, TITRATION_CELSIUS, AREA_CM2, remark)
    return path


def _write_cycling(
    path: Path, cycling: Cycling, celsius: Numbers, area_cm2: float, remark: str
) -> None:
    if path.suffix == ".mpt":
        ec_lab_text.write_cycling(path, cycling, celsius, area_cm2, remark)
        return
    write: Callable[[Path, Cycling, Numbers], None] = (
        battery_data_format_csv.write_cycling
        if path.name.endswith(".bdf.csv")
        else neware_csv.write_cycling
    )
    write(path, cycling, celsius)


def _spectra_file(trial: SymmetricTrial, hour: int) -> str:
    return f"{trial.name}-impedance-{hour:03}h.mpt"


def _document() -> str:
    """Return the written part of the document, and the cells after it."""
    written = Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")
    cells = {trial.name: _symmetric(trial) for trial in SYMMETRIC}
    cells |= {trial.name: _full(trial) for trial in FULL}
    cells |= _transport()
    listed = yaml.safe_dump({"cells": cells}, allow_unicode=True, sort_keys=False, width=200)
    return f"{written.rstrip()}\n\n{listed}"


def _symmetric(trial: SymmetricTrial) -> dict[str, Any]:
    files = [f"{trial.name}{trial.form}"]
    files += [_spectra_file(trial, hour) for hour in trial.spectra_after_hour]
    staircase = "critical-current" in trial.name
    told = {"properties": COATED_PROPERTIES} if trial.name == COATED_NAME else {}
    return {
        "configuration": trial.configuration,
        "symmetric": True,
        "area": f"{trial.cell.area_cm2} cm²",
        "protocol": "synthetic-staircase" if staircase else "synthetic-stripping-and-plating",
        "note": f"{LABEL}; {trial.note}",
        **told,
        "layers": _layers(trial.configuration, {"substance": "Li"}),
        "tests": files,
    }


def _full(trial: FullTrial) -> dict[str, Any]:
    loading = trial.cell.loading_gram_per_cm2
    substance = trial.configuration.rsplit("/", 1)[1]
    positive = {"substance": substance, "loading": f"{loading * 1e3:.1f} mg/cm²"}
    return {
        "configuration": trial.configuration,
        "symmetric": False,
        "area": f"{trial.cell.area_cm2} cm²",
        "active_mass": f"{loading * trial.cell.area_cm2 * 1e3:.5g} mg",
        "mass_basis": "cathode active material",
        "protocol": "synthetic-full-cell",
        "note": f"{LABEL}; {trial.note} at 60 °C; a loading of {positive['loading']} is assumed",
        "layers": _layers(trial.configuration, positive),
        "tests": [f"{trial.name}{trial.form}", *([SURFACE] if trial.name == OPENED else [])],
    }


def _transport() -> dict[str, dict[str, Any]]:
    """Return the cells that tell how fast ions move."""
    film = {
        "substance": "PB",
        "material": "synthetic-pb-film",
        "role": "positive",
        "thickness": f"{FILM.thickness_cm * 1e4:g} µm",
    }
    titrated = {
        "configuration": "Li/IL@LATP/PB",
        "symmetric": False,
        "area": f"{AREA_CM2} cm²",
        "note": f"{LABEL}; a dense film of Prussian blue, titrated by current and by potential",
        "layers": [
            {"substance": "Li", "role": "negative"},
            dict(_LAYERS["IL"]),
            dict(_LAYERS["LATP"]),
            film,
        ],
        "tests": ["synthetic-pb-film-gitt.bdf.csv", "synthetic-pb-film-pitt.bdf.csv"],
    }
    liquid = {
        "configuration": "Li/IL/Li",
        "symmetric": True,
        "area": f"{AREA_CM2} cm²",
        "note": f"{LABEL}; 10 mV held over the ionic liquid, a sweep before and after",
        "layers": [
            {"substance": "Li", "role": "negative"},
            {"substance": "IL", "material": "synthetic-ionic-liquid", "role": "electrolyte"},
            {"substance": "Li", "role": "positive"},
        ],
        "tests": [f"synthetic-liquid-{name}.mpt" for name in ("before", "held", "after")],
    }
    scanned = {
        "configuration": "Li/IL/PB",
        "symmetric": False,
        "area": f"{AREA_CM2} cm²",
        "note": f"{LABEL}; the potential of Prussian blue scanned at five rates",
        "layers": [
            {"substance": "Li", "role": "negative"},
            {"substance": "IL", "material": "synthetic-ionic-liquid", "role": "electrolyte"},
            {"substance": "PB", "role": "positive"},
        ],
        "tests": [_scan_file(rate) for rate in SCAN_RATES_VOLT_PER_SECOND],
    }
    return {"synthetic-pb-film": titrated, "synthetic-liquid": liquid, SCANNED: scanned}


def _layers(configuration: str, positive: dict[str, str]) -> list[dict[str, str]]:
    negative, middle, _ = configuration.split("/")
    return [
        {"substance": negative, "role": "negative"},
        *(dict(_LAYERS[name]) for name in middle.split("@")),
        {**positive, "role": "positive"},
    ]
