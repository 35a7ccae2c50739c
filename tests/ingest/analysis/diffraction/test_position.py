"""What moves lines, and how much."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.analysis.diffraction.position import Correction, by_angle, moved


def test_a_specimen_half_a_tenth_below_the_axis_moves_the_line_at_30_degree() -> None:
    shift = moved(np.array([30.0]), "displacement", 0.05 / 240.0) - 30.0
    assert shift[0] == pytest.approx(-0.0230598, abs=5e-8)


@given(st.sampled_from(["none", "zero", "displacement"]), st.floats(5.0, 150.0))
def test_where_a_line_is_seen_follows_where_it_belongs(kind: Correction, angle: float) -> None:
    at = np.array([angle])
    slope = (moved(at + 1e-4, kind, 0.002) - moved(at - 1e-4, kind, 0.002)) / 2e-4
    assert by_angle(at, kind, 0.002) == pytest.approx(slope, abs=1e-7)
