"""The impedance of a fitted circuit, of what is reported of its parameters."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from schema.impedance.curve import fitted_impedance

FREQUENCY = np.logspace(5, -1, 40)
OMEGA = 2j * np.pi * FREQUENCY


@given(st.floats(1e-2, 1e6), st.floats(1e-2, 1e6), st.floats(1e-12, 1e-2), st.floats(0.4, 0.999999))
def test_an_arc_before_a_cpe_is_what_the_formula_says(
    series: float, width: float, charge: float, exponent: float
) -> None:
    known = {("R0", "R"): series, ("R1", "R"): width}
    known |= {("CPE1", "Q"): charge, ("CPE1", "n"): exponent}
    known |= {("p(R1,CPE1)", "tau"): (width * charge) ** (1 / exponent)}
    known |= {("CPE2", "Q"): 1e-5, ("CPE2", "n"): 0.9}
    curve = fitted_impedance("R0-p(R1,CPE1)-CPE2", known, FREQUENCY)
    assert curve is not None
    arc = 1 / (1 / width + charge * OMEGA**exponent)
    expected = series + arc + 1 / (1e-5 * OMEGA**0.9)
    assert np.allclose(curve, expected, rtol=1e-6)


def test_a_circuit_of_which_nothing_was_found_has_no_curve() -> None:
    assert fitted_impedance("R0-p(R1,CPE1)", {("R0", "R"): 1.0}, FREQUENCY) is None
    assert fitted_impedance("R0", {("R0", "R"): float("nan")}, FREQUENCY) is None
    assert fitted_impedance("R0", {("R0", "R"): None}, FREQUENCY) is None
