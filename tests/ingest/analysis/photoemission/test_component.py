"""Components of a line."""

import numpy as np
import pytest

from ingest.analysis.photoemission.area import areas
from ingest.analysis.photoemission.component import Components, components
from tests.ingest.analysis.photoemission.simulated import BY_NAME, region, spectrum

ENERGY = np.arange(675.0, 697.0, 0.1)


def resolved(parts: list[tuple[float, float]], seed: int, level: float = 200.0) -> Components:
    expected = spectrum(ENERGY, parts, level=level, step=0.01, width=1.8)
    counts = np.random.default_rng(seed).poisson(expected).astype(float)
    own = region(ENERGY, counts, "F1s")
    found = components(own, areas(own, BY_NAME["F1s"], whole=True)[0])
    assert found is not None
    return found


def test_a_fluoride_and_a_carbon_fluoride_are_told_apart() -> None:
    found = resolved([(685.0, 4000.0), (688.8, 2500.0)], 1)
    assert found.energy_ev.size == 2
    assert np.all(np.abs(found.energy_ev - [685.0, 688.8]) < 4.0 * found.energy_error_ev)
    assert found.width_ev == pytest.approx(1.8, abs=0.1)
    assert found.doubt == ""


def test_one_line_is_one_component() -> None:
    counts = [resolved([(686.0, 4000.0)], seed).energy_ev.size for seed in range(10)]
    assert np.mean(np.array(counts) == 1) >= 0.8


@pytest.mark.slow
def test_the_interval_of_a_position_covers_it() -> None:
    parts = [(685.0, 4000.0), (688.8, 2500.0)]
    found = [resolved(parts, seed) for seed in range(100)]
    two = [each for each in found if each.energy_ev.size == 2]
    assert len(two) > 85
    off = np.array([(each.energy_ev - [685.0, 688.8]) / each.energy_error_ev for each in two])
    assert 0.90 <= np.mean(np.abs(off) < 1.96) <= 0.99


def test_a_doublet_is_one_component() -> None:
    energy = np.arange(445.0, 480.0, 0.1)
    parts = [(458.8, 4000.0), (464.5, 2000.0)]
    expected = spectrum(energy, parts, level=200.0, step=0.01, width=1.6)
    own = region(energy, np.random.default_rng(2).poisson(expected).astype(float), "Ti2p")
    found = components(own, areas(own, BY_NAME["Ti2p"], whole=True)[0])
    assert found is not None
    assert found.energy_ev.size == 1
    assert found.energy_ev[0] == pytest.approx(458.8, abs=0.05)
    assert found.area[0] == pytest.approx(6000.0, rel=0.1)


def test_nothing_is_resolved_where_nothing_is() -> None:
    rng = np.random.default_rng(4)
    own = region(ENERGY, rng.poisson(100.0, ENERGY.size).astype(float), "F1s")
    assert components(own, areas(own, BY_NAME["F1s"], whole=True)[0]) is None
