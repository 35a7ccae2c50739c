"""What is stated of a carrier in layers of a cell, as people write it, computed and kept."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import select

from schema.catalog import Cell, TransportLayer, TransportRun
from schema.catalog.connection import change
from schema.error import InvalidArgument, UnknownName
from schema.measure import measure
from schema.record.transport_run import put_run
from schema.warehouse import Warehouse

_LAYER: Final = re.compile(r"\s*(\d+)\s*:([^,]+),([^,]+),([^,]+)")
_OF_LAYER: Final = ("thickness_um", "diffusion_cm2_per_s", "potential_difference_volt")
_TAKES: Final = "'POSITION: thickness, diffusion coefficient, potential difference'"


def run_stated(
    warehouse: Warehouse, cell: str, said: Mapping[str, Any], layers: Sequence[str]
) -> tuple[int, bool]:
    """Return the id of the run of what is stated, and whether it was computed now.

    Args:
        warehouse: that has the cell.
        cell: its name.
        said: columns of the run, those with a unit as people write them.
        layers: each as ``3: 1 µm, 1e-10 cm²/s, -5 mV``.

    Raises:
        UnknownName: when there is no such cell.
        InvalidArgument: when a quantity or a layer cannot be read.
        InvalidRecord: when it cannot be computed.
    """
    own = {
        name: _number(TransportRun, name, value) if isinstance(value, str) else value
        for name, value in said.items()
    }
    stacked = dict(map(_layer, layers))
    if len(stacked) < len(layers):
        raise InvalidArgument("layer", layers, "each position once")
    with change(warehouse.engine, f"transport {cell}") as (session, snapshot):
        found = session.scalars(select(Cell).where(Cell.name == cell)).one_or_none()
        if found is None:
            raise UnknownName("cell", cell, session.scalars(select(Cell.name)).all())
        run, is_new = put_run(session, snapshot, found, own, stacked)
        return run.id, is_new


def _layer(text: str) -> tuple[int, dict[str, Any]]:
    parts = _LAYER.fullmatch(text)
    if parts is None:
        raise InvalidArgument("layer", text, _TAKES)
    numbers = zip(_OF_LAYER, parts.groups()[1:], strict=True)
    return int(parts[1]), {name: _number(TransportLayer, name, each) for name, each in numbers}


def _number(model: type[TransportRun | TransportLayer], name: str, text: str) -> float | str:
    """Return the number of a quantity in the unit of its column; a text where that has none."""
    unit = model.__table__.columns[name].info.get("unit")
    if unit is None:
        return text
    found = measure(text.strip()).to(unit)
    if found.value is None or found.qualifier is not None:
        raise InvalidArgument(name, text, f"an exact number in {unit}")
    return found.value
