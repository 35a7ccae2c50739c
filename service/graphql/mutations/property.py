"""How a value known of a thing is entered without computing it, and taken back."""

from typing import Annotated, Any, Final, TypeAlias

import strawberry
from sqlalchemy import select
from sqlalchemy.orm import Session

from schema import catalog
from schema.record.column import checked, fill
from schema.record.known import Known
from schema.record.property import owner_of, put_value
from service.graphql.build.context import Info
from service.graphql.mutations.entry import (
    KNOWN,
    DeleteResult,
    Entry,
    InvalidInput,
    NotFound,
    deleted,
    entered,
    entry,
)
from service.graphql.types.property import Property

METHOD: Final = "entered by hand"
"""How a value was obtained when nothing else is said."""


@entry(
    catalog.Property,
    without={
        *("value", "text", "unit", "qualifier", "lower", "upper"),
        *("method_version", "parameter_hash", "input_hash", "status", "reason"),
    },
)
class PropertyInput(Entry):
    """What is known of one substance, material or cell."""

    value: str = strawberry.field(
        description='As people write it: "92 %", "2-5 µm", "> 300 mAh/g", or words.'
    )
    substance: str | None = strawberry.field(
        default=strawberry.UNSET, description="Name of the substance it is known of."
    )
    material: str | None = strawberry.field(
        default=strawberry.UNSET, description="Name of the material it is known of."
    )
    cell: str | None = strawberry.field(
        default=strawberry.UNSET, description="Name of the cell it is known of."
    )


PropertyResult: TypeAlias = Annotated[
    Property | NotFound | InvalidInput,
    strawberry.union("PropertyResult", description="What is known, or why not."),
]


async def set_property(info: Info, input: Annotated[PropertyInput, KNOWN]) -> PropertyResult:  # noqa: A002 # the argument's name
    """Say what is known of a thing; what the same method stated before is replaced."""

    def enter(session: Session) -> Any:  # noqa: ANN401 # a row
        said = {"method": METHOD, "standard_deviation": None} | input.said()
        owner = owner_of(Known(session), said)
        values = checked(catalog.Property, {name: said[name] for name in said.keys() - {"value"}})
        existing = select(catalog.Property).filter_by(
            name=values["name"], method=values["method"], **owner
        )
        row: Any = session.scalars(existing).first() or catalog.Property(**owner)
        fill(row, values)
        put_value(row, input.value, ("value",))
        session.add(row)
        return row

    done: PropertyResult = await entered(info, "set property", enter)
    return done


Id: TypeAlias = Annotated[strawberry.ID, strawberry.argument(description="Its id.")]


async def delete_property(info: Info, id: Id) -> DeleteResult:  # noqa: A002 # the argument's name
    """Take back what was known of a thing."""
    done: DeleteResult = await deleted(info, catalog.Property, id)
    return done
