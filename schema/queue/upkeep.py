"""What goes on by itself: leases of the dead lapse, and what ended long ago is forgotten."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from schema.catalog import Job
from schema.catalog.job import STATES
from schema.queue.clock import moment
from schema.queue.lease import LEASE_SECOND, LEASED, MOST_LAPSES, WAITING, Lease
from schema.queue.worker import is_dead

_ENDED: Final = ("done", "failed", "withdrawn")


def lapse(session: Session) -> None:
    """Free the jobs of workers that are silent for too long, or known to be dead.

    A lease that lies further ahead than any is given for was given before the clock was put back.
    """
    at = moment(session)
    longest = at + timedelta(seconds=LEASE_SECOND)
    leased = select(Job).where(LEASED).order_by(Job.id).with_for_update(skip_locked=True)
    for job in session.scalars(leased).all():
        until, worker = job.leased_until, job.leased_by
        if until is None or worker is None or until <= at or is_dead(worker):
            _lapsed(job, at, "a worker died with it, or was cut off")
        elif until > longest:
            job.leased_until = longest


def died(session: Session, lease: Lease, reason: str) -> Job | None:
    """Free a job whose process died while the worker that had started it lives.

    Returns it as it is after: one that ended in the last moment has done so, whatever died then.
    """
    job = session.get(Job, lease.job_id, with_for_update=True, populate_existing=True)
    same = job and (job.leased_by, job.attempt_count) == (lease.worker, lease.attempt)
    if job is None or not same:
        return None
    if job.state == "leased":
        _lapsed(job, moment(session), reason)
    return job


def prune(session: Session, keep_day: float) -> int:
    """Forget jobs that ended so many days ago; return how many. Those set aside stay."""
    before = moment(session) - timedelta(days=keep_day)
    old = delete(Job).where(Job.state.in_(_ENDED), Job.ended_at < before).returning(Job.id)
    return len(session.scalars(old, execution_options={"synchronize_session": False}).all())


def orphaned_lots(session: Session) -> list[str]:
    """Return the lots of which something waits and whose own worker is known to be dead."""
    lots = session.scalars(select(Job.lot).where(WAITING, Job.lot.is_not(None)).distinct())
    return [lot for lot in lots.all() if lot and "#" in lot and is_dead(lot.rpartition("#")[0])]


def count_by_state(session: Session) -> Mapping[str, int]:
    """Return how many jobs there are in each state."""
    counts = select(func.count(), Job.state).group_by(Job.state)
    known = {state: count for count, state in session.execute(counts)}
    return {state: known.get(state, 0) for state in STATES}


def _lapsed(job: Job, at: datetime, reason: str) -> None:
    """Free a job; one that took several workers with it is set aside."""
    job.lapse_count += 1
    job.state, job.reason = "waiting", reason
    if job.lapse_count >= MOST_LAPSES:
        job.state, job.ended_at = "set_aside", at
        job.reason = f"{reason}; {job.lapse_count} times: set aside until it is asked for again"
