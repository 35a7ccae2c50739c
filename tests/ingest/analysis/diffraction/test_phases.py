"""Phases of a pattern: the main one, what is beside it, what is foreign, and what may be hidden."""

from pathlib import Path

import numpy as np
import pytest

from ingest.analysis.diffraction.match import chance
from ingest.analysis.diffraction.pattern import Pattern
from ingest.analysis.diffraction.peak import Peaks, peaks
from ingest.analysis.diffraction.phase import Phases
from ingest.analysis.diffraction.phases import phases
from ingest.analysis.diffraction.settings import PhaseSettings
from schema.diffraction.line import Lines, lines_of
from schema.diffraction.own_structure import own_structures
from schema.diffraction.radiation import Radiation
from tests.ingest.analysis.diffraction.bruker import raw4
from tests.ingest.analysis.diffraction.simulated import (
    COPPER,
    counted,
    mixture,
    pattern,
    smooth,
)

_SOUGHT = ("LATP", "rutile", "anatase", "berlinite", "corundum", "Si", "LaB6")


def _references(radiation: Radiation, sought: tuple[str, ...] = _SOUGHT) -> list[Lines]:
    return [lines_of(own_structures()[phase], radiation, 80.0) for phase in sought]


def _told(made: Pattern, sought: tuple[str, ...] = _SOUGHT) -> tuple[Peaks, Phases]:
    found = peaks(made)
    radiation = made.radiation or COPPER
    return found, phases(made, found, _references(radiation, sought), PhaseSettings())


def _present(told: Phases) -> list[str]:
    return [one.aligned.lines.phase for one in told.phases if one.verdict == "present"]


def test_the_chance_of_a_merit_among_45_lines() -> None:
    assert chance(0.1, 45, 70.0) == pytest.approx(0.12065, abs=5e-6)


@pytest.mark.parametrize("phase", ["LATP", "rutile", "Si", "LaB6", "corundum", "berlinite"])
def test_a_pure_phase_is_that_phase_and_nothing_else(phase: str) -> None:
    shape = smooth(phase, displacement_mm=-0.08)
    _, told = _told(pattern(counted(500.0 + 5000.0 * shape / shape.max(), 2)))
    assert _present(told) == [phase]
    assert told.main is not None
    assert told.main.cell is not None
    assert told.main.aligned.match.merit > 0.95
    assert not told.foreign.any()


@pytest.mark.slow
def test_a_tenth_of_rutile_is_present_with_its_weight() -> None:
    _, told = _told(pattern(counted(300.0 + mixture("LATP", "rutile", 0.1, 3000.0), 3)))
    assert _present(told) == ["LATP", "rutile"]
    rutile = told.phases[_SOUGHT.index("rutile")]
    limit = rutile.limits[0]
    assert limit.state == "detected"
    assert abs(limit.fraction - 0.1) < 2.0 * limit.fraction_error
    assert not told.foreign.any()


@pytest.mark.slow
def test_two_percent_of_rutile_are_detected_and_half_a_percent_is_not() -> None:
    for fraction, state in ((0.02, "detected"), (0.005, "not_detected")):
        drawn = 300.0 + mixture("LATP", "rutile", fraction, 3000.0)
        _, told = _told(pattern(counted(drawn, 4)))
        limit = told.phases[_SOUGHT.index("rutile")].limits[0]
        assert limit.state == state
        assert limit.critical_fraction < 0.0104 * 1.07
        assert limit.detectable_fraction < 0.015 * 1.07


@pytest.mark.slow
def test_a_line_of_nothing_sought_is_foreign() -> None:
    found, told = _told(
        pattern(counted(300.0 + mixture("LATP", "Si", 0.05, 3000.0), 5)), ("LATP", "rutile")
    )
    strange = found.position_degree[told.foreign]
    assert strange.round(1).tolist() == [28.4, 47.3, 56.1]


@pytest.mark.slow
def test_what_lies_under_a_line_of_the_main_phase_is_sought_at_the_next() -> None:
    _, told = _told(pattern(counted(300.0 + mixture("LATP", "corundum", 0.0, 3000.0), 6)))
    limit = told.phases[_SOUGHT.index("corundum")].limits[0]
    place = told.phases[0].aligned.place_degree
    assert np.abs(place - limit.place_degree).min() > 0.1


def test_without_a_wavelength_there_are_lines_and_no_phases() -> None:
    made = pattern(counted(300.0 + 300.0 * smooth("Si"), 7), radiation=None)
    found = peaks(made)
    told = phases(made, found, _references(COPPER), PhaseSettings())
    assert len(found) > 0
    assert (told.phases, told.reason) == ((), "wavelength_unknown")


def test_a_pattern_of_something_unknown_has_no_main_phase_and_no_limits() -> None:
    _, told = _told(pattern(counted(300.0 + 300.0 * smooth("Si"), 8)), ("LATP", "rutile"))
    assert told.main is None
    assert all(one.limits == () and one.cell is None for one in told.phases)
    assert told.foreign.all()


@pytest.mark.exports
def test_a_measured_pattern_of_rutile_is_rutile_and_no_anatase(exports: Path) -> None:
    angle, counts, radiation = raw4(exports / "datalab" / "TiO2.raw")
    found, told = _told(pattern(counts, angle=angle, radiation=radiation))
    assert _present(told) == ["rutile"]
    assert not told.foreign.any()
    main = told.main
    assert main is not None
    assert main.cell is not None
    assert main.aligned.match.intensity_residual == pytest.approx(0.10, abs=0.04)
    assert main.cell.lattice.free == pytest.approx([4.5955, 2.9606], abs=2e-4)
    assert (main.cell.systematic > 4.9e-4 * main.cell.lattice.free).all()
    first = found.position_degree[told.ghost == ""]
    assert first.min() > 27.0
    anatase = told.phases[_SOUGHT.index("anatase")].limits[0]
    assert anatase.state == "not_detected"
    assert anatase.detectable_fraction < 0.01
