"""A worker: it leases jobs, has processes do them, and frees what a dying process had in hand."""

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from time import monotonic
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from ingest.heartbeat import Heartbeat
from ingest.hindrance import reason
from ingest.stop import Stop
from ingest.task import Ended, State, Task
from ingest.worker_process import WorkerProcess
from schema.catalog.connection import aside, look
from schema.error import CatalogLocked
from schema.queue.lease import Lease, Wanted, give_back, is_due, is_empty, take
from schema.queue.upkeep import died, lapse
from schema.queue.worker import this_worker
from schema.settings import Settings
from schema.warehouse import Warehouse, open_warehouse

_POLL_SECOND: Final = 1.0
_PATIENCE_SECOND: Final = 2.0
"""What files in hand may take yet when a worker is asked to stop."""
_DIED: Final = "its process died ({}); is there enough memory?"


@dataclass(frozen=True, slots=True)
class Work:
    """What a worker is to do.

    Attributes:
        wanted: which jobs.
        processes: how many do them side by side; 0: this one, of which a crash is the end.
        until_empty: whether it ends when there are no more.
        most_failures: times that a job is tried which fails for what may pass.
        trouble: what is called with what keeps it from its jobs, when it goes on nevertheless.
    """

    wanted: Wanted
    processes: int
    until_empty: bool = False
    most_failures: int = 1
    trouble: Callable[[str], None] | None = None


def work(settings: Settings, work: Work, stop: Stop) -> Generator[Ended]:
    """Yield what becomes of jobs, in the order they end.

    Asked to stop it takes no more, waits up to 2 s for those in hand, and gives back the rest.
    """
    warehouse = open_warehouse(settings)
    with ExitStack() as stack:
        stack.callback(warehouse.engine.dispose)
        heartbeat = stack.enter_context(Heartbeat(warehouse.engine, settings.job_keep_day))
        worker = _Worker(warehouse, work, stop, heartbeat)
        if work.processes:
            # a process is a core: linear algebra that takes a thread a core makes all slower
            os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
            stack.callback(worker.end)
            yield from worker.by_processes(settings)
        else:
            yield from worker.by_itself()


@dataclass(slots=True)
class _Worker:
    warehouse: Warehouse
    work: Work
    stop: Stop
    heartbeat: Heartbeat
    name: str = field(default_factory=this_worker)
    is_idle: bool = False
    processes: list[WorkerProcess] = field(default_factory=list)

    @property
    def engine(self) -> Engine:
        return self.warehouse.engine

    def by_itself(self) -> Iterator[Ended]:
        """Do jobs in this process."""
        while not self.stop.is_set():
            lease = self.take()
            if lease is None:
                if self.is_at_end():
                    return
                self.stop.wait(_POLL_SECOND)
                continue
            yield self.perform(lease)

    def perform(self, lease: Lease) -> Ended:
        """Do a job in this process."""

        def report(done: int, total: int) -> None:
            self.heartbeat.note(lease.job_id, (done, total))

        try:
            ended = Task(self.warehouse, lease, report).perform(self.work.most_failures)
        except BaseException:
            self.back(lease)
            raise
        self.heartbeat.remove(lease.job_id)
        return ended

    def by_processes(self, settings: Settings) -> Iterator[Ended]:
        """Have processes do jobs, as many of them as there are jobs for."""
        while not self.stop.is_set():
            self.hand_out(settings)
            busy = [each for each in self.processes if each.lease]
            if not busy and self.is_at_end():
                return
            yield from self.hear(busy, _POLL_SECOND)
        until = monotonic() + _PATIENCE_SECOND
        while busy := [each for each in self.processes if each.lease]:
            left = until - monotonic()
            if left <= 0:
                return
            yield from self.hear(busy, left)

    def hand_out(self, settings: Settings) -> None:
        """Give every process that is idle a job, and start those that lack."""
        idle = [each for each in self.processes if not each.lease]
        while idle or len(self.processes) < self.work.processes:
            lease = self.take()
            if lease is None:
                return
            if not idle:
                idle.append(WorkerProcess(settings, self.work.most_failures))
                self.processes.append(idle[-1])
            idle.pop().begin(lease)

    def hear(self, busy: list[WorkerProcess], second: float) -> Iterator[Ended]:
        """Yield what ends within a time; a process that has died costs what it had in hand."""
        by_connection = {each.connection: each for each in busy}
        heard = [] if self.stop.is_set() else [self.stop.heard]
        for ready in wait([*by_connection, *heard], second):
            if ready is self.stop.heard:
                continue
            process = by_connection[ready]  # type: ignore[index] # of these, all are connections
            message = process.next_message()
            if message is None:
                yield from self.lost(process)
            elif isinstance(message, Ended):
                self.heartbeat.remove(message.job_id)
                process.lease = None
                yield message
            elif process.lease:
                self.heartbeat.note(process.lease.job_id, message)
        for process in busy:
            if process.lease and self.heartbeat.is_lost(process.lease.job_id):
                self.processes.remove(process)
                process.kill()
                self.heartbeat.remove(process.lease.job_id)
                yield Ended(process.lease.job_id, "lost")

    def lost(self, process: WorkerProcess) -> Iterator[Ended]:
        """Free what a process that died had in hand; yield what became of it, if it has ended."""
        self.processes.remove(process)
        cause, lease = process.kill(), process.lease
        assert lease is not None  # noqa: S101 # only those that are busy are heard
        if self.stop.is_set():
            self.back(lease)
            return
        self.heartbeat.remove(lease.job_id)
        with aside(self.engine) as session:
            job = died(session, lease, _DIED.format(cause))
            if job is None:
                yield Ended(lease.job_id, "lost")
            elif job.state in {"done", "set_aside"}:
                state: State = "done" if job.state == "done" else "set_aside"
                yield Ended(job.id, state, job.result, job.reason)

    def take(self) -> Lease | None:
        """Take the next job, None where there is none."""
        with self.reaching():
            if self.is_idle:  # who waits looks, which nobody else waits for
                with look(self.engine) as session:
                    if not is_due(session, self.work.wanted):
                        return None
            with aside(self.engine, durable=False) as session:
                lease = take(session, self.work.wanted, self.name)
            self.is_idle = lease is None
            if lease:
                self.heartbeat.add(lease)
            return lease
        return None

    def is_at_end(self) -> bool:
        """Return whether all is done, where that is an end; free what the dead have in hand."""
        with self.reaching():
            with aside(self.engine, durable=False) as session:
                lapse(session)
            if self.work.until_empty:
                with look(self.engine) as session:
                    return is_empty(session, self.work.wanted)
        return False

    @contextmanager
    def reaching(self) -> Iterator[None]:
        """Reach for the catalog; one that cannot be reached for a while is waited for, if so asked.

        Raises:
            CatalogLocked: when another program does not let go of it, and nobody waits for that.
        """
        try:
            yield
        except (CatalogLocked, DBAPIError) as fault:
            if self.work.trouble is None:
                raise
            self.work.trouble(reason(fault))

    def back(self, lease: Lease) -> None:
        """Have a job wait again; where the catalog is out of reach its lease lapses in time."""
        self.heartbeat.remove(lease.job_id)
        with (
            suppress(CatalogLocked, DBAPIError),
            aside(self.engine, durable=False) as session,
        ):
            give_back(session, [lease])

    def end(self) -> None:
        """End every process, and give back what they have in hand."""
        for process in self.processes:
            process.end()
            if process.lease:
                self.back(process.lease)
        self.processes.clear()
