"""What columns of the catalog take."""

from datetime import UTC, datetime
from typing import Any

import pytest

from schema.catalog import Cell, Process, ProtocolStep, Table
from schema.error import InvalidRecord
from schema.record.column import checked


@pytest.mark.parametrize(
    ("model", "said", "found"),
    [
        (Cell, {"name": " K1 ", "layers": [1]}, {"name": "K1"}),
        (Cell, {"area_cm2": 0.5, "note": None}, {"area_cm2": 0.5, "note": None}),
        (Cell, {"area_error_cm2": 0.0, "symmetric": False}, None),
        (ProtocolStep, {"voltage_volt": -1.0, "current_ampere": 0.0}, None),
        (Process, {"performed_at": datetime(2026, 3, 1, tzinfo=UTC)}, None),
    ],
)
def test_columns_are_taken_as_they_are(
    model: type[Table], said: dict[str, Any], found: dict[str, Any] | None
) -> None:
    assert checked(model, said) == (said if found is None else found)


@pytest.mark.parametrize(
    ("model", "said", "reason"),
    [
        (Cell, {"name": "  "}, "a name cannot be empty"),
        (Cell, {"name": None}, "it cannot be taken away"),
        (Cell, {"area_cm2": 0.0}, "0 is not above zero"),
        (Cell, {"area_cm2": 0}, "0 is not above zero"),
        (Cell, {"area_cm2": True}, "True is no number"),
        (Cell, {"area_error_cm2": -0.1}, "-0.1 is below zero"),
        (Cell, {"area_cm2": float("inf")}, "inf is no number"),
        (Cell, {"note": " "}, "it is empty: say something, or leave it out"),
        (Cell, {"note": "a\0"}, r"no text can hold: \\u0000"),
        (Cell, {"name": "x" * 501}, "it has 501 characters, the most are 500"),
        (ProtocolStep, {"repeat_count": 10**400}, "is not below 2147483648"),
        (Cell, {"cycle_convention": "x"}, "'x' is none of turns, instrument"),
        (ProtocolStep, {"repeat_count": 0}, "0 is not above zero"),
        (Process, {"performed_at": datetime(2026, 3, 1)}, "does not say its zone"),  # noqa: DTZ001 - that is the case
    ],
)
def test_a_value_that_cannot_be_is_refused_at_its_place(
    model: type[Table], said: dict[str, Any], reason: str
) -> None:
    with pytest.raises(InvalidRecord, match=reason) as fault:
        checked(model, said, ("layers", 2))
    assert fault.value.place == ("layers", 2, *said)
