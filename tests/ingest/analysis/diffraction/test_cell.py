"""Cells by the whole of a pattern and by lone lines: within their errors, which are true."""

import os
from pathlib import Path

import numpy as np
import pytest

from ingest.analysis.diffraction.lone_line import cell_of_lines, enough, pure
from ingest.analysis.diffraction.position import Correction, moved
from ingest.analysis.diffraction.profile import caglioti_terms
from ingest.analysis.diffraction.whole_pattern import WholePattern, parted, whole_pattern
from schema.diffraction.lattice import Lattice
from schema.diffraction.line import lines_of
from schema.diffraction.own_structure import own_structures
from schema.diffraction.radiation import two_theta_degree
from tests.ingest.analysis.diffraction.bruker import raw4
from tests.ingest.analysis.diffraction.simulated import (
    COPPER,
    RADIUS_MM,
    TERMS,
    counted,
    pattern,
    reference,
    smooth,
)

_TRUE = {"LATP": (8.505, 20.83), "LaB6": (4.1572,), "Si": (5.4305,), "rutile": (4.595, 2.96)}
_DISPLACEMENT_MM = 0.05


def _drawn(phase: str, height: float) -> np.ndarray:
    shape = smooth(phase, free=_TRUE[phase], displacement_mm=_DISPLACEMENT_MM)
    return np.asarray(height / shape.max() * shape + 0.1 * height)


def _fitted(
    phase: str, counts: np.ndarray, correction: Correction = "displacement"
) -> WholePattern:
    lines, start = reference(phase), own_structures()[phase].lattice
    found = whole_pattern(
        pattern(counts), lines, start, correction=correction, width=0.085, share=0.5
    )
    assert found is not None
    assert found.solution.settled
    return found


def _off(phase: str, found: WholePattern) -> np.ndarray:
    """Return how many standard errors cell, displacement and volume are off."""
    truth = Lattice(found.lattice.system, np.array(_TRUE[phase]))
    moved_by = (found.correction_value - _DISPLACEMENT_MM / RADIUS_MM) / found.correction_error
    volume = found.lattice.volume_angstrom3 - truth.volume_angstrom3
    return np.array(
        [
            *(found.lattice.free - truth.free) / np.sqrt(np.diag(found.covariance)),
            moved_by,
            volume / found.lattice.volume_error(found.covariance),
        ]
    )


@pytest.mark.parametrize("phase", sorted(_TRUE))
@pytest.mark.parametrize("height", [300.0, 10_000.0])
def test_a_cell_is_within_its_errors(phase: str, height: float) -> None:
    off = _off(phase, _fitted(phase, counted(_drawn(phase, height), 17)))
    assert (np.abs(off) < 3.5).all()


@pytest.mark.slow
@pytest.mark.parametrize("height", [300.0, 10_000.0])
def test_intervals_of_a_cell_cover_it_in_some_patterns(height: float) -> None:
    drawn = _drawn("LATP", height)
    off = np.array([_off("LATP", _fitted("LATP", counted(drawn, seed))) for seed in range(60)])
    assert (np.abs(off) < 1.96).mean(axis=0) == pytest.approx(np.full(4, 0.95), abs=0.085)
    assert off.std(axis=0) == pytest.approx(np.ones(4), abs=0.28)


@pytest.mark.endure
@pytest.mark.skipif(
    "LEYDEN_PATTERNS" not in os.environ, reason="LEYDEN_PATTERNS is unset: make endure sets it"
)
@pytest.mark.parametrize("phase", ["LaB6", "Si", "LATP"])
@pytest.mark.parametrize("height", [300.0, 1000.0, 10_000.0])
def test_intervals_of_a_cell_cover_it_in_95_of_100_patterns(phase: str, height: float) -> None:
    drawn, count = _drawn(phase, height), int(os.environ["LEYDEN_PATTERNS"])
    off = np.array([_off(phase, _fitted(phase, counted(drawn, seed))) for seed in range(count)])
    covered = (np.abs(off) < 1.959964).mean(axis=0)
    assert ((covered > 0.93) & (covered < 0.97)).all(), covered.tolist()
    assert np.abs(off.mean(axis=0)).max() < 0.15


def test_the_errors_of_a_cell_are_those_of_the_norm() -> None:
    found = _fitted("LATP", counted(_drawn("LATP", 10_000.0), 4))
    a, c = np.sqrt(np.diag(found.covariance))
    assert a == pytest.approx(0.00009, rel=0.25)
    assert c == pytest.approx(0.00034, rel=0.25)
    volume = found.lattice.volume_error(found.covariance) / found.lattice.volume_angstrom3
    assert volume == pytest.approx(2.5e-5, rel=0.25)


def test_without_a_correction_the_cell_of_a_moved_specimen_is_far_off() -> None:
    found = _fitted("LATP", counted(_drawn("LATP", 10_000.0), 5), "none")
    a = (found.lattice.free[0] - _TRUE["LATP"][0]) / np.sqrt(found.covariance[0, 0])
    assert abs(a) > 30.0
    assert found.solution.widening > 1.5


def test_lines_closer_than_a_third_of_a_width_share_one_area_as_the_reference_has_it() -> None:
    place = np.array([20.0, 20.02, 21.0, 21.1])
    parting, alone = parted(place, np.array([3.0, 1.0, 2.0]), 0.1)
    assert parting.tolist() == [[0.75, 0, 0], [0.25, 0, 0], [0, 1.0, 0], [0, 0, 1.0]]
    assert alone.tolist() == [False, False, True, True]


def test_lone_lines_tell_the_cell_within_its_errors() -> None:
    lines = reference("LATP").within(COPPER, 12.0, 73.0)
    strength, place = lines.strength(COPPER), lines.two_theta_degree(COPPER)
    width = np.sqrt(caglioti_terms(place) @ TERMS)
    single = pure(place, strength, width) & (strength > 0.003 * strength.max())
    assert enough(lines.hkl[single])
    start = own_structures()["LATP"].lattice
    truth = Lattice(start.system, np.array(_TRUE["LATP"]))
    belongs = two_theta_degree(truth.spacing_angstrom(lines.hkl[single]), COPPER.alpha1_angstrom)
    random = np.random.default_rng(9)
    off = []
    for _ in range(400):
        error = np.full(len(belongs), 0.002)
        seen = moved(belongs, "displacement", 2e-4) + random.normal(0.0, error)
        found = cell_of_lines(
            seen,
            error,
            lines.hkl[single],
            start,
            COPPER.alpha1_angstrom,
            correction="displacement",
        )
        assert found is not None
        off.append((found.lattice.free - truth.free) / np.sqrt(np.diag(found.covariance)))
    assert np.array(off).std(axis=0) == pytest.approx([1.0, 1.0], abs=0.12)


def test_too_few_lines_tell_no_cell() -> None:
    lines = reference("LATP").within(COPPER, 20.0, 22.0)
    place = lines.two_theta_degree(COPPER)[:2]
    found = cell_of_lines(
        place,
        np.full(2, 0.01),
        lines.hkl[:2],
        own_structures()["LATP"].lattice,
        COPPER.alpha1_angstrom,
        correction="zero",
    )
    assert found is None
    assert not enough(lines.hkl)


@pytest.mark.exports
def test_the_cell_of_measured_rutile_is_that_of_the_literature(exports: Path) -> None:
    angle, counts, radiation = raw4(exports / "datalab" / "TiO2.raw")
    made = pattern(counts, angle=angle, radiation=radiation)
    rutile = own_structures()["rutile"]
    lines = lines_of(rutile, radiation, float(angle[-1]))
    cells = {}
    for correction in ("displacement", "zero", "none"):
        found = whole_pattern(
            made, lines, rutile.lattice, correction=correction, width=0.088, share=0.7
        )
        assert found is not None
        cells[correction] = found
    assert cells["displacement"].lattice.free == pytest.approx([4.5955, 2.9606], abs=2e-4)
    assert cells["zero"].lattice.free == pytest.approx([4.5955, 2.9606], rel=4e-4)
    widening = {name: each.solution.widening for name, each in cells.items()}
    assert widening["none"] > 1.1 * widening["displacement"]
