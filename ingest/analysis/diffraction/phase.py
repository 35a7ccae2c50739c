"""What is stated of the phases of a pattern."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.analysis.diffraction.alignment import Alignment
from ingest.analysis.diffraction.cell import Cell
from ingest.analysis.diffraction.limit import PhaseLimit
from ingest.analysis.diffraction.match import Verdict

Indices = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Phase:
    """A reference compared with a pattern.

    Attributes:
        aligned: how it lies upon it.
        verdict: present or candidate.
        reason: why it is not present.
        main: whether it is the main one.
        cell: as fitted; None where it was not.
        limits: how little of it would be seen, by each k_a; none of the main phase.
    """

    aligned: Alignment
    verdict: Verdict
    reason: str
    main: bool
    cell: Cell | None
    limits: tuple[PhaseLimit, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Phases:
    """What phases a pattern has.

    Attributes:
        phases: every reference, in the order given.
        ghost: (P,) what each line may be a ghost by, "" where it is none.
        owner: (P,) index of the phase that has each line, -1 where none does.
        line: (P,) index of the reference's line it is, -1 where it has no owner.
        reason: why nothing was computed; else "".
    """

    phases: tuple[Phase, ...]
    ghost: NDArray[np.object_]
    owner: Indices
    line: Indices
    reason: str

    @property
    def main(self) -> Phase | None:
        """Return the main phase, if there is one."""
        return next((each for each in self.phases if each.main), None)

    @property
    def foreign(self) -> Mask:
        """Return the lines that neither phases nor ghosts explain: (P,)."""
        return np.asarray((self.owner < 0) & (self.ghost == ""))
