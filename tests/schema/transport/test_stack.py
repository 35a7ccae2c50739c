"""schema.transport.stack: against closed forms, and nothing is lost."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.error import InvalidArgument
from schema.transport.flux import flux_between
from schema.transport.stack import Layer, advanced, grid_of, steady
from tests.law import law

LAYER = Layer(1e-4, 1e-8)
potentials = st.floats(-60, 60)


def through(grid_layers: list[Layer], near: float = 1e-3, far: float = 5e-4) -> np.ndarray:
    grid = grid_of(grid_layers)
    return grid.fluxes(steady(grid, near, far))


@law(50)
@given(u=potentials, count=st.integers(2, 300))
def test_a_constant_field_gives_the_flux_of_goldman_on_any_grid(u: float, count: int) -> None:
    fluxes = through([Layer(1e-4, 1e-8, u, count)])
    exact = float(flux_between(1e-8 / 1e-4, 1e-3, 5e-4, u))
    assert fluxes == pytest.approx(exact, rel=1e-6, abs=1e-6 * 1e-4 * 1e-3)


@pytest.mark.parametrize("u", [0.0, 1.0, -8.0, 60.0])
def test_to_eleven_digits_at_200_intervals(u: float) -> None:
    exact = float(flux_between(1e-4, 1e-3, 5e-4, u))
    assert through([Layer(1e-4, 1e-8, u)]) == pytest.approx(exact, rel=1e-11)


@law(50)
@given(
    u=st.floats(-20, 20),
    v=st.floats(-20, 20),
    thinner=st.floats(0.01, 1),
    slower=st.floats(1e-3, 1e3),
)
def test_two_layers_pass_what_their_meeting_concentration_says(
    u: float, v: float, thinner: float, slower: float
) -> None:
    """Where both fluxes are alike, worked out by hand from two of Goldman's."""
    first, second = Layer(1e-4, 1e-8, u), Layer(1e-4 * thinner, 1e-8 * slower, v)
    into = float(flux_between(1e-4, 1.0, 0.0, u))
    out_of = float(flux_between(1e-4, 0.0, -1.0, u))
    on = float(flux_between(1e-4 * slower / thinner, 1.0, 0.0, v))
    off = float(flux_between(1e-4 * slower / thinner, 0.0, -1.0, v))
    meeting = (into * 1e-3 + off * 5e-4) / (out_of + on)
    grid = grid_of([first, second])
    concentration = steady(grid, 1e-3, 5e-4)
    assert concentration[200] == pytest.approx(meeting, rel=1e-6)
    assert np.all(concentration >= 0)


@law(50)
@given(u=potentials, second=st.floats(1e-6, 1e3))
def test_what_the_volumes_gain_is_what_came_in_less_what_went_out(u: float, second: float) -> None:
    grid = grid_of([Layer(1e-4, 1e-8, u, 50), Layer(5e-5, 1e-9, -u / 2, 30)])
    before = np.full(81, 1e-3)
    before[-1] = 2e-4
    after = advanced(grid, before, second)
    fluxes = grid.fluxes(after)
    gained = float(np.sum(grid.volume_cm * (after - before)[1:-1]))
    passed = second * float(fluxes[0] - fluxes[-1])
    held = float(np.sum(grid.volume_cm * after[1:-1]))
    turned_over = second * float(
        np.max(grid.conductance_cm_per_s * (grid.forth + grid.back)) * np.max(after)
    )
    assert abs(gained - passed) <= 1e-12 * (held + turned_over)


def test_charge_is_conserved_to_1e_12_of_what_moved() -> None:
    grid = grid_of([Layer(1e-4, 1e-8, -2.0), Layer(1e-4, 3e-9, 1.0)])
    concentration = np.full(401, 1e-3)
    concentration[-1] = 1e-4
    first = concentration.copy()
    passed = 0.0
    for _ in range(50):
        concentration = advanced(grid, concentration, 0.01)
        fluxes = grid.fluxes(concentration)
        passed += 0.01 * float(fluxes[0] - fluxes[-1])
    gained = float(np.sum(grid.volume_cm * (concentration - first)[1:-1]))
    assert gained == pytest.approx(passed, rel=1e-12)


def test_in_the_end_it_is_steady() -> None:
    grid = grid_of([Layer(1e-4, 1e-8, 3.0)])
    concentration = np.linspace(1e-3, 5e-4, 201)
    for _ in range(20):
        concentration = advanced(grid, concentration, 1.0)
    assert concentration == pytest.approx(steady(grid, 1e-3, 5e-4), rel=1e-9)


def test_diffusion_alone_spreads_as_the_series_says() -> None:
    """A plate of 1 µm, one face set to 1e-3 at the start: by the sum of sines, another way."""
    grid = grid_of([LAYER])
    concentration = np.zeros(201)
    concentration[0] = 1e-3
    for _ in range(400):
        concentration = advanced(grid, concentration, 2.5e-4)
    x = grid.position_cm / 1e-4
    n = np.arange(1, 200)[:, np.newaxis]
    fading = np.sum(np.sin(n * np.pi * x) / n * np.exp(-((n * np.pi) ** 2) * 0.1), axis=0)
    exact = 1e-3 * (1 - x - 2 / np.pi * fading)
    assert concentration == pytest.approx(exact, abs=2e-6)


@pytest.mark.parametrize(
    "layers",
    [[], [Layer(0.0, 1e-8)], [Layer(1e-4, -1e-8)], [Layer(1e-4, 1e-8, interval_count=1)]],
)
def test_what_is_no_stack_is_refused(layers: list[Layer]) -> None:
    with pytest.raises(InvalidArgument, match="layer"):
        grid_of(layers)


@pytest.mark.parametrize("second", [0.0, -1.0, float("nan")])
def test_a_step_of_no_time_is_refused(second: float) -> None:
    with pytest.raises(InvalidArgument, match="second"):
        advanced(grid_of([LAYER]), np.zeros(201), second)
