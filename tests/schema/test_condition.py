"""A condition of a process is kept in one unit, between its bounds, with what was written."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.condition import condition, in_one_unit, unit_of_dimension
from schema.measure import Measure, known, measure


@pytest.mark.parametrize(
    ("written", "value", "lower", "upper", "unit"),
    [
        ("1173.15 K", 900, 900, 900, "°C"),
        ("1652 °F", 900, 900, 900, "°C"),
        ("90 min", 1.5, 1.5, 1.5, "h"),
        ("850-900 °C", None, 850, 900, "°C"),
        ("~ 1123.15 to 1173.15 K", None, 850, 900, "°C"),
        ("> 900 °C", 900, 900, None, "°C"),
        (">= 0.5 GPa", 500, 500, None, "MPa"),
        ("< 1 mm", 1000, None, 1000, "µm"),
        ("<= 2 g", 2000, None, 2000, "mg"),
        ("~ 1 bar", 0.1, 0.1, 0.1, "MPa"),
        ("5 K/min", 5, 5, 5, "°C/min"),
        ("300 °C/h", 5, 5, 5, "°C/min"),
        ("0.5 A/m²", 0.05, 0.05, 0.05, "mA/cm²"),
        ("10 mM", 0.01, 0.01, 0.01, "mol/L"),
        ("50 mL", 50_000, 50_000, 50_000, "µL"),
        ("92 %", 0.92, 0.92, 0.92, None),
        ("1.05", 1.05, 1.05, 1.05, None),
        ("5 wt%", 5, 5, 5, "wt%"),
        ("5 mol%", 5, 5, 5, "mol%"),
        ("300 rpm", 300, 300, 300, "rpm"),
        ("10 Hz", 10, 10, 10, "Hz"),
        ("0.1 ppm", 0.1, 0.1, 0.1, "ppm"),
        ("3 cycles", 3, 3, 3, "cycles"),
        ("argon", None, None, None, None),
    ],
)
def test_what_was_written_is_kept_beside_what_it_is(
    written: str, value: float | None, lower: float | None, upper: float | None, unit: str | None
) -> None:
    found = condition(measure(written), written)
    assert (found["value"], found["lower"], found["upper"]) == (value, lower, upper)
    assert (found["unit"], found["written"]) == (unit, written)
    assert found["text"] == (written if written == "argon" else None)


def test_every_dimension_has_one_unit_and_it_is_its_own() -> None:
    units = unit_of_dimension().values()
    assert len({known(unit).dimensionality for unit in units}) == len(units)
    for unit in units:
        assert in_one_unit(Measure(1.0, unit)) == Measure(1.0, unit)


@given(
    number=st.floats(-1e6, 1e6),
    units=st.sampled_from([("K", "°C"), ("s", "d"), ("bar", "Pa"), ("nm", "cm"), ("kg", "µg")]),
)
def test_whatever_unit_it_was_written_in_it_is_the_same_condition(
    number: float, units: tuple[str, str]
) -> None:
    one = Measure(number, units[0])
    other = one.to(units[1])
    mine, theirs = in_one_unit(one), in_one_unit(other)
    assert mine.unit == theirs.unit
    assert mine.value is not None
    assert theirs.value is not None
    assert math.isclose(mine.value, theirs.value, rel_tol=1e-9, abs_tol=1e-6)
