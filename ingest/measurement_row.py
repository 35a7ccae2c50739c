"""The rows of the catalog that say how the measurements of a test were taken."""

from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from ingest.analysis.subject import Subject
from ingest.measurement import Measurements
from ingest.subject import SUBJECTS


def put_measurements(
    session: Session, test_id: int, found: Measurements | None, *, is_new: bool
) -> None:
    """Bring the measurements of a test up to date; one at the same place keeps its key."""
    for subject in SUBJECTS:
        known = {} if is_new else _known(session, test_id, subject)
        _put(
            session, test_id, subject, found if found and found.subject is subject else None, known
        )


def _known(session: Session, test_id: int, subject: Subject) -> dict[Any, int]:
    """Return the keys of the measurements of a test that are there, by their places."""
    table = subject.table
    place = table.__table__.columns[subject.place]
    query = select(table.id, place.label("place")).where(table.test_id == test_id)
    return {row.place: row.id for row in session.execute(query)}


def _put(
    session: Session,
    test_id: int,
    subject: Subject,
    found: Measurements | None,
    known: dict[Any, int],
) -> None:
    table = subject.table
    old: list[dict[str, Any]] = []
    new: list[dict[str, Any]] = []
    for columns in found.hashed_rows if found else ():
        row = {**columns, "test_id": test_id}
        key = known.pop(columns[subject.place], None)
        (new if key is None else old).append(row if key is None else {**row, "id": key})
    if new:
        session.execute(insert(table), new)
    if old:
        session.execute(update(table), old)
    if known:
        session.execute(delete(table).where(table.id.in_(known.values())))
