"""What else a sweep may be: circuits that it does not rule out, with another whole resistance.

Two kinds of them make a choice doubtful. One that says something else, and fits as well: whose
AICc is not so much higher that it has no support (less for one that was rejected itself, for a
parameter it does not tell). And one that has the chosen for a limit, where an F-test at 1 % asks
for it, and not the stricter one by which a circuit is kept (selection.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.analysis.impedance.selection import exceeds
from schema.impedance.element import Reals

_SUPPORTED: Final = 10.0
_SUPPORTED_REJECTED: Final = 6.0
"""A circuit whose AICc is higher by 10 has essentially no support, by 4 to 7 considerably less.

K. P. Burnham, D. R. Anderson, Model Selection and Multimodel Inference, 2002, section 2.6.
"""
_APART: Final = 3.0
_LEAST_APART: Final = 0.005
"""Two resistances differ by more than so many standard errors, and more than this part."""


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """The circuits that were tried on B sweeps, in order of their number of parameters.

    What was not tried on a sweep, or came to nothing there, is nan, and neither ok nor open.

    Attributes:
        names: (C,) the circuits.
        size: (C,) parameters fitted.
        nested: (C, C), whether the one has the other for a limit.
        point_count: (C, B) points fitted.
        square_sum: (C, B) left by each.
        aicc: (C, B).
        whole_ohm: (C, B) the whole resistance.
        error_ohm: (C, B) its standard error, nan where a bound holds a part of it.
        ok: (C, B), whether the fit is.
        open: (C, B), whether the sweep does not rule it out: it leaves no more than the noise.
    """

    names: Sequence[str]
    size: Reals
    nested: NDArray[np.bool_]
    point_count: Reals
    square_sum: Reals
    aicc: Reals
    whole_ohm: Reals
    error_ohm: Reals
    ok: NDArray[np.bool_]
    open: NDArray[np.bool_]


def doubts(compared: Compared, chosen: NDArray[np.int64]) -> dict[int, str]:
    """Return why the choice for a sweep is doubtful, by the row of the sweep, where it is.

    Args:
        compared: the circuits.
        chosen: (B,) places of the circuits that were chosen, -1 where none was.
    """
    row = np.arange(chosen.size)
    whole, error, aicc = (
        each[chosen, row] for each in (compared.whole_ohm, compared.error_ohm, compared.aicc)
    )
    with np.errstate(all="ignore"):
        apart = np.abs(compared.whole_ohm - whole)
        differs = apart > _LEAST_APART * whole
        larger = compared.nested[:, chosen]
        support = np.where(compared.ok, _SUPPORTED, _SUPPORTED_REJECTED)
        other = ~larger & (compared.aicc < aicc + support)
        other &= apart > _APART * np.hypot(compared.error_ohm, error)
        more = np.maximum(compared.size[:, None] - compared.size[chosen], 1.0)
        spare = 2.0 * compared.point_count - compared.size[:, None]
        gain = compared.square_sum[chosen, row] - compared.square_sum
        asked = larger & exceeds(gain, more, compared.square_sum / spare, spare)
        asked &= np.isfinite(compared.error_ohm) & (apart > _APART * error)
    doubtful = compared.open & differs & (other | asked) & (chosen >= 0)
    found = {}
    for each in np.flatnonzero(doubtful.any(axis=0)):
        place = int(np.argmin(np.where(doubtful[:, each], compared.aicc[:, each], np.inf)))
        found[int(each)] = (
            f"{compared.names[place]} fits {'better' if asked[place, each] else 'as well'}, with "
            f"{compared.whole_ohm[place, each]:.4g} Ω in all instead of {whole[each]:.4g} Ω"
        )
    return found
