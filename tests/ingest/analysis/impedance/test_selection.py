"""Which of several circuits is kept."""

import numpy as np
import pytest
from scipy import stats

from ingest.analysis.impedance.selection import critical_ratio, holds, selected
from schema.impedance.circuit import read_circuit


@pytest.mark.parametrize("one", [1, 2, 3, 5, 20])
@pytest.mark.parametrize("other", [8, 20, 90, 400])
def test_the_critical_ratio_is_that_of_fisher(one: int, other: int) -> None:
    found = float(critical_ratio(np.array(float(one)), np.array(float(other))))
    assert found == pytest.approx(stats.f.isf(0.01, one, other), rel=0.03)


@pytest.mark.parametrize(
    ("larger", "smaller", "does"),
    [
        ("R0-p(R1,CPE1)-TLMQ2", "R0-p(R1,CPE1)-CPE2", True),
        ("L0-R0-p(R1,CPE1)-Wo2", "R0-p(R1,CPE1)-W2", True),
        ("R0-p(R1,CPE1)-p(R2,CPE2)", "R0-p(R1,CPE1)", True),
        ("R0-p(R1,CPE1)-p(R2,CPE2)-p(R3,CPE3)", "R0-p(R1,CPE1)-p(R2,CPE2)-Ws3", False),
        ("R0-p(R1,CPE1)", "R0-p(R1,CPE1)-p(R2,CPE2)", False),
        ("R0-p(R1,CPE1)-p(R2,CPE2)", "R0-p(R1,CPE1)-CPE2", True),
        ("R0-p(R1,CPE1)-CPE2", "R0-p(R1,CPE1)-p(R2,CPE2)", False),
        ("R0-p(R1,CPE1)-p(R2,L2)", "R0-p(R1,CPE1)-p(R2,CPE2)", False),
    ],
)
def test_a_circuit_may_have_another_for_a_limit(larger: str, smaller: str, does: bool) -> None:
    assert holds(read_circuit(larger), read_circuit(smaller)) is does


def test_the_simpler_is_kept_until_both_criteria_ask_for_more() -> None:
    left = np.array([[1.0, 1.0, 1.0], [0.99, 0.8, 0.8]])
    aicc = np.array([[0.0, 0.0, 0.0], [2.0, -5.0, 1.0]])
    size, count = np.array([3.0, 4.0]), np.full((2, 3), 100.0)
    nested = np.array([[True, False], [True, True]])
    assert selected(left, aicc, size, count, nested).tolist() == [0, 1, 0]
    assert selected(left, np.full((2, 3), np.inf), size, count, nested).tolist() == [-1, -1, -1]
    slightly = np.array([[0.0, 0.0, 0.0], [-0.1, -0.1, 0.1]])
    assert selected(left, slightly, size, count, nested).tolist() == [0, 1, 0]
    assert selected(left, slightly, size, count, ~nested).tolist() == [1, 1, 0]
