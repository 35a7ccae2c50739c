"""What a worker does beside its jobs: it shows that it lives, and frees the jobs of the dead."""

from contextlib import suppress
from threading import Event, Lock, Thread
from time import monotonic
from types import TracebackType
from typing import Final, Self

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from schema.catalog.connection import aside
from schema.error import CatalogLocked
from schema.queue.lease import LEASE_SECOND, Lease, renew
from schema.queue.upkeep import lapse, prune

_EVERY_SECOND: Final = LEASE_SECOND / 6
_PRUNE_SECOND: Final = 3600.0


class Heartbeat:
    """Renews the leases of a worker in a thread, while it is entered."""

    def __init__(self, engine: Engine, keep_day: float) -> None:
        self._engine, self._keep_day = engine, keep_day
        self._lock, self._end = Lock(), Event()
        self._leases: dict[int, Lease] = {}
        self._progress: dict[int, tuple[int, int]] = {}
        self._lost: set[int] = set()
        self._pruned = -_PRUNE_SECOND
        self._thread = Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _fault: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """End."""
        self._end.set()
        self._thread.join()

    def add(self, lease: Lease) -> None:
        """Renew a lease from now on."""
        with self._lock:
            self._leases[lease.job_id] = lease

    def note(self, job_id: int, progress: tuple[int, int]) -> None:
        """Note how many of how many parts of a job are done."""
        with self._lock:
            self._progress[job_id] = progress

    def remove(self, job_id: int) -> None:
        """Renew a lease no more."""
        with self._lock:
            self._leases.pop(job_id, None)
            self._progress.pop(job_id, None)
            self._lost.discard(job_id)

    def is_lost(self, job_id: int) -> bool:
        """Return whether a job was withdrawn, or went to another, since it was taken."""
        with self._lock:
            return job_id in self._lost

    def _run(self) -> None:
        while True:
            with suppress(CatalogLocked, DBAPIError):  # the next one may reach it, in time
                self._beat()
            if self._end.wait(_EVERY_SECOND):
                return

    def _beat(self) -> None:
        with self._lock:
            leases, progress = dict(self._leases), dict(self._progress)
        with aside(self._engine, durable=False) as session:
            lost = renew(session, leases, progress)
            lapse(session)
            if monotonic() - self._pruned > _PRUNE_SECOND:
                prune(session, self._keep_day)
                self._pruned = monotonic()
        with self._lock:
            self._lost.update(job_id for job_id in lost if job_id in self._leases)
