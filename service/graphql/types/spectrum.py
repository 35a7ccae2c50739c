"""Impedance sweeps: how they were taken, their points, and what was computed of them."""

from collections.abc import Awaitable
from typing import Annotated, Any, Final

import numpy as np
import strawberry
from sqlalchemy import ColumnElement, func, select

from schema import catalog
from schema.relation import SPECTRUM, Column
from service.graphql.build.context import Info
from service.graphql.build.later import later
from service.graphql.build.measurement import Columns, charge, columns_of, listed
from service.graphql.build.node import Node
from service.graphql.build.page import DEFAULT_FIRST, First, Order, order, size
from service.graphql.build.row import typed_row
from service.graphql.build.table import of_table
from service.graphql.build.where import Where, apart, where
from service.graphql.types.file import File, files_of
from service.graphql.types.fit import Fit, analysis_of, fits_of
from service.graphql.types.fit_basis import FitBasis, basis_of
from service.graphql.types.kramers_kronig import KramersKronig, tested
from service.graphql.types.relaxation import Relaxation, Selection, Way, relaxed

_REAL: Final = SPECTRUM["real_impedance_ohm"]
_IMAGINARY: Final = SPECTRUM["imaginary_impedance_ohm"]
_MAGNITUDE: Final = Column("impedance_magnitude_ohm", "DOUBLE", "Ω", "|Z|.")
_PHASE: Final = Column(
    "impedance_phase_degree", "DOUBLE", "°", "Argument of Z; negative when capacitive."
)


def _points(sweep: Any, info: Info) -> Awaitable[Columns]:  # noqa: ANN401 # a row
    charge(info, sweep.point_count)
    return columns_of((catalog.Sweep, sweep.id), info, SPECTRUM, "record_index")


async def _bode(sweep: Any, info: Info) -> Columns:  # noqa: ANN401 # a row
    points = await _points(sweep, info)
    real, imaginary = points[_REAL.name], points[_IMAGINARY.name]
    with np.errstate(over="ignore"):
        magnitude = np.hypot(real, imaginary)
    return {_MAGNITUDE.name: magnitude, _PHASE.name: np.degrees(np.arctan2(imaginary, real))}


async def _fits(
    root: strawberry.Parent[catalog.Sweep],
    info: Info,
    *,
    circuit: Annotated[
        str | None, strawberry.argument(description="Of this circuit, as it was written.")
    ] = strawberry.UNSET,
    analysis: Annotated[
        strawberry.ID | None,
        strawberry.argument(description="Of this analysis, as `Fit.analysis` says."),
    ] = strawberry.UNSET,
    latest: Annotated[
        bool, strawberry.argument(description="Only by the analysis that counts for it.")
    ] = True,
    first: First = DEFAULT_FIRST,
) -> list[Fit] | None:
    most = size("first", first)
    rows = [
        row
        for row in await fits_of(root.id, info)
        if (row["latest"] or not latest)
        and (not circuit or circuit == row["circuit"])
        and (not analysis or analysis == analysis_of(row))
    ]
    return [typed_row(Fit, row) for row in rows[:most]]


async def _fit(root: strawberry.Parent[catalog.Sweep], info: Info) -> Fit | None:
    rows = await fits_of(root.id, info)
    return next((typed_row(Fit, row) for row in rows if row["latest"] and row["chosen"]), None)


async def _basis(root: strawberry.Parent[catalog.Sweep], info: Info) -> FitBasis | None:
    return await basis_of(root, info)


async def _tested(root: strawberry.Parent[catalog.Sweep], info: Info) -> KramersKronig | None:
    charge(info, root.point_count)
    return await tested(root.id, info)


async def _relaxed(
    root: strawberry.Parent[catalog.Sweep],
    info: Info,
    way: Annotated[Way, strawberry.argument(description="How it is regularized.")] = Way.RIDGE,
    selected_by: Annotated[
        Selection, strawberry.argument(description="How its weight was chosen.")
    ] = Selection.FIXED,
) -> Relaxation | None:
    charge(info, root.point_count)
    return await relaxed(root.id, info, way, selected_by)


async def _test(root: strawberry.Parent[catalog.Sweep], info: Info) -> Any:  # noqa: ANN401 # a row
    return await info.context.loaders.row(catalog.Test).load(root.test_id)


async def _files(root: strawberry.Parent[catalog.Sweep], info: Info) -> list[File]:
    return await files_of(info, catalog.Test.id, root.test_id)


@of_table(catalog.Sweep)
class Spectrum(Node):
    """An impedance sweep."""

    frequency_hertz = listed(SPECTRUM["frequency_hertz"], _points)
    real_impedance_ohm = listed(_REAL, _points)
    imaginary_impedance_ohm = listed(_IMAGINARY, _points)
    impedance_magnitude_ohm = listed(_MAGNITUDE, _bode)
    impedance_phase_degree = listed(_PHASE, _bode)
    fit: Fit | None = strawberry.field(
        resolver=_fit,
        description="The fit that numbers of it rest on; null where no circuit was kept.",
    )
    fit_basis: FitBasis | None = strawberry.field(
        resolver=_basis, description="Why that fit counts; null where nothing was fitted."
    )
    fits: list[Fit] | None = strawberry.field(
        resolver=_fits,
        description="The first of the circuits fitted to it: what counts first, then the chosen, "
        "then by rising AICc.",
    )
    kramers_kronig: KramersKronig | None = strawberry.field(
        resolver=_tested,
        description="Whether it can be that of a linear, steady, causal system; null untested.",
    )
    drt: Relaxation | None = strawberry.field(
        resolver=_relaxed, description="Its distribution of relaxation times; null without one."
    )
    test: Any = strawberry.field(
        resolver=_test,
        graphql_type=later("Test", "test") | None,
        description="The test it belongs to.",
    )
    files: list[File] = strawberry.field(resolver=_files, description="The exports it rests on.")


def _of_test(conditions: Where) -> ColumnElement[bool]:
    return catalog.Sweep.test_id.in_(apart(select(catalog.Test.id).where(conditions.clause())))


def _of_cell(conditions: Where) -> ColumnElement[bool]:
    cells = apart(select(catalog.Cell.id).where(conditions.clause()))
    tests = select(catalog.Test.id).where(catalog.Test.cell_id.in_(cells))
    return catalog.Sweep.test_id.in_(apart(tests))


@where(catalog.Sweep, test=_of_test, cell=_of_cell)
class SpectrumWhere(Where):
    """Conditions on an impedance sweep."""

    test: Where | None = strawberry.field(
        default=strawberry.UNSET,
        graphql_type=later("TestWhere", "test") | None,
        description="Conditions on the test it belongs to.",
    )
    cell: Where | None = strawberry.field(
        default=strawberry.UNSET,
        graphql_type=later("CellWhere", "cell") | None,
        description="Conditions on the cell under test.",
    )


@order(catalog.Sweep)
class SpectrumOrder(Order):
    """An order of impedance sweeps."""


async def of_test(
    root: strawberry.Parent[catalog.Test], info: Info, first: First = DEFAULT_FIRST
) -> list[Spectrum]:
    """Return the first sweeps of a test."""
    sweep = catalog.Sweep
    loader = info.context.loaders.children(
        sweep.test_id, sweep.spectrum_count, size("first", first)
    )
    found: list[Any] = await loader.load(root.id)
    return found


async def of_cell(
    root: strawberry.Parent[catalog.Cell], info: Info, first: First = DEFAULT_FIRST
) -> list[Spectrum]:
    """Return the first sweeps of the tests run on a cell."""
    sweep, owner = catalog.Sweep, catalog.Test.cell_id
    rank = func.row_number().over(
        partition_by=owner, order_by=(sweep.test_id, sweep.spectrum_count)
    )
    links = (
        select(owner.label("owner"), sweep.id.label("target"), rank.label("rank"))
        .join(catalog.Test, catalog.Test.id == sweep.test_id)
        .where(catalog.Test.removed_snapshot.is_(None))
    )
    loader = info.context.loaders.nearest(
        "sweeps of cell", links, owner, sweep, size("first", first)
    )
    found: list[Any] = await loader.load(root.id)
    return found
