"""How a condition reaches from a row to what it is made of, and how that was made.

The ancestors of a material are what it descends from; those of a cell are the materials of its
layers and what they descend from. Each reach is one subquery, asked once for all rows.
"""

from typing import Any

import strawberry
from sqlalchemy import ColumnElement, Select, and_, or_, select, union_all

from schema import catalog
from service.graphql.build.condition import Condition, StringWhere
from service.graphql.build.where import Many, Where, apart, many, where
from service.graphql.types.process_parameter import ProcessParameterWhere

_OUTPUT: Any = catalog.ProcessOutput
_LAYER: Any = catalog.CellLayer


def _only_null(condition: Condition) -> bool:
    return condition == type(condition)(is_null=True)  # type: ignore[call-arg] # each has is_null


def _substance(condition: Condition) -> ColumnElement[bool]:
    """Return the condition on the name of the substance of a material."""
    key = catalog.Material.substance_id
    return key.is_(None) if _only_null(condition) else key.in_(_substances(condition))


def _substances(condition: Condition) -> Select[Any]:
    substance = catalog.Substance
    return apart(select(substance.id).where(condition.clause(substance.name, "substance")))


def _maker_kind(condition: Condition) -> ColumnElement[bool]:
    process = catalog.Process
    if _only_null(condition):
        return catalog.Material.id.not_in(apart(select(_OUTPUT.material_id)))
    products = select(_OUTPUT.material_id).join(process, process.id == _OUTPUT.process_id)
    met = condition.clause(process.kind, "process")
    return catalog.Material.id.in_(apart(products.where(met)))


def _maker_parameter(conditions: Where) -> ColumnElement[bool]:
    parameter = catalog.ProcessParameter
    products = select(_OUTPUT.material_id).join(
        parameter, parameter.process_id == _OUTPUT.process_id
    )
    return catalog.Material.id.in_(apart(products.where(conditions.clause())))


def _materials(met: ColumnElement[bool]) -> Select[Any]:
    return apart(select(catalog.Material.id).where(met))


def made_by(process: Where) -> ColumnElement[bool]:
    """Return the condition that a material came out of such a process."""
    met = apart(select(catalog.Process.id).where(process.clause()))
    products = select(_OUTPUT.material_id).where(_OUTPUT.process_id.in_(met))
    return catalog.Material.id.in_(apart(products))


def descent(ancestors: Many) -> ColumnElement[bool]:
    """Return the condition on what a material descends from."""
    link = catalog.Ancestor
    return ancestors.clause(
        catalog.Material.id,
        lambda met: select(link.material_id).where(link.ancestor_id.in_(_materials(met))),
    )


def provenance(ancestors: Many) -> ColumnElement[bool]:
    """Return the condition on the materials of a cell and what they descend from."""
    link = catalog.Ancestor
    of_layer = select(_LAYER.cell_id, _LAYER.material_id).where(_LAYER.material_id.is_not(None))
    inherited = select(_LAYER.cell_id, link.ancestor_id).join(
        link, link.material_id == _LAYER.material_id
    )
    lineage = union_all(apart(of_layer), apart(inherited)).subquery()
    return ancestors.clause(
        catalog.Cell.id,
        lambda met: select(lineage.c.cell_id).where(lineage.c.material_id.in_(_materials(met))),
    )


def stack(layers: Many) -> ColumnElement[bool]:
    """Return the condition on the layers of a cell."""
    return layers.clause(catalog.Cell.id, lambda met: select(_LAYER.cell_id).where(met))


def inputs_of_process(inputs: Many) -> ColumnElement[bool]:
    """Return the condition on what went into a process."""
    link = catalog.ProcessInput
    return inputs.clause(
        catalog.Process.id,
        lambda met: select(link.process_id).where(link.material_id.in_(_materials(met))),
    )


def layer_substance(condition: Condition) -> ColumnElement[bool]:
    """Return the condition on the substance of a layer, its material's where none is said."""
    unsaid = _LAYER.substance_id.is_(None)
    of_material = _LAYER.material_id.in_(_materials(_substance(condition)))
    if _only_null(condition):
        return and_(unsaid, or_(_LAYER.material_id.is_(None), of_material))
    # an OR, for what planners make of coalesce() is a guess that costs a loop within a loop
    return or_(_LAYER.substance_id.in_(_substances(condition)), and_(unsaid, of_material))


@where(
    catalog.Material,
    substance=_substance,
    process=_maker_kind,
    parameter=_maker_parameter,
)
class AncestorWhere(Where):
    """Conditions on a material that something is made of."""

    substance: StringWhere | None = strawberry.field(  # type: ignore[valid-type] # made at run time
        default=strawberry.UNSET, description="Name of the substance it is made of."
    )
    process: StringWhere | None = strawberry.field(  # type: ignore[valid-type] # made at run time
        default=strawberry.UNSET, description="Kind of the process it came out of, e.g. sinter."
    )
    parameter: ProcessParameterWhere | None = strawberry.field(
        default=strawberry.UNSET,
        description="One parameter of the process it came out of meets all of these.",
    )


@many(AncestorWhere)
class AncestorListWhere(Many):
    """Conditions on what something is made of, down to the first materials."""
