"""Photoemission regions made of lines and steps, with the noise of counts."""

import numpy as np
from numpy.typing import NDArray

from ingest.analysis.photoemission.component import profile
from ingest.analysis.photoemission.region import Region
from schema.photoemission.line import lines

Floats = NDArray[np.float64]
BY_NAME = {line.name: line for line in lines()}


def spectrum(
    energy: Floats, parts: list[tuple[float, float]], *, level: float, step: float, width: float
) -> Floats:
    """Return expected counts: parts (energy, area) above a level, and a step that follows them."""
    apart = float(energy[1] - energy[0])
    line = sum(
        (area * profile(energy - at, width, 0.2) for at, area in parts), np.zeros(energy.size)
    )
    return np.asarray(level + line + step * np.cumsum(line) * apart)


def region(
    energy: Floats, counts: Floats, line: str | None, *, gain: float = 1.0, scale: str = "counts"
) -> Region:
    """Return a region of Al Kα at the angle that needs no correction."""
    return Region(
        count=1,
        binding_ev=energy,
        intensity=counts,
        transmission=np.full(energy.size, np.nan),
        gain=gain,
        count_scale=scale,
        shift_ev=0.0,
        photon_ev=1486.6,
        source_angle_degree=54.7,
        counting_time_second=1.0,
        seen_width_ev=0.0,
        line=BY_NAME[line] if line else None,
        fault="",
    )
