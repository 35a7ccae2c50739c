"""Tests and cells as somebody names them: digits are an id, whatever else is a name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from schema.catalog import Cell, Test
from schema.error import AmbiguousName, UnknownName

_SOME_IDS: Final = 20
"""Ids named to who asks for one that is not."""
_SOME_NAMES: Final = 500
"""Names among which those are looked for that are near a wrong one."""


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
    of_tests = _ids(session, Test, "test", tests, live)
    of_cells = _ids(session, Cell, "cell", cells, true())
    run = select(Test.id).where(Test.cell_id.in_(of_cells), live).order_by(Test.id)
    on = select(Test.cell_id).where(Test.id.in_(of_tests), Test.cell_id.is_not(None))
    owners = dict.fromkeys((*of_cells, *(each for each in session.scalars(on) if each)))
    return Named(tuple(of_tests), tuple(of_cells), tuple(session.scalars(run)), tuple(owners))


def _ids(
    session: Session,
    model: type[Test | Cell],
    kind: str,
    values: Sequence[str],
    live: ColumnElement[bool],
) -> list[int]:
    """Return the ids of what these values name, in their order."""
    numbers = {each: int(each) for each in values if _is_id(each)}
    names = [each for each in values if each not in numbers and "\0" not in each]
    rows = select(model.id).where(live)
    there = set(session.scalars(rows.where(model.id.in_(numbers.values()))))
    called: dict[str, list[int]] = {}
    for identity, name in session.execute(
        select(model.id, model.name).where(live, model.name.in_(names))
    ):
        called.setdefault(name, []).append(identity)
    found: list[int] = []
    for value in values:
        if value in numbers:
            ids = [each for each in (numbers[value],) if each in there]
        else:
            ids = called.get(value, [])
        if not ids:
            known = _known(session, model, live, by_id=value in numbers)
            raise UnknownName(kind, value, known)
        if len(ids) > 1:
            raise AmbiguousName(kind, value, ids)
        found += ids
    return list(dict.fromkeys(found))


def _known(
    session: Session, model: type[Test | Cell], live: ColumnElement[bool], *, by_id: bool
) -> list[str]:
    """Return some of the ids, or of the names, that there are."""
    column = model.id if by_id else model.name
    some = select(column).where(live).order_by(model.id)
    return [str(each) for each in session.scalars(some.limit(_SOME_IDS if by_id else _SOME_NAMES))]


def _is_id(called: str) -> bool:
    return called.isascii() and called.isdigit() and len(called) <= 18
