"""Photoemission regions: how they were taken, their points, and what was computed of them."""

from collections.abc import Awaitable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

import strawberry
from sqlalchemy import ColumnElement, select

from schema import catalog
from schema.analysis import LAYOUTS
from schema.analysis.photoemission import (
    EMISSION,
    EMISSION_AREA,
    EMISSION_BACKGROUND,
    EMISSION_COMPONENT,
    EMISSION_WINDOW,
)
from schema.structure import PHOTOEMISSION
from service.graphql.build.context import Info
from service.graphql.build.later import later
from service.graphql.build.measurement import Columns, Row, charge, columns_of, listed, rows_of
from service.graphql.build.node import Node
from service.graphql.build.page import DEFAULT_FIRST, First, Order, order, size
from service.graphql.build.row import of_relation, typed_row
from service.graphql.build.table import of_table
from service.graphql.build.where import Where, apart, where
from service.graphql.types.file import File, files_of

_LAYOUT: Final = LAYOUTS["emission"]
_BY_ENERGY: Final = "emission_line, background, binding_energy_ev"


@of_relation(_LAYOUT.own(EMISSION_AREA))
class RegionArea:
    """The area of a line above a background."""


@of_relation(_LAYOUT.own(EMISSION_WINDOW))
class RegionWindow:
    """What was counted where a line would be."""


@of_relation(_LAYOUT.own(EMISSION_COMPONENT))
class RegionComponent:
    """A component of a line."""


@strawberry.type(description="What lies below a line of a photoemission region.")
class RegionBackground:
    """What lies below a line of a photoemission region."""

    emission_line: str = strawberry.field(description=EMISSION_BACKGROUND["emission_line"].meaning)
    background: str = strawberry.field(description=EMISSION_BACKGROUND["background"].meaning)
    binding_energy_ev: list[float | None] = strawberry.field(
        description="Binding energies as measured, rising. In eV."
    )
    level: list[float | None] = strawberry.field(description=EMISSION_BACKGROUND["level"].meaning)
    model: list[float | None] = strawberry.field(description=EMISSION_BACKGROUND["model"].meaning)


Region = strawberry.Parent[catalog.PhotoemissionRegion]


def _points(region: Any, info: Info) -> Awaitable[Columns]:  # noqa: ANN401 # a row
    charge(info, region.point_count)
    return columns_of((catalog.PhotoemissionRegion, region.id), info, PHOTOEMISSION, "record_index")


async def _latest(region: Any, info: Info, relation: Any, by: str) -> list[Row]:  # noqa: ANN401 # a row, a relation
    stored = _LAYOUT.stored(relation)
    rows = await rows_of((catalog.PhotoemissionRegion, region.id), info, stored, by)
    return [row for row in rows if row["latest"]]


async def _areas(root: Region, info: Info) -> list[RegionArea]:
    rows = await _latest(root, info, EMISSION_AREA, "emission_line, background")
    return [typed_row(RegionArea, row) for row in rows]


async def _windows(root: Region, info: Info) -> list[RegionWindow]:
    rows = await _latest(root, info, EMISSION_WINDOW, "emission_line")
    return [typed_row(RegionWindow, row) for row in rows]


async def _components(root: Region, info: Info) -> list[RegionComponent]:
    rows = await _latest(root, info, EMISSION_COMPONENT, "emission_line, component_count")
    return [typed_row(RegionComponent, row) for row in rows]


async def _backgrounds(root: Region, info: Info) -> list[RegionBackground]:
    charge(info, root.point_count)
    rows = await _latest(root, info, EMISSION_BACKGROUND, _BY_ENERGY)
    keys = itemgetter("emission_line", "background")
    return [_background(line, below, list(own)) for (line, below), own in groupby(rows, key=keys)]


def _background(line: str, background: str, rows: Sequence[Row]) -> RegionBackground:
    columns = {
        name: [row[name] for row in rows] for name in ("binding_energy_ev", "level", "model")
    }
    return RegionBackground(emission_line=line, background=background, **columns)


async def _status(root: Region, info: Info) -> str | None:
    rows = await _latest(root, info, EMISSION, "version")
    return next((row["status"] for row in rows), None)


async def _reason(root: Region, info: Info) -> str | None:
    rows = await _latest(root, info, EMISSION, "version")
    return next((row["reason"] for row in rows), None)


async def _test(root: Region, info: Info) -> Any:  # noqa: ANN401 # a row
    return await info.context.loaders.row(catalog.Test).load(root.test_id)


async def _files(root: Region, info: Info) -> list[File]:
    return await files_of(info, catalog.Test.id, root.test_id)


@of_table(catalog.PhotoemissionRegion)
class PhotoemissionRegion(Node):
    """A photoemission region."""

    binding_energy_ev = listed(PHOTOEMISSION["binding_energy_ev"], _points)
    kinetic_energy_ev = listed(PHOTOEMISSION["kinetic_energy_ev"], _points)
    intensity = listed(PHOTOEMISSION["intensity"], _points)
    intensity_error = listed(PHOTOEMISSION["intensity_error"], _points)
    transmission = listed(PHOTOEMISSION["transmission"], _points)
    areas: list[RegionArea] = strawberry.field(
        resolver=_areas, description="Areas of its lines by each background, of the latest."
    )
    backgrounds: list[RegionBackground] = strawberry.field(
        resolver=_backgrounds, description="What lies below its lines, of the latest."
    )
    windows: list[RegionWindow] = strawberry.field(
        resolver=_windows, description="What was counted where lines would be, of the latest."
    )
    components: list[RegionComponent] = strawberry.field(
        resolver=_components, description="Components of its line, by rising binding energy."
    )
    status: str | None = strawberry.field(
        resolver=_status, description="ok, low_quality or not_computable: what is made of it."
    )
    reason: str | None = strawberry.field(resolver=_reason, description="Why its status is not ok.")
    test: Any = strawberry.field(
        resolver=_test,
        graphql_type=later("Test", "test") | None,
        description="The test it belongs to.",
    )
    files: list[File] = strawberry.field(resolver=_files, description="The exports it rests on.")


def _of_test(conditions: Where) -> ColumnElement[bool]:
    owner = catalog.PhotoemissionRegion.test_id
    return owner.in_(apart(select(catalog.Test.id).where(conditions.clause())))


@where(catalog.PhotoemissionRegion, test=_of_test)
class PhotoemissionRegionWhere(Where):
    """Conditions on a photoemission region."""

    test: Where | None = strawberry.field(
        default=strawberry.UNSET,
        graphql_type=later("TestWhere", "test") | None,
        description="Conditions on the test it belongs to.",
    )


@order(catalog.PhotoemissionRegion)
class PhotoemissionRegionOrder(Order):
    """An order of photoemission regions."""


async def regions_of_test(
    root: strawberry.Parent[catalog.Test], info: Info, first: First = DEFAULT_FIRST
) -> list[PhotoemissionRegion]:
    """Return the first photoemission regions of a test."""
    region = catalog.PhotoemissionRegion
    loader = info.context.loaders.children(
        region.test_id, region.region_count, size("first", first)
    )
    found: list[Any] = await loader.load(root.id)
    return found
