"""What can be entered: substances, materials, cells, processes, and what a test was run on.

Each is one transaction; what can be foreseen to fail is a member of its result.
"""

from collections.abc import Sequence
from typing import Annotated, Any, TypeAlias

import strawberry
from sqlalchemy.orm import Session

from schema import catalog
from service.graphql.cell import Cell
from service.graphql.context import Info
from service.graphql.entry import (
    Declined,
    Entry,
    InvalidInput,
    NameTaken,
    NotFound,
    changed,
    entered,
    entry,
    found,
    free,
    named,
)
from service.graphql.making import ProcessResult, create_process
from service.graphql.material import Material
from service.graphql.substance import Substance
from service.graphql.test import Test


@entry(catalog.Substance)
class SubstanceInput(Entry):
    """A new substance."""


@entry(catalog.Material)
class MaterialInput(Entry):
    """A new material."""

    substance: str | None = strawberry.field(
        default=strawberry.UNSET, description="Name of the substance it is made of."
    )


@entry(catalog.Material, change=True)
class MaterialChange(Entry):
    """A change of a material."""

    substance: str | None = strawberry.field(
        default=strawberry.UNSET, description="Name of the substance it is made of."
    )


@entry(catalog.CellLayer)
class CellLayerInput(Entry):
    """A layer of a cell."""

    substance: str | None = strawberry.field(
        default=strawberry.UNSET, description="Name of the substance it is made of."
    )
    material: str | None = strawberry.field(
        default=strawberry.UNSET, description="Name of the very piece that was used."
    )


@entry(catalog.Cell)
class CellInput(Entry):
    """A new cell."""

    layers: list[CellLayerInput] | None = strawberry.field(
        default=strawberry.UNSET, description="Its layers, from the negative side."
    )


@entry(catalog.Cell, change=True)
class CellChange(Entry):
    """A change of a cell."""

    layers: list[CellLayerInput] | None = strawberry.field(
        default=strawberry.UNSET, description="Its layers anew, in place of the old ones."
    )


SubstanceResult: TypeAlias = Annotated[
    Substance | NameTaken | InvalidInput,
    strawberry.union("SubstanceResult", description="A substance, or why not."),
]
MaterialResult: TypeAlias = Annotated[
    Material | NameTaken | NotFound | InvalidInput,
    strawberry.union("MaterialResult", description="A material, or why not."),
]
CellResult: TypeAlias = Annotated[
    Cell | NameTaken | NotFound | InvalidInput,
    strawberry.union("CellResult", description="A cell, or why not."),
]
TestResult: TypeAlias = Annotated[
    Test | NotFound | InvalidInput,
    strawberry.union("TestResult", description="A test, or why not."),
]


@strawberry.type(description="Tests that were assigned together.")
class Assigned:
    """Tests that were assigned together."""

    tests: list[Test] = strawberry.field(description="The tests, in the order asked.")


AssignedResult: TypeAlias = Annotated[
    Assigned | NotFound | InvalidInput,
    strawberry.union("AssignedResult", description="The tests, or why not."),
]
OnCell: TypeAlias = Annotated[strawberry.ID | None, strawberry.argument(description="The cell.")]
OnMaterial: TypeAlias = Annotated[
    strawberry.ID | None,
    strawberry.argument(description="The material, e.g. a pellet, when it was no cell."),
]


async def create_substance(info: Info, input: SubstanceInput) -> SubstanceResult:  # noqa: A002 # the argument's name
    """Enter a substance."""

    def enter(session: Session) -> Any:  # noqa: ANN401 # a row
        values = input.values()
        free(session, catalog.Substance, values["name"])
        session.add(row := catalog.Substance(**values))
        return row

    done: SubstanceResult = await entered(info, "create substance", enter)
    return done


async def create_material(info: Info, input: MaterialInput) -> MaterialResult:  # noqa: A002 # the argument's name
    """Enter a material."""

    def enter(session: Session) -> Any:  # noqa: ANN401 # a row
        values = input.values()
        free(session, catalog.Material, values["name"])
        substance = named(session, catalog.Substance, input.substance)
        session.add(row := catalog.Material(substance_id=substance, **values))
        return row

    done: MaterialResult = await entered(info, "create material", enter)
    return done


async def update_material(info: Info, id: strawberry.ID, input: MaterialChange) -> MaterialResult:  # noqa: A002 # the arguments' names
    """Change a material."""

    def enter(session: Session) -> Any:  # noqa: ANN401 # a row
        row = changed(session, catalog.Material, id, input)
        if input.substance is not strawberry.UNSET:
            row.substance_id = named(session, catalog.Substance, input.substance)
        return row

    done: MaterialResult = await entered(info, "update material", enter)
    return done


async def create_cell(info: Info, input: CellInput) -> CellResult:  # noqa: A002 # the argument's name
    """Enter a cell with its layers."""

    def enter(session: Session) -> Any:  # noqa: ANN401 # a row
        values = input.values()
        free(session, catalog.Cell, values["name"])
        session.add(row := catalog.Cell(**values))
        if input.layers is not strawberry.UNSET:
            _stack(session, row, input.layers)
        return row

    done: CellResult = await entered(info, "create cell", enter)
    return done


async def update_cell(info: Info, id: strawberry.ID, input: CellChange) -> CellResult:  # noqa: A002 # the arguments' names
    """Change a cell."""

    def enter(session: Session) -> Any:  # noqa: ANN401 # a row
        row = changed(session, catalog.Cell, id, input)
        if input.layers is not strawberry.UNSET:
            _stack(session, row, input.layers)
        return row

    done: CellResult = await entered(info, "update cell", enter)
    return done


async def assign_test(
    info: Info, test: strawberry.ID, cell: OnCell = None, material: OnMaterial = None
) -> TestResult:
    """Say on which cell or material a test ran."""
    done: TestResult = await entered(
        info, "assign test", lambda session: _assign(session, [test], cell, material)[0]
    )
    return done


async def assign_tests(
    info: Info, tests: list[strawberry.ID], cell: OnCell = None, material: OnMaterial = None
) -> AssignedResult:
    """Say on which cell or material several tests ran."""
    done: AssignedResult = await entered(
        info,
        "assign tests",
        lambda session: Assigned(tests=_assign(session, tests, cell, material)),
    )
    return done


async def unassign_test(info: Info, test: strawberry.ID) -> TestResult:
    """Say that it is not known on what a test ran."""

    def enter(session: Session) -> Any:  # noqa: ANN401 # a row
        row = found(session, catalog.Test, test)
        row.cell_id = row.material_id = None
        return row

    done: TestResult = await entered(info, "unassign test", enter)
    return done


def _assign(
    session: Session, tests: Sequence[str], cell: str | None, material: str | None
) -> list[Any]:
    if (cell is None) == (material is None):
        reason = "a test ran on a cell or on a material: name one of them"
        raise Declined(InvalidInput(field="cell", reason=reason))
    on_cell = None if cell is None else found(session, catalog.Cell, cell).id
    on_material = None if material is None else found(session, catalog.Material, material).id
    rows = [found(session, catalog.Test, each) for each in tests]
    for row in rows:
        row.cell_id, row.material_id = on_cell, on_material
    return rows


def _stack(session: Session, cell: Any, entries: Sequence[CellLayerInput] | None) -> None:  # noqa: ANN401 # a row
    cell.layers.clear()
    session.flush()  # the old places must be free before new layers take them
    for place, each in enumerate(entries or ()):
        cell.layers.append(
            catalog.CellLayer(
                position=place + 1,
                substance_id=named(session, catalog.Substance, each.substance),
                material_id=named(session, catalog.Material, each.material),
                **each.values(f"layers.{place}."),
            )
        )


@strawberry.type(description="What can be entered.")
class Mutation:
    """What can be entered."""

    create_substance: SubstanceResult = strawberry.field(
        resolver=create_substance, description="Enter a substance."
    )
    create_material: MaterialResult = strawberry.field(
        resolver=create_material, description="Enter a material."
    )
    update_material: MaterialResult = strawberry.field(
        resolver=update_material,
        description="Change a material; what is left out stays, null takes away.",
    )
    create_cell: CellResult = strawberry.field(
        resolver=create_cell, description="Enter a cell with its layers."
    )
    update_cell: CellResult = strawberry.field(
        resolver=update_cell,
        description="Change a cell; what is left out stays, null takes away.",
    )
    create_process: ProcessResult = strawberry.field(
        resolver=create_process,
        description="Enter a process; what came out descends from what went in.",
    )
    assign_test: TestResult = strawberry.field(
        resolver=assign_test, description="Say on which cell or material a test ran."
    )
    assign_tests: AssignedResult = strawberry.field(
        resolver=assign_tests,
        description="Say on which cell or material tests ran; all are assigned, or none.",
    )
    unassign_test: TestResult = strawberry.field(
        resolver=unassign_test,
        description="Say that it is not known on what a test ran.",
    )
