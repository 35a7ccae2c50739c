"""Our cycles beside the instrument's own (METRICS 0.4)."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.reading import Finding

Counts = NDArray[np.int64]


def compare(
    steps: Mapping[str, Any], half_cycle: Counts, first: Counts, last: Counts
) -> Iterator[Finding]:
    """Yield a finding where the instrument parts a test into other cycles than the turns of charge.

    Args:
        steps: columns of schema.relation.STEP.
        half_cycle: of each step, 0 for none.
        first: the instrument's cycle at the first record of each step.
        last: the same at its last record.
    """
    flows = np.isin(steps["mode"], ("charge", "discharge")) & (half_cycle > 0)
    if not flows.any():
        return
    half, first, last = half_cycle[flows], first[flows], last[flows]
    begin = np.flatnonzero(np.diff(half, prepend=0))
    end = np.append(begin[1:], half.size) - 1
    whole = (first == last).all() and (first[1:] == first[:-1])[np.diff(half) == 0].all()
    parted = first[begin][1:] != last[end][:-1]
    theirs = 1 + int(np.count_nonzero(last != first))
    theirs += int(np.count_nonzero(first[1:] != last[:-1]))
    if theirs == 1:
        return  # one number throughout numbers nothing
    ours = (begin.size + 1) // 2
    ours_parted = half[begin][1:] % 2 == 1
    if whole and np.array_equal(parted, ours_parted):
        return
    detail = f"by the turns of the charge there are {ours} cycles, by the instrument {theirs}"
    edges = np.concatenate(([0], np.flatnonzero(parted) + 1, [begin.size]))
    pairs = np.diff(edges)
    if whole and (pairs[1:-1] == 2).all() and pairs[0] <= 3 and pairs[-1] <= 2:
        yield Finding("cycles_shifted", f"{detail}: it pairs the same half-cycles otherwise")
        return
    yield Finding("cycles_disagree", f"{detail}; `cycles: instrument` declares that its own count")
