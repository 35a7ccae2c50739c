"""Sweeps are what was measured, however rows lie, flags flip and impedance is told."""

from collections.abc import Callable

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ingest.draft import Draft, draft
from ingest.impedance_part import vacuum_farad
from ingest.reading import RawColumn, Reading
from tests.ingest.laws.cycling import seeds

Floats = NDArray[np.float64]
Complex = NDArray[np.complex128]
Told = Callable[[Floats, Complex], tuple[RawColumn, ...]]
BARE_FARAD = vacuum_farad(1.3, 500.0)


@st.composite
def grids(draw: st.DrawFn) -> Floats:
    """Draw frequencies of a sweep, even in the logarithm, down or up."""
    points = draw(st.integers(3, 70))
    grid = np.geomspace(10.0 ** draw(st.integers(3, 7)), 10.0 ** draw(st.integers(-3, 2)), points)
    return grid[::-1] if draw(st.booleans()) else grid


def impedance(hertz: Floats, ohm: float = 100.0) -> Complex:
    """Return a resistor and an arc, Ω."""
    return np.asarray(10.0 + ohm / (1.0 + (2j * np.pi * hertz * ohm * 1e-6) ** 0.85))


def by_parts(_: Floats, ohm: Complex) -> tuple[RawColumn, ...]:
    return (
        RawColumn("Z'", ohm.real, "real_impedance_ohm"),
        RawColumn("-Z''", -ohm.imag, "imaginary_impedance_ohm", -1.0),
    )


def by_phase(_: Floats, ohm: Complex) -> tuple[RawColumn, ...]:
    return (
        RawColumn("|Z|/kOhm", np.abs(ohm) / 1e3, "absolute_impedance_ohm", 1e3),
        RawColumn("-phase/rad", -np.angle(ohm), "phase_degree", -180.0 / np.pi),
    )


def by_admittance(_: Floats, ohm: Complex) -> tuple[RawColumn, ...]:
    return (
        RawColumn("Y'/mS", (1e3 / ohm).real, "real_admittance_siemens", 1e-3),
        RawColumn("Y''/mS", (1e3 / ohm).imag, "imaginary_admittance_siemens", 1e-3),
    )


def by_absolute_admittance(_: Floats, ohm: Complex) -> tuple[RawColumn, ...]:
    return (
        RawColumn("|Y|/S", np.abs(1.0 / ohm), "absolute_admittance_siemens"),
        RawColumn("phase of Y/deg", np.degrees(np.angle(1.0 / ohm)), "phase_degree", -1.0),
    )


def by_permittivity(hertz: Floats, ohm: Complex) -> tuple[RawColumn, ...]:
    relative = 1.0 / (2j * np.pi * hertz * BARE_FARAD * ohm)
    return (
        RawColumn("eps'", relative.real, "real_relative_permittivity"),
        RawColumn("eps''", -relative.imag, "imaginary_relative_permittivity"),
    )


def by_modulus(hertz: Floats, ohm: Complex) -> tuple[RawColumn, ...]:
    modulus = 2j * np.pi * hertz * BARE_FARAD * ohm
    return (
        RawColumn("M'", modulus.real, "real_electric_modulus"),
        RawColumn("M''", modulus.imag, "imaginary_electric_modulus"),
    )


def drafted(hertz: Floats, ohm: Complex, *more: RawColumn, told: Told = by_parts) -> Draft:
    columns = (RawColumn("f/Hz", hertz, "frequency_hertz"), *told(hertz, ohm), *more)
    return draft(Reading(columns, bare_farad=BARE_FARAD))


def sets(found: Draft) -> list[set[tuple[float, float, float]]]:
    """Return the points of each sweep, in whatever order."""
    assert found.spectra is not None
    names = ("frequency_hertz", "real_impedance_ohm", "imaginary_impedance_ohm")
    rows = zip(*(found.spectra[name].tolist() for name in names), strict=True)
    points: list[set[tuple[float, float, float]]] = [set() for _ in range(found.spectrum_count)]
    for count, row in zip(found.spectra["spectrum_count"], rows, strict=True):
        points[count - 1].add(row)
    return points


@settings(deadline=None)
@given(grids(), seeds)
def test_rows_in_any_order_are_the_same_sweep(hertz: Floats, noise: np.random.Generator) -> None:
    order = noise.permutation(hertz.size)
    ohm = impedance(hertz)
    shuffled = drafted(hertz[order], ohm[order])
    assert sets(shuffled) == sets(drafted(hertz, ohm))
    assert shuffled.spectrum_count == len(shuffled.steps["step_count"]) == 1
    assert shuffled.spectra is not None
    assert shuffled.spectra["record_index"].tolist() == list(range(1, hertz.size + 1))


@settings(deadline=None)
@given(
    grids(),
    st.lists(st.sampled_from(("down", "up", "any")), min_size=1, max_size=6),
    seeds,
    st.sampled_from((0.0, 1e-4, 1e-3)),
)
def test_as_many_sweeps_of_one_grid_are_found_as_were_measured(
    grid: Floats, ways: list[str], noise: np.random.Generator, jitter: float
) -> None:
    rows = np.arange(grid.size)
    parts = [
        noise.permutation(rows) if way == "any" else rows[:: 1 if way == "up" else -1]
        for way in ways
    ]
    hertz = np.concatenate([grid[part] for part in parts])
    hertz *= noise.normal(1.0, jitter * min(1.0, abs(np.log(grid[1] / grid[0]))), hertz.size)
    ohm = np.concatenate([impedance(grid[part], 100.0 + i) for i, part in enumerate(parts)])
    found = drafted(hertz, ohm)
    assert found.spectra is not None
    assert np.bincount(found.spectra["spectrum_count"]).tolist() == [0] + [grid.size] * len(ways)


@settings(deadline=None)
@given(grids(), st.data())
def test_sweeps_cut_short_are_found_and_so_are_points_measured_twice(
    grid: Floats, data: st.DataObject
) -> None:
    sizes = data.draw(st.lists(st.integers(3, grid.size), min_size=1, max_size=6))
    again = data.draw(st.integers(1, 3))
    hertz = np.concatenate([np.repeat(grid[:size], again) for size in sizes])
    found = drafted(hertz, impedance(hertz))
    assert found.spectra is not None
    counts = np.bincount(found.spectra["spectrum_count"])[1:]
    assert counts.tolist() == [size * again for size in sizes]


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(4.0, 7.0), st.floats(-3.0, 2.0), st.integers(6, 50)),
        min_size=2,
        max_size=4,
    )
)
def test_sweeps_of_a_grid_each_are_found(ranges: list[tuple[float, float, int]]) -> None:
    parts = [np.geomspace(10.0**high, 10.0**low, points) for high, low, points in ranges]
    hertz = np.concatenate(parts)
    step = np.diff(np.sort(np.log(hertz)))
    assume(step.min() < 0.5 * np.median(step))  # even together, they would be one sweep
    found = drafted(hertz, impedance(hertz))
    assert found.spectra is not None
    counts = np.bincount(found.spectra["spectrum_count"])[1:]
    assert counts.tolist() == [part.size for part in parts]


@settings(deadline=None)
@given(grids(), st.booleans())
def test_a_sweep_there_and_back_is_two(grid: Floats, twice: bool) -> None:
    hertz = np.concatenate([grid, grid[::-1][0 if twice else 1 :]])
    found = drafted(hertz, impedance(hertz))
    assert found.spectra is not None
    counts = np.bincount(found.spectra["spectrum_count"])[1:]
    assert counts.tolist() == [grid.size, hertz.size - grid.size]


@settings(deadline=None)
@given(grids(), st.integers(1, 5), st.booleans(), seeds)
def test_a_flag_that_flips_anywhere_changes_nothing(
    grid: Floats, count: int, shuffled: bool, noise: np.random.Generator
) -> None:
    parts = [noise.permutation(grid) if shuffled else grid for _ in range(count)]
    hertz = np.concatenate(parts)
    flag = RawColumn("flag", noise.integers(0, 2, hertz.size), "step_id")
    plain, flagged = drafted(hertz, impedance(hertz)), drafted(hertz, impedance(hertz), flag)
    assert sets(flagged) == sets(plain)
    begins = np.flatnonzero(np.diff(flagged.points.number("step_count"), prepend=0))
    assert set(begins) <= set(np.arange(count) * grid.size)


@settings(deadline=None)
@given(
    grids(),
    st.sampled_from((by_phase, by_admittance, by_absolute_admittance, by_permittivity, by_modulus)),
    st.floats(1e-3, 1e9),
)
def test_impedance_is_the_same_however_it_is_told(hertz: Floats, told: Told, size: float) -> None:
    ohm = impedance(hertz) * size
    found = drafted(hertz, ohm, told=told)
    assert found.spectra is not None
    back = found.spectra["real_impedance_ohm"] + 1j * found.spectra["imaginary_impedance_ohm"]
    assert np.abs(back / ohm - 1.0).max() < 1e-9
    assert [finding.kind for finding in found.findings] == ["derived_column"]
