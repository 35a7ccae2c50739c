"""Files taken in as one lot of jobs, by workers of its own that end with it."""

import os
from collections.abc import Generator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Final, TypeAlias

from sqlalchemy import Engine

from ingest.outcome import Outcome
from ingest.report import of_result
from ingest.stop import Stop
from ingest.worker import Work, work
from schema.catalog import Job
from schema.catalog.connection import aside, look
from schema.queue.ask import Wish, ask, ended, withdraw_lots
from schema.queue.lease import Wanted
from schema.queue.subject import Ingest, ReadAgain, written
from schema.queue.upkeep import orphaned_lots
from schema.queue.worker import this_machine, this_worker
from schema.settings import Settings
from schema.warehouse import open_warehouse

Item: TypeAlias = Path | int
"""A file to take in, or the key of an export in the lake to read again."""
_KINDS: Final = ("ingest", "read_again")
_lots = count(1)


def ingest(
    settings: Settings,
    items: Sequence[Item],
    stop: Stop | None = None,
    processes: int | None = None,
) -> Generator[Outcome]:
    """Yield what became of each file, in the order they are done.

    A file whose process dies (killed, out of memory) is tried three times, the others go on. What
    is not done when it is stopped is withdrawn. ``processes`` of its own do it, else as many as are
    set; 0 is this process.
    """
    stop = stop or Stop()
    engine = open_warehouse(settings).engine
    lot = f"{this_worker()}#{next(_lots)}"
    waiting = _asked(engine, items, lot)
    wanted = Wanted(_KINDS, this_machine(), lot)
    if processes is None:
        processes = process_count(settings, items)
    of_lot = Work(wanted, processes, until_empty=True)
    try:
        for each in work(settings, of_lot, stop):
            if each.state in {"done", "failed", "set_aside"} and each.job_id in waiting:
                yield _outcome(waiting.pop(each.job_id), each.result, each.reason)
    finally:
        with aside(engine) as session:
            withdraw_lots(session, [lot])
    # what another worker did, or one of ours in its last moment
    with look(engine) as session:
        jobs = ended(session, list(waiting))
    engine.dispose()
    for job in jobs:
        if job.state != "withdrawn" or not stop.is_set():
            yield _job_outcome(waiting[job.id], job)


def process_count(settings: Settings, items: Sequence[Item]) -> int:
    """Return how many processes take files in; 0 is this one: for one file none is started."""
    processes = min(settings.ingest_processes or os.cpu_count() or 1, len(items))
    return 0 if processes <= 1 else processes


def _asked(engine: Engine, items: Sequence[Item], lot: str) -> dict[int, Item]:
    """Ask for a lot, the largest files first; return its items by their jobs.

    What waits of lots whose own worker was killed is withdrawn: whoever wants the rest asks again.
    """
    largest_first = sorted(items, key=lambda item: -_size(item))
    with aside(engine) as session:
        withdraw_lots(session, orphaned_lots(session))
        jobs = ask(session, [_wish(each) for each in largest_first], lot)
    return dict(zip(jobs, largest_first, strict=True))


def _wish(item: Item) -> Wish:
    if isinstance(item, Path):
        return Wish(Ingest(path=written(item.absolute())), machine=this_machine())
    return Wish(ReadAgain(raw_file_id=item))


def _job_outcome(item: Item, job: Job) -> Outcome:
    reason = "somebody withdrew it" if job.state == "withdrawn" else job.reason
    return _outcome(item, job.result if job.state == "done" else None, reason)


def _outcome(item: Item, result: Mapping[str, object] | None, reason: str | None) -> Outcome:
    path = item if isinstance(item, Path) else Path(f"export {item}")
    if result is None:
        return Outcome(path, "failed", None, reason)
    if isinstance(item, int):
        path = Path(str(result["path"]))
    return of_result(path, result)


def _size(item: Item) -> int:
    try:
        return item.stat().st_size if isinstance(item, Path) else 0
    except OSError:
        return 0
