"""The columns that a list of cells may have: what each asks, and how it is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from service.metric.library import read_metrics
from service.metric.reduction import summaries
from service.page.cell_facet import camel
from service.page.number import entered
from service.page.status import Value, valued
from service.page.table import Column
from service.page.unit import prefixed, quantity

Nodes = Sequence[Mapping[str, Any]]
_PARTS: Final = ("value", "error", "low", "high", "status", "reason", "detail")
_SHARES: Final = ("retention", "efficiency")
"""How numbers end that are shares of one: they are written in percent."""
_MISSING: Final = "missing "
"""How a reason begins that says which fact is not stated."""


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of the list.

    Attributes:
        name: in an address, and in files.
        words: for people.
        meaning: in a sentence.
        asked: the selection on a cell; of a number that on its summary.
        order: what the API orders by.
        metric: of which a number is; empty where it is none.
        unit: of a number.
    """

    name: str
    words: str
    meaning: str
    asked: str
    order: Mapping[str, str]
    metric: str = ""
    unit: str = ""

    @property
    def is_number(self) -> bool:
        """Return whether it is a number that a metric computed."""
        return bool(self.metric)


def _plain() -> Sequence[ListColumn]:
    fields = (
        ("project", "Project", "project"),
        ("symmetric", "Symmetric", "symmetric"),
        ("area_cm2", "Area / cm²", "areaCm2 areaErrorCm2"),
        ("active_mass_gram", "Active mass / g", "activeMassGram"),
        ("nominal_capacity_ah", "Nominal capacity / A·h", "nominalCapacityAh"),
        ("note", "Note", "note"),
    )
    return [
        ListColumn(name, words, "as it was entered", asked, {"field": name.upper()})
        for name, words, asked in fields
    ]


def _numbers() -> Sequence[ListColumn]:
    return [
        ListColumn(
            name,
            name.replace("_", " ").capitalize(),
            f"{summary.meaning}. {summary.rule}",
            f"{camel(name)} {{ ...Number }}",
            {"summary": name.upper()},
            metric.name,
            reduced.columns[0].unit,
        )
        for name, (summary, metric, reduced) in summaries(read_metrics()).items()
    ]


COLUMNS: Final[Mapping[str, ListColumn]] = {each.name: each for each in (*_plain(), *_numbers())}
"""What may be a column, besides name and configuration."""
OF_SYMMETRIC: Final = ("time_to_failure", "first_polarization")
OF_OTHERS: Final = ("cycle_life", "last_capacity_retention", "first_discharge_capacity")
SORTS: Final[Mapping[str, Mapping[str, str]]] = {
    "name": {"field": "NAME"},
    "configuration": {"field": "CONFIGURATION"},
    **{each.name: each.order for each in COLUMNS.values()},
}
"""What cells are sorted by."""


def shown(column: ListColumn, nodes: Nodes) -> tuple[str, bool, list[Any]]:
    """Return the head of a column, whether it is one of numbers, and what stands in each row."""
    if column.is_number:
        return _shown_number(column, nodes)
    key = camel(column.name)
    if column.name == "area_cm2":
        areas = [(each[key], each["areaErrorCm2"]) for each in nodes]
        return column.words, True, [_entered(value, error) for value, error in areas]
    if column.name.endswith(("_gram", "_ah")):
        return column.words, True, [_entered(each[key], None) for each in nodes]
    if column.name == "symmetric":
        words = {True: "yes", False: "no"}
        return column.words, False, [words.get(each[key]) for each in nodes]
    return column.words, False, [each[key] for each in nodes]


def _entered(value: float | None, error: float | None) -> Value | None:
    if value is None:
        return None
    return valued(value, error=error) if error else Value(entered(value))


def numbers_of(column: ListColumn, nodes: Nodes) -> list[Mapping[str, Any]]:
    """Return the number of each cell, an empty one where the metric has no row of it."""
    return [(each["summary"] or {}).get(camel(column.name)) or {} for each in nodes]


def _shown_number(column: ListColumn, nodes: Nodes) -> tuple[str, bool, list[Any]]:
    found = numbers_of(column, nodes)
    if column.unit == "1" and column.name.endswith(_SHARES):
        factor, unit = 100.0, "%"
    else:
        known = [each["value"] for each in found if each and each["value"] is not None]
        factor, unit = prefixed(known, "" if column.unit == "1" else column.unit)
    values = [
        _number(each, factor, node["id"]) if each else None
        for each, node in zip(found, nodes, strict=True)
    ]
    sure = any(
        each[part] is not None
        for each in found
        if each and each["status"] != "censored"
        for part in ("error", "low", "high")
    )
    there = any(each and each["value"] is not None for each in found)
    head = quantity(column.words, unit) + ("" if sure or not there else " (no error)")
    return head, True, values


def _number(summary: Mapping[str, Any], factor: float, cell: str) -> Value:
    value = valued(
        summary["value"],
        error=summary["error"],
        low=summary["low"],
        high=summary["high"],
        status=summary["status"],
        reason=summary["reason"],
        factor=factor,
    )
    if value.status == "censored":
        # the whole reason stands on the page of the cell, and in files
        return Value(entered(summary["value"] * factor), "", value.status, "censored")
    mend = f"/cells/{cell}/edit" if value.reason.startswith(_MISSING) else ""
    return Value(value.text, "", value.status, value.reason.replace("_", " "), mend)


def details(column: ListColumn, nodes: Nodes) -> list[str]:
    """Return what is written beside the number of each cell, e.g. what ended it."""
    if not column.is_number:
        return [""] * len(nodes)
    return [str(each.get("detail") or "").replace("_", " ") for each in numbers_of(column, nodes)]


def in_files(column: ListColumn, nodes: Nodes) -> list[Column]:
    """Return a column as files have it: with every digit, and all that is known of a number."""
    if not column.is_number:
        return [Column(column.name, "", [each[camel(column.name)] for each in nodes])]
    found = numbers_of(column, nodes)
    names = {part: f"{column.name}_{part}" for part in _PARTS} | {"value": column.name}
    return [Column(names[part], "", [each.get(part) for each in found]) for part in _PARTS]
