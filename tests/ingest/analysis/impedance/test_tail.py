"""What of a circuit is subtracted before a distribution of relaxation times."""

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.analysis.impedance.fit_settings import FitSettings
from ingest.analysis.impedance.rows import fit_rows
from ingest.analysis.impedance.sweep import Sweeps
from ingest.analysis.impedance.tail import Tails, tail_terms

FREQUENCY = np.logspace(6, -1, 50)
JOMEGA = 2j * np.pi * FREQUENCY


def sweeps_of(impedance: NDArray[np.complex128]) -> Sweeps:
    count, points = impedance.shape
    return Sweeps.of(
        np.repeat(np.arange(1, count + 1), points),
        np.tile(FREQUENCY, count),
        impedance.real.ravel(),
        impedance.imag.ravel(),
    )


@pytest.mark.parametrize(
    ("circuit", "terms"),
    [
        ("R0", []),
        ("L0-R0-p(R1,CPE1)-p(R2,C2)", []),
        ("R0-p(R1,CPE1)-CPE2", ["CPE2"]),
        ("R0-p(R1,CPE1)-W2-C3", ["W2", "C3"]),
        ("R0-Wo1", ["Wo1"]),
        ("R0-Ws1", []),
        ("R0-p(R1,L1)", ["p(R1,L1)"]),
        ("R0-p(R1-Ws1,CPE1)", []),
        ("R0-p(R1-W1,CPE1)", ["p(R1-W1,CPE1)"]),
    ],
)
def test_the_tail_is_what_ends_at_no_resistance(circuit: str, terms: list[str]) -> None:
    assert [str(term) for term in tail_terms(circuit)] == terms


def test_a_tail_has_the_impedance_of_its_terms() -> None:
    tail = 1 / (1e-4 * JOMEGA**0.9)
    arc = 100 / (1 + (JOMEGA * 1e-4) ** 0.9)
    sweeps = sweeps_of(np.array([10 + arc + tail, 20 + arc + tail], dtype=np.complex128))
    circuits = FitSettings(circuits=("R0-p(R1,CPE1)-CPE2",))
    found = Tails.of(fit_rows(sweeps, circuits), sweeps)
    np.testing.assert_allclose(found.impedance_ohm, np.tile(tail, (2, 1)), rtol=1e-3)
    assert list(found.name) == ["CPE2", "CPE2"]
    assert list(found.circuit) == ["R0-p(R1,CPE1)-CPE2"] * 2
    assert list(found.unknown) == ["", ""]
    second = sweeps.take(np.array([1]))
    only = Tails.of(fit_rows(sweeps, circuits), second)
    np.testing.assert_array_equal(only.impedance_ohm, found.impedance_ohm[1:])


def test_a_tail_within_an_arc_is_not_known() -> None:
    arc = 1 / (1e-6 * JOMEGA + 1 / (100 + (1 - 1j) * 30 / np.sqrt(JOMEGA.imag)))
    sweeps = sweeps_of(np.asarray(10 + arc[None]))
    fits = fit_rows(sweeps, FitSettings(circuits=("R0-p(C1,R1-W1)",)))
    assert fits["chosen"].to_pylist() == [True]
    found = Tails.of(fits, sweeps)
    assert list(found.unknown) == ["tail not known: it does not stand apart in p(C1,R1-W1)"]
    assert not found.impedance_ohm.any()
    assert list(found.circuit) == ["R0-p(C1,R1-W1)"]


def test_no_chosen_circuit_tells_no_tail() -> None:
    sweeps = sweeps_of(np.asarray(10 + 1 / (1e-4 * JOMEGA[None] ** 0.9)))
    fits = fit_rows(sweeps, FitSettings(circuits=("R0-p(R1,C1)",)))
    assert fits["chosen"].to_pylist() == [False]
    found = Tails.of(fits, sweeps)
    assert list(found.unknown) == ["tail not known: no circuit fits"]
    assert list(found.circuit) == [""]
