"""Circuits in the usual notation: what is read, what is refused, and their derivatives."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schema.error import InvalidArgument
from schema.impedance.circuit import read_circuit, series_resistances
from schema.impedance.element import ELEMENTS, Band, Complexes
from schema.impedance.parameter import report, reported, theta_of

_BAND = Band.of(np.logspace(-3.0, 3.0, 25)[None])


@st.composite
def circuits(draw: st.DrawFn, depth: int = 2) -> str:
    """Draw the text of a circuit, each element with a number of its own."""
    number = iter(range(100))

    def part(left: int) -> str:
        if left and draw(st.booleans()):
            branches = draw(st.integers(2, 3))
            return f"p({','.join(series(left - 1, 2) for _ in range(branches))})"
        return f"{draw(st.sampled_from(sorted(ELEMENTS)))}{next(number)}"

    def series(left: int, most: int) -> str:
        return "-".join(part(left) for _ in range(draw(st.integers(1, most))))

    return series(depth, 3)


@settings(deadline=None)
@given(circuits())
def test_a_circuit_is_printed_as_it_was_written(text: str) -> None:
    assert str(read_circuit(text)) == text


@settings(deadline=None)
@given(circuits(), st.integers(0, 2**32 - 1))
def test_derivatives_are_those_of_the_impedance(text: str, seed: int) -> None:
    circuit = read_circuit(text)
    size = len(circuit.parameters)
    theta = np.random.default_rng(seed).uniform(-2.0, 2.0, (3, size))
    slope = np.empty((3, size, 25), dtype=np.complex128)
    impedance = circuit.impedance(_BAND, theta, slope).copy()
    step = 2e-3
    changes = step * np.array([1.0, -1.0, 2.0, -2.0])[:, None, None] * np.eye(size)
    moved = (changes[:, :, None] + theta).reshape(-1, size)  # all at once: a call is dear
    scratch = np.empty((len(moved), size, 25), dtype=np.complex128)
    at = circuit.impedance(_BAND, moved, scratch).reshape(4, size, 3, 25)
    for place in range(size):
        near, far = at[0, place] - at[1, place], at[2, place] - at[3, place]
        expected = (8.0 * near - far) / (12.0 * step)
        coarse = np.abs(expected - near / (2.0 * step)).max()  # differences fail beside a resonance
        scale = np.abs(slope[:, place]).max() + np.abs(impedance).max()
        if coarse < 1e-4 * scale:
            assert np.abs(expected - slope[:, place]).max() < 1e-6 * scale


@settings(deadline=None)
@given(circuits(), st.integers(0, 2**32 - 1))
def test_what_is_reported_depends_on_what_was_fitted_as_told(text: str, seed: int) -> None:
    circuit = read_circuit(text)
    theta = np.random.default_rng(seed).uniform(-2.0, 2.0, (2, len(circuit.parameters)))
    ohm, second = np.array([3.0, 500.0]), np.array([1e-4, 2.0])
    value, slope = report(circuit, theta, ohm, second)
    assert value.shape[1] == len(reported(circuit))
    for place in range(theta.shape[1]):
        moved = np.zeros_like(theta)
        moved[:, place] = 1e-5
        upper, lower = (report(circuit, theta + sign * moved, ohm, second)[0] for sign in (1, -1))
        np.testing.assert_allclose(slope[:, :, place], (upper - lower) / 2e-5, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("R1", [2.0], lambda s: 2.0 + 0.0 * s),
        ("C1", [2.0], lambda s: 1.0 / (2.0 * s)),
        ("L1", [2.0], lambda s: 2.0 * s),
        ("W1", [2.0], lambda s: 2.0 * (1.0 - 1.0j) / np.sqrt(s.imag)),
        ("CPE1", [2.0, 0.7], lambda s: 1.0 / (2.0 * s**0.7)),
        ("Wo1", [2.0, 3.0], lambda s: 2.0 / np.tanh(np.sqrt(3.0 * s)) / np.sqrt(3.0 * s)),
        ("Ws1", [2.0, 3.0], lambda s: 2.0 * np.tanh(np.sqrt(3.0 * s)) / np.sqrt(3.0 * s)),
        ("p(R1,R2-C1)", [2.0, 3.0, 0.5], lambda s: 1.0 / (0.5 + 1.0 / (3.0 + 2.0 / s))),
        ("p(R1,CPE1)", [2.0, 3.0, 0.7], lambda s: 2.0 / (1.0 + (3.0 * s) ** 0.7)),
        ("p(C1,R1)", [2.0, 3.0], lambda s: 2.0 / (1.0 + 3.0 * s)),
    ],
)
def test_an_element_has_the_impedance_of_the_textbook(
    text: str, values: list[float], expected: Callable[[Complexes], Complexes]
) -> None:
    circuit = read_circuit(text)
    theta = np.array(
        [
            [
                np.log((value - 0.3) / (1.0 - value)) if one.exponent else np.log(value)
                for value, one in zip(values, circuit.parameters, strict=True)
            ]
        ]
    )
    slope = np.empty((1, len(values), 25), dtype=np.complex128)
    found = circuit.impedance(_BAND, theta, slope)[0]
    np.testing.assert_allclose(found, expected(1j * _BAND.angular[0]), rtol=1e-9)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "character 1, where the end"),
        ("R0-X1", "character 4, where 'X'"),
        ("R0-p(R1)", "character 8, where ')'"),
        ("R0-p(R1,C1", "character 11, where the end"),
        ("R0--R1", "character 4, where '-'"),
        ("R0)", "character 3, where ')'"),
        ("R0-R0", "R0 stands before at character 4"),
        ("R0 -R1", "character 3, where ' '"),
        ("p(R1,)", "character 6, where ')'"),
    ],
)
def test_a_broken_circuit_is_refused_at_its_character(text: str, told: str) -> None:
    with pytest.raises(InvalidArgument, match="circuit cannot be") as refusal:
        read_circuit(text)
    assert told in str(refusal.value)


def test_an_arc_reports_its_resistance_charge_exponent_and_time_constant() -> None:
    names = [(one.element, one.letter) for one in reported(read_circuit("R0-p(R1,CPE1)"))]
    arc = "p(R1,CPE1)"
    assert names == [("R0", "R"), ("R1", "R"), ("CPE1", "Q"), ("CPE1", "n"), (arc, "tau")]


@pytest.mark.parametrize(
    "text", ["L0-R0-p(R1,CPE1)-p(R2,C2)-W3", "R0-p(R1-Ws1,CPE1)-CPE2", "R0-Wo1-C1"]
)
def test_reported_values_give_back_what_was_fitted(text: str) -> None:
    circuit = read_circuit(text)
    theta = np.random.default_rng(3).normal(0.0, 1.0, (4, len(circuit.parameters)))
    value, _ = report(circuit, theta, np.ones(4), np.ones(4))
    assert theta_of(circuit, value) == pytest.approx(theta)


def test_the_resistances_in_series_are_named() -> None:
    found = series_resistances("L0-R0-p(R1,CPE1)-p(R2-W2,CPE2)-W3")
    assert found == ("R0", "R1")
