"""Detection limits: the closed forms, and what of simulated mixtures is found and claimed."""

import numpy as np
import pytest

from ingest.analysis.diffraction.detection import (
    ANYWHERE,
    LineArea,
    detectable,
    line_area,
    weight_fraction,
)
from ingest.analysis.diffraction.profile import pseudo_voigt
from tests.ingest.analysis.diffraction.simulated import (
    ANGLE,
    COPPER,
    SINGLE,
    counted,
    mixture,
    pattern,
    reference,
    smooth,
)

_STEP = 0.02
_TABLE = {  # S2.11 of the norm: height, background: w_C and w_D in percent, rutile and berlinite
    (300.0, 30.0): ((3.2, 2.8), (4.7, 4.0)),
    (1000.0, 100.0): ((1.8, 1.5), (2.6, 2.2)),
    (3000.0, 300.0): ((1.04, 0.89), (1.5, 1.3)),
    (10_000.0, 1000.0): ((0.57, 0.49), (0.81, 0.70)),
    (10_000.0, 300.0): ((0.31, 0.27), (0.45, 0.39)),
}


def _flat(level: float, place: float = 27.44) -> LineArea:
    counts = np.full(len(ANGLE), level)
    found = line_area(
        ANGLE,
        counts,
        counts,
        pattern(counted(counts, 1)).counting,
        place=place,
        width=0.085,
        share=0.5,
        components=SINGLE.components,
    )
    assert found is not None
    return found


def test_the_deviation_of_an_area_and_its_limits() -> None:
    found = _flat(100.0, place=27.46)
    assert found.deviation == pytest.approx(32.451, rel=0.02)  # its window is ±0.6 degree
    profile = _STEP * pseudo_voigt(_STEP * np.arange(-30, 31), 0.085, 0.5)
    terms = np.column_stack([profile, np.ones(61), np.arange(-30, 31)])
    exact = 10.0 * np.sqrt(np.linalg.inv(terms.T @ terms)[0, 0])
    assert exact == pytest.approx(32.451, abs=5e-4)
    spread = float((profile**3).sum() / (profile**2).sum() ** 2)
    assert ANYWHERE * exact == pytest.approx(129.80, abs=6e-3)
    assert detectable(exact, spread, ANYWHERE) == pytest.approx(189.23, abs=6e-3)
    assert found.detectable(ANYWHERE) / found.critical(ANYWHERE) == pytest.approx(
        189.23 / 129.80, rel=2e-3
    )


def test_a_ratio_of_areas_is_a_weight_fraction() -> None:
    assert weight_fraction(0.01, 1.3886) == pytest.approx(0.0071500, abs=5e-8)


@pytest.mark.parametrize("case", list(_TABLE))
def test_limits_of_weight_are_those_of_the_norm(case: tuple[float, float]) -> None:
    height, level = case
    area = height / float(pseudo_voigt(0.0, 0.085, 0.5)) / _STEP
    main = reference("LATP").power(SINGLE).max()
    critical, seen = [], []
    for phase in ("rutile", "berlinite"):
        lines = reference(phase)
        power = lines.power(SINGLE).max() / main
        place = float(lines.two_theta_degree(SINGLE)[np.argmax(lines.power(SINGLE))])
        found = _flat(level, place)
        critical.append(100.0 * weight_fraction(found.critical(ANYWHERE) / area, power))
        seen.append(100.0 * weight_fraction(found.detectable(ANYWHERE) / area, power))
    # the norm has two digits
    assert critical == pytest.approx(_TABLE[case][0], rel=0.07)
    assert seen == pytest.approx(_TABLE[case][1], rel=0.07)


def _claimed(drawn: np.ndarray, phase: str, patterns: int) -> float:
    """Return in what part of patterns the strongest line of a phase is above its limit."""
    lines = reference(phase)
    place = float(lines.two_theta_degree(COPPER)[np.argmax(lines.power(COPPER))])
    level = np.full(len(ANGLE), float(np.median(drawn)))
    claimed = 0
    for seed in range(patterns):
        counts = counted(drawn, seed)
        found = line_area(
            ANGLE,
            counts,
            level,
            pattern(counts).counting,
            place=place,
            width=0.085,
            share=0.5,
            components=COPPER.components,
        )
        assert found is not None
        claimed += found.area > found.critical(ANYWHERE)
    return claimed / patterns


@pytest.mark.parametrize("phase", ["rutile", "berlinite"])
def test_two_percent_are_found_and_half_a_percent_is_not_claimed(phase: str) -> None:
    """At a main line of 3000 counts over a background of 300."""
    two, half, none = (
        300.0 + mixture("LATP", phase, fraction, 3000.0) for fraction in (0.02, 0.005, 0.0)
    )
    assert _claimed(two, phase, 100) >= 0.98
    assert _claimed(half, phase, 100) <= 0.12
    assert _claimed(none, phase, 100) <= 0.01


@pytest.mark.slow
def test_a_line_at_the_detection_limit_is_found_in_95_of_100_patterns() -> None:
    level = np.full(len(ANGLE), 100.0)
    made = pattern(counted(level, 1))
    found = _flat(100.0)
    line = found.detectable(ANYWHERE) * _STEP * pseudo_voigt(ANGLE - 27.44, 0.085, 0.5)
    seen, false = 0, 0
    for seed in range(1000):
        for drawn in (level + line, level):
            one = line_area(
                ANGLE,
                counted(drawn, seed),
                level,
                made.counting,
                place=27.44,
                width=0.085,
                share=0.5,
                components=SINGLE.components,
            )
            assert one is not None
            claimed = one.area > one.critical(ANYWHERE)
            seen += claimed and drawn is not level
            false += claimed and drawn is level
    assert seen / 1000 == pytest.approx(0.95, abs=0.025)
    assert false <= 2


def test_a_window_that_leaves_the_pattern_tells_nothing() -> None:
    counts = counted(50.0 + 20.0 * smooth("Si"), 1)
    found = line_area(
        ANGLE,
        counts,
        counts,
        pattern(counts).counting,
        place=10.3,
        width=0.085,
        share=0.5,
        components=COPPER.components,
    )
    assert found is None


def test_two_lines_at_one_place_are_not_told_apart() -> None:
    level = np.full(len(ANGLE), 100.0)
    found = line_area(
        ANGLE,
        level,
        level,
        pattern(counted(level, 1)).counting,
        place=27.44,
        width=0.085,
        share=0.5,
        components=COPPER.components,
        others=np.array([27.440001]),
    )
    assert found is None
