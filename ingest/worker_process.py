"""A process that does one job after the other, and ends with the worker that started it.

What a job may break, it breaks here: memory, a fault in a library's C, a reader that never ends.
"""

import ctypes
import os
import sys
from contextlib import suppress
from multiprocessing import get_context, parent_process, resource_tracker
from multiprocessing.connection import Connection, wait
from signal import (
    SIG_BLOCK,
    SIG_IGN,
    SIG_SETMASK,
    SIG_UNBLOCK,
    SIGINT,
    SIGKILL,
    SIGTERM,
    pthread_sigmask,
    signal,
)
from threading import Thread
from typing import Final, TypeAlias

from ingest.task import Ended, Task
from schema.queue.lease import Lease
from schema.settings import Settings
from schema.warehouse import open_warehouse

Message: TypeAlias = Ended | tuple[int, int]
"""How a job ended, or how many of its parts are done."""
_OF_THE_WORKER: Final = (SIGINT, SIGTERM)
_PR_SET_PDEATHSIG: Final = 1
_LAST_SECOND: Final = 1.0


class WorkerProcess:
    """A process of a worker, and the job it has in hand."""

    def __init__(self, settings: Settings, most_failures: int) -> None:
        self.lease: Lease | None = None
        self.connection, theirs = Pipe()
        # spawn: a forked child would inherit threads and locks of Arrow and the catalog
        self._process = get_context("spawn").Process(
            target=_serve, args=(settings, most_failures, theirs, os.getpid()), daemon=True
        )
        # else the first start begins it, which lets through again what is held back here
        resource_tracker.ensure_running()
        before = pthread_sigmask(SIG_BLOCK, _OF_THE_WORKER)  # until it has said what they do
        try:
            self._process.start()
        finally:
            pthread_sigmask(SIG_SETMASK, before)
        theirs.close()

    def begin(self, lease: Lease) -> None:
        """Hand a job over."""
        self.lease = lease
        with suppress(BrokenPipeError):  # it died while idle: the next message says so
            self.connection.send(lease)

    def next_message(self) -> Message | None:
        """Return what it says; None when it has died."""
        try:
            message: Message = self.connection.recv()
        except (EOFError, ConnectionResetError):
            return None
        return message

    def end(self) -> None:
        """Let it end where it is idle, and be sure that it has."""
        with suppress(OSError):
            if self.lease is None:
                self.connection.send(None)
                self._process.join(_LAST_SECOND)
        self.kill()

    def kill(self) -> str:
        """End it at once; return what it died of, or by."""
        self._process.kill()
        self._process.join()
        code = self._process.exitcode or 0
        self.connection.close()
        self._process.close()
        return f"signal {-code}" if code < 0 else f"exit code {code}"


Pipe = get_context("spawn").Pipe


def _serve(settings: Settings, most_failures: int, worker: Connection, parent: int) -> None:
    """Do jobs until there is no more worker that hands them over."""
    for number in _OF_THE_WORKER:
        signal(number, SIG_IGN)  # they reach every process of a terminal: the worker decides
    pthread_sigmask(SIG_UNBLOCK, _OF_THE_WORKER)
    _end_with(parent)
    warehouse = open_warehouse(settings)
    with suppress(EOFError, BrokenPipeError):
        while (lease := worker.recv()) is not None:
            task = Task(warehouse, lease, lambda done, total: worker.send((done, total)))
            worker.send(task.perform(most_failures))
    warehouse.engine.dispose()
    os._exit(0)  # a worker waits for it: to take down all that is in memory takes a second


def _end_with(parent: int) -> None:
    """Have the system end this process when its parent does, however that ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, SIGKILL)
        if os.getppid() != parent:  # it ended before that
            os._exit(1)
    Thread(target=_end_after_parent, daemon=True).start()


def _end_after_parent() -> None:
    """End when the pipe that the parent has open closes: where the system does not do it."""
    started_by = parent_process()
    if started_by is not None:
        wait([started_by.sentinel])
        os._exit(1)
