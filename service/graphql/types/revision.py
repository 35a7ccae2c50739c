"""What was changed of an entry: what it was before and after, and when."""

from typing import Any, Final, cast

import strawberry
from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute

from schema import catalog
from schema.catalog.entry import KIND_OF
from service.graphql.build.context import Info
from service.graphql.build.page import DEFAULT_FIRST, First, Order, newest_first, order, size
from service.graphql.build.table import of_table
from service.graphql.build.where import Where, where


@of_table(catalog.Revision)
class Revision:
    """A change of an entry."""


@where(catalog.Revision)
class RevisionWhere(Where):
    """Conditions on a change of an entry."""


@order(catalog.Revision)
class RevisionOrder(Order):
    """An order of changes of entries."""


NEWEST: Final = (newest_first(RevisionOrder),)
"""The order by when they were made, the last first."""


async def _history(
    root: strawberry.Parent[Any], info: Info, first: First = DEFAULT_FIRST
) -> list[Revision]:
    """Return the last changes of an entry, the newest first; of a study those of all its states."""
    model = type(root)
    kind, revision = KIND_OF[model], catalog.Revision
    owner: Any = revision.entry_id
    rank = func.row_number().over(partition_by=owner, order_by=revision.id.desc())
    links = select(owner.label("owner"), revision.id.label("target"), rank.label("rank"))
    if model is catalog.Study:
        owner = catalog.Study.id
        rank = func.row_number().over(partition_by=owner, order_by=revision.id.desc())
        links = select(owner.label("owner"), revision.id.label("target"), rank.label("rank")).join(
            revision, revision.name == catalog.Study.name
        )
    loader = info.context.loaders.nearest(
        ("history", kind),
        links.where(revision.kind == kind),
        cast("InstrumentedAttribute[Any]", owner),
        revision,
        size("first", first),
    )
    found: list[Any] = await loader.load(root.id)
    return found


def history() -> Any:  # noqa: ANN401 # a field, which type checkers take for its value
    """Return the field of an entry that answers with what was changed of it."""
    return strawberry.field(
        resolver=_history,
        description="What was changed of it by people, the newest first; `revertEntry` takes "
        "changes back.",
    )
