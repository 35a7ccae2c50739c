"""Scans of a diffractometer, one after another in a file, as one test."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.reading import Fact, Finding, Measurement, RawColumn, Reading

TWO_THETA: Final = "2Theta"
"""The name under which readers give the angle that is one."""
INTENSITY: Final = "Intensity"
ERROR: Final = "Error"
_QUANTITIES: Final = {
    TWO_THETA: "two_theta_degree",
    INTENSITY: "intensity",
    ERROR: "intensity_error",
}


@dataclass(frozen=True, slots=True, eq=False)
class Scan:
    """One scan: columns of equal length by name, and how it was taken."""

    columns: Mapping[str, NDArray[np.float64]]
    how: Mapping[str, Fact]

    @property
    def row_count(self) -> int:
        """Return the number of its points."""
        return len(self.columns[INTENSITY])


def one_test(
    scans: Sequence[Scan],
    *,
    instrument: str | None,
    facts: Mapping[str, Fact],
    findings: Sequence[Finding] = (),
    started_at: datetime | None = None,
) -> Reading:
    """Return the scans of an export as a test; what a scan has no column of is missing in it."""
    names = dict.fromkeys(name for scan in scans for name in scan.columns)
    columns = (
        RawColumn(
            name,
            np.concatenate(
                [scan.columns.get(name, np.full(scan.row_count, np.nan)) for scan in scans]
            ),
            _QUANTITIES.get(name),
        )
        for name in names
    )
    return Reading(
        tuple(columns),
        technique="XRD",
        instrument=instrument,
        started_at=started_at,
        facts=facts,
        findings=tuple(findings),
        measured="diffraction",
        measurements=tuple(Measurement(scan.how, scan.row_count) for scan in scans),
    )


def doublet(
    first: float | None, second: float | None, ratio: float | None, beta: float | None = None
) -> dict[str, Fact]:
    """Return the wavelengths of a beam in Å, and how much of Kα2 is in it; 0 is not known.

    A ratio of 0 says that there is no Kα2, whose wavelength the export may have all the same.
    """
    no_second = ratio == 0.0
    return {
        "wavelength_angstrom": first or None,
        "second_wavelength_angstrom": None if no_second else second or None,
        "second_ratio": ratio,
        "beta_wavelength_angstrom": beta or None,
    }
