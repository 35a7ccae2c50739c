"""Molar masses and theoretical capacities are those of the handbook."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.error import InvalidArgument
from schema.formula import (
    atomic_masses,
    molar_mass_gram_per_mole,
    theoretical_capacity_mah_per_gram,
)

ELEMENTS = st.sampled_from(sorted(atomic_masses()))
COUNTS = st.integers(1, 99) | st.decimals("0.01", "9.99", places=2)
FORMULAS = st.recursive(
    st.builds("{}{}".format, ELEMENTS, COUNTS) | ELEMENTS,
    lambda inner: (
        st.builds("({}){}".format, inner, COUNTS) | st.builds("{}{}".format, inner, inner)
    ),
    max_leaves=6,
)


@given(FORMULAS, st.integers(2, 50))
def test_so_many_times_the_formula_has_so_many_times_the_mass(formula: str, times: int) -> None:
    once = molar_mass_gram_per_mole(formula)
    assert math.isclose(molar_mass_gram_per_mole(f"({formula}){times}"), times * once)
    assert math.isclose(molar_mass_gram_per_mole(f"H2O·{times}{formula}"), times * once + 18.015)


@given(FORMULAS, FORMULAS)
def test_the_order_of_the_parts_does_not_change_the_mass(first: str, second: str) -> None:
    both = [molar_mass_gram_per_mole(f"({a})({b})") for a, b in [(first, second), (second, first)]]
    assert math.isclose(*both)
    assert math.isclose(both[0], molar_mass_gram_per_mole(first) + molar_mass_gram_per_mole(second))


@given(FORMULAS, st.floats(0.01, 10))
def test_twice_the_electrons_are_twice_the_capacity(formula: str, electrons: float) -> None:
    once = theoretical_capacity_mah_per_gram(formula, electrons)
    assert math.isclose(theoretical_capacity_mah_per_gram(formula, 2 * electrons), 2 * once)


@given(st.text())
def test_any_text_has_a_mass_or_is_refused(text: str) -> None:
    try:
        mass = molar_mass_gram_per_mole(text)
    except InvalidArgument:
        return
    assert mass > 0


@pytest.mark.parametrize(
    ("formula", "mass"),
    [
        ("LiFePO4", 157.755),
        ("Li1.3Al0.3Ti1.7(PO4)3", 383.40),
        ("LiNi0.6Mn0.2Co0.2O2", 96.93),
        ("FeF3", 112.84),
        ("H2O", 18.015),
        ("Na4Fe(CN)6·10H2O", 484.06),
        ("Na₄[Fe(CN)₆]·10H₂O", 484.06),
        ("CaSO4·0.5H2O", 145.14),
        ("Co", 58.933),
        ("CO", 28.010),
    ],
)
def test_molar_masses_are_those_of_the_handbook(formula: str, mass: float) -> None:
    assert molar_mass_gram_per_mole(formula) == pytest.approx(mass, abs=0.005)


@pytest.mark.parametrize(
    ("formula", "electrons", "capacity"),
    [
        ("LiFePO4", 1, "169.9"),
        ("FeF3", 1, "237.5"),
        ("FeF3", 2, "475.0"),
        ("FeF3", 3, "712.6"),
        ("LiNi0.6Mn0.2Co0.2O2", 1, "276.5"),
        ("C6", 1, "371.9"),
        ("S", 2, "1672"),
        ("Li", 1, "3862"),
    ],
)
def test_theoretical_capacities_hold_to_four_digits(
    formula: str, electrons: float, capacity: str
) -> None:
    assert (
        f"{theoretical_capacity_mah_per_gram(formula, electrons):.4g}" == f"{float(capacity):.4g}"
    )


@pytest.mark.parametrize(
    ("formula", "place"),
    [
        ("", 1),
        ("LixFePO4", 3),
        ("Li(PO4", 3),
        ("LiPO4)3", 6),
        ("Li(PO4]3", 7),
        ("Xx2O3", 1),
        ("Tc", 1),
        ("Na2O·", 6),
        ("Na2O·5Qq", 7),
        ("TFSI-", 1),
        ("lithium", 1),
        ("Na4Fe(CN)6.10H2O", 11),
    ],
)
def test_what_is_no_formula_is_refused_with_its_place(formula: str, place: int) -> None:
    with pytest.raises(InvalidArgument, match=f"character {place}$"):
        molar_mass_gram_per_mole(formula)


@pytest.mark.parametrize("formula", ["Li0", "Li" + "9" * 400])
def test_a_mass_is_positive_and_finite(formula: str) -> None:
    with pytest.raises(InvalidArgument, match="formula"):
        molar_mass_gram_per_mole(formula)


@pytest.mark.parametrize("electrons", [0, -1, math.nan, math.inf])
def test_a_capacity_needs_electrons(electrons: float) -> None:
    with pytest.raises(InvalidArgument, match="electrons"):
        theoretical_capacity_mah_per_gram("LiFePO4", electrons)
