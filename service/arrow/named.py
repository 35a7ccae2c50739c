"""Tests and cells as somebody names them: digits are an id, whatever else is a name."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.catalog import Cell, Test
from service.living import identities


@dataclass(frozen=True, slots=True)
class Named:
    """The tests and cells that were named, and the tests that are meant by all of that."""

    tests: tuple[int, ...]
    cells: tuple[int, ...]
    of_cells: tuple[int, ...]
    """Tests that were run on the cells."""
    owners: tuple[int, ...]
    """The cells, and those that the tests were run on."""

    @property
    def meant(self) -> list[int]:
        """Return all tests that are meant."""
        return list(dict.fromkeys((*self.tests, *self.of_cells)))


def named(session: Session, tests: Sequence[str], cells: Sequence[str]) -> Named | None:
    """Return the tests and cells of these ids and names; None when none is named.

    Raises:
        UnknownName: when there is none of an id or a name, with those there are.
        AmbiguousName: when several tests have a name.
    """
    if not tests and not cells:
        return None
    live = Test.removed_snapshot.is_(None)
    of_tests = identities(session, Test, tests)
    of_cells = identities(session, Cell, cells)
    run = select(Test.id).where(Test.cell_id.in_(of_cells), live).order_by(Test.id)
    on = select(Test.cell_id).where(Test.id.in_(of_tests), Test.cell_id.is_not(None))
    owners = dict.fromkeys((*of_cells, *(each for each in session.scalars(on) if each)))
    return Named(tuple(of_tests), tuple(of_cells), tuple(session.scalars(run)), tuple(owners))
