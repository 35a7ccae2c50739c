"""How many files of watched folders are in which state."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from schema.catalog import Arrival
from schema.catalog.arrival import STATES


def arrival_counts(session: Session) -> dict[str, int]:
    """Return the number of files in each state, 0 where there is none."""
    rows = session.execute(select(Arrival.state, func.count()).group_by(Arrival.state))
    counts: dict[str, int] = dict.fromkeys(STATES, 0)
    return counts | {state: number for state, number in rows}  # noqa: C416 # rows are no pairs to mypy
