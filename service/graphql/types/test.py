"""One technique run once."""

from typing import Any, Final, cast

import strawberry
from sqlalchemy import ColumnElement, Select, select

from schema import catalog
from service.graphql.build.condition import Condition, IntWhere, Stored, StringWhere
from service.graphql.build.context import Info
from service.graphql.build.node import Node
from service.graphql.build.page import Order, order
from service.graphql.build.table import of_table, words
from service.graphql.build.where import Where, apart, where
from service.graphql.types.cell import Cell, CellWhere
from service.graphql.types.diffraction_scan import DiffractionScan, scans_of_test
from service.graphql.types.file import File, files_of
from service.graphql.types.finding import Finding
from service.graphql.types.image import Image, images_of_test
from service.graphql.types.lake_file import LakeFile, lake_files
from service.graphql.types.material import Material, MaterialWhere, material
from service.graphql.types.photoemission import PhotoemissionRegion, regions_of_test
from service.graphql.types.protocol import Protocol
from service.graphql.types.revision import Revision, history
from service.graphql.types.rollup import CYCLES, STEPS
from service.graphql.types.series import Series, series
from service.graphql.types.spectrum import Spectrum, of_test

_TWO_MEANINGS: Final = (
    "Take `numberOfCycles`: everywhere else `cycleCount` is the number of one cycle. This stays "
    "for two more releases."
)


async def files(root: strawberry.Parent[catalog.Test], info: Info) -> list[File]:
    """Return the exports a test was read from."""
    return await files_of(info, catalog.Test.id, root.id)


async def findings(root: strawberry.Parent[catalog.Test], info: Info) -> list[Finding]:
    """Return what was noticed in a test."""
    finding = catalog.Finding
    loader = info.context.loaders.children(finding.test_id, finding.id)
    found: list[Any] = await loader.load(root.id)
    return found


async def cell(root: strawberry.Parent[catalog.Test], info: Info) -> Cell | None:
    """Return the cell under test."""
    if root.cell_id is None:
        return None
    found: Cell | None = await info.context.loaders.row(catalog.Cell).load(root.cell_id)
    return found


async def protocol(root: strawberry.Parent[catalog.Test], info: Info) -> Protocol | None:
    """Return what a test was meant to run."""
    if root.protocol_id is None:
        return None
    found: Protocol | None = await info.context.loaders.row(catalog.Protocol).load(root.protocol_id)
    return found


async def program(root: strawberry.Parent[catalog.Test], info: Info) -> Protocol | None:
    """Return what the export of a test says it was programmed to run."""
    if root.program_id is None:
        return None
    found: Protocol | None = await info.context.loaders.row(catalog.Protocol).load(root.program_id)
    return found


def _number_of_cycles(root: strawberry.Parent[catalog.Test]) -> int:
    return root.cycle_count


@of_table(catalog.Test)
class Test(Node):
    """One technique run once."""

    history: list[Revision] = history()

    number_of_cycles: int = strawberry.field(
        resolver=_number_of_cycles, description=words(catalog.Test.cycle_count)
    )
    cycle_count: int = strawberry.field(
        description=words(catalog.Test.cycle_count), deprecation_reason=_TWO_MEANINGS
    )
    files: list[File] = strawberry.field(
        resolver=files, description="The exports it was read from."
    )
    lake_files: list[LakeFile] = strawberry.field(
        resolver=lake_files, description="The files of the lake in which its rows rest."
    )
    findings: list[Finding] = strawberry.field(
        resolver=findings, description="What a careful reader would want to know of it."
    )
    cell: Cell | None = strawberry.field(resolver=cell, description="The cell under test.")
    material: Material | None = strawberry.field(
        resolver=material, description="The material under test, when it is no cell."
    )
    protocol: Protocol | None = strawberry.field(
        resolver=protocol, description="What it was meant to run."
    )
    program: Protocol | None = strawberry.field(
        resolver=program, description="What its export says it was programmed to run."
    )
    series: Series | None = strawberry.field(
        resolver=series, description="Its points, one list per column."
    )
    steps = STEPS
    cycles = CYCLES
    spectra: list[Spectrum] = strawberry.field(
        resolver=of_test, description="Its impedance sweeps, in their order."
    )
    diffraction_scans: list[DiffractionScan] = strawberry.field(
        resolver=scans_of_test, description="Its diffraction scans, in their order."
    )
    images: list[Image] = strawberry.field(
        resolver=images_of_test, description="Its images, in their order."
    )
    photoemission_regions: list[PhotoemissionRegion] = strawberry.field(
        resolver=regions_of_test, description="Its photoemission regions, in their order."
    )


def _among(condition: Condition, tests: Select[Any], column: Stored) -> ColumnElement[bool]:
    """Return the condition on what hangs on a test; isNull where nothing does."""
    owner: Any = catalog.Test.id
    if condition == type(condition)(is_null=True):  # type: ignore[call-arg] # each has is_null
        return cast("ColumnElement[bool]", owner.not_in(apart(tests)))
    met = tests.where(condition.clause(column, str(column.key)))
    return cast("ColumnElement[bool]", owner.in_(apart(met)))


def reader(condition: Condition) -> ColumnElement[bool]:
    """Return the condition on the reader of the exports of a test."""
    file: Any = catalog.LakeFile
    raw: Any = catalog.RawFile
    read = select(file.test_id).join(raw, raw.id == file.raw_file_id)
    return _among(condition, read.where(file.removed_snapshot.is_(None)), raw.reader)


def finding(condition: Condition) -> ColumnElement[bool]:
    """Return the condition on the kind of a finding in a test."""
    found: Any = catalog.Finding
    return _among(condition, select(found.test_id), found.kind)


def _so_many_cycles(condition: Condition) -> ColumnElement[bool]:
    return condition.clause(catalog.Test.cycle_count, "numberOfCycles")


@where(catalog.Test, reader=reader, finding=finding, number_of_cycles=_so_many_cycles)
class TestWhere(Where):
    """Conditions on a test."""

    reader: StringWhere | None = strawberry.field(  # type: ignore[valid-type] # made at run time
        default=strawberry.UNSET, description="Reader that read its export."
    )
    finding: StringWhere | None = strawberry.field(  # type: ignore[valid-type] # made at run time
        default=strawberry.UNSET,
        description="Kind of something noticed in it; isNull: nothing was.",
    )
    number_of_cycles: IntWhere | None = strawberry.field(  # type: ignore[valid-type] # made at run time
        default=strawberry.UNSET, description=words(catalog.Test.cycle_count)
    )
    cycle_count: IntWhere | None = strawberry.field(  # type: ignore[valid-type] # the same
        default=strawberry.UNSET,
        description=words(catalog.Test.cycle_count),
        deprecation_reason=_TWO_MEANINGS,
    )

    cell: CellWhere | None = strawberry.field(
        default=strawberry.UNSET, description="Conditions on the cell under test."
    )
    material: MaterialWhere | None = strawberry.field(
        default=strawberry.UNSET, description="Conditions on the material under test."
    )


@order(catalog.Test)
class TestOrder(Order):
    """An order of tests."""
