"""What Rigaku's .ras and .rasx share: three numbers a point, and what their beam is called."""

from typing import Final

import numpy as np

from ingest.parse.number_block import NumberBlock, number_block
from ingest.parse.scan import INTENSITY, TWO_THETA, Scan, doublet
from ingest.reading import Export, Fact

ATTENUATION: Final = "Attenuation"
_COUPLED: Final = frozenset(
    {"2-Theta/Omega", "2-Theta/Theta", "Two-Theta", "2-Theta"}
    | {"TwoThetaOmega", "TwoThetaTheta", "TwoTheta"}
)
"""Axes whose position is 2θ; others keep their name."""


def points(
    export: Export, reader: str, body: str, *, first_line: int, axis: str, promised: int | None
) -> NumberBlock:
    """Return position, intensity and attenuation of the points of a scan.

    ``promised`` is how many the file says there are, None where it does not.
    """
    count = sum(1 for line in body.split("\n") if line.strip()) if promised is None else promised
    names = (axis, INTENSITY, ATTENUATION)
    return number_block(export, reader, body, first_line=first_line, names=names, promised=count)


def scan(block: NumberBlock, axis: str, how: dict[str, Fact]) -> Scan:
    """Return a scan: its intensity is what the detector counted times the attenuation."""
    position, counted, attenuation = block.columns
    name = TWO_THETA if axis in _COUPLED else axis or "position"
    with np.errstate(over="ignore"):  # what is infinite then is reported as such
        intensity = counted * attenuation
    columns = {name: position, INTENSITY: intensity, ATTENUATION: attenuation}
    return Scan(columns, {**how, "axis": axis or None})


def beam(
    first: float | None, second: float | None, beta: float | None, wave: str | None
) -> dict[str, Fact]:
    """Return the wavelengths; ``Ka1`` is a beam without Kα2, how much ``Ka`` has nobody says."""
    return doublet(first, second, 0.0 if (wave or "").lower() == "ka1" else None, beta)
