"""Which of several circuits a sweep is taken for.

The lower of Akaike's criteria (AICc) is taken; of two circuits of which one is a limit of the other
the simpler is kept unless an F-test asks for more too: at 1 %, which the ten or so that are
compared share. Whether a circuit says all that there is
to be said is the same F-test, against the fit of general relaxations that the noise was estimated
by.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from schema.impedance.circuit import Circuit, Leaf, Node
from schema.impedance.element import Reals

ONE_PERCENT: Final = 2.3263479
ONE_THOUSANDTH: Final = 3.0902323
"""Quantiles of the normal distribution, of one side."""


_LIMITS: Final = {
    "W": ("CPE", "Wo", "Ws", "TLMQ", "G", "p(R,CPE)"),
    "CPE": ("TLMQ", "p(R,CPE)"),
    "Wo": ("TLMQ",),
}
"""Elements, by what has them for a limit: an arc of endless resistance blocks."""


def holds(larger: Circuit, smaller: Circuit) -> bool:
    """Return whether a circuit has another for a limit, term by term in series."""
    left = [_kind(term) for term in larger.terms]
    for kind in map(_kind, smaller.terms):
        taken = next((each for each in (kind, *_LIMITS.get(kind, ())) if each in left), None)
        if taken is None:
            return False
        left.remove(taken)
    return True


def _kind(term: Node) -> str:
    """Return what a term is, whatever its numbers."""
    if isinstance(term, Leaf):
        return term.element.symbol
    return "".join(letter for letter in str(term) if not letter.isdigit())


def exceeds(
    more: Reals, parameters: Reals, square: Reals, spare: Reals, normal: float = ONE_PERCENT
) -> NDArray[np.bool_]:
    """Return whether so many further parameters explain more than chance would.

    Args:
        more: the sum of squares that they explain.
        parameters: how many they are.
        square: variance that is left with them.
        spare: its degrees of freedom.
        normal: quantile of the normal distribution of that chance.
    """
    with np.errstate(all="ignore"):
        ratio = more / parameters / square
    return np.asarray(ratio > critical_ratio(parameters, spare, normal))


def critical_ratio(one: Reals, other: Reals, normal: float = ONE_PERCENT) -> Reals:
    """Return a quantile of Fisher's F, within a few percent.

    E. Paulson, Ann. Math. Stat. 13 (1942) 233: the cube root of F is nearly normal.
    """
    with np.errstate(all="ignore"):
        a, b, z = 2.0 / (9.0 * one), 2.0 / (9.0 * other), normal
        spread = (1.0 - a) ** 2 * b + (1.0 - b) ** 2 * a - a * b * z * z
        root = ((1.0 - a) * (1.0 - b) + z * np.sqrt(spread)) / ((1.0 - b) ** 2 - b * z * z)
        # with few degrees of freedom the denominator passes zero: nothing is significant
        return np.where((b * z * z < (1.0 - b) ** 2) & (one > 0), root**3, np.inf)


def selected(
    square_sum: Reals,
    aicc: Reals,
    size: Reals,
    count: Reals,
    nested: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Return which circuit (B,) each sweep is taken for, -1 for none.

    Args:
        square_sum: (circuits, B) left by each; circuits in order of their number of parameters.
        aicc: (circuits, B), infinite for those that are out of the question.
        size: (circuits,) parameters.
        count: (circuits, B) numbers fitted, two a point.
        nested: (circuits, circuits), whether the one has the other for a limit.
    """
    batch = aicc.shape[1]
    row = np.arange(batch)
    best = np.full(batch, -1)
    for place, able in enumerate(np.isfinite(aicc)):
        none = best < 0
        more = size[place] - size[best]
        spare = count[place] - size[place]
        gain = np.nan_to_num(square_sum[best, row], posinf=0.0) - square_sum[place]
        square = np.maximum(square_sum[place], 1e-300) / spare
        better = (aicc[place] < aicc[best, row]) & (
            ~nested[place, best]
            | exceeds(gain, np.maximum(more, 1.0), square, spare, ONE_THOUSANDTH)
        )
        best = np.where(able & (none | better), place, best)
    return best
