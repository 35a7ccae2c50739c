"""A state that an entry had, on its way back into the catalog."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from schema.catalog import Table
from schema.catalog.table import Instant
from schema.error import InvalidRecord
from schema.record.called import removal
from schema.record.column import Place
from schema.record.known import Known


@dataclass(frozen=True, slots=True)
class Former:
    """A state that an entry had, on its way back into the catalog."""

    known: Known
    snapshot: int
    row: Any
    state: Mapping[str, Any]

    def said(self, *without: str) -> dict[str, Any]:
        """Return the columns of the state, moments as such."""
        columns = type(self.row).__table__.columns
        return {
            name: datetime.fromisoformat(value)
            if value is not None and isinstance(columns[name].type, Instant)
            else value
            for name, value in self.state.items()
            if name in columns and name not in without
        }

    def name(self, model: type[Table], identity: int | None, place: Place) -> str | None:
        """Return what the thing of a key is called now, None for no key.

        Raises:
            InvalidRecord: when it is not there any more, saying when it was removed.
        """
        if identity is None:
            return None
        row: Any = self.known.session.get(model, identity)
        if row is None:
            reason = removal(self.known.session, str(model.__tablename__), identity)
            raise InvalidRecord(place, reason)
        return str(row.name)

    def put(self, *names: str) -> None:
        """Set columns to what they were."""
        said = self.said()
        for name in names:
            setattr(self.row, name, said[name])
