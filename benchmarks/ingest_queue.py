"""What a file costs on its way through the queue: how long its commit takes, and how two compare.

    python -m benchmarks.ingest_queue [FILES [KNOWN]]

First the commit of a small file into a catalog of no, of half of KNOWN and of KNOWN files (20,000),
beside the lease of its job. Then FILES (5,000) small files taken in by one process and by two, each
into a warehouse of its own. Times are by the clock, median and least, and by the CPU of all
processes where there are several: others at work on the machine make the clock's longer. What the
disk does counts: TMPDIR says which. LEYDEN_DATABASE_URL is of no use here: the catalog is SQLite.
"""

import os
import random
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any
from unittest.mock import patch

from sqlalchemy import insert

from ingest.identity.mean import VERSION
from ingest.lot import ingest
from ingest.task import Task
from schema.catalog import Job, LakeFile, RawFile, RecordMean, Test
from schema.catalog.connection import aside, change
from schema.queue.ask import Wish, ask
from schema.queue.lease import Wanted, take
from schema.queue.subject import Ingest
from schema.queue.worker import this_machine, this_worker
from schema.settings import Settings
from schema.warehouse import Warehouse, open_warehouse

_MEASURED = 200
_MILLI = 1e3


def main(files: int = 5_000, known: int = 20_000) -> None:
    """Print what was measured."""
    with TemporaryDirectory(prefix="leyden-queue-") as folder:
        exports = [_export(Path(folder) / "exports" / f"{n}.bdf.csv", n) for n in range(files)]
        print(f"on {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
        for there in (0, known // 2, known):
            home = Path(folder) / f"home-{there}"
            _tell_commit(Settings(home=home), exports[:_MEASURED], there)
        seconds = {}
        for processes in (1, 2):
            home = Path(folder) / f"home-of-{processes}"
            seconds[processes] = _tell_speed(Settings(home=home), exports, processes)
        print(f"two processes are {seconds[1] / seconds[2]:.2f} times one")


def _tell_commit(settings: Settings, exports: Sequence[Path], there: int) -> None:
    warehouse = open_warehouse(settings)
    if there:
        _fill(warehouse, there)
    with aside(warehouse.engine) as session:
        ask(session, [Wish(Ingest(path=str(each))) for each in exports])
    wanted, commits, leases = Wanted(("ingest",), this_machine()), list[float](), list[float]()
    with _timed(commits):
        while True:
            began = perf_counter()
            with aside(warehouse.engine, durable=False) as session:
                lease = take(session, wanted, this_worker())
            leases.append(perf_counter() - began)
            if lease is None:
                break
            Task(warehouse, lease, lambda *_: None).perform(1)
    warehouse.engine.dispose()
    for name, seconds in (("commit", commits), ("lease", leases)):
        least, middle = min(seconds) * _MILLI, median(seconds) * _MILLI
        print(
            f"{there:6,} files there: a {name} takes {middle:.1f} ms, at the least {least:.1f} ms"
        )


@contextmanager
def _timed(seconds: list[float]) -> Iterator[None]:
    """Note how long each commit of a file takes, from its begin to its end on disk."""

    @contextmanager
    def timed(*arguments: Any) -> Iterator[Any]:  # noqa: ANN401 # as change takes and yields
        began = perf_counter()
        with change(*arguments) as yielded:
            yield yielded
        seconds.append(perf_counter() - began)

    with patch("ingest.write.change", timed):
        yield


def _fill(warehouse: Warehouse, count: int) -> None:
    """Enter so many files with a test each, and the jobs that brought them."""
    with change(warehouse.engine, "fill") as (session, snapshot):
        numbers = range(1, count + 1)
        tests = [
            {
                "id": n,
                "name": f"file {n}",
                "origin": f"/exports/{n}",
                "position": 1,
                "point_count": 20,
                "step_count": 1,
                "cycle_count": 1,
                "spectrum_count": 0,
                "identity_version": VERSION,
                "facts": {},
                "added_snapshot": snapshot,
            }
            for n in numbers
        ]
        raws = [
            {
                "id": n,
                "name": f"{n}.csv",
                "origin": f"/exports/{n}",
                "sha256": f"{n:064x}",
                "bytes": n,
                "reader": "battery_data_format",
                "reader_version": "1",
                "added_snapshot": snapshot,
            }
            for n in numbers
        ]
        lake = [
            {
                "test_id": n,
                "raw_file_id": n,
                "kind": kind,
                "path": f"{kind}/{n}.parquet",
                "rows": 20,
                "bytes": 2_000,
                "sha256": f"{n:064x}",
                "added_snapshot": snapshot,
            }
            for n in numbers
            for kind in ("points", "steps")
        ]
        chance = random.Random(0)  # noqa: S311 # no secret
        # as those of the files: some in fifty begin alike by one of them
        means = [
            {"test_id": n, "record_count": size, "mean": chance.gauss(3.5, 0.3 / size**0.5)}
            | {"longest": size > 10}
            for n in numbers
            for size in (1, 2, 4, 8, 16, 20)
        ]
        jobs = [
            {"kind": "ingest", "subject": {"path": f"/exports/{n}"}, "state": "done", "result": {}}
            for n in numbers
        ]
        of_tests = (Test, tests), (RecordMean, means), (RawFile, raws), (LakeFile, lake)
        for table, rows in (*of_tests, (Job, jobs)):
            session.execute(insert(table), rows)


def _tell_speed(settings: Settings, exports: Sequence[Path], processes: int) -> float:
    """Take files in by so many processes beside this one, and return the seconds."""
    open_warehouse(settings).engine.dispose()
    began, spent = perf_counter(), _spent_second()
    # one process too is one beside this: what it costs to hand over is the same
    outcomes = list(ingest(settings, exports, processes=processes))
    second, spent = perf_counter() - began, _spent_second() - spent
    if {each.status for each in outcomes} != {"ingested"}:
        raise SystemExit("not every file was ingested")
    each, of_cpu = second / len(exports) * _MILLI, spent / len(exports) * _MILLI
    print(f"{len(exports):,} files by {processes}: {second:.1f} s, {each:.1f} ms a file", end=", ")
    print(f"{of_cpu:.1f} ms of CPU")
    return second


def _spent_second() -> float:
    """Return the processor time of this process and of those it has waited for."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def _export(path: Path, number: int) -> Path:
    """Write twenty records that no other number has, in no number of digits."""
    path.parent.mkdir(exist_ok=True)
    chance = random.Random(number)  # noqa: S311 # no secret
    rows = [f"{second},{chance.uniform(3, 4):.5f},{1 + number / 1000}" for second in range(20)]
    path.write_text("\n".join(["Test Time / s,Voltage / V,Current / A", *rows, ""]))
    return path


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
