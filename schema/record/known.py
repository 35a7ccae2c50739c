"""Records by their names, as one transaction sees them."""

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import UniqueConstraint, select
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


def refuse_taken(session: Session, row: Any, name: str) -> None:  # noqa: ANN401 - a row of any table
    """Refuse a name that another row of the table has, or of the same study where each has its own.

    Raises:
        NameTaken: with the id of that row.
    """
    table = cast("Any", type(row))
    same = [
        getattr(table, column).is_not_distinct_from(getattr(row, column))
        for column in _beside_name(type(row))
    ]
    other = table.name == name, table.id.is_distinct_from(row.id), *same
    taken = session.scalar(select(table.id).where(*other))
    if taken is not None:
        raise NameTaken(noun(type(row)), name, taken)


def _beside_name(model: type[Table]) -> list[str]:
    """Return the columns that a name is unique together with, none where it is so by itself."""
    constraints = cast("Any", model.__table__).constraints
    together = [set(each.columns.keys()) for each in constraints if type(each) is UniqueConstraint]
    return sorted(column for each in together if "name" in each for column in each - {"name"})


def noun(model: type[Table]) -> str:
    """Return what a row of a table is called in a sentence."""
    return str(model.__tablename__).replace("_", " ")
