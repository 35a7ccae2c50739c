"""Peaks of distributions of relaxation times: which of them are processes, and how large."""

from dataclasses import dataclass, fields
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

_LOBE_DECADES: Final = 2.0
"""How far from its peak regularization leaves a side lobe: of a capacitor some 1.5 decades."""
_LOBE_SHARE: Final = 0.05
"""Part of its nearest larger neighbor below which a peak is a side lobe of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Peaks:
    """Peaks of distributions, by sweep and rising time constant; those at either end left out.

    Attributes:
        row: (P,) row of the sweep.
        time_constant_second: (P,) of the top, by the parabola through three points.
        resistance_ohm: (P,) area between the valleys on either side, side lobes included.
        resistance_error_ohm: (P,) one sigma, by covariance, or of resamples and their bias.
        resistance_low_ohm: (P,) end of the 95 % interval by resamples, NaN without.
        resistance_high_ohm: (P,) its other end.
        capacitance_farad: (P,) time constant over resistance.
    """

    row: Rows
    time_constant_second: Floats
    resistance_ohm: Floats
    resistance_error_ohm: Floats
    resistance_low_ohm: Floats
    resistance_high_ohm: Floats
    capacitance_farad: Floats

    @classmethod
    def joined(cls, parts: list[Self]) -> Self:
        """Return all peaks, by row."""
        names = [each.name for each in fields(cls)]
        none = cls(np.zeros(0, dtype=np.int64), *np.zeros((len(names) - 1, 0)))
        order = np.argsort(np.concatenate([none.row, *(each.row for each in parts)]), kind="stable")
        return cls(
            *(
                np.concatenate([getattr(each, name) for each in (none, *parts)])[order]
                for name in names
            )
        )


@dataclass(frozen=True, slots=True, eq=False)
class Tops:
    """Peaks (b, S) of densities (b, T), by rising time constant: what may be a process.

    Attributes:
        time_constant_second: (b, S); NaN where there is no peak, or only the lobe of another.
        area: (b, S) in the unit of the density.
        member: (b, T, S) whether a time constant counts to the peak.
    """

    time_constant_second: Floats
    area: Floats
    member: NDArray[np.bool_]


def tops(density: Floats, time_constant: Floats) -> Tops:
    """Return the peaks of densities (b, T) over time constants (T,), lobes joined to their peak."""
    spacing = np.log(time_constant[1] / time_constant[0])
    left, middle, right = density[:, :-2], density[:, 1:-1], density[:, 2:]
    top = np.zeros(density.shape, dtype=bool)
    valley = top.copy()
    top[:, 1:-1] = (middle > left) & (middle >= right) & (middle > 0.0)
    valley[:, 1:-1] = (middle <= left) & (middle < right)
    # between two valleys there is one top, or none
    place = np.cumsum(valley, axis=1)
    count = int(place.max(initial=0)) + 1
    flat = place + count * np.arange(len(density))[:, None]
    area = np.bincount(flat.ravel(), density.ravel(), count * len(density)) * spacing
    area = area.reshape(-1, count)
    row, column = np.nonzero(top)
    below, here, above = (density[row, column + shift] for shift in (-1, 0, 1))
    shift = 0.5 * (below - above) / (below - 2.0 * here + above)
    tau = np.full(area.shape, np.nan)
    tau[row, place[row, column]] = time_constant[column] * np.exp(shift * spacing)
    owner = _owner(np.log10(tau), np.where(np.isnan(tau), -np.inf, area))
    own = owner == np.arange(count)
    whole = np.bincount(
        (owner + count * np.arange(len(area))[:, None]).ravel(),
        np.where(np.isnan(tau), 0.0, area).ravel(),
        area.size,
    ).reshape(area.shape)
    main = own & ~np.isnan(tau)
    # peaks to the front, so that few columns hold them
    order = np.argsort(~main, axis=1, kind="stable")[:, : max(int(main.sum(axis=1).max()), 1)]
    owned = np.where(np.isnan(tau), -1, owner)
    member = np.take_along_axis(owned, place, axis=1)[:, :, None] == order[:, None, :]
    taken = np.take_along_axis(np.where(main, tau, np.nan), order, axis=1)
    return Tops(taken, np.take_along_axis(whole, order, axis=1), member)


def _owner(decade: Floats, area: Floats) -> Rows:
    """Return which peak (b, S) each is a side lobe of, itself where it is none."""
    apart = np.abs(decade[:, :, None] - decade[:, None, :])
    larger = (area[:, None, :] > area[:, :, None]) & (apart <= _LOBE_DECADES)
    apart = np.where(larger, apart, np.inf)
    nearest = apart.argmin(axis=2)
    beside = np.take_along_axis(area, nearest, axis=1)
    itself = np.arange(area.shape[1])
    lobe = larger.any(axis=2) & (area < _LOBE_SHARE * beside)
    owner = np.where(lobe, nearest, itself)
    for _ in range(int(area.shape[1]).bit_length()):
        owner = np.take_along_axis(owner, owner, axis=1)
    return np.asarray(owner, dtype=np.int64)
