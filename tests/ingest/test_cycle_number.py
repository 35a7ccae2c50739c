"""Our cycles beside the instrument's own."""

import numpy as np
import pytest

from ingest.cycle_number import compare

MODES = np.array(["charge", "discharge"] * 4)
HALF = np.arange(1, 9)


@pytest.mark.parametrize(
    ("theirs", "told"),
    [
        ([1, 1, 2, 2, 3, 3, 4, 4], []),
        ([7] * 8, []),
        ([1, 2, 2, 3, 3, 4, 4, 5], ["cycles_shifted"]),
        ([1, 1, 1, 2, 2, 3, 3, 4], ["cycles_shifted"]),
        ([1, 1, 1, 1, 2, 2, 3, 3], ["cycles_disagree"]),
        ([1, 2, 3, 4, 5, 6, 7, 8], ["cycles_disagree"]),
    ],
)
def test_where_the_instrument_parts_a_test_otherwise_is_told(
    theirs: list[int], told: list[str]
) -> None:
    number = np.array(theirs)
    found = compare({"mode": MODES}, HALF, number, number)
    assert [finding.kind for finding in found] == told


def test_a_number_that_changes_inside_a_half_cycle_disagrees() -> None:
    first = np.array([1, 1, 2, 2, 3, 3, 4, 4])
    last = first.copy()
    last[4] = 4
    assert [f.kind for f in compare({"mode": MODES}, HALF, first, last)] == ["cycles_disagree"]
