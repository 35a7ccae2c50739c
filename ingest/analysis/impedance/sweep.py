"""Sweeps laid out for batches: one row a spectrum, one column a point."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

_SMALLEST, _LARGEST = 1e-30, 1e30
"""Ω and Hz beyond which a number is no measurement."""


@dataclass(frozen=True, slots=True, eq=False)
class Sweeps:
    """Spectra of one test, in the order of their count.

    Points stand in the order they were measured; a row shorter than the longest is padded.

    Attributes:
        spectrum_count: (B,) place of the sweep within the test.
        frequency_hertz: (B, N), 1.0 where not counted.
        impedance_ohm: (B, N), 1.0 where not counted.
        counted: (B, N), False where padded or unusable: not finite, or no frequency or impedance.
    """

    spectrum_count: NDArray[np.int64]
    frequency_hertz: NDArray[np.float64]
    impedance_ohm: NDArray[np.complex128]
    counted: NDArray[np.bool_]

    @classmethod
    def of(
        cls,
        spectrum_count: NDArray[np.int64],
        frequency: NDArray[np.float64],
        real: NDArray[np.float64],
        imaginary: NDArray[np.float64],
    ) -> Self:
        """Lay out the flat columns of schema.relation.SPECTRUM, in Hz and Ω."""
        order = np.argsort(spectrum_count, kind="stable")
        count, first, size = np.unique(spectrum_count[order], return_index=True, return_counts=True)
        row = np.repeat(np.arange(count.size), size)
        column = np.arange(order.size) - np.repeat(first, size)
        width = int(size.max(initial=0))
        frequencies = np.ones((count.size, width))
        impedances = np.ones((count.size, width), dtype=np.complex128)
        counted = np.zeros((count.size, width), dtype=bool)
        with np.errstate(over="ignore", invalid="ignore"):
            magnitude = np.hypot(real, imaginary)
        usable = _measured(magnitude) & _measured(frequency)
        frequencies[row, column] = np.where(usable, frequency, 1.0)[order]
        real_part, imaginary_part = np.where(usable, real, 1.0), np.where(usable, imaginary, 0.0)
        impedances.real[row, column] = real_part[order]
        impedances.imag[row, column] = imaginary_part[order]
        counted[row, column] = usable[order]
        return cls(count.astype(np.int64), frequencies, impedances, counted)

    def __len__(self) -> int:
        return self.spectrum_count.size

    def take(self, rows: NDArray[Any]) -> Self:
        """Return these rows, by index or by mask."""
        return type(self)(
            self.spectrum_count[rows],
            self.frequency_hertz[rows],
            self.impedance_ohm[rows],
            self.counted[rows],
        )

    def without(self, points: NDArray[np.bool_]) -> Self:
        """Return the sweeps with these points (B, N) no longer counted."""
        return type(self)(
            self.spectrum_count,
            np.where(points, 1.0, self.frequency_hertz),
            np.where(points, 1.0, self.impedance_ohm),
            self.counted & ~points,
        )

    def by_grid(self) -> Iterator[tuple[NDArray[np.int64], Self]]:
        """Yield (row indices, their sweeps) that share one frequency grid and one counted row."""
        if not len(self):
            return
        signed = np.where(self.counted, self.frequency_hertz, -1.0)
        if (signed == signed[0]).all():
            yield np.arange(len(self)), self
            return
        group = np.unique(signed, axis=0, return_inverse=True)[1].reshape(-1)
        order = np.argsort(group, kind="stable").astype(np.int64)
        for rows in np.split(order, np.flatnonzero(np.diff(group[order])) + 1):
            yield rows, self.take(rows)


def _measured(number: NDArray[np.float64]) -> NDArray[np.bool_]:
    return (number > _SMALLEST) & (number < _LARGEST)
