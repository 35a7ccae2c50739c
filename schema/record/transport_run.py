"""How a computation of a carrier in layers of a cell is entered: stated, computed, kept."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from schema.catalog import Cell, CellLayer, TransportLayer, TransportNode, TransportRun
from schema.error import InvalidRecord
from schema.record.column import Said, checked
from schema.transport.run import VERSION, Stated, StatedLayer, instants

MOST_ROWS: Final = 100_000
"""Places times instants of a run."""
_OF_RUN: Final = (
    *("carrier", "charge_number", "temperature_celsius", "negative_concentration_mol_per_cm3"),
    *("positive_concentration_mol_per_cm3", "initial_concentration_mol_per_cm3"),
    *("duration_second", "step_count", "interval_count"),
)
_OF_LAYER: Final = ("thickness_um", "diffusion_cm2_per_s", "potential_difference_volt")
_LEAST_INTERVALS: Final = 2
_SIGNS: Final = {"+": 1, "⁺": 1, "-": -1, "−": -1, "⁻": -1}  # as people write them
_ABSOLUTE_ZERO_CELSIUS: Final = -273.15


def put_run(
    session: Session,
    snapshot: int,
    cell: Cell,
    said: Said,
    layers: Mapping[int, Said],
    *,
    identity: int | None = None,
) -> tuple[TransportRun, bool]:
    """Return the run of what is stated of a carrier in layers of a cell, computed where it is new.

    Args:
        session: of a change.
        snapshot: of that change.
        cell: whose layers they are.
        said: columns of the run, all but its keys, version and hash.
        layers: columns of each layer by its position in the cell; they follow each other.
        identity: key of the run where it is new; any that is free where nothing is said.

    Returns:
        The run, and whether it was computed now: equal statements have one run.

    Raises:
        InvalidRecord: when something is not stated, or cannot be.
    """
    own = checked(TransportRun, _whole(said, _OF_RUN))
    stacked = {
        position: checked(TransportLayer, _whole(each, _OF_LAYER))
        for position, each in layers.items()
    }
    _refuse_odd(session, cell, own, stacked)
    stated = _stated(own, stacked)
    content = {"carrier": own["carrier"], "positions": sorted(stacked), **asdict(stated)}
    parameter_hash = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]
    key = {"cell_id": cell.id, "version": VERSION, "parameter_hash": parameter_hash}
    found = session.scalars(select(TransportRun).filter_by(**key)).one_or_none()
    if found is not None:
        return found, False
    run = TransportRun(id=identity, **own, **key, added_snapshot=snapshot)
    session.add(run)
    session.flush()
    of_run = {"transport_run_id": run.id, "cell_id": cell.id}
    rows = [{**of_run, "position": place, **each} for place, each in sorted(stacked.items())]
    session.execute(insert(TransportLayer), rows)
    session.execute(insert(TransportNode), [of_run | row for row in _nodes(stated)])
    return run, True


def _whole(said: Said, names: Sequence[str]) -> Said:
    """Return what is said, all of it: nothing has a usual value."""
    if missing := [name for name in names if said.get(name) is None]:
        raise InvalidRecord((missing[0],), "it is not stated, and nothing stands for it")
    return {name: said[name] for name in names}


def _refuse_odd(
    session: Session, cell: Cell, own: Mapping[str, Any], layers: Mapping[int, Mapping[str, Any]]
) -> None:
    """Refuse what lacks something, or layers that do not follow each other within the cell."""
    if not own["charge_number"]:
        raise InvalidRecord(("charge_number",), "0 feels no potential: state a charge")
    sign = own["carrier"].strip()[-1:]
    if sign in _SIGNS and _SIGNS[sign] * own["charge_number"] < 0:
        reason = f"{own['charge_number']:+d} is not the sign that {own['carrier']} has"
        raise InvalidRecord(("charge_number",), reason)
    if own["temperature_celsius"] <= _ABSOLUTE_ZERO_CELSIUS:
        raise InvalidRecord(("temperature_celsius",), "it is not above absolute zero")
    there = session.scalars(select(CellLayer.position).where(CellLayer.cell_id == cell.id)).all()
    places = sorted(layers)
    if not places or places != list(range(places[0], places[0] + len(places))):
        raise InvalidRecord(("layers",), "name layers of the cell that follow each other")
    if missing := [place for place in places if place not in there]:
        known = ", ".join(map(str, sorted(there))) or "none"
        raise InvalidRecord(("layers",), f"the cell has no layer {missing[0]}; it has {known}")
    if own["interval_count"] < _LEAST_INTERVALS:
        raise InvalidRecord(("interval_count",), "cut a layer into 2 intervals or more")
    rows = (own["interval_count"] * len(places) + 1) * (own["step_count"] + 2)
    if rows > MOST_ROWS:
        reason = f"{rows:,} rows of places and instants, more than {MOST_ROWS:,}: take fewer steps"
        raise InvalidRecord(("step_count",), reason)


def _stated(own: Mapping[str, Any], layers: Mapping[int, Mapping[str, Any]]) -> Stated:
    return Stated(
        own["charge_number"],
        own["temperature_celsius"],
        own["negative_concentration_mol_per_cm3"],
        own["positive_concentration_mol_per_cm3"],
        own["initial_concentration_mol_per_cm3"],
        [StatedLayer(**each) for _, each in sorted(layers.items())],
        own["duration_second"],
        own["step_count"],
        own["interval_count"],
    )


def _nodes(stated: Stated) -> list[dict[str, Any]]:
    """Return the rows of a run, by instant and place."""
    return [
        {
            "instant_count": count,
            "node_count": place,
            "time_second": instant.time_second,
            "position_um": position,
            "concentration_mol_per_cm3": concentration,
            "flux_mol_per_cm2_second": flux,
        }
        for count, instant in enumerate(instants(stated))
        for place, (position, concentration, flux) in enumerate(
            zip(
                instant.position_um.tolist(),
                instant.concentration_mol_per_cm3.tolist(),
                [*instant.flux_mol_per_cm2_second.tolist(), None],
                strict=True,
            ),
            start=1,
        )
    ]
