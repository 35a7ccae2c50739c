"""The photoemission regions of a test as their methods take them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from ingest.analysis.subject import How
from ingest.energy_reference import carbon_reference
from schema.photoemission.line import Line, line_for

Floats = NDArray[np.float64]

_FEWEST_POINTS: Final = 20
_EVEN: Final = 0.1
"""Of a step, by which steps may differ and be even."""
_WIDEST_EV: Final = 3.5
"""Beyond that C1s is several."""
NO_ENERGY: Final = "no_binding_energy"
FEW_POINTS: Final = "too_few_points"
UNEVEN: Final = "steps_uneven"
GAPS: Final = "intensity_missing"


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """A region by rising binding energy, referred to its reference.

    Attributes:
        count: its place within the test.
        binding_ev: (N,) as referred.
        intensity: (N,) as the export has it.
        transmission: (N,); NaN where the export does not state it.
        gain: variance over intensity; NaN where nothing is known of its noise.
        count_scale: whether that is known: counts, scaled, estimated, none.
        shift_ev: added to what was measured.
        photon_ev: energy of the photons; NaN where it is not stated.
        source_angle_degree: between source and analyzer; NaN where it is not stated.
        counting_time_second: of a point, by which counts become rates; 1 where they are, NaN
            where nobody says.
        seen_width_ev: of C1s in a survey, whose analyzer widens all lines; 0 where it has none.
        line: it was taken for; None for a survey.
        fault: why nothing is made of it, "" where it is as it should be.
    """

    count: int
    binding_ev: Floats
    intensity: Floats
    transmission: Floats
    gain: float
    count_scale: str
    shift_ev: float
    photon_ev: float
    source_angle_degree: float
    counting_time_second: float
    seen_width_ev: float
    line: Line | None
    fault: str

    @property
    def step_ev(self) -> float:
        """Return what energies lie apart."""
        return float(np.median(np.diff(self.binding_ev)))

    def within(self, lowest_ev: float, highest_ev: float) -> slice:
        """Return the points between two energies, these included."""
        half = self.step_ev / 2.0
        first, last = np.searchsorted(self.binding_ev, (lowest_ev - half, highest_ev + half))
        return slice(int(first), int(last))

    def covers(self, lowest_ev: float, highest_ev: float) -> bool:
        """Return whether its energies reach from one energy to another."""
        half = self.step_ev / 2.0
        first, last = self.binding_ev[[0, -1]]
        return bool(first <= lowest_ev + half and last >= highest_ev - half)


@dataclass(frozen=True, slots=True, eq=False)
class Regions:
    """The regions of a test, in the order of their place."""

    regions: tuple[Region, ...]

    @classmethod
    def of(cls, columns: Mapping[str, Any], how: How) -> Self:
        """Return the regions of columns of schema.structure.PHOTOEMISSION, taken so."""
        place = np.asarray(columns["region_count"])
        names = ("binding_energy_ev", "intensity", "intensity_error", "transmission")
        numbers = {name: np.asarray(columns[name], dtype=np.float64) for name in names}
        counts = np.unique(place).tolist()
        return cls(
            tuple(
                _region(count, {name: each[place == count] for name, each in numbers.items()}, row)
                for count, row in zip(counts, how, strict=True)
            )
        )

    def take(self, rows: NDArray[Any]) -> Self:
        """Return some of them, by index or by mask."""
        index = np.arange(len(self.regions))[rows]
        return type(self)(tuple(self.regions[one] for one in index.tolist()))


def _region(count: int, columns: Mapping[str, Floats], row: Mapping[str, Any]) -> Region:
    shift = float(row.get("energy_shift_ev") or 0.0)
    order = np.argsort(columns["binding_energy_ev"], kind="stable")
    binding = columns["binding_energy_ev"][order] + shift
    intensity = columns["intensity"][order]
    line = line_for(row.get("element"), row.get("transition"))
    fault = _fault(binding, intensity)
    seen = None if line or fault else carbon_reference(binding - shift, intensity).width_ev
    return Region(
        count,
        binding,
        intensity,
        columns["transmission"][order],
        _gain(intensity, columns["intensity_error"][order]),
        str(row.get("count_scale") or "none"),
        shift,
        _number(row.get("excitation_energy_ev")),
        _number(row.get("source_angle_degree")),
        _counting_time(row),
        min(seen or 0.0, _WIDEST_EV),
        line,
        fault,
    )


def _number(value: Any) -> float:  # noqa: ANN401 # of a column
    return float("nan") if value is None else float(value)


def _counting_time(row: Mapping[str, Any]) -> float:
    if row.get("intensity_unit") != "counts":
        return 1.0
    return _number(row.get("dwell_second")) * float(row.get("sweep_count") or 1)


def _gain(intensity: Floats, error: Floats) -> float:
    """Return variance over intensity, as the errors of the points have it."""
    with np.errstate(all="ignore"):  # of damaged numbers
        found = error**2 / intensity
    known = found[np.isfinite(found) & (intensity > 0)]
    return float(np.median(known)) if known.size else float("nan")


def _fault(binding: Floats, intensity: Floats) -> str:
    if not np.isfinite(binding).all():
        return NO_ENERGY
    if binding.size < _FEWEST_POINTS:
        return FEW_POINTS
    steps = np.diff(binding)
    usual = np.median(steps)
    if usual <= 0.0 or (np.abs(steps - usual) > _EVEN * usual).any():
        return UNEVEN
    return "" if np.isfinite(intensity).all() else GAPS
