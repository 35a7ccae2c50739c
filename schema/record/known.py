"""Records by their names, as one transaction sees them."""

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from schema.catalog import Table
from schema.error import NameTaken, UnknownRecord
from schema.record.column import Place


class Known:
    """What the catalog holds.

    Args:
        session: of the transaction.
        rows: tables that are known whole already, row by name; others are asked for.
    """

    def __init__(
        self, session: Session, rows: Mapping[type[Table], Mapping[str, Table]] | None = None
    ) -> None:
        self.session, self._rows = session, rows or {}

    def row(self, model: type[Table], name: str, place: Place) -> Any:  # noqa: ANN401 - a row of the model
        """Return the row of a name, whatever blanks are around it.

        Raises:
            UnknownRecord: when there is none, with the names that are near it.
        """
        table, name = cast("Any", model), name.strip()
        if model in self._rows:
            found = self._rows[model].get(name)
        elif "\0" in name:
            found = None
        else:
            found = self.session.scalar(select(table).where(table.name == name))
        if found is None:
            names = self._rows.get(model) or self.session.scalars(select(table.name)).all()
            raise UnknownRecord(place, noun(model), name, names)
        return found

    def identity(self, model: type[Table], name: str | None, place: Place) -> int | None:
        """Return the id of the row of a name, None for no name.

        Raises:
            UnknownRecord: when there is none.
        """
        return None if name is None else cast("int", self.row(model, name, place).id)


def refuse_taken(
    session: Session,
    row: Any,  # noqa: ANN401 - a row of any table
    name: str,
    among: ColumnElement[bool] | None = None,
) -> None:
    """Refuse a name that another row of the table has, of all or ``among`` some.

    Raises:
        NameTaken: with the id of that row.
    """
    table = cast("Any", type(row))
    held = table.name == name, table.id.is_distinct_from(row.id), true() if among is None else among
    taken = session.scalar(select(table.id).where(*held))
    if taken is not None:
        raise NameTaken(noun(type(row)), name, taken)


def noun(model: type[Table]) -> str:
    """Return what a row of a table is called in a sentence."""
    return str(model.__tablename__).replace("_", " ")
