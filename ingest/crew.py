"""Several processes taking files in side by side."""

import os
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from typing import TypeAlias

from ingest.intake import Outcome, take_again, take_in
from schema.settings import Settings
from schema.warehouse import Warehouse, open_warehouse

Item: TypeAlias = Path | int
"""A file to take in, or the key of an export in the lake to read again."""
_warehouse: Warehouse | None = None
"""Opened once in every worker process; a process has one catalog connection to keep."""


def ingest(settings: Settings, files: Sequence[Item]) -> Iterator[Outcome]:
    """Yield what became of each file, in the order they are done.

    A worker that dies (killed, out of memory) costs only the file it was reading: that one is
    refused, the others go on.
    """
    warehouse = open_warehouse(settings)
    processes = min(settings.ingest_processes or os.cpu_count() or 1, len(files))
    if processes <= 1:
        yield from (_done(warehouse, file) for file in files)
        return
    warehouse.engine.dispose()
    # a worker is a core: linear algebra that takes a thread a core besides makes all of them slower
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    largest_first = sorted(files, key=lambda file: -_size(file))
    left = yield from _work(settings, largest_first, processes)
    for file in left:
        if (yield from _work(settings, [file], 1)):
            reason = "its worker process died; is there enough memory?"
            path = file if isinstance(file, Path) else Path(f"export {file}")
            yield Outcome(path, "refused", None, reason)


def _work(
    settings: Settings, files: Sequence[Item], processes: int
) -> Generator[Outcome, None, list[Item]]:
    """Yield outcomes; return the files left undone because a worker died."""
    # spawn: a forked child would inherit threads and locks of Arrow and the catalog
    with ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=_open, initargs=(settings,)
    ) as pool:
        waiting: dict[Future[Outcome], Item] = {}
        left: list[Item] = []
        for file in files:
            waiting[pool.submit(_take_in, file)] = file
        while waiting:
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                file = waiting.pop(future)
                try:
                    yield future.result()
                except BrokenProcessPool:
                    left.append(file)
    return left


def _open(settings: Settings) -> None:
    global _warehouse  # noqa: PLW0603 — a process pool has no other place for what a worker keeps
    _warehouse = open_warehouse(settings)


def _take_in(file: Item) -> Outcome:
    assert _warehouse is not None  # noqa: S101 — the initializer ran
    return _done(_warehouse, file)


def _done(warehouse: Warehouse, file: Item) -> Outcome:
    return take_in(warehouse, file) if isinstance(file, Path) else take_again(warehouse, file)


def _size(file: Item) -> int:
    try:
        return file.stat().st_size if isinstance(file, Path) else 0
    except OSError:
        return 0
