"""Fewer points that still look like all of them."""

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from tsdownsample import MinMaxDownsampler, MinMaxLTTBDownsampler

_SMALLEST_SHARE: Final = 4


class Method(Enum):
    """How points are chosen."""

    MINMAX = "minmax"
    LTTB = "lttb"


_CHOOSE: Final[dict[Method, Callable[..., NDArray[Any]]]] = {
    Method.MINMAX: MinMaxDownsampler().downsample,  # type: ignore[no-untyped-call] # it ships no types
    Method.LTTB: MinMaxLTTBDownsampler().downsample,  # type: ignore[no-untyped-call] # the same
}


def chosen(
    columns: Sequence[NDArray[np.float64]], count: int, most: int, method: Method
) -> NDArray[np.int64] | None:
    """Return the rows to keep, rising, at most ``most`` of ``count``; None where all stay.

    Every column has an equal share of the rows, so that the peaks of each are kept: with MINMAX the
    lowest and highest value of each stretch, with LTTB those of them that keep its shape
    (Steinarsson 2013). A null (NaN) is not chosen while there are numbers. First and last row stay.
    Where there are too few rows for that, or no numbers, they are evenly spread.
    """
    if count <= most:
        return None
    drawn = [values for values in columns if np.isfinite(values).any()]
    share = (most - 2) // max(len(drawn), 1) // 2 * 2
    if not drawn or share < _SMALLEST_SHARE:
        return np.unique(np.linspace(0, count - 1, most).astype(np.int64))
    picked = [np.array([0, count - 1])]
    for values in drawn:
        finite = np.where(np.isfinite(values), values, np.nan)
        picked.append(_CHOOSE[method](finite, n_out=share))
    return np.unique(np.concatenate(picked)).astype(np.int64)
