"""What stands in a field reads as what it was written of."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.error import LeydenError
from service.page.entry import cell, material, substance
from service.page.entry.field import Field

AMOUNTS = st.floats(1e-9, 1e9)
QUANTITIES = [each for form in (cell, material, substance) for each in form.FIELDS if each.unit]


@pytest.mark.parametrize("field", QUANTITIES, ids=lambda each: each.name)
@given(value=AMOUNTS, error=st.none() | AMOUNTS)
def test_a_quantity_as_it_stands_is_read_as_it_was(
    field: Field, value: float, error: float | None
) -> None:
    row: Mapping[str, Any] = dict(zip(field.columns, (value, error), strict=False))
    said = field.said(field.text_of(row))
    assert list(said) == list(field.columns)
    for column, number in row.items():
        assert said[column] == (None if number is None else pytest.approx(number, rel=1e-12))


@pytest.mark.parametrize(
    ("name", "text", "understood"),
    [
        ("thickness", "1.00 ± 0.05 mm", "1000 ± 50 µm"),
        ("thickness", "~ 1 um", "1 µm"),
        ("area", "1.13 cm2 ± 2 %", "1.13 ± 0.0226 cm²"),
        ("mass", "0.0125 g", "12.5 mg"),
    ],
)
def test_the_unit_is_understood(name: str, text: str, understood: str) -> None:
    (field,) = (each for each in material.FIELDS if each.name == name)
    assert field.understood(text) == understood


@pytest.mark.parametrize("text", ["12,5 mg", "12.5", "> 3 mg", "3 cm", "1e400 g", "some"])
def test_what_is_no_mass_is_not_guessed_at(text: str) -> None:
    (field,) = (each for each in material.FIELDS if each.name == "mass")
    with pytest.raises((LeydenError, ValueError)):
        field.said(text)


def test_an_empty_field_says_that_nothing_is_known() -> None:
    (field,) = (each for each in material.FIELDS if each.name == "area")
    assert field.said("  ") == {"areaCm2": None, "areaErrorCm2": None}
    assert field.text_of({"areaCm2": None, "areaErrorCm2": None}) == ""
