"""How a value known of a thing is entered, without computing it."""

from collections.abc import Mapping
from typing import Any, Final

from schema.catalog import Cell, Material, Property, Substance, Table
from schema.error import InvalidRecord
from schema.record.column import Place, Said, measured
from schema.record.known import Known

_OWNERS: Final[Mapping[str, type[Table]]] = {
    "substance": Substance,
    "material": Material,
    "cell": Cell,
}
_MEASURE: Final = "value", "text", "unit", "qualifier", "lower", "upper"


def owner_of(known: Known, said: Said) -> dict[str, int | None]:
    """Return of what a value is known, as columns of a property.

    Raises:
        InvalidRecord: when it is none or several of substance, material and cell, or not there.
    """
    found = {
        f"{owner}_id": known.identity(model, said.get(owner), (owner,))
        for owner, model in _OWNERS.items()
    }
    if sum(each is not None for each in found.values()) != 1:
        reason = "it is known of a substance, a material or a cell: name one of them"
        raise InvalidRecord(("substance",), reason)
    return found


def put_value(row: Property, text: str, place: Place) -> None:
    """Bring the value of a property to what somebody wrote.

    Raises:
        InvalidRecord: when it cannot be read.
    """
    found: Any = measured(text, place)
    for name in _MEASURE:
        setattr(row, name, getattr(found, name))
