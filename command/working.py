"""Jobs done beside what a command does: what is uploaded to a service is read without another."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from command.terminal import warn
from ingest.stop import Stop
from ingest.worker import Work, work
from schema.queue.lease import Wanted
from schema.queue.subject import KINDS
from schema.queue.worker import this_machine
from schema.settings import Settings


@contextmanager
def working(settings: Settings) -> Iterator[None]:
    """Have processes do jobs, as many as LEYDEN_SERVE_PROCESSES says; they start with the first.

    At the end they have as long for what is in hand as those of any worker.
    """
    if not settings.serve_processes:
        yield
        return
    todo = Work(
        Wanted(tuple(KINDS), this_machine()),
        settings.serve_processes,
        most_failures=settings.job_failures,
        trouble=warn,
    )
    stop = Stop()

    def do_jobs() -> None:
        for _ in work(settings, todo, stop):
            pass

    thread = Thread(target=do_jobs, name="worker")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
