"""A file of a watched folder."""

from typing import Any

import strawberry
from sqlalchemy import select

from schema import catalog
from schema.catalog import LakeFile, RawFile
from service.graphql.build.context import Info
from service.graphql.build.later import later
from service.graphql.build.node import Node
from service.graphql.build.page import Order, order
from service.graphql.build.table import of_table
from service.graphql.build.where import Where, where


async def _tests(root: strawberry.Parent[catalog.Arrival], info: Info) -> list[Any]:
    query = (
        select(catalog.Arrival.id, catalog.Test.id)
        .join(RawFile, RawFile.sha256 == catalog.Arrival.sha256)
        .join(LakeFile, LakeFile.raw_file_id == RawFile.id)
        .join(catalog.Test, catalog.Test.id == LakeFile.test_id)
        .where(
            RawFile.removed_snapshot.is_(None),
            LakeFile.removed_snapshot.is_(None),
            catalog.Test.removed_snapshot.is_(None),
        )
        .order_by(catalog.Test.id)
        .distinct()
    )
    loaders = info.context.loaders
    ids: list[int] = await loaders.pairs("tests of arrivals", query, catalog.Arrival.id).load(
        root.id
    )
    return await loaders.row(catalog.Test).load_many(ids)


@of_table(catalog.Arrival)
class Arrival(Node):
    """A file of a watched folder."""

    tests: list[Any] = strawberry.field(
        resolver=_tests,
        graphql_type=list[later("Test", "test")],  # type: ignore[misc] # a type at run time
        description="The tests that its bytes are in; none of a container.",
    )


@where(catalog.Arrival)
class ArrivalWhere(Where):
    """Conditions on a file of a watched folder."""


@order(catalog.Arrival)
class ArrivalOrder(Order):
    """An order of files of watched folders."""
