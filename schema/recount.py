"""How the cycles of tests are counted: as declared, without reading any export again.

Declared of the test itself, else of its cell; by the turns of the charge where nobody says. Where
the instrument numbers no cycles, its count is none and the turns stand.
"""

from collections.abc import Iterable, Sequence
from typing import Final, TypeVar

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from schema.catalog import Cell, Test
from schema.catalog.cell import CONVENTIONS
from schema.catalog.connection import change
from schema.error import InvalidArgument, UnknownName

T = TypeVar("T", Test, Cell)
_LIVING: Final = Test.removed_snapshot.is_(None)


def recount(session: Session, tests: Iterable[Test]) -> None:
    """Bring the count of cycles of tests in line with what is declared of them now."""
    every = list(tests)
    of_cell: dict[int, str | None] = {}
    if any(test.cell_id is not None for test in every):
        declares = select(Cell.id, Cell.cycle_convention).where(Cell.cycle_convention.is_not(None))
        of_cell = {row.id: row.cycle_convention for row in session.execute(declares)}
    for test in every:
        declared = test.cycle_convention or (of_cell.get(test.cell_id) if test.cell_id else None)
        counted = test.instrument_count if declared == "instrument" else None
        test.cycle_count = test.turn_count if counted is None else counted


def recount_cell(session: Session, cell_id: int) -> list[Test]:
    """Bring the counts of all living tests of a cell in line; return these tests."""
    session.flush()
    tests = list(session.scalars(select(Test).where(Test.cell_id == cell_id, _LIVING)))
    recount(session, tests)
    return tests


def recounted(
    engine: Engine, convention: str | None, tests: Sequence[str], cells: Sequence[str]
) -> list[str]:
    """Declare a convention of tests and cells by name; return a line on each test it touched.

    Without a convention what was declared of them is taken back; without a name every test is
    counted anew.

    Raises:
        InvalidArgument: when there is no such convention, or it is said of nothing.
        UnknownName: when there is no such test or cell.
    """
    if convention is not None and convention not in CONVENTIONS:
        raise InvalidArgument("cycles", convention, " or ".join(CONVENTIONS))
    if convention is not None and not tests and not cells:
        raise InvalidArgument("cycles", convention, "tests or cells: add --test or --cell")
    with change(engine, "recount") as (session, _):
        named = [_named(session, Test, name) for name in tests]
        stacks = [_named(session, Cell, name) for name in cells]
        for test in named:
            test.cycle_convention = convention
        for stack in stacks:
            stack.cycle_convention = convention
        session.flush()
        everything = select(Test).where(_LIVING)
        chosen = everything.where(
            Test.id.in_([each.id for each in named])
            | Test.cell_id.in_([each.id for each in stacks])
        )
        found = list(session.scalars(chosen if named or stacks else everything))
        before = {test.id: test.cycle_count for test in found}
        recount(session, found)
        return [_line(test, before[test.id]) for test in found]


def _named(session: Session, table: type[T], name: str) -> T:
    of = (table.name == name,) if table is Cell else (Test.name == name, _LIVING)
    row = session.scalars(select(table).where(*of)).first()
    if row is None:
        known = session.scalars(select(table.name))
        raise UnknownName(table.__tablename__, name, known)
    return row


def _line(test: Test, before: int) -> str:
    instrument = "none" if test.instrument_count is None else test.instrument_count
    return (
        f"{test.name}: {test.cycle_count} cycles, {before} before "
        f"(by turns {test.turn_count}, by the instrument {instrument})"
    )
