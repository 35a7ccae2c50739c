"""An export as it came."""

from collections.abc import Sequence
from typing import Any

import strawberry
from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from schema import catalog
from schema.catalog import Arrival, LakeFile, RawFile
from schema.catalog.arrival import STATES
from service.graphql.build.context import Info
from service.graphql.build.loader import MOST_AT_ONCE
from service.graphql.build.node import Node
from service.graphql.build.page import Order, order
from service.graphql.build.table import of_table
from service.graphql.build.where import Where, where
from service.graphql.types.revision import Revision, history


async def _state(root: strawberry.Parent[RawFile], info: Info) -> str | None:
    """Return the state of the file with these bytes; of copies, the one that is furthest back."""
    query = select(RawFile.id, Arrival.state).join(Arrival, Arrival.sha256 == RawFile.sha256)
    loader = info.context.loaders.pairs("states of files", query, RawFile.id)
    states: list[str] = await loader.load(root.id)
    return min(states, key=STATES.index, default=None)


@of_table(catalog.RawFile)
class File(Node):
    """An export."""

    state: str | None = strawberry.field(
        resolver=_state,
        description="In a watched folder: growing, stable, ingested, beside, removed, refused or "
        "gone, as `arrivals` has it; null where it lies in none.",
    )
    history: list[Revision] = history()


@where(catalog.RawFile)
class FileWhere(Where):
    """Conditions on an export."""


@order(catalog.RawFile)
class FileOrder(Order):
    """An order of exports."""


async def files_of(info: Info, owner: InstrumentedAttribute[Any], key: int) -> list[File]:
    """Return the exports that the live tests of an owner were read from."""
    query = (
        select(owner, RawFile)
        .join(LakeFile, LakeFile.raw_file_id == RawFile.id)
        .join(catalog.Test, catalog.Test.id == LakeFile.test_id)
        .where(LakeFile.removed_snapshot.is_(None), catalog.Test.removed_snapshot.is_(None))
        .distinct()
        .order_by(RawFile.id)
    )
    found: list[Any] = await info.context.loaders.pairs(("files", owner), query, owner).load(key)
    return found


def rested_on(session: Session, tests: Sequence[int] | None) -> list[int]:
    """Return the ids of the exports that tests were read from, in order; None is every test."""
    live = (
        select(LakeFile.raw_file_id)
        .join(catalog.Test, catalog.Test.id == LakeFile.test_id)
        .where(LakeFile.removed_snapshot.is_(None), catalog.Test.removed_snapshot.is_(None))
    )
    if tests is None:
        return sorted(set(session.scalars(live)))
    found: set[int] = set()
    for start in range(0, len(tests), MOST_AT_ONCE):
        some = LakeFile.test_id.in_(tests[start : start + MOST_AT_ONCE])
        found.update(session.scalars(live.where(some)))
    return sorted(found)
