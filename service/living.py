"""The rows there are, and which of them somebody means: digits are an id, all else is a name."""

from collections.abc import Iterable
from typing import Any, Final, cast

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from schema.catalog import Finding, Property, Table, Test
from schema.catalog.structure import MEASURED
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
    if model in {*MEASURED, Finding}:
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
    """Return the ids of rows that somebody calls by id or by name, in their order, each once.

    Raises:
        UnknownName: when there is none of an id or a name, with some there are.
        AmbiguousName: when several have a name, with their ids.
    """
    values = list(called)
    table = cast("Any", model)
    numbers = {each: int(each) for each in values if is_id(each)}
    # a zero character is in no text of PostgreSQL
    names = [each for each in values if each not in numbers and "\0" not in each]
    rows = alive(model).with_only_columns(table.id, table.name)
    having: dict[str | int, list[int]] = {}
    for identity, _ in session.execute(rows.where(table.id.in_(numbers.values()))):
        having[identity] = [identity]
    for identity, name in session.execute(rows.where(table.name.in_(names)).order_by(table.id)):
        having.setdefault(name, []).append(identity)
    found: dict[int, None] = {}
    for each in values:
        ids = having.get(numbers.get(each, each), ())
        if not ids:
            raise UnknownName(noun(model), each, _some(session, model, by_id=each in numbers))
        if len(ids) > 1:
            raise AmbiguousName(noun(model), each, ids)
        found[ids[0]] = None
    return list(found)


def _some(session: Session, model: type[Table], *, by_id: bool) -> list[str]:
    """Return some of the ids, or of the names, that there are."""
    table = cast("Any", model)
    rows = alive(model).with_only_columns(table.id if by_id else table.name).order_by(table.id)
    return [str(each) for each in session.scalars(rows.limit(SOME_IDS if by_id else SOME_NAMES))]
