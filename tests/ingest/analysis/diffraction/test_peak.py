"""Lines found: none where there is none, all where there are, with errors that are true."""

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import poisson

from ingest.analysis.diffraction.background import background
from ingest.analysis.diffraction.ghost import ghosts
from ingest.analysis.diffraction.peak import peaks
from ingest.analysis.diffraction.peak_search import candidates
from ingest.analysis.diffraction.poisson import tail_probability
from schema.diffraction.radiation import Radiation
from tests.ingest.analysis.diffraction.bruker import raw4
from tests.ingest.analysis.diffraction.simulated import (
    COPPER,
    SINGLE,
    counted,
    pattern,
    reference,
    smooth,
)


@pytest.mark.slow
@pytest.mark.parametrize(("level", "most"), [(3.0, 0.15), (30.0, 0.06), (1000.0, 0.06)])
def test_pure_background_has_hardly_a_line(level: float, most: float) -> None:
    found = 0
    for seed in range(100):
        counts = counted(np.full(4001, level), seed)
        made = pattern(counts, angle=np.linspace(10.0, 90.0, 4001))
        under = background(counts, 4.25, made.counting)
        found += len(
            candidates(
                made.angle_degree,
                counts,
                under,
                0.085,
                made.counting,
                share=0.5,
                components=COPPER.components,
                least_significance=4.0,
                largest_chance=3.2e-5,
            ).index
        )
    assert found / 100 <= most


@pytest.mark.parametrize("level", [20.0, 300.0, 5000.0])
def test_the_background_under_lines_is_found(level: float) -> None:
    counts = counted(level + 2.0 * level * smooth("LATP") / 9.0, 3)
    made = pattern(counts)
    under = background(counts, 4.25, made.counting)
    assert abs(float(np.median(under)) - level) < 0.25 * np.sqrt(level)


@pytest.mark.parametrize("height", [1000.0, 10_000.0])
def test_every_line_found_is_one_of_the_phase(height: float) -> None:
    angle = reference("LATP").two_theta_degree(COPPER)
    drawn = height / smooth("LATP").max() * smooth("LATP") + 0.1 * height
    for seed in range(4):
        found = peaks(pattern(counted(drawn, seed)))
        apart = np.abs(found.position_degree[:, None] - angle).min(axis=1)
        assert (apart <= np.maximum(0.05, 4.0 * found.position_error_degree)).all()
        assert len(found) >= 18


@pytest.mark.slow
@pytest.mark.parametrize(("height", "position", "area"), [(10_000.0, 0.9, 0.9), (300.0, 0.9, 0.9)])
def test_intervals_of_lines_cover_the_truth(height: float, position: float, area: float) -> None:
    """A line of LaB6 stands alone: nothing but counting moves it."""
    shape = smooth("LaB6")
    drawn = height / shape.max() * shape + 0.1 * height
    truth = reference("LaB6").within(COPPER, 11.0, 74.0)
    angle, strength = truth.two_theta_degree(COPPER), truth.strength(COPPER)
    strength *= height / shape.max() / strength.max()
    inside: list[tuple[bool, bool]] = []
    for seed in range(60):
        found = peaks(pattern(counted(drawn, seed)))
        nearest = np.abs(found.position_degree[:, None] - angle).argmin(axis=1)
        off = np.abs(found.position_degree - angle[nearest]) / found.position_error_degree
        much = np.abs(found.area - strength[nearest]) / found.area_error
        inside += zip((off < 1.96).tolist(), (much < 1.96).tolist(), strict=True)
    covered = np.array(inside).mean(axis=0)
    assert covered[0] >= position
    assert covered[1] >= area


def test_a_second_wavelength_makes_no_second_line() -> None:
    drawn = 100.0 + 60.0 * smooth("Si")
    assert len(peaks(pattern(counted(drawn, 1)))) == 4  # 111, 220, 311, 400


def test_lines_of_other_wavelengths_are_called_so() -> None:
    radiation = Radiation.stated(anode="Cu")
    beta = radiation.beta_angstrom
    assert beta is not None
    ghost = Radiation.stated(alpha1_angstrom=beta)
    drawn = 100.0 + 600.0 * smooth("rutile") + 12.0 * smooth("rutile", radiation=ghost)
    found = peaks(pattern(counted(drawn, 1)))
    named = ghosts(found, radiation)
    assert found.position_degree[named == "k_beta"].round(1).tolist() == [24.7, 32.5, 48.7]
    assert found.position_degree[named == ""].min() > 27.0


def test_without_counting_statistics_nothing_is_claimed() -> None:
    smoothed = np.convolve(counted(100.0 + 50.0 * smooth("Si"), 1), np.full(25, 0.04), "same")
    found = peaks(pattern(smoothed))
    assert len(found) == 0
    assert found.reason == "no_counting_statistics"


def test_a_pattern_of_one_wavelength_has_lines_of_one() -> None:
    drawn = 100.0 + 600.0 * smooth("Si", radiation=SINGLE)
    found = peaks(pattern(counted(drawn, 1), radiation=SINGLE))
    assert len(found) == 4
    assert found.area[0] == pytest.approx(600.0, rel=0.02)


def test_stated_deviations_serve_as_counts_do() -> None:
    counts = counted(100.0 + 60.0 * smooth("Si"), 1)
    plain = peaks(pattern(counts))
    stated = peaks(pattern(counts, standard_deviation=np.sqrt(np.maximum(counts, 1.0))))
    assert len(stated) == len(plain)
    assert stated.position_degree == pytest.approx(plain.position_degree, abs=0.01)


@pytest.mark.parametrize(("count", "expected"), [(20.0, 3.0), (150.0, 100.0), (1.2e6, 1.195e6)])
def test_the_chance_of_so_many_counts(count: float, expected: float) -> None:
    found = tail_probability(np.array([count]), np.array([expected]))
    assert found[0] == pytest.approx(poisson.sf(count - 1.0, expected), rel=1e-4)


@pytest.mark.exports
def test_the_ghosts_in_a_measured_pattern_of_rutile_are_no_anatase(exports: Path) -> None:
    angle, counts, radiation = raw4(exports / "datalab" / "TiO2.raw")
    assert (len(angle), angle[0], counts[:3].tolist()) == (1647, 10.0, [557.0, 602.0, 625.0])
    found = peaks(pattern(counts, angle=angle, radiation=radiation))
    named = ghosts(found, radiation)
    assert found.position_degree[named == "k_beta"].round(1).tolist() == [24.7, 32.5, 48.7]
    assert (named == "").sum() == 12


def test_the_background_reaches_to_both_ends() -> None:
    counts = counted(300.0 + 300.0 * smooth("LATP"), 3)
    under = background(counts, 4.25, pattern(counts).counting)
    assert np.isfinite(under).all()
    assert np.abs(under - 300.0).max() < 30.0


def test_a_line_near_an_end_tells_how_wide_lines_are() -> None:
    near = np.linspace(26.0, 31.0, 251)
    drawn = 100.0 + 60.0 * smooth("Si", angle=near)
    found = peaks(pattern(counted(drawn, 1), angle=near))
    assert found.position_degree.round(1).tolist() == [28.4]
