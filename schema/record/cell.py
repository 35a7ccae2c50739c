"""How a cell is entered: its columns, its layers, and what a configuration says of both."""

from typing import Any

from schema.catalog import Cell, CellLayer, Material, Substance
from schema.cycle_range import cycle_ranges
from schema.error import InvalidArgument, InvalidRecord
from schema.record.collection import align
from schema.record.column import Place, Said, checked, fill, refused
from schema.record.known import Known
from schema.record.layer import Listed, equal_electrodes, stack_of, stacked

_RANGES = "formation_cycles", "check_up_cycles"
_OWN = "material_id", "thickness_um", "loading_mg_per_cm2"
"""What no configuration says of a layer."""


def write_cell(known: Known, row: Cell, said: Said) -> None:
    """Bring a cell to what is said.

    A configuration brings the layers where none are listed, and a new one whether the cell is
    symmetric where nobody says it. Layers are said as a whole. A configuration leaves what else is
    known of layers as it is, where these are of its substances.

    Raises:
        InvalidRecord: when a value cannot be, a name is of nothing, or configuration, layers and
            the word symmetric contradict each other.
    """
    before = row.configuration
    listed = _listed(row) if "configuration" in said else []
    fill(row, {name: said[name] for name in said.keys() - {"symmetric"}})
    for name in (each for each in _RANGES if each in said):
        try:
            cycle_ranges(getattr(row, name) or "1")
        except InvalidArgument as fault:
            raise refused(fault, (name,)) from fault
    if "symmetric" in said or row.configuration != before:
        row.symmetric = equal_electrodes(row.configuration, said=said.get("symmetric"))
    if said.keys() & {"layers", "configuration"}:
        _stack(known, row, said, listed)


def _stack(known: Known, row: Cell, said: Said, listed: list[Listed]) -> None:
    for each in stack_of(row.configuration):
        known.row(Substance, each.substance, ("configuration",))
    if "layers" in said:
        listed = [Listed.said(layer) for layer in said["layers"] or ()]

    def substance_of(material: str, place: Place) -> str | None:
        substance = known.row(Material, material, place).substance_id
        return substance and known.session.get_one(Substance, substance).name

    layers = {
        place + 1: {
            **checked(CellLayer, {**layer.columns, "role": layer.role}, ("layers", place)),
            "substance_id": known.identity(
                Substance, layer.substance, ("layers", place, "substance")
            ),
            "material_id": known.identity(Material, layer.material, ("layers", place, "material")),
        }
        for place, layer in enumerate(stacked(row.configuration, listed, substance_of))
    }
    align(row.layers, "position", layers, CellLayer)


def _listed(row: Cell) -> list[Listed]:
    """Return the layers that a cell has, none where they say no more than its configuration."""
    stack = _roles(row.configuration)
    bare = all(getattr(layer, name) is None for layer in row.layers for name in _OWN)
    if bare and stack == [layer.role for layer in row.layers]:
        return []
    return [_as_said(layer) for layer in row.layers]


def _roles(configuration: str | None) -> list[str]:
    """Return the roles of a stack, none of what was never a configuration."""
    try:
        return [layer.role for layer in stack_of(configuration)]
    except InvalidRecord:
        return []


def _as_said(layer: Any) -> Listed:  # noqa: ANN401 - a row
    rest = {name: getattr(layer, name) for name in ("thickness_um", "loading_mg_per_cm2")}
    return Listed(
        layer.substance and layer.substance.name,
        layer.material and layer.material.name,
        layer.role,
        rest,
    )
