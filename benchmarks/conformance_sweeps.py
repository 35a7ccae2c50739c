"""Our impedance held beside a peer's, point by point, with its sign.

A point of theirs is held beside that of ours which has its frequency and is nearest: the order of
points and sweeps is each reader's own.
"""

from dataclasses import dataclass
from math import nan
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.conformance_cycles import ALIKE
from benchmarks.conformance_ours import OurSweeps
from benchmarks.peer_answer import PeerAnswer, PeerPoint

FIGURES: Final = Path(__file__).with_name("conformance_sweeps.tsv")
_SAME_FREQUENCY: Final = 1e-4
_NOTHING: Final = 1e-6
"""Below this a difference is one of digits printed."""


@dataclass(frozen=True, slots=True)
class SweepFigure:
    """All sweeps of one export beside one peer.

    Attributes:
        file: its place in the folder that holds the folders of exports.
        reader: our reader of it.
        peer: who is beside ours.
        points: ours.
        theirs: points as the peer tells them, those that are no numbers left out.
        error: why it tells none.
        impedance: the largest |ΔZ| over |Z|, 1 where we have no point of that frequency.
        impedance_at: the frequency it is at, Hz, ours and theirs, Ω.
    """

    file: str
    reader: str
    peer: str
    points: int
    theirs: int = 0
    error: str = ""
    impedance: float = nan
    impedance_at: str = ""

    @property
    def differs(self) -> bool:
        """Return whether anything is told otherwise, which then needs a verdict."""
        return not self.error and not (self.theirs == self.points and self.impedance <= ALIKE)


def figure(sweeps: OurSweeps, peer: str, answer: PeerAnswer[PeerPoint]) -> SweepFigure:
    """Return how a peer's answer is beside our sweeps of an export."""
    points = sweeps.frequency_hertz.size
    if answer.error:
        return SweepFigure(sweeps.file, sweeps.reader, peer, points, error=answer.error)
    told = [(p.frequency_hertz, complex(p.real_ohm, p.imaginary_ohm)) for p in answer.rows]
    told = [(frequency, theirs) for frequency, theirs in told if np.isfinite(frequency + theirs)]
    worst, place = nan, ""
    for frequency, theirs in told:
        same = np.abs(sweeps.frequency_hertz - frequency) <= _SAME_FREQUENCY * frequency
        apart, own = 1.0, complex(nan, nan)
        if same.any():
            candidates = sweeps.impedance_ohm[same]
            own = complex(candidates[np.argmin(np.abs(candidates - theirs))])
            apart = abs(own - theirs) / abs(theirs)
        apart = apart if apart > _NOTHING else 0.0
        if not place or apart > worst:
            worst, place = apart, f"{frequency:.6g}: {own:.5g} / {theirs:.5g}"
    return SweepFigure(sweeps.file, sweeps.reader, peer, points, len(told), "", worst, place)
