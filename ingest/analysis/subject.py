"""What is analyzed: parts of a test that are numbered, rest in the lake and are known by a hash."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from schema.catalog import Sweep


@dataclass(frozen=True, slots=True)
class Subject:
    """One kind of parts of tests, e.g. the impedance sweeps."""

    name: str
    """What people call them."""
    kind: str
    """Kind of the lake files they rest in."""
    place: str
    """Column that numbers them within their test."""
    points: tuple[str, ...]
    """Columns of their points: what a result is computed of."""
    table: type[Sweep]
    """Table of the catalog that has their hashes."""

    def hashes(self, columns: Mapping[str, Any]) -> list[str]:
        """Return the hash of the points of each, in the order of their place."""
        place: NDArray[np.int64] = columns[self.place]
        points = np.column_stack([np.asarray(columns[name], dtype="<f8") for name in self.points])
        parts = np.split(points, np.flatnonzero(np.diff(place)) + 1)
        return [hashlib.sha256(part.tobytes()).hexdigest()[:16] for part in parts]
