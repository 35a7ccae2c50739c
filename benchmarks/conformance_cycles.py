"""Our cycles held beside a peer's: which are paired, and how far their charges are apart.

A peer counts cycles by the instrument's number, by one of its own, or as we do by the turns of the
charge. Its cycles are paired in order with those of ours that are as many: by the instrument's
numbers first, then by turns, then with all of a test together where the instrument has but one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import isnan, nan
from pathlib import Path
from typing import Final

from benchmarks.conformance_ours import OurCycle, OurTest
from benchmarks.peer_answer import PeerAnswer, PeerCycle

FIGURES: Final = Path(__file__).with_name("conformance_cycles.tsv")
ALIKE: Final = 1e-3
"""Numbers within this part of each other are one."""
_NOTHING: Final = 1e-6
"""Below this part of the largest charge of its test a charge is none; a difference, of itself."""

Pairs = Sequence[tuple[OurCycle, PeerCycle]]


@dataclass(frozen=True, slots=True)
class CycleFigure:
    """One test beside one peer.

    Attributes:
        file: its place in the folder that holds the folders of exports.
        reader: our reader of it.
        peer: who is beside ours.
        turns: our cycles by the turns of charge.
        instrument: our cycles by the instrument's numbers, 0 where it has but one.
        counter: steps of ours that took their charge from the counter.
        trapezoid: those that took it from the trapezoid.
        theirs: cycles as the peer tells them, those in which nothing flows left out.
        error: why it tells none.
        paired: with which of ours: instrument, turns or the whole test.
        charge: the largest difference of charge, as part of the larger of both.
        charge_at: the cycle it is in, ours and theirs, A·h.
        discharge: as charge.
        discharge_at: as charge_at.
        efficiency: as charge.
        efficiency_at: as charge_at.
    """

    file: str
    reader: str
    peer: str
    turns: int
    instrument: int
    counter: int
    trapezoid: int
    theirs: int = 0
    error: str = ""
    paired: str = ""
    charge: float = nan
    charge_at: str = ""
    discharge: float = nan
    discharge_at: str = ""
    efficiency: float = nan
    efficiency_at: str = ""

    @property
    def steps(self) -> str:
        """Return where the charge of our steps is from, in words of the page."""
        return f"{self.counter} · {self.trapezoid}"

    @property
    def differs(self) -> bool:
        """Return whether anything is told otherwise, which then needs a verdict."""
        apart = (self.charge, self.discharge, self.efficiency)
        counts = {self.turns, self.instrument} - {0}
        return not self.error and (self.theirs not in counts or any(each > ALIKE for each in apart))


def figure(test: OurTest, peer: str, answer: PeerAnswer[PeerCycle]) -> CycleFigure:
    """Return how a peer's answer is beside a test of ours."""
    told = CycleFigure(
        test.file,
        test.reader,
        peer,
        len(test.turns),
        len(test.instrument),
        test.steps.get("counter", 0),
        test.steps.get("trapezoid", 0),
        error=answer.error,
    )
    if answer.error:
        return told
    theirs = [each for each in answer.rows if _flows(each, _greatest(answer.rows))]
    paired, pairs = _paired(test, theirs, answer.count)
    least = _NOTHING * _greatest(ours for ours, _ in pairs)
    charge = _worst(((o.number, o.charge_ah, t.charge_ah) for o, t in pairs), least)
    discharge = _worst(((o.number, o.discharge_ah, t.discharge_ah) for o, t in pairs), least)
    efficiency = _worst(
        (o.number, o.efficiency, t.efficiency) for o, t in pairs if o.efficiency and t.efficiency
    )
    count = len(theirs) if answer.count is None else answer.count
    return replace(
        told,
        theirs=count,
        paired=paired,
        charge=charge[0],
        charge_at=charge[1],
        discharge=discharge[0],
        discharge_at=discharge[1],
        efficiency=efficiency[0],
        efficiency_at=efficiency[1],
    )


def _greatest(cycles: Iterable[OurCycle | PeerCycle]) -> float:
    charges = (abs(side or 0.0) for each in cycles for side in (each.charge_ah, each.discharge_ah))
    return max(charges, default=0.0)


def _flows(cycle: PeerCycle, greatest: float) -> bool:
    return _greatest([cycle]) > _NOTHING * greatest


def _paired(test: OurTest, theirs: Sequence[PeerCycle], count: int | None) -> tuple[str, Pairs]:
    if count is not None:  # it tells the first few of them, by the rules of ours
        return "turns", list(zip(test.turns, theirs, strict=False))
    if len(theirs) == len(test.instrument) > 0:
        return "instrument", list(zip(test.instrument, theirs, strict=True))
    if len(theirs) == len(test.turns):
        return "turns", list(zip(test.turns, theirs, strict=True))
    if len(theirs) == 1:
        return "whole test", [(_whole(test.turns), theirs[0])]
    return "", []


def _whole(cycles: Sequence[OurCycle]) -> OurCycle:
    into, out = (
        sum(side or 0.0 for side in sides)
        for sides in zip(*((each.charge_ah, each.discharge_ah) for each in cycles), strict=True)
    )
    return OurCycle(1, into, out, None, "")


def _worst(
    pairs: Iterable[tuple[int, float | None, float | None]], least: float = 0.0
) -> tuple[float, str]:
    """Return the largest difference and where it is; nan without a pair.

    A peer that tells nothing of a side says that none of it passed; we say so by a 0.
    """
    found = nan, ""
    for number, ours, theirs in pairs:
        other = theirs or 0.0
        if ours is None:
            apart, own = 1.0, "unknown"
        else:
            larger = max(abs(ours), abs(other))
            apart, own = (abs(ours - other) / larger if larger > least else 0.0), f"{ours:.5g}"
        apart = apart if apart > _NOTHING else 0.0
        if isnan(found[0]) or apart > found[0]:
            found = apart, f"{number}: {own} / {other:.5g}"
    return found
