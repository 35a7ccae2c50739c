"""What can be drawn of a test, and what is drawn where nobody chose."""

import pytest

from schema.error import InvalidArgument, UnknownName
from schema.relation import Column, Kind
from service.page.panel_choice import chosen, drawable


def columns(*names: str, kind: Kind = "DOUBLE") -> dict[str, Column]:
    """Return columns of points."""
    return {name: Column(name, kind, "", "") for name in names}


def test_a_quantity_is_called_without_its_unit_and_a_column_of_an_export_as_it_is() -> None:
    known = drawable(columns("voltage_volt", "surface_temperature_celsius", "Aux, left"))
    assert list(known) == ["voltage", "surface_temperature", "Aux  left"]
    assert known["surface_temperature"].label == "Surface temp."
    assert known["Aux  left"].column == "Aux, left"


def test_times_numbers_and_texts_are_no_quantities() -> None:
    assert not drawable(columns("test_time_second", "unix_time_second", "interval_second"))
    assert not drawable(columns("step_count", "cycle_count", kind="BIGINT"))
    assert not drawable(columns("step_type", kind="VARCHAR"))


def test_voltage_current_and_temperatures_come_first_and_else_the_first_there_is() -> None:
    known = drawable(columns("power_watt", "current_ampere", "voltage_volt"))
    assert [each.name for each in chosen(known, ())] == ["voltage", "current"]
    other = drawable(columns("power_watt", "net_energy_wh"))
    assert [each.name for each in chosen(other, ())] == ["power"]
    assert chosen({}, ()) == []


def test_an_unknown_quantity_and_more_than_four_are_refused() -> None:
    known = drawable(columns("a", "b", "c", "d", "e"))
    with pytest.raises(UnknownName, match="quantity of this test"):
        chosen(known, ("f",))
    with pytest.raises(InvalidArgument, match="at most 4"):
        chosen(known, tuple("abcde"))
