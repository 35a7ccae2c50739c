"""What all catalog tables share: one metadata, stable constraint names, honest instants."""

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, MetaData
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

Key = BigInteger().with_variant(Integer(), "sqlite")
"""An integer key: SQLite numbers rows by itself only where the type is INTEGER."""


class Instant(TypeDecorator[datetime]):
    """A moment in UTC; SQLite keeps no zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Refuse a moment that does not say its zone."""
        if value is not None and value.tzinfo is None:
            message = f"{value} has no time zone"
            raise ValueError(message)
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Return the moment with its zone."""
        return value and (value if value.tzinfo else value.replace(tzinfo=UTC))


def now() -> datetime:
    """Return this moment in UTC."""
    return datetime.now(UTC)


class Table(DeclarativeBase):
    """A catalog table; unit and meaning of a column stand on the column.

    Its ``info`` may hold ``unit``, ``choices``, the only texts it takes, ``lowest``, the least
    number it takes where that is another than its unit has, and ``shown``: False where the API has
    no field of it.
    """

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {datetime: Instant, dict[str, Any]: JSON}
