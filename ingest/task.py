"""A job in the hands of the process that does it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal, TypeAlias

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ingest.hindrance import may_pass, reason
from schema.catalog.connection import aside
from schema.error import CatalogLocked, LeaseLost
from schema.queue.lease import Lease, fail, finish
from schema.queue.subject import KINDS
from schema.warehouse import Warehouse

Report = Callable[[int, int], None]
"""What is called with the parts that are done, and how many there are."""

State: TypeAlias = Literal["done", "failed", "waiting", "set_aside", "withdrawn", "lost"]
"""``waiting`` is to be tried again; ``lost`` is another's, or withdrawn."""


class TryAgain(Exception):
    """What hindered a job is no fault of its subject and may pass."""


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a job.

    Attributes:
        job_id: its key.
        state: how it ended, for this worker.
        result: what came of it, if it is done.
        reason: why it is not.
    """

    job_id: int
    state: State
    result: Mapping[str, Any] | None = None
    reason: str | None = None

    def __str__(self) -> str:
        said = self.reason or " ".join(
            str(self.result[each])
            for each in ("status", "path", "reason")
            if self.result and self.result.get(each)
        )
        return f"{self.state.replace('_', ' '):9} job {self.job_id}{said and f': {said}'}"


class Task:
    """A job, with what it takes to do it."""

    def __init__(self, warehouse: Warehouse, lease: Lease, report: Report) -> None:
        self.warehouse, self.lease = warehouse, lease
        self._report = report
        self._parts: tuple[int, int] | None = None
        self._ended = False

    def report(self, done: int, total: int) -> None:
        """Say how many of how many parts are done."""
        self._parts = (done, total)
        self._report(done, total)

    def finish(self, session: Session, result: Mapping[str, Any]) -> None:
        """End the job in the transaction that commits what came of it.

        Raises:
            LeaseLost: when it is another's by now.
        """
        finish(session, self.lease, result, self._parts)
        self._ended = True

    def perform(self, most_failures: int) -> Ended:
        """Do the job and record how it ended."""
        lease = self.lease
        try:
            subject = KINDS[lease.kind].subject.model_validate(lease.subject)
            result = import_module(f"ingest.jobs.{lease.kind}").do(self, subject)
            if not self._ended:
                # nothing was written but this: after a power cut it is done again
                with aside(self.warehouse.engine, durable=False) as session:
                    finish(session, lease, result, self._parts)
        except LeaseLost:
            return Ended(lease.job_id, "lost")
        except TryAgain as fault:
            return self._failed(str(fault), most_failures)
        except Exception as fault:  # noqa: BLE001 # one job must never stop the others
            return self._failed(reason(fault), most_failures if may_pass(fault) else 1)
        return Ended(lease.job_id, "done", result)

    def _failed(self, why: str, most_failures: int) -> Ended:
        for durable in (True, False):  # a disk that does not flush may write nevertheless
            try:
                with aside(self.warehouse.engine, durable=durable) as session:
                    again = fail(session, self.lease, why, most_failures=most_failures)
            except LeaseLost:
                return Ended(self.lease.job_id, "lost")
            except CatalogLocked:
                break
            except DBAPIError:
                continue
            return Ended(self.lease.job_id, "waiting" if again else "failed", None, why)
        return Ended(self.lease.job_id, "failed", None, why)  # its lease lapses in time
