"""Taking a job: a lease that lapses unless its worker shows that it lives, and how a job ends.

Every change of a leased job asks whether the lease is still its worker's: who has lost it changes
nothing, so a job ends once, however many have begun it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, bindparam, literal, or_, select, update
from sqlalchemy.orm import Session

from schema.catalog import Job
from schema.catalog.table import Table
from schema.error import LeaseLost
from schema.queue.clock import moment

LEASE_SECOND: Final = 60.0
"""How long a worker may be silent."""
MOST_LAPSES: Final = 3
"""Workers that die with a job before it is set aside."""
_FIRST_PAUSE_SECOND: Final = 5.0
_LONGEST_PAUSE_SECOND: Final = 600.0
# as they stand, not as parameters: an index of few rows serves what is known to be about these
WAITING: Final = Job.state == literal("waiting", literal_execute=True)
LEASED: Final = Job.state == literal("leased", literal_execute=True)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which jobs a worker takes: of kinds, on its machine; of one lot where it is of that alone."""

    kinds: tuple[str, ...]
    machine: str
    lot: str | None = None

    def condition(self) -> ColumnElement[bool]:
        """Return what holds for such jobs."""
        mine = Job.kind.in_(self.kinds) & or_(Job.machine.is_(None), Job.machine == self.machine)
        return mine if self.lot is None else mine & (Job.lot == self.lot)


@dataclass(frozen=True, slots=True)
class Lease:
    """A job in the hands of a worker."""

    job_id: int
    kind: str
    subject: Mapping[str, Any]
    worker: str
    attempt: int

    def condition(self) -> ColumnElement[bool]:
        """Return what holds while the lease is this worker's."""
        same = (Job.leased_by == self.worker) & (Job.attempt_count == self.attempt)
        return (Job.id == self.job_id) & LEASED & same


def is_due(session: Session, wanted: Wanted) -> bool:
    """Return whether there is a job to take, without taking it."""
    return session.connection().scalar(_due(wanted), _when(session)) is not None


def is_empty(session: Session, wanted: Wanted) -> bool:
    """Return whether nothing such waits, not even to be tried again, and nobody works on such."""
    open_jobs = select(Job.id).where(or_(WAITING, LEASED), wanted.condition()).limit(1)
    return session.scalar(open_jobs) is None


def take(session: Session, wanted: Wanted, worker: str) -> Lease | None:
    """Take the job whose turn it is; None where there is none that nobody else takes just now."""
    connection = session.connection()
    job_id = connection.scalar(_due(wanted, taken=True), _when(session))
    if job_id is None:
        return None
    at = moment(session)
    until = at + timedelta(seconds=LEASE_SECOND)
    job = connection.execute(
        _TAKE, {"of": job_id, "leased_by": worker, "leased_until": until, "begun_at": at}
    ).one()
    return Lease(job.id, job.kind, job.subject, worker, job.attempt_count)


def renew(
    session: Session, leases: Mapping[int, Lease], progress: Mapping[int, tuple[int, int]]
) -> Sequence[int]:
    """Show that workers live, and how far they are; return the jobs that are no longer theirs."""
    until = moment(session) + timedelta(seconds=LEASE_SECOND)
    return [
        job_id
        for job_id, each in sorted(leases.items())
        if not _changed(session, each, leased_until=until, **_parts(progress.get(job_id)))
    ]


def finish(
    session: Session,
    lease: Lease,
    result: Mapping[str, Any],
    parts: tuple[int, int] | None = None,
) -> None:
    """End a job with what came of it, in the very transaction that commits that.

    ``parts`` are those that were done, and how many there were.

    Raises:
        LeaseLost: when it is another's by now: nothing of this transaction may be committed.
    """
    values = {"state": "done", "result": dict(result), "reason": None, **_parts(parts)}
    if not _changed(session, lease, ended_at=moment(session), **values):
        raise LeaseLost(lease.job_id)


def fail(session: Session, lease: Lease, reason: str, *, most_failures: int) -> bool:
    """Say why a job could not be done; return whether it is tried again, after a pause.

    The pause doubles from one failure to the next.

    Raises:
        LeaseLost: when it is another's by now.
    """
    failures = session.scalar(select(Job.failure_count).where(lease.condition()))
    if failures is None:
        raise LeaseLost(lease.job_id)
    failures += 1
    again, at = failures < most_failures, moment(session)
    pause = min(_FIRST_PAUSE_SECOND * 2 ** min(failures - 1, 20), _LONGEST_PAUSE_SECOND)
    values = {
        "state": "waiting" if again else "failed",
        "not_before": at + timedelta(seconds=pause) if again else None,
        "ended_at": None if again else at,
    }
    if not _changed(session, lease, failure_count=failures, reason=reason, **values):
        raise LeaseLost(lease.job_id)
    return again


def give_back(session: Session, leases: Collection[Lease]) -> None:
    """Have jobs wait again, as if nobody had taken them; those of others are left alone."""
    for each in leases:
        _changed(session, each, state="waiting")


@cache
def _due(wanted: Wanted, *, taken: bool = False) -> Select[Any]:
    # later than any pause: the clock was put back
    is_time = or_(
        Job.not_before.is_(None),
        Job.not_before <= bindparam("at"),
        Job.not_before > bindparam("latest"),
    )
    due = select(Job.id).where(WAITING, is_time, wanted.condition())
    due = due.order_by(Job.rank, Job.id).limit(1)
    return due.with_for_update(skip_locked=True) if taken else due


def _when(session: Session) -> dict[str, datetime]:
    at = moment(session)
    return {"at": at, "latest": at + timedelta(seconds=_LONGEST_PAUSE_SECOND)}


_JOB: Final = Table.metadata.tables[Job.__tablename__]
_TAKE: Final = (
    update(_JOB)
    .where(_JOB.c.id == bindparam("of"))
    .values(
        state="leased",
        leased_by=bindparam("leased_by"),
        leased_until=bindparam("leased_until"),
        attempt_count=_JOB.c.attempt_count + 1,
        begun_at=bindparam("begun_at"),
        ended_at=None,
        not_before=None,
        done_count=0,
    )
    .returning(_JOB.c.id, _JOB.c.kind, _JOB.c.subject, _JOB.c.attempt_count)
)


def _parts(progress: tuple[int, int] | None) -> dict[str, int]:
    return {} if progress is None else {"done_count": progress[0], "total_count": progress[1]}


def _changed(session: Session, lease: Lease, **values: object) -> bool:
    """Change a job if its lease is still this worker's; return whether it was."""
    change = update(Job).where(lease.condition()).values(values).returning(Job.id)
    return session.scalar(change, execution_options={"synchronize_session": False}) is not None
