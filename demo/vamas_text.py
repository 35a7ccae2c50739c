"""Photoemission as instruments export it to VAMAS, ISO 14976: a block a region, a line a value."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import numpy as np

from demo.measurement import LABEL
from demo.surface import PHOTON_EV, SCANS, Scan, counts, transmission

FORMAT: Final = "VAMAS Surface Chemical Analysis Standard Data Transfer Format 1988 May 4"
_NONE: Final = "1E+37"
_STARTED_AT: Final = datetime(2026, 4, 7, 10, 30)  # noqa: DTZ001 - the instrument tells no zone
Line = str | float | int


def write_surface(path: Path, sample: str, remark: str, noise: np.random.Generator) -> None:
    """Write all scans of a sample."""
    lines: list[Line] = [
        *(FORMAT, "Not Specified", "Demo analyzer", "Not Specified", sample),
        *(1, LABEL, "NORM", "REGULAR", len(SCANS), 0, 0, 0, 0, 0, len(SCANS)),
    ]
    for scan in SCANS:
        lines += _block(scan, sample, remark, noise)
    lines.append("end of experiment")
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")


def _block(scan: Scan, sample: str, remark: str, noise: np.random.Generator) -> Sequence[Line]:
    counted, passed = counts(scan, noise), np.round(transmission(scan.binding_ev), 5)
    at = _STARTED_AT
    values = np.column_stack([counted, passed]).ravel().tolist()
    return [
        *(scan.name, sample),
        *(at.year, at.month, at.day, at.hour, at.minute, at.second, 0),
        *(1, remark, "XPS", "Al", PHOTON_EV, 150, _NONE, _NONE, 54.7, 0),
        *("FAT", scan.pass_energy_ev, _NONE, 4.5, 0, _NONE, _NONE, 0, 0),
        *(scan.species, scan.transition, -1),
        *("kinetic energy", "eV", round(PHOTON_EV - scan.highest_ev, 4), scan.step_ev),
        *(2, "counts", "d", "Transmission", "d"),
        *("pulse counting", scan.dwell_second, scan.sweeps, 0, 0, 0, 0, 0),
        *(len(values), int(counted.min()), int(counted.max())),
        *(float(passed.min()), float(passed.max())),
        *(int(each) if place % 2 == 0 else each for place, each in enumerate(values)),
    ]
