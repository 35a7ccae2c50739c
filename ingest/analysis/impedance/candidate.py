"""The circuits that are compared where nobody names any, and which of them a sweep can be.

From a resistance alone to three arcs, each with every kind of tail and with a lead inductance:

    W     semi-infinite diffusion             Wo    diffusion that ends at a wall
    CPE   an electrode that blocks            TLMQ  pores whose walls block
    Ws    diffusion to a surface that holds   G     diffusion with a reaction on its way
    p(R,L)  an inductive arc

What the ends of a sweep rule out is not tried: a tail that blocks where -Im(Z) falls towards low
frequencies and is gone, one that ends on the axis where it rises, an inductive arc where nothing is
inductive.
"""

from dataclasses import dataclass
from itertools import product
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from ingest.analysis.impedance.sweep import Sweeps
from schema.impedance.circuit import Circuit, Leaf, is_inductive_arc
from schema.impedance.element import Reals

_MOST_ARCS: Final = {"": 3, "W": 3, "CPE": 3, "Wo": 2, "Ws": 2, "TLMQ": 1, "G": 1, "p(R,L)": 2}
"""Arcs that stand before a tail, at most."""
_BLOCKING: Final = frozenset({"W", "CPE", "Wo", "TLMQ", "C"})
_CLOSING: Final = frozenset({"Ws", "G"})
_LEAST_TAIL: Final = 0.02
"""Part of |Z| that -Im(Z) has at the low end, at least, where a tail may be."""
_NEAR_AXIS: Final = 0.3
"""Part of |Z| that -Im(Z) may have at the high end where a lead inductance can be seen."""
_FEWEST: Final = 4
"""Points at the low end that are looked at, at least."""
_NOISES: Final = 3.0
_NOISES_TOGETHER: Final = 2.0
"""The mean of the low end is that many of its standard errors below the axis."""
_LEAST_NOISE: Final = 1e-4


def _candidates() -> tuple[str, ...]:
    found = ["L0", "CPE1", "L0-CPE1"]
    for arcs, tail in product(range(4), _MOST_ARCS):
        if arcs <= _MOST_ARCS[tail] and (arcs or tail != "p(R,L)"):
            number = arcs + 1
            terms = ["R0", *(f"p(R{arc},CPE{arc})" for arc in range(1, arcs + 1))]
            if tail:
                loop = f"p(R{number},L{number})"
                terms.append(loop if tail == "p(R,L)" else f"{tail}{number}")
            found += ["-".join(terms), "-".join(["L0", *terms])]
    return tuple(found)


CANDIDATES: Final = _candidates()


@dataclass(frozen=True, slots=True, eq=False)
class Ends:
    """What the two ends of B sweeps show.

    Attributes:
        rises: (B,) -Im(Z) rises towards the lowest frequency: something goes on below the band.
        closes: (B,) -Im(Z) is nearly gone there: nothing does.
        loops: (B,) the sweep is inductive below its arcs.
        leads: (B,) a lead inductance may be seen at the highest frequencies.
        led: (B,) it is seen there: no circuit without one is that of the sweep.
    """

    rises: NDArray[np.bool_]
    closes: NDArray[np.bool_]
    loops: NDArray[np.bool_]
    leads: NDArray[np.bool_]
    led: NDArray[np.bool_]

    @classmethod
    def of(cls, sweeps: Sweeps, noise_square: Reals) -> Self:
        """Look at the ends of sweeps of this relative variance (B,)."""
        if not sweeps.counted.size:
            return cls(*np.zeros((5, len(sweeps)), dtype=bool))
        counted = sweeps.counted
        place = np.log(np.where(counted, sweeps.frequency_hertz, 1.0))
        size = np.where(counted, np.abs(sweeps.impedance_ohm), 1.0)
        height = np.where(counted, -sweeps.impedance_ohm.imag, 0.0)
        lowest = np.where(counted, place, np.inf).min(axis=1, keepdims=True)
        rank = np.argsort(np.argsort(np.where(counted, place, np.inf), axis=1), axis=1)
        low = counted & ((place <= lowest + np.log(10.0)) | (rank < _FEWEST))
        count = np.maximum(low.sum(axis=1, keepdims=True), 1)
        away = np.where(low, place - (place * low).sum(axis=1, keepdims=True) / count, 0.0)
        falls = (away * height).sum(axis=1) < 0.0
        reaches = (height * low).sum(axis=1) > _LEAST_TAIL * (size * low).sum(axis=1)
        noise = np.sqrt(np.nan_to_num(noise_square, nan=0.0))[:, None]
        top = np.where(counted, height, -np.inf).argmax(axis=1)[:, None]
        below = counted & (place < np.take_along_axis(place, top, axis=1))
        depth = -height / (np.maximum(noise, _LEAST_NOISE) * size)
        sunk = below & (depth > _NOISES)
        together = (depth * low * below).sum(axis=1) / np.sqrt(count[:, 0])
        highest = np.where(counted, place, -np.inf).argmax(axis=1)[:, None]
        off_axis = np.take_along_axis(height / size, highest, axis=1)[:, 0]
        near = off_axis < _NEAR_AXIS
        risen = counted & (place > np.take_along_axis(place, top, axis=1))
        risen &= -height > _NOISES * np.maximum(noise, _LEAST_NOISE) * size
        led = near & (risen.sum(axis=1) > 1)
        # where points are so few that the noise is not known, the sign of all of them tells
        loops = (sunk.sum(axis=1) > 1) | (together > _NOISES_TOGETHER)
        loops |= (low & ~(below & (height < 0.0))).sum(axis=1) == 0
        return cls(falls & reaches, ~falls & ~reaches, loops, near, led)

    def suit(self, circuit: Circuit) -> NDArray[np.bool_]:
        """Return which sweeps (B,) a circuit may be that of."""
        suited = self.leads if circuit.is_led else ~self.led
        for term in circuit.terms:
            symbol = term.element.symbol if isinstance(term, Leaf) else ""
            if symbol in _BLOCKING:
                suited = suited & ~self.closes & ~self.loops
            elif symbol in _CLOSING:
                suited = suited & ~self.rises
            elif is_inductive_arc(term):
                suited = suited & self.loops
        return suited
