"""Files that arrived are taken in by workers: each is a job, a container one for each of its files.

The watcher has workers of its own, which end with it; those of ``leyden worker`` may take its jobs,
too. What waits when it ends, or was asked for by one that was killed, is withdrawn: it is known as
an arrival, and asked for again.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Final

from sqlalchemy import Engine, delete
from sqlalchemy.exc import DBAPIError

from ingest.container import is_container
from ingest.outcome import Outcome, Status
from ingest.report import of_result
from ingest.stop import Stop
from ingest.walk import walk
from ingest.worker import Work, work
from schema.catalog import Job
from schema.catalog.connection import aside, look
from schema.error import CatalogLocked
from schema.queue.ask import Wish, ask, ended, withdraw_lots
from schema.queue.lease import Wanted
from schema.queue.subject import Ingest, written
from schema.queue.upkeep import lapse, orphaned_lots
from schema.queue.worker import this_machine, this_worker
from schema.settings import Settings

_MOST_FILES: Final = 64
"""So many are asked for at once; of the others their arrival says that they wait."""
_LOOK_SECOND: Final = 0.25
"""Pace at which the catalog is asked what has ended."""
_WORST_FIRST: Final[Sequence[Status]] = (
    *("failed", "refused", "ingested", "already", "beside", "removed"),
)


@dataclass(slots=True)
class _Asked:
    """A file that was asked for.

    Attributes:
        path: of it.
        growing: whether it may still be written to.
        jobs: that have not ended, with the file of each.
        outcomes: of those that have.
    """

    path: Path
    growing: bool
    jobs: dict[int, Path] = field(default_factory=dict)
    outcomes: list[Outcome] = field(default_factory=list)


class Taking:
    """Has workers take in files, each in its own time."""

    def __init__(self, engine: Engine, settings: Settings, processes: int) -> None:
        """Begin with none.

        Args:
            engine: on the catalog.
            settings: that name it.
            processes: so many of our own take files in; 0 is a thread of this one.
        """
        self._engine, self._settings, self._processes = engine, settings, processes
        self._lot = f"{this_worker()}#watch"
        self._asked: dict[int, _Asked] = {}
        self._forgotten: list[int] = []
        self._next_look = 0.0
        self._stop, self._pool = Stop(), ThreadPoolExecutor(1, "worker")
        self._work: Future[None] | None = None

    @property
    def has_room(self) -> bool:
        """Return whether it may begin with one more."""
        return len({each.path for each in self._asked.values()}) < _MOST_FILES

    def begin(self, path: Path, *, growing: bool) -> None:
        """Ask for a file, one that grows as far as it is whole, or for all that is in a container.

        Raises:
            CatalogLocked: when another program does not let go of the catalog: nothing is begun.
        """
        files = [*walk([path])] if is_container(path) else [path]
        machine = None if self._settings.watch_shared else this_machine()
        wishes = [
            Wish(Ingest(path=written(each), growing=growing and each == path), machine=machine)
            for each in files
        ]
        # after a power cut the arrival is there, and is asked for again
        with aside(self._engine, durable=False) as session:
            if self._work is None:
                lapse(session)
                withdraw_lots(session, orphaned_lots(session))
            session.execute(delete(Job).where(Job.id.in_(self._forgotten)))
            jobs = ask(session, wishes, self._lot)
        self._forgotten.clear()
        asked = _Asked(path, growing, dict(zip(jobs, files, strict=True)))
        self._asked |= dict.fromkeys(jobs, asked)
        self._keep_working()

    def ended(self) -> Sequence[tuple[Path, Outcome]]:
        """Return what became of the files that ended since this was last asked.

        Raises:
            CatalogLocked: when another program does not let go of the catalog: it is asked later.
        """
        if not self._asked or monotonic() < self._next_look:
            return ()
        self._next_look = monotonic() + _LOOK_SECOND
        self._keep_working()
        with look(self._engine) as session:
            jobs = ended(session, list(self._asked))
        return [*self._enter(jobs)]

    def close(self) -> None:
        """End the workers, who have 2 s for what is in hand; what waits yet is withdrawn."""
        self._stop.set()
        self._pool.shutdown()
        with suppress(CatalogLocked, DBAPIError), aside(self._engine) as session:
            withdraw_lots(session, [self._lot])
        self._next_look = 0.0

    def _enter(self, jobs: Sequence[Job]) -> Iterator[tuple[Path, Outcome]]:
        for job in jobs:
            if job.state == "withdrawn" and self._stop.is_set():
                continue  # by ourselves
            asked = self._asked.pop(job.id)
            asked.outcomes.append(_outcome(asked.jobs.pop(job.id), job))
            if asked.growing and job.state == "done":
                self._forgotten.append(job.id)  # there will be hundreds for a file
            if not asked.jobs:
                outcome = asked.outcomes[0]
                is_one = outcome.path == asked.path
                yield asked.path, outcome if is_one else _together(asked.path, asked.outcomes)

    def _keep_working(self) -> None:
        """Have workers at work; what ended those before is raised."""
        if self._stop.is_set() or (self._work and not self._work.done()):
            return
        before, self._work = self._work, self._pool.submit(self._do_jobs)
        if before:
            before.result()

    def _do_jobs(self) -> None:
        of_ours = Wanted(("ingest",), this_machine(), self._lot)
        # the watcher, which asks the same catalog, says that it cannot be reached
        todo = Work(of_ours, self._processes, trouble=lambda _why: None)
        for _ in work(self._settings, todo, self._stop):
            pass


def _outcome(path: Path, job: Job) -> Outcome:
    if job.state == "done" and job.result:
        return of_result(path, job.result)
    if job.state == "failed":
        return Outcome(path, "failed", None, job.reason)
    reason = "somebody withdrew its job" if job.state == "withdrawn" else job.reason
    return Outcome(path, "refused", None, reason)  # until it changes


def _together(path: Path, outcomes: Sequence[Outcome]) -> Outcome:
    """Return what became of a container: the worst of what its files did."""
    count = Counter(each.status for each in outcomes)
    status = next(each for each in _WORST_FIRST if count[each])
    refused = [each for each in outcomes if each.status == status in {"failed", "refused"}]
    reason = None
    if refused:
        first = min(refused, key=lambda each: each.path)
        name = first.path.relative_to(path)
        reason = f"{len(refused)} of {len(outcomes)} in it {status}, first {name}: {first.reason}"
    return Outcome(
        path,
        status,
        ", ".join(sorted({each.reader for each in outcomes if each.reader})) or None,
        reason,
        tuple(test for each in outcomes for test in each.tests),
        sum(each.points for each in outcomes),
    )
