"""The sign of the current against the labels of the steps."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.direction import directions, sign_checked
from ingest.reading import RawColumn, Reading, column


@pytest.mark.parametrize(
    ("label", "direction"),
    [
        *[(label, 1) for label in ("CC Chg", "CCCV_Chg", "CC_CHG", "charge", "Charging", "C")],
        *[(label, -1) for label in ("CC DChg", "CC_DCH", "Discharge", "discharging", "D")],
        *[(label, 0) for label in ("Rest", "OCV", "Pulse", "EIS", "Pause", "", None)],
    ],
)
def test_labels_tell_their_direction(label: str | None, direction: int) -> None:
    assert directions(pa.array([label], pa.string())).tolist() == [direction]


@given(st.lists(st.sampled_from([("charge", 1.0), ("discharge", -1.0), ("rest", 0.0)]), min_size=1))
def test_whatever_convention_was_used_the_stored_current_charges_when_positive(
    steps: list[tuple[str, float]],
) -> None:
    labels = pa.array([label for label, _ in steps]).dictionary_encode()
    right = np.array([current for _, current in steps])
    for told in (right, -right, np.abs(right)):
        columns = [
            RawColumn("I", told, "current_ampere"),
            RawColumn("mode", labels, "step_type"),
        ]
        checked, findings = sign_checked(columns)
        current = column(Reading(tuple(checked)), "current_ampere")
        assert current is not None
        assert np.array_equal(current, right)
        assert bool(findings) == (not np.array_equal(told, right))
