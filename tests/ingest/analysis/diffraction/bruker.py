"""A measured pattern, read by the published layout of its file, for tests of what is computed."""

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from schema.diffraction.radiation import Radiation

Floats = NDArray[np.float64]


def raw4(path: Path) -> tuple[Floats, Floats, Radiation]:
    """Return 2θ, counts and radiation of the first range of a RAW4.00 file."""
    data = path.read_bytes()
    place = 61
    radiation = None
    while True:
        kind, length = struct.unpack_from("<II", data, place)
        if kind in {0, 160}:
            break
        if kind == 30:
            alpha1, alpha2, beta, ratio = struct.unpack_from("<4d", data, place + 80)
            radiation = Radiation.stated(
                anode="Cu",
                alpha1_angstrom=alpha1,
                alpha2_angstrom=alpha2,
                beta_angstrom=beta,
                alpha2_ratio=ratio,
            )
        place += length
    start, step, count = struct.unpack_from("<ddI", data, place + 72)
    (extra,) = struct.unpack_from("<I", data, place + 140)
    counts = np.frombuffer(data, "<f4", count, place + 160 + extra).astype(float)
    assert radiation is not None
    return start + step * np.arange(count), counts, radiation
