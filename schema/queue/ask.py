"""Asking for work, asking again, and taking back what was asked for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pydantic import BaseModel
from sqlalchemy import insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from schema.catalog import Job
from schema.catalog.job import OPEN, OPEN_STATES
from schema.catalog.table import now
from schema.error import InvalidRecord, UnknownRecord
from schema.queue.clock import moment
from schema.queue.subject import kind_of

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Wish:
    """One job that is asked for.

    Attributes:
        subject: what it is done to, which says its kind.
        unique_key: asked twice while it waits or is worked on, it is one job; None: it is its own.
        rank: those of the least rank go first; None takes the usual one of the kind.
        machine: whose workers alone can do it; None means any.
    """

    subject: BaseModel
    unique_key: str | None = None
    rank: int | None = None
    machine: str | None = None


def ask(session: Session, wishes: Sequence[Wish], lot: str | None = None) -> list[int]:
    """Ask for work; return the keys of the jobs, in order, of which some may be there already."""
    rows = [_row(each, lot) for each in wishes]
    own = [row for row in rows if row["unique_key"] is None]
    new = insert(Job).returning(Job.id, sort_by_parameter_order=True)
    ids = iter(session.scalars(new, own) if own else ())
    return [next(ids) if row["unique_key"] is None else _once(session, row) for row in rows]


def ask_again(session: Session, job_id: int) -> Job:
    """Have a job that ended, or was set aside, done once more; what it gave stays until then.

    Raises:
        InvalidRecord: when there is none, or it has not ended, or the same is asked for already.
    """
    job = _job(session, job_id)
    if job.state in OPEN_STATES:
        raise InvalidRecord(("id",), f"job {job_id} is {job.state}: it has not ended yet")
    job.state, job.failure_count, job.lapse_count = "waiting", 0, 0
    job.not_before = job.ended_at = job.reason = None
    try:
        session.flush()
    except IntegrityError as fault:
        reason = f"what job {job_id} does was asked for anew and has not ended yet"
        raise InvalidRecord(("id",), reason) from fault
    return job


def withdraw(session: Session, job_id: int) -> Job:
    """Take a job back; a worker that is at it commits nothing of it and lets go of it.

    Raises:
        InvalidRecord: when there is none, or it has ended.
    """
    job = _job(session, job_id)
    if job.state not in {*OPEN_STATES, "set_aside"}:
        raise InvalidRecord(("id",), f"job {job_id} has ended already: it is {job.state}")
    job.state, job.ended_at = "withdrawn", moment(session)
    session.flush()
    return job


def withdraw_lots(session: Session, lots: Collection[str]) -> None:
    """Take back what still waits of lots."""
    session.execute(
        update(Job)
        .where(Job.lot.in_(lots), Job.state == "waiting")
        .values(state="withdrawn", ended_at=moment(session)),
        execution_options={"synchronize_session": False},
    )


def ended(session: Session, job_ids: Sequence[int]) -> list[Job]:
    """Return those of some jobs that have ended, or were set aside."""
    jobs: list[Job] = []
    for start in range(0, len(job_ids), _AT_ONCE):
        some = Job.id.in_(job_ids[start : start + _AT_ONCE])
        jobs += session.scalars(select(Job).where(some, Job.state.not_in(OPEN_STATES)))
    return jobs


def _row(wish: Wish, lot: str | None) -> dict[str, object]:
    kind = kind_of(wish.subject)
    return {
        "kind": kind.name,
        "subject": wish.subject.model_dump(mode="json"),
        "state": "waiting",
        "rank": kind.rank if wish.rank is None else wish.rank,
        "lot": lot,
        "unique_key": wish.unique_key,
        "machine": wish.machine,
        "created_at": now(),
    }


def _once(session: Session, row: dict[str, object]) -> int:
    """Ask for what may be asked for already; return the key of the one job."""
    of_postgres = session.get_bind().dialect.name == "postgresql"
    new = (postgresql.insert if of_postgres else sqlite.insert)(Job).values(row)
    only_once = new.on_conflict_do_nothing(
        index_elements=["unique_key"], index_where=text(OPEN)
    ).returning(Job.id)
    there = select(Job.id).where(Job.unique_key == row["unique_key"], Job.state.in_(OPEN_STATES))
    while True:  # what is there may end between the two
        job_id = session.scalar(only_once) or session.scalar(there)
        if job_id is not None:
            return job_id


def _job(session: Session, job_id: int) -> Job:
    job = session.get(Job, job_id, with_for_update=True, populate_existing=True)
    if job is None:
        unknown = UnknownRecord(("id",), "job", str(job_id))
        unknown.reason = f"no job has the id {job_id}"
        raise unknown
    return job
