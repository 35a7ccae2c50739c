"""Whether a line is there."""

import numpy as np
import pytest

from ingest.analysis.photoemission.window import (
    NO_STATISTICS,
    NOT_COVERED,
    ONCE_IN_TWENTY,
    TOO_COARSE,
    bent,
    decision_limit,
    detection_limit,
    looked_for,
    net_counts,
)
from tests.ingest.analysis.photoemission.simulated import BY_NAME, region

N, M = 21, 10
ENERGY = np.arange(270.0, 300.0, 0.1)


def test_limits_are_those_of_the_norm() -> None:
    """V29: n 21, m 10 each side, 100 a channel: 1.645 sd0 107.923, L_D 218.551."""
    net, blank, error = net_counts(2100.0, 2000.0, N, M)
    assert (net, blank) == (0.0, 2100.0)
    assert decision_limit(error, ONCE_IN_TWENTY) == pytest.approx(107.923, abs=5e-4)
    assert detection_limit(error, ONCE_IN_TWENTY) == pytest.approx(218.551, abs=5e-3)
    assert detection_limit(error, ONCE_IN_TWENTY) == pytest.approx(
        ONCE_IN_TWENTY**2 + 2.0 * ONCE_IN_TWENTY * error
    )


@pytest.mark.parametrize("k", [ONCE_IN_TWENTY, 3.0])
def test_the_detection_limit_solves_its_equation(k: float) -> None:
    limit = detection_limit(40.0, k)
    assert limit == pytest.approx(40.0 * k + ONCE_IN_TWENTY * np.sqrt(40.0**2 + limit))


@pytest.mark.parametrize("level", [5.0, 20.0, 100.0, 1000.0])
def test_false_lines_are_one_in_twenty_and_found_ones_nineteen(level: float) -> None:
    """False 0.060-0.052 and found 0.942-0.950 for what is expected; 0.0034-0.0015, 0.936-0.949."""
    rng = np.random.default_rng(7)
    tries = 40_000
    beside = rng.poisson(2 * M * level, tries)
    expected = net_counts(0.0, 2 * M * level, N, M)[2]
    for k, most, least in ((ONCE_IN_TWENTY, 0.06, 0.94), (3.0, 0.0036, 0.935)):
        limit = detection_limit(expected, k)
        for strength, low, high in ((0.0, 0.0, most + 0.001), (limit, least, 0.96)):
            inside = rng.poisson(N * level + strength, tries)
            net = inside - N / (2 * M) * beside
            error = np.sqrt(N / (2 * M) * beside * (1 + N / (2 * M)))
            assert low <= np.mean(net > k * error) <= high


def test_what_a_region_has_not_is_not_scanned() -> None:
    flat = np.full(ENERGY.size, 100.0)
    assert looked_for(region(ENERGY, flat, "C1s"), BY_NAME["O1s"]) is None
    edge = ENERGY[ENERGY > 283.0]
    short = looked_for(region(edge, flat[: edge.size], "C1s"), BY_NAME["C1s"])
    assert short is not None
    assert short.reason == NOT_COVERED
    coarse = np.arange(200.0, 400.0, 1.0)
    survey = looked_for(region(coarse, np.full(coarse.size, 100.0), None), BY_NAME["C1s"])
    assert survey is not None
    assert survey.reason == TOO_COARSE
    smoothed = looked_for(region(ENERGY, flat, "C1s", gain=float("nan")), BY_NAME["C1s"])
    assert smoothed is not None
    assert smoothed.reason == NO_STATISTICS


def test_both_parts_of_a_doublet_are_in_its_window() -> None:
    energy = np.arange(430.0, 490.0, 0.1)
    found = looked_for(region(energy, np.full(energy.size, 50.0), "Ti2p"), BY_NAME["Ti2p"])
    assert found is not None
    assert (found.lowest_ev, found.highest_ev) == pytest.approx((455.8, 467.5))
    assert found.net == pytest.approx(0.0, abs=1e-9)


def test_rates_are_made_counts_first() -> None:
    rng = np.random.default_rng(3)
    counts = rng.poisson(50.0, ENERGY.size).astype(float)
    plain = looked_for(region(ENERGY, counts, "C1s"), BY_NAME["C1s"])
    rates = looked_for(region(ENERGY, counts / 0.08, "C1s", gain=12.5), BY_NAME["C1s"])
    assert plain is not None
    assert rates is not None
    assert (rates.net, rates.net_error) == pytest.approx((plain.net, plain.net_error))


def test_a_background_that_bends_makes_the_error_larger() -> None:
    rng = np.random.default_rng(5)
    draws = rng.poisson(200.0, (500, 2, 15)).astype(float)
    flat = [bent(below, above, 61) for below, above in draws]
    assert np.mean(np.array(flat) > 1.0) < 0.02
    hump = 4000.0 + 800.0 * np.cos(np.arange(15) / 4.0)
    assert bent(hump, hump, 61) > 3.0
