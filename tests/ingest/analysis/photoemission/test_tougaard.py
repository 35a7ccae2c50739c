"""Tougaard's background."""

import numpy as np
import pytest

from ingest.analysis.photoemission.tougaard import POLYMER, UNIVERSAL, reaches, tougaard
from tests.ingest.analysis.photoemission.simulated import spectrum

ENERGY = np.arange(690.0, 790.0, 0.25)


def test_the_universal_cross_section_is_that_of_the_norm() -> None:
    """V27: B/(2C) with 2866 and 1643 is 0.872185; most likely is a loss of 23.4023 eV."""
    loss = np.linspace(0.0, 20_000.0, 4_000_001)
    assert 2866.0 * np.trapezoid(UNIVERSAL.of(loss), loss) == pytest.approx(0.872185, abs=5e-6)
    assert loss[np.argmax(UNIVERSAL.of(loss))] == pytest.approx(23.4023, abs=0.005)


def test_nobody_gains_energy() -> None:
    assert not UNIVERSAL.of(np.array([-5.0, 0.0])).any()
    assert POLYMER.of(np.array([20.0]))[0] > UNIVERSAL.of(np.array([20.0]))[0]


def test_a_line_with_its_losses_has_its_area() -> None:
    line = spectrum(ENERGY, [(712.0, 4000.0)], level=0.0, step=0.0, width=1.5)
    kernel = UNIVERSAL.of(ENERGY[:, None] - ENERGY[None, :]) * 0.25
    # what is counted lost energy too, and loses it again
    counts = np.float64(300.0) + np.linalg.solve(np.eye(ENERGY.size) - 1500.0 * kernel, line)
    below = tougaard(ENERGY, np.asarray(counts, np.float64)[None], 712.0, 5)[0]
    own = (ENERGY > 700.0) & (ENERGY < 724.0)
    assert ((counts - below)[own].sum() * 0.25) == pytest.approx(line[own].sum() * 0.25, rel=0.02)
    far = (ENERGY >= 742.0) & (ENERGY <= 762.0)
    assert below[far].sum() == pytest.approx(counts[far].sum())


def test_it_needs_fifty_electronvolts_above_the_line() -> None:
    assert reaches(ENERGY, 739.0)
    assert not reaches(ENERGY, 741.0)
