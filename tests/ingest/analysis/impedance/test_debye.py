"""What both tests of a sweep are linear in, and whether its tail rises."""

import numpy as np
import pytest

from ingest.analysis.impedance import debye

FREQUENCY = np.logspace(5, -1, 43)
JOMEGA = 2j * np.pi * FREQUENCY
ARC = 10.0 + 100.0 / (1.0 + (JOMEGA * 1e-3) ** 0.9)


def test_the_columns_add_up_to_the_impedance_of_their_circuit() -> None:
    tau = np.array([1e-4, 1e-2])
    columns = debye.columns(FREQUENCY, tau, capacitance=True)
    omega = JOMEGA.imag
    value = np.array([3.0, 2e-6 * omega.max(), 1.0 / (5e-4 * omega.min()), 7.0, 11.0])
    circuit = (
        3.0
        + JOMEGA * 2e-6
        + 1.0 / (JOMEGA * 5e-4)
        + 7.0 / (1.0 + JOMEGA * tau[0])
        + 11.0 / (1.0 + JOMEGA * tau[1])
    )
    np.testing.assert_allclose(columns @ value, debye.stacked(circuit, axis=0), rtol=1e-12)


@pytest.mark.parametrize(
    ("tail", "rises"),
    [
        (0.0, False),
        (1.0 / (JOMEGA * 1e-3), True),
        (30.0 / np.sqrt(JOMEGA), True),
        (0.01 / (JOMEGA * 1e-1), False),
        (JOMEGA * 1e-6, False),
    ],
    ids=["none", "capacitor", "warburg", "too little to see", "inductance"],
)
def test_a_tail_rises_where_something_is_slower_than_the_sweep(
    tail: np.ndarray, *, rises: bool
) -> None:
    assert debye.tail_rises(FREQUENCY, (ARC + tail)[None]) == rises


def test_a_tail_of_two_frequencies_is_not_judged() -> None:
    few = np.array([1e4, 1e3, 1.0, 0.5])
    assert not debye.tail_rises(few, (1.0 / (2j * np.pi * few))[None])


def test_a_grid_is_refused_with_its_numbers() -> None:
    assert debye.fault_of_grid(FREQUENCY, 20) == ""
    assert "usable frequencies: 4," in debye.fault_of_grid(FREQUENCY[::12], 20)
    assert "0.43 decades" in debye.fault_of_grid(FREQUENCY[:4], 3)
    assert debye.fault_of_grid(FREQUENCY[:0], 3)
