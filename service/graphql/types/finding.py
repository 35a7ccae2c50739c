"""Something noticed in a test that a careful reader would want to know."""

from datetime import datetime
from typing import Any, Final

import strawberry
from sqlalchemy import ColumnElement, select

from schema import catalog
from schema.catalog import LakeFile, RawFile
from schema.error import InvalidArgument
from service.graphql.build.context import Info
from service.graphql.build.later import later
from service.graphql.build.node import Node
from service.graphql.build.page import Order, newest_first, order
from service.graphql.build.table import of_table
from service.graphql.build.where import Where, apart, where

_TEST: Final = catalog.Finding.test_id
_LIVING: Final = (LakeFile.removed_snapshot.is_(None), RawFile.removed_snapshot.is_(None))


async def _test(root: strawberry.Parent[catalog.Finding], info: Info) -> Any:  # noqa: ANN401 # a row
    return await info.context.loaders.row(catalog.Test).load(root.test_id)


async def _ingested_at(root: strawberry.Parent[catalog.Finding], info: Info) -> datetime | None:
    """Return when the export was read that the test is of now."""
    query = (
        select(LakeFile.test_id, RawFile.ingested_at)
        .join(RawFile, RawFile.id == LakeFile.raw_file_id)
        .where(*_LIVING)
        .distinct()
        .order_by(RawFile.ingested_at)
    )
    loader = info.context.loaders.pairs("ingested at", query, LakeFile.test_id)
    moments: list[datetime] = await loader.load(root.test_id)
    return moments[-1] if moments else None


@of_table(catalog.Finding)
class Finding(Node):
    """Something noticed in a test."""

    test: Any = strawberry.field(
        resolver=_test,
        graphql_type=later("Test", "test") | None,
        description="The test it was noticed in.",
    )
    ingested_at: datetime | None = strawberry.field(
        resolver=_ingested_at,
        description="When it was noticed: when the export was read that the test is of now.",
    )


def _of_test(conditions: Where) -> ColumnElement[bool]:
    return _TEST.in_(apart(select(catalog.Test.id).where(conditions.clause())))


def _of_cell(conditions: Where) -> ColumnElement[bool]:
    cells = apart(select(catalog.Cell.id).where(conditions.clause()))
    return _TEST.in_(apart(select(catalog.Test.id).where(catalog.Test.cell_id.in_(cells))))


def _since(moment: datetime) -> ColumnElement[bool]:
    """Return the condition that the test was ingested at a moment or later."""
    if moment.tzinfo is None:
        raise InvalidArgument("since", moment.isoformat(), "a moment with its zone, e.g. …Z")
    files = select(LakeFile.test_id).join(RawFile, RawFile.id == LakeFile.raw_file_id)
    return _TEST.in_(apart(files.where(*_LIVING, RawFile.ingested_at >= moment)))


@where(catalog.Finding, test=_of_test, cell=_of_cell, since=_since)
class FindingWhere(Where):
    """Conditions on a finding."""

    test: Where | None = strawberry.field(
        default=strawberry.UNSET,
        graphql_type=later("TestWhere", "test") | None,
        description="Conditions on the test it was noticed in.",
    )
    cell: Where | None = strawberry.field(
        default=strawberry.UNSET,
        graphql_type=later("CellWhere", "cell") | None,
        description="Conditions on the cell under test.",
    )
    since: datetime | None = strawberry.field(
        default=strawberry.UNSET,
        description="Of tests whose export was read at this moment or later, e.g. "
        "2026-03-02T08:00:00Z.",
    )


@order(catalog.Finding)
class FindingOrder(Order):
    """An order of findings."""


# findings are entered anew whenever their test is ingested, so their keys rise as that happens
NEWEST: Final = (newest_first(FindingOrder),)
"""The order by when tests were ingested, the last first."""
