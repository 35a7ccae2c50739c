"""Which number a cycle has: a half-cycle each way, in the order the test began (METRICS 0.4).

The same rules serve one test at ingest and the joined tests of a cell in the store.
"""

import itertools
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from schema.half_cycle import MINOR_SHARE, Runs, half_cycles

FLOWING: Final = ("charge", "discharge")
"""Modes of steps whose charge is capacity."""

Counts = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Numbering:
    """What each step of a test belongs to.

    Attributes:
        cycle: from 1, never falling.
        half_cycle: from 1; 0 for a step of a run that is too short to be one.
        left: whether the test went on behind its half-cycle.
    """

    cycle: Counts
    half_cycle: Counts
    left: Flags


def number_steps(
    mode: NDArray[np.str_],
    runs: Runs,
    program: NDArray[Any],
    minor_share: float = MINOR_SHARE,
) -> Numbering:
    """Number the cycles and half-cycles of steps in order.

    Args:
        mode: of each step, as schema.relation.STEP has it.
        runs: charge, counter-charge and voltages of each step; taken where its mode flows.
        program: what the instrument calls each step: its number or label.
        minor_share: below this part of the half-cycle around it, a counter-run is no half-cycle.
    """
    flows = np.isin(mode, FLOWING)
    flowing = replace(runs, charge=np.where(flows, runs.charge, 0.0))
    scans = mode == "voltammetry"
    half, cycle = np.zeros((2, mode.size), dtype=np.int64)
    halves = cycles = 0
    # a scan is a cycle by itself, and parts what stands around it
    edges = np.unique(np.concatenate(([0], np.flatnonzero(scans), [mode.size])))
    for start, end in itertools.pairwise(edges):
        rows = slice(start, end)
        inside = half_cycles(flowing.taken(rows), minor_share)
        if scans[start]:
            inside[np.cumsum(flows[rows]) == 0] = 0
            cycles += 1
        # a run that opens no half-cycle stands in the cycle it is found in
        cycle[rows] = np.maximum(cycles + (np.maximum.accumulate(inside) + 1) // 2, 1)
        half[rows] = np.where(inside > 0, halves + inside, 0)
        count = int(inside.max(initial=0))
        halves, cycles = halves + count, cycles + (count + 1) // 2
    return Numbering(cycle, half, _left(flows, half, program))


def _left(flows: Flags, half: Counts, program: NDArray[Any]) -> Flags:
    """Return whether the half-cycle of each step was left, by whatever shows it."""
    last = int(half.max(initial=0))
    left = (half > 0) & (half < last)
    if last == 0:
        return left
    own = np.flatnonzero(flows & (half == last))
    behind = np.arange(half.size) > own[-1]
    holds_no_rest = bool(np.all(np.diff(own) == 1))
    if (
        (holds_no_rest and behind.any())
        or np.any(behind & flows)  # what is too short to be a half-cycle has begun one
        or np.any(behind & np.isin(program, _ever_behind(flows, half, program)))
    ):
        left |= half == last
    return left


def _ever_behind(flows: Flags, half: Counts, program: NDArray[Any]) -> NDArray[Any]:
    """Return the program steps that stood behind earlier half-cycles of the last one's way."""
    last = half.max()
    earlier = np.flatnonzero(flows & (half > 0) & (half < last) & ((last - half) % 2 == 0))
    ends = earlier[np.append(np.diff(half[earlier]) != 0, earlier.size > 0)[: earlier.size]]
    behind = ends + 1
    return np.asarray(program[behind[~flows[behind]]])
