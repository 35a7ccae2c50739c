"""What results rest on beside the exports: references of diffraction, sensitivity factors."""

from collections.abc import Mapping

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from schema.catalog import ReferencePhase, SensitivitySet
from schema.catalog.connection import look
from schema.diffraction.own_structure import own_structures
from schema.diffraction.reference import Reference
from schema.error import UnknownName
from schema.photoemission.line import SCOFIELD, Sensitivity, sensitivities
from schema.record.reference_phase import reference_of
from schema.record.sensitivity import sensitivity_of, set_names
from schema.warehouse import Warehouse


def references(warehouse: Warehouse) -> Mapping[str, Reference]:
    """Return the references by phase: those built in, and those entered, which come before them."""
    rows = select(ReferencePhase).options(selectinload(ReferencePhase.lines))
    with look(warehouse.engine) as session:
        entered = session.scalars(rows.order_by(ReferencePhase.name)).all()
        found: dict[str, Reference] = {row.name: reference_of(row) for row in entered}
    return {**own_structures(), **found}


def sensitivity(warehouse: Warehouse, name: str | None) -> Sensitivity:
    """Return the set of sensitivity factors of a name; of none the lab's default, else Scofield's.

    Raises:
        UnknownName: when none is called so.
    """
    with look(warehouse.engine) as session:
        if name is None:
            query = _sets().where(SensitivitySet.lab_default.is_(True))
            row = session.scalar(query)
            return sensitivities()[SCOFIELD] if row is None else sensitivity_of(row)
        if name in sensitivities():
            return sensitivities()[name]
        row = session.scalar(_sets().where(SensitivitySet.name == name))
        if row is None:
            raise UnknownName("set of sensitivity factors", name, set_names(session))
        return sensitivity_of(row)


def _sets() -> Select[SensitivitySet]:
    return select(SensitivitySet).options(selectinload(SensitivitySet.factors))
