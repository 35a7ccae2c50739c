"""What a column of the catalog takes."""

from collections.abc import Mapping
from datetime import datetime
from math import isfinite
from typing import Any, Final, TypeAlias

from sqlalchemy import Boolean

from schema.catalog import Table
from schema.catalog.table import Instant
from schema.error import InvalidArgument, InvalidRecord, LeydenError
from schema.measure import Measure, measure

Place: TypeAlias = tuple[str | int, ...]
"""Columns and indexes from a record inwards, e.g. ("layers", 1, "thickness_um")."""
Said: TypeAlias = Mapping[str, Any]

_EITHER_SIGN: Final = frozenset({"V", "A", "mA/cm²", "°C"})
"""Units of what may be zero or below; every other quantity is an amount."""
_COUNTS: Final = frozenset({"repeat_count", "repeat_from"})
_LONGEST: Final = 500
"""Characters of what is looked up by an index; Postgres holds no far longer ones in one."""
_WHOLE: Final = 2**31
EMPTY: Final = "it is empty: say something, or leave it out"
NO_TEXT: Final = "it holds a character that no text can hold: \\u0000"


def fill(row: Table, said: Said, place: Place = ()) -> None:
    """Set the columns of a row that are said, each checked.

    Raises:
        InvalidRecord: when a value cannot be.
    """
    for name, value in checked(type(row), said, place).items():
        setattr(row, name, value)


def checked(model: type[Table], said: Said, place: Place = ()) -> dict[str, Any]:
    """Return the columns of a table that are said, texts without blanks around them.

    Raises:
        InvalidRecord: when a text is empty, an amount is not above zero, a moment has no zone, a
            choice is none of those there are, or what must be known is taken away.
    """
    found: dict[str, Any] = {}
    for name in (each.key for each in model.__table__.columns if each.key in said):
        value = said[name]
        found[name] = value.strip() if isinstance(value, str) else value
        if fault := _fault(model.__table__.columns[name], found[name]):
            raise InvalidRecord((*place, name), fault)
    return found


def _fault(column: Any, value: object) -> str | None:  # noqa: ANN401 - a column of the table
    """Return why a column cannot have a value, None where it can."""
    fault = None
    match value:
        case None if not column.nullable:
            fault = "it cannot be taken away"
        case bool():
            fault = None if isinstance(column.type, Boolean) else f"{value} is no number"
        case int() | float():
            fault = _fault_of_number(column, value)
        case datetime() if isinstance(column.type, Instant) and value.tzinfo is None:
            fault = f"{value.isoformat()} does not say its zone: end it with Z or +02:00"
        case str():
            fault = _fault_of_text(column, value)
    return fault


def _fault_of_number(column: Any, value: float) -> str | None:  # noqa: ANN401 - a column of the table
    text = f"{value:g}" if isinstance(value, float) else str(value)
    if isinstance(value, float) and not isfinite(value):
        return f"{text} is no number"
    if "_error_" in column.name or column.name == "standard_deviation":
        return f"{text} is below zero" if value < 0 else None
    if (lowest := column.info.get("lowest")) is not None:
        return f"{text} is below {lowest:g}" if value < lowest else None
    amount = column.name in _COUNTS or column.info.get("unit", "V") not in _EITHER_SIGN
    if amount and value <= 0:
        return f"{text} is not above zero"
    if column.name in _COUNTS and value >= _WHOLE:
        return f"{text} is not below {_WHOLE}"
    return None


def _fault_of_text(column: Any, text: str) -> str | None:  # noqa: ANN401 - a column of the table
    choices = column.info.get("choices", ())
    named = column.name == "name"
    if choices and text not in choices:
        return f"{text!r} is none of {', '.join(choices)}"
    if not text:
        return "a name cannot be empty" if named else EMPTY
    if "\0" in text:
        return NO_TEXT
    if (named or column.index) and len(text) > _LONGEST:
        return f"it has {len(text)} characters, the most are {_LONGEST}"
    return None


def measured(text: str, place: Place) -> Measure:
    """Return what somebody wrote as a number, a range or words.

    Raises:
        InvalidRecord: when it cannot be read.
    """
    if "\0" in text:
        raise InvalidRecord(place, NO_TEXT)
    try:
        return measure(text)
    except LeydenError as fault:
        raise InvalidRecord(place, str(fault)) from fault


def refused(fault: InvalidArgument, place: Place) -> InvalidRecord:
    """Return the refusal of a record for an argument that it is made of."""
    return InvalidRecord(place, str(fault))
