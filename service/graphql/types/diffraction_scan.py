"""Diffraction scans: how they were taken, and their points."""

from collections.abc import Awaitable
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, select

from schema import catalog
from schema.structure import DIFFRACTION
from service.graphql.build.context import Info
from service.graphql.build.later import later
from service.graphql.build.measurement import Columns, charge, columns_of, listed
from service.graphql.build.node import Node
from service.graphql.build.page import DEFAULT_FIRST, First, Order, order, size
from service.graphql.build.table import of_table
from service.graphql.build.where import Where, apart, where
from service.graphql.types.file import File, files_of


def _points(scan: Any, info: Info) -> Awaitable[Columns]:  # noqa: ANN401 # a row
    charge(info, scan.point_count)
    return columns_of((catalog.DiffractionScan, scan.id), info, DIFFRACTION, "record_index")


async def _test(root: strawberry.Parent[catalog.DiffractionScan], info: Info) -> Any:  # noqa: ANN401 # a row
    return await info.context.loaders.row(catalog.Test).load(root.test_id)


async def _files(root: strawberry.Parent[catalog.DiffractionScan], info: Info) -> list[File]:
    return await files_of(info, catalog.Test.id, root.test_id)


@of_table(catalog.DiffractionScan)
class DiffractionScan(Node):
    """A diffraction scan."""

    two_theta_degree = listed(DIFFRACTION["two_theta_degree"], _points)
    d_angstrom = listed(DIFFRACTION["d_angstrom"], _points)
    intensity = listed(DIFFRACTION["intensity"], _points)
    intensity_error = listed(DIFFRACTION["intensity_error"], _points)
    test: Any = strawberry.field(
        resolver=_test,
        graphql_type=later("Test", "test") | None,
        description="The test it belongs to.",
    )
    files: list[File] = strawberry.field(resolver=_files, description="The exports it rests on.")


def _of_test(conditions: Where) -> ColumnElement[bool]:
    tests = apart(select(catalog.Test.id).where(conditions.clause()))
    return catalog.DiffractionScan.test_id.in_(tests)


@where(catalog.DiffractionScan, test=_of_test)
class DiffractionScanWhere(Where):
    """Conditions on a diffraction scan."""

    test: Where | None = strawberry.field(
        default=strawberry.UNSET,
        graphql_type=later("TestWhere", "test") | None,
        description="Conditions on the test it belongs to.",
    )


@order(catalog.DiffractionScan)
class DiffractionScanOrder(Order):
    """An order of diffraction scans."""


async def scans_of_test(
    root: strawberry.Parent[catalog.Test], info: Info, first: First = DEFAULT_FIRST
) -> list[DiffractionScan]:
    """Return the first diffraction scans of a test."""
    scan = catalog.DiffractionScan
    loader = info.context.loaders.children(scan.test_id, scan.scan_count, size("first", first))
    found: list[Any] = await loader.load(root.id)
    return found
