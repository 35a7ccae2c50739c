"""The clock that decides over leases: the database's, because those of machines differ."""

from datetime import datetime

from sqlalchemy import DateTime, func, select
from sqlalchemy.orm import Session

from schema.catalog.table import now


def moment(session: Session) -> datetime:
    """Return this moment; a catalog of SQLite is used by one machine, whose clock is as good."""
    if session.get_bind().dialect.name != "postgresql":
        return now()
    clock = func.clock_timestamp(type_=DateTime(timezone=True))
    return session.execute(select(clock)).scalar_one()
