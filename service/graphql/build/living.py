"""The rows there are, and which of them somebody means: digits are an id, all else is a name."""

from collections.abc import Iterable
from typing import Any, Final, cast

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from schema.catalog import Finding, Property, Sweep, Table, Test
from schema.error import AmbiguousName, UnknownName
from schema.record.known import noun

CALLED: Final = "by id or name (digits are an id)"
"""How arguments say that they take both."""
SOME_IDS: Final = 20
"""Ids named to who asks for one that is not."""
SOME_NAMES: Final = 500
"""Names among which those are looked for that are near a wrong one."""


def alive(model: type[Table]) -> Select[Any]:
    """Return the rows of a table that were not superseded."""
    rows = select(model)
    if model in {Sweep, Finding}:
        test_id = cast("Any", model).test_id
        return rows.where(test_id.in_(alive(Test).with_only_columns(Test.id)))
    removed = getattr(model, "removed_snapshot", None)
    return rows if removed is None else rows.where(removed.is_(None))


def is_id(called: str) -> bool:
    """Return whether a text is an id: a whole number."""
    return called.isascii() and called.isdigit() and len(called) <= 18


def of_name(session: Session, model: type[Table], name: str) -> Any:  # noqa: ANN401 # a row of the model
    """Return the row of a name, None where there is none.

    Raises:
        AmbiguousName: when several have it, with their ids.
    """
    if "\0" in name or model is Property:  # no text of PostgreSQL; the name of a quantity
        return None
    table = cast("Any", model)
    rows = session.scalars(alive(model).where(table.name == name).order_by(table.id)).all()
    if len(rows) > 1:
        raise AmbiguousName(noun(model), name, (row.id for row in rows))
    return rows[0] if rows else None


def identities(session: Session, model: type[Table], called: Iterable[str]) -> list[int]:
    """Return the ids of rows that somebody calls by id or by name, in their order.

    Raises:
        UnknownName: when there is none of an id or a name.
        AmbiguousName: when several have a name.
    """
    table = cast("Any", model)
    found = []
    for each in called:
        one = is_id(each)
        row: Any = (
            session.scalar(alive(model).where(table.id == int(each)))
            if one
            else of_name(session, model, each)
        )
        if row is None:
            column = table.id if one else table.name
            some = alive(model).with_only_columns(column).order_by(table.id)
            known = session.scalars(some.limit(SOME_IDS if one else SOME_NAMES))
            raise UnknownName(noun(model), each, map(str, known))
        found.append(row.id)
    return found
