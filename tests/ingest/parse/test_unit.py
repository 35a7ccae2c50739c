"""Units: each measures a quantity we store, and nothing else is taken for one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.parse.unit import stored, unit_for, units
from ingest.statement import NUMBERS
from schema.error import UnknownUnit
from schema.quantity import quantities


def test_every_unit_is_of_one_we_store() -> None:
    ours = {quantity.unit or "1" for quantity in quantities().values()}
    assert {unit.of for unit in units().values()} == ours | {*NUMBERS.values()}


def test_every_unit_we_store_is_spelled_and_is_itself() -> None:
    for quantity in quantities().values():
        if quantity.kind == "number":
            unit = unit_for(quantity.unit, quantity.name)
            assert (unit.scale, unit.offset) == (1.0, 0.0)


@pytest.mark.parametrize(
    ("value", "spelling", "quantity", "expected"),
    [
        (3600, "C", "charging_capacity_ah", 1.0),
        (3.6e6, "mAs", "charging_capacity_ah", 1.0),
        (3600, "J", "charging_energy_wh", 1.0),
        (0, "K", "ambient_temperature_celsius", -273.15),
        (212, "degF", "ambient_temperature_celsius", 100.0),
        (np.pi, "rad", "phase_degree", 180.0),
        (1, "h", "test_time_second", 3600.0),
        (5, "μA", "current_ampere", 5e-6),  # the Greek letter, not the sign
        (25, "℃", "ambient_temperature_celsius", 25.0),
        (50, "%", "state_of_charge", 0.5),
        (0.5, "1", "state_of_charge", 0.5),
    ],
)
def test_a_value_becomes_what_it_is_worth(
    value: float, spelling: str, quantity: str, expected: float
) -> None:
    values, scale = stored(np.array([float(value)]), unit_for(spelling, quantity))
    assert values[0] * scale == pytest.approx(expected)


def test_a_count_has_no_shares() -> None:
    with pytest.raises(UnknownUnit, match=r"'%'; known: 1$"):
        unit_for("%", "cycle_count")


@given(st.text(max_size=5))
def test_a_spelling_nobody_declared_is_refused_with_those_known(spelling: str) -> None:
    if spelling in {"V", "mV", "µV", "uV", "μV"}:
        return
    with pytest.raises(UnknownUnit, match="known: V, mV, uV, µV"):
        unit_for(spelling, "voltage_volt")
