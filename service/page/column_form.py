"""What a person says of the columns of a table, as fields of a form and as a sidecar."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import yaml

from schema.error import InvalidArgument
from schema.quantity import quantities

_FIELD: Final = re.compile(r"(quantity|unit|sign)-(\d{1,3})")
_OF_TABLE: Final = (
    "encoding",
    "delimiter",
    "decimal",
    "skip_lines",
    "header",
    "units_below",
    "sheet",
)
POSITIVE: Final = {"charge": "charges", "discharge": "discharges"}
NEGATED: Final = "negated"


def is_field(name: str) -> bool:
    """Return whether a field of the form says something of a column."""
    return bool(_FIELD.fullmatch(name)) or name == "positive_current"


@dataclass(frozen=True, slots=True)
class Column:
    """A column as it is declared, or proposed by its heading until somebody does."""

    number: int
    name: str
    quantity: str
    unit: str
    sign: str

    @property
    def needs_unit(self) -> bool:
        """Return whether no number of it has a meaning without a unit."""
        return bool(self.quantity) and quantities()[self.quantity].kind == "number"


def columns(table: Mapping[str, Any], given: Mapping[str, str]) -> list[Column]:
    """Return the columns of a table as the form says, else as their headings propose.

    Raises:
        InvalidArgument: when the form names a quantity that is none.
    """
    is_filled = any(_FIELD.fullmatch(name) for name in given)
    found = []
    for number, each in enumerate(table["columns"]):
        if is_filled:
            quantity, unit, sign = (
                given.get(f"{name}-{number}", "").strip() for name in ("quantity", "unit", "sign")
            )
        else:
            quantity, unit, sign = each["quantity"] or "", each["unit"] or "", ""
        if quantity and quantity not in quantities():
            raise InvalidArgument(f"quantity-{number}", quantity, "a canonical quantity")
        found.append(Column(number, each["name"], quantity, unit, sign))
    return found


def faults(declared: list[Column], positive_current: str) -> Iterator[str]:
    """Yield what lacks before a sidecar can be tried, in words."""
    meant = [each for each in declared if each.quantity]
    if not meant:
        yield "Say of at least one column which quantity it is."
    for each in meant:
        if [one.name for one in declared].count(each.name) > 1:
            yield f"Several columns are called {each.name}: a sidecar cannot tell them apart."
        if each.needs_unit and not each.unit:
            yield f"{each.name}: say its unit, such as {quantities()[each.quantity].unit}."
    if (
        any(each.quantity == "current_ampere" for each in meant)
        and positive_current not in POSITIVE
    ):
        yield "Say what a positive current does to the cell: it charges, or it discharges."


def sidecar(table: Mapping[str, Any], declared: list[Column], positive_current: str) -> str:
    """Return the text of the sidecar that declares the columns."""
    said: dict[str, Any] = {name: table[name] for name in _OF_TABLE if name in table}
    if any(each.quantity == "current_ampere" for each in declared) and positive_current:
        said["positive_current"] = positive_current
    said["columns"] = {each.name: _declared(each) for each in declared if each.quantity}
    return yaml.safe_dump(said, allow_unicode=True, sort_keys=False)


def _declared(column: Column) -> dict[str, Any]:
    found: dict[str, Any] = {"quantity": column.quantity}
    if column.needs_unit or (column.unit and quantities()[column.quantity].kind == "count"):
        found["unit"] = column.unit
    if column.sign == NEGATED:
        found["negated"] = True
    return found
