"""What is analyzed: measurements within a test, numbered and known by a hash."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from schema.catalog.structure import Measured

How = Sequence[Mapping[str, Any]]
"""How each measurement was taken, in the order of their place: columns of its table."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One kind of measurements within tests, e.g. the impedance sweeps."""

    name: str
    """What people call them."""
    kind: str
    """Kind of the lake files they rest in."""
    place: str
    """Column that numbers them within their test."""
    points: tuple[str, ...]
    """Columns of their points: what a result is computed of."""
    table: type[Measured]
    """Table of the catalog that has their hashes."""
    how: tuple[str, ...] = ()
    """Columns of that table that a result is computed of too, e.g. the wavelength."""

    def hashes(self, columns: Mapping[str, Any], how: How = ()) -> list[str]:
        """Return the hash of what each is made of, in the order of their place."""
        place: NDArray[np.int64] = columns[self.place]
        points = np.column_stack([np.asarray(columns[name], dtype="<f8") for name in self.points])
        parts = np.split(points, np.flatnonzero(np.diff(place)) + 1)
        conditions = (json.dumps([row.get(name) for name in self.how]).encode() for row in how)
        beside = conditions if self.how else (b"" for _ in parts)
        return [
            hashlib.sha256(part.tobytes() + more).hexdigest()[:16]
            for part, more in zip(parts, beside, strict=True)
        ]
