"""On what a test ran, and what it was meant to run."""

from collections.abc import Sequence
from typing import Annotated, Any, TypeAlias

import strawberry
from sqlalchemy.orm import Session

from schema import catalog
from schema.catalog.cell import CONVENTIONS
from schema.error import InvalidRecord
from schema.recount import recount
from service.graphql.build.context import Info
from service.graphql.mutations.entry import InvalidInput, NotFound, entered, found
from service.graphql.types.test import Test
from service.living import CALLED

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
CalledTest: TypeAlias = Annotated[
    strawberry.ID, strawberry.argument(description=f"The test, {CALLED}.")
]
CalledTests: TypeAlias = Annotated[
    list[strawberry.ID], strawberry.argument(description=f"The tests, {CALLED}.")
]
OnCell: TypeAlias = Annotated[
    strawberry.ID | None, strawberry.argument(description=f"The cell, {CALLED}.")
]
OnMaterial: TypeAlias = Annotated[
    strawberry.ID | None,
    strawberry.argument(description=f"The material, {CALLED}, e.g. a pellet, when it was no cell."),
]
Meant: TypeAlias = Annotated[
    strawberry.ID | None,
    strawberry.argument(
        description=f"The protocol it was meant to run, {CALLED}; left out it stays, null takes it "
        "away."
    ),
]


async def assign_test(
    info: Info,
    test: CalledTest,
    cell: OnCell = None,
    material: OnMaterial = None,
    protocol: Meant = strawberry.UNSET,
) -> TestResult:
    """Say on which cell or material a test ran."""

    def enter(session: Session) -> Any:  # noqa: ANN401 # a row
        row = found(session, catalog.Test, test, ("test",))
        return _assign(session, [row], cell, material, protocol)[0]

    done: TestResult = await entered(info, "assign test", enter)
    return done


async def assign_tests(
    info: Info,
    tests: CalledTests,
    cell: OnCell = None,
    material: OnMaterial = None,
    protocol: Meant = strawberry.UNSET,
) -> AssignedResult:
    """Say on which cell or material several tests ran."""

    def enter(session: Session) -> Assigned:
        rows = _found(session, tests)
        return Assigned(tests=_assign(session, rows, cell, material, protocol))

    done: AssignedResult = await entered(info, "assign tests", enter)
    return done


async def unassign_test(info: Info, test: CalledTest) -> TestResult:
    """Say that it is not known on what a test ran."""

    def enter(session: Session) -> Any:  # noqa: ANN401 # a row
        row = found(session, catalog.Test, test, ("test",))
        row.cell_id = row.material_id = None
        recount(session, [row])
        return row

    done: TestResult = await entered(info, "unassign test", enter)
    return done


async def recount_tests(
    info: Info,
    tests: CalledTests,
    cycles: Annotated[
        str | None,
        strawberry.argument(
            description="turns (of the charge) or instrument; null leaves it to the cell."
        ),
    ] = None,
) -> AssignedResult:
    """Say how the cycles of tests are counted; no export is read again."""

    def enter(session: Session) -> Assigned:
        if cycles is not None and cycles not in CONVENTIONS:
            reason = f"{cycles!r} is none of {', '.join(CONVENTIONS)}"
            raise InvalidRecord(("cycles",), reason)
        rows = _found(session, tests)
        for row in rows:
            row.cycle_convention = cycles
        recount(session, rows)
        return Assigned(tests=rows)

    done: AssignedResult = await entered(info, "recount tests", enter)
    return done


def put_on(session: Session, owner: catalog.Cell | catalog.Material, tests: Sequence[str]) -> None:
    """Let tests have run on a new cell or material.

    Raises:
        InvalidRecord: when there is no test of an id.
    """
    rows = _found(session, tests)
    session.add(owner)
    session.flush()
    cell = isinstance(owner, catalog.Cell)
    _put_on(session, rows, owner.id if cell else None, None if cell else owner.id)


def _put_on(session: Session, rows: list[Any], cell: int | None, material: int | None) -> None:
    for row in rows:
        row.cell_id, row.material_id = cell, material
    recount(session, rows)


def _found(session: Session, tests: Sequence[str]) -> list[Any]:
    return [
        found(session, catalog.Test, each, ("tests", place)) for place, each in enumerate(tests)
    ]


def _assign(
    session: Session,
    rows: list[Any],
    cell: str | None,
    material: str | None,
    protocol: str | None,
) -> list[Any]:
    if (cell is None) == (material is None):
        reason = "a test ran on a cell or on a material: name one of them"
        raise InvalidRecord(("cell",), reason)
    on_cell = None if cell is None else found(session, catalog.Cell, cell, ("cell",)).id
    on_material = (
        None if material is None else found(session, catalog.Material, material, ("material",)).id
    )
    _put_on(session, rows, on_cell, on_material)
    if protocol is not strawberry.UNSET:
        meant = (
            None
            if protocol is None
            else found(session, catalog.Protocol, protocol, ("protocol",)).id
        )
        for row in rows:
            row.protocol_id = meant
    return rows
