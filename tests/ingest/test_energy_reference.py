"""What the energies of regions are referred to."""

import numpy as np
import pytest

from ingest.energy_reference import CHARGING, NO_LINE, carbon_reference
from tests.ingest.analysis.photoemission.simulated import Floats, spectrum

ENERGY = np.arange(276.0, 296.0, 0.1)


def noisy(parts: list[tuple[float, float]], width: float = 1.4) -> Floats:
    expected = spectrum(ENERGY, parts, level=200.0, step=0.02, width=width)
    return np.random.default_rng(1).poisson(expected).astype(float)


@pytest.mark.parametrize("charge", [-3.0, -0.4, 0.0, 2.2])
def test_carbon_tells_how_far_charge_moved_all_lines(charge: float) -> None:
    found = carbon_reference(ENERGY, noisy([(284.8 + charge, 3000.0)]))
    assert found.name == "C1s"
    assert found.shift_ev == pytest.approx(-charge, abs=0.1)
    assert found.shift_error_ev is not None
    assert found.shift_error_ev >= 0.3
    assert found.doubt is None


def test_the_order_of_energies_does_not_matter() -> None:
    counts = noisy([(285.5, 3000.0)])
    assert carbon_reference(ENERGY[::-1], counts[::-1]) == carbon_reference(ENERGY, counts)


def test_without_a_line_there_is_no_reference() -> None:
    assert carbon_reference(ENERGY, noisy([])).doubt == NO_LINE
    assert carbon_reference(ENERGY + 200.0, noisy([(284.8, 3000.0)])).name == "none"


def test_a_broad_or_split_line_tells_of_uneven_charge() -> None:
    assert carbon_reference(ENERGY, noisy([(284.8, 5000.0)], width=2.8)).doubt == CHARGING
    split = noisy([(284.0, 3000.0), (286.4, 2900.0)])
    assert carbon_reference(ENERGY, split).doubt == CHARGING
