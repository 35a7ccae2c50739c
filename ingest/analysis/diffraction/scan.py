"""The scans of a test as their methods take them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from ingest.analysis.diffraction.pattern import Pattern
from ingest.analysis.subject import How
from ingest.count_scale import counting
from schema.diffraction.radiation import Radiation
from schema.error import InvalidArgument

Floats = NDArray[np.float64]

_EVEN: Final = 0.1
"""Of a step, by which steps may differ and be even."""
_FEWEST_POINTS: Final = 50
_MOST_POINTS: Final = 50_000
"""Points times lines must fit into memory a few times."""

NO_ANGLE: Final = "no_two_theta"
UNEVEN: Final = "steps_uneven"
FEW_POINTS: Final = "too_few_points"
MANY_POINTS: Final = "too_many_points"
GAPS: Final = "intensity_missing"


@dataclass(frozen=True, slots=True, eq=False)
class Scan:
    """One scan: its pattern, or why it is none."""

    scan_count: int
    pattern: Pattern | None
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Scans:
    """The scans of a test, in the order of their place."""

    scans: tuple[Scan, ...]

    @classmethod
    def of(cls, columns: Mapping[str, Any], how: How) -> Self:
        """Return the scans of columns of schema.structure.DIFFRACTION, taken so."""
        place = np.asarray(columns["scan_count"])
        numbers = {
            name: np.asarray(columns[name], dtype=float)
            for name in ("two_theta_degree", "intensity", "intensity_error")
        }
        counts = np.unique(place).tolist()
        return cls(
            tuple(
                _scan(count, {name: each[place == count] for name, each in numbers.items()}, row)
                for count, row in zip(counts, how, strict=True)
            )
        )

    def take(self, rows: NDArray[Any]) -> Self:
        """Return some of them, by index or by mask."""
        index = np.arange(len(self.scans))[rows]
        return type(self)(tuple(self.scans[one] for one in index.tolist()))


def _scan(count: int, columns: Mapping[str, Floats], row: Mapping[str, Any]) -> Scan:
    angle, intensity = columns["two_theta_degree"], columns["intensity"]
    fault = _fault(angle, intensity)
    if fault:
        return Scan(count, None, fault)
    rising = slice(None) if angle[-1] > angle[0] else slice(None, None, -1)
    how = counting(
        intensity[rising],
        stated_as_counts=row.get("intensity_unit") == "counts",
        dwell_second=row.get("counting_time_second"),
        standard_deviation=(
            np.nan_to_num(columns["intensity_error"][rising])
            if row.get("count_scale") == "stated"
            else None
        ),
    )
    return Scan(
        count,
        Pattern(angle[rising], intensity[rising], how, _radiation(row), row.get("radius_mm")),
        "",
    )


def _fault(angle: Floats, intensity: Floats) -> str:
    """Return why a scan is no pattern, "" where it is one."""
    if not np.isfinite(angle).all():
        return NO_ANGLE
    if len(angle) < _FEWEST_POINTS:
        return FEW_POINTS
    if len(angle) > _MOST_POINTS:
        return MANY_POINTS
    step = np.diff(angle)
    usual = np.median(step)
    if usual == 0.0 or (np.abs(step - usual) > _EVEN * abs(usual)).any():
        return UNEVEN
    return "" if np.isfinite(intensity).all() else GAPS


def _radiation(row: Mapping[str, Any]) -> Radiation | None:
    try:
        return Radiation.stated(
            anode=row.get("anode"),
            alpha1_angstrom=row.get("wavelength_angstrom"),
            alpha2_angstrom=row.get("second_wavelength_angstrom"),
            beta_angstrom=row.get("beta_wavelength_angstrom"),
            alpha2_ratio=row.get("second_ratio"),
        )
    except InvalidArgument:  # neither a wavelength nor an anode that is known
        return None
