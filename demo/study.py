"""The whole demo study: its exports in instrument formats, and the document that explains them."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import yaml

from demo import (
    battery_data_format_csv,
    cell_impedance,
    ec_lab_text,
    endurance,
    full_cell,
    neware_csv,
    pellet,
)
from demo.measurement import LABEL, Cycling, Numbers, noise_of
from demo.trials import (
    FULL,
    PELLETS,
    SYMMETRIC,
    TEMPERATURES_CELSIUS,
    FullTrial,
    SymmetricTrial,
)

PELLET_AREA_CM2: Final = 1.131
CYCLING_CELSIUS: Final = 60.0
DOCUMENT: Final = "study.yaml"
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
        Its exports, under exports/, and last the document, study.yaml.
    """
    exports = folder / "exports"
    exports.mkdir(parents=True, exist_ok=True)
    paths = [_write_pellet(exports, name) for name in PELLETS]
    for symmetric in SYMMETRIC:
        paths += _write_symmetric(exports, symmetric)
    paths += [_write_full(exports, full) for full in FULL]
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
    listed = yaml.safe_dump({"cells": cells}, allow_unicode=True, sort_keys=False, width=200)
    return f"{written.rstrip()}\n\n{listed}"


def _symmetric(trial: SymmetricTrial) -> dict[str, Any]:
    files = [f"{trial.name}{trial.form}"]
    files += [_spectra_file(trial, hour) for hour in trial.spectra_after_hour]
    staircase = "critical-current" in trial.name
    return {
        "configuration": trial.configuration,
        "symmetric": True,
        "area": f"{trial.cell.area_cm2} cm²",
        "protocol": "synthetic-staircase" if staircase else "synthetic-stripping-and-plating",
        "note": f"{LABEL}; {trial.note}",
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
        "tests": [f"{trial.name}{trial.form}"],
    }


def _layers(configuration: str, positive: dict[str, str]) -> list[dict[str, str]]:
    negative, middle, _ = configuration.split("/")
    return [
        {"substance": negative, "role": "negative"},
        *(dict(_LAYERS[name]) for name in middle.split("@")),
        {**positive, "role": "positive"},
    ]
