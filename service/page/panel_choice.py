"""Which quantities of a test can be drawn against its time, and which are where none is chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from schema.error import InvalidArgument, UnknownName
from schema.quantity import quantities
from schema.relation import Column

MOST_PANELS: Final = 4
_FIRST: Final = ("voltage_volt", "current_ampere")
_ALONG: Final = frozenset(
    {"test_time_second", "step_time_second", "unix_time_second", "interval_second"}
)
"""Columns that points are drawn along, not up."""


@dataclass(frozen=True, slots=True)
class PanelQuantity:
    """A column that can be drawn: what it is called in an address and on its axis, and its unit."""

    column: str
    name: str
    label: str
    unit: str


def drawable(columns: Mapping[str, Column]) -> Mapping[str, PanelQuantity]:
    """Return what can be drawn of the columns of points, by its name in an address.

    That is numbers that are measured: whole ones count or number something.
    """
    found: dict[str, PanelQuantity] = {}
    for column in columns.values():
        if column.kind != "DOUBLE" or column.name in _ALONG:
            continue
        known = quantities().get(column.name)
        bare = column.name.rpartition("_")[0] if known and known.unit != "1" else column.name
        name = bare.replace(",", " ")  # a comma stands between names
        words = bare.replace("_", " ") if known else bare
        label = (words[:1].upper() + words[1:]).replace(" temperature", " temp.")
        found.setdefault(name, PanelQuantity(column.name, name, label, column.unit))
    return found


def chosen(
    known: Mapping[str, PanelQuantity], names: Sequence[str], field: str = "panels"
) -> list[PanelQuantity]:
    """Return the quantities of these names, the usual ones where there is none.

    Raises:
        UnknownName: when there is none of a name.
        InvalidArgument: when they are too many.
    """
    if not names:
        return _usual(known)
    for name in names:
        if name not in known:
            raise UnknownName("quantity of this test", name, known)
    if len(names) > MOST_PANELS:
        raise InvalidArgument(field, ",".join(names), f"at most {MOST_PANELS}")
    return [known[name] for name in names]


def _usual(known: Mapping[str, PanelQuantity]) -> list[PanelQuantity]:
    """Return voltage, current and temperatures; the first there is where none of these is."""
    each = list(known.values())
    first = [one for name in _FIRST for one in each if one.column == name]
    warm = [one for one in each if one.unit == "°C"]
    return ([*first, *warm] or each)[: MOST_PANELS if first or warm else 1]
