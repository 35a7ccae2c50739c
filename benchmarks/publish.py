"""The star of ten thousand cells brought into PostgreSQL, and brought up to date again."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import version
from math import nan
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final

from benchmarks import fleet, publishers
from benchmarks.figure import Figure, Report, Target, show, times
from benchmarks.stopwatch import Contestant, Run, Runs, side_by_side
from schema.settings import Settings
from schema.warehouse import open_warehouse

CELLS: Final = 10_000
CYCLES: Final = 500
ROUNDS: Final = 1
"""Ten minutes each."""
NEW_TESTS: Final = 5
AGAIN: Final = Target(2.0, "ours")
_SCRIPT: Final = Path(__file__).parents[1] / ".ci" / "postgres"


_CAVEATS: Final = (
    "The server is thrown away; fsync, synchronous_commit, full_page_writes are off for both.",
    "No points (they would be billions) and no impedance: what is of them is published empty.",
    "Both compute metrics of those below, kept in DuckDB: compared is how it gets to the server.",
)


@dataclass(frozen=True, slots=True)
class _Server:
    url: str
    _folder: Path

    @property
    def cpu_second(self) -> float:
        """Return user and system time of the server and of all its children that have ended."""
        pid = (self._folder / "data" / "postmaster.pid").read_text(encoding="ascii").split()[0]
        told = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return sum(map(int, told[11:15])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def _server() -> Iterator[_Server]:
    """Yield a PostgreSQL server that is gone afterwards."""
    with TemporaryDirectory(prefix="leyden-bench-") as folder:
        Path(folder).chmod(0o755)  # its user is another
        place = Path(folder) / "server"
        environment = {**os.environ, "LEYDEN_TEST_POSTGRES_FOLDER": str(place)}
        # the server keeps the stream of its errors: waiting for its end would take for ever
        script = partial(subprocess.check_output, env=environment, stderr=subprocess.DEVNULL)
        try:
            yield _Server(script([_SCRIPT, "start"], text=True).strip(), place)
        finally:
            script([_SCRIPT, "stop"])


def measure(
    cells: int = CELLS, cycles: int = CYCLES, rounds: int = ROUNDS, new_tests: int = NEW_TESTS
) -> Report:
    """Publish a fleet to an empty database, beside DuckDB, and each new test after that."""
    with TemporaryDirectory(prefix="leyden-bench-") as folder, _server() as server:
        settings = Settings(home=Path(folder) / "home", database_url="", lake_url="")
        warehouse = open_warehouse(settings)
        fleet.fill(warehouse, cells, cycles)
        warehouse.engine.dispose()
        later = Path(folder) / "later.json"
        found: dict[str, list[Run]] = {"ours": [], "theirs": []}
        for remaining in range(rounds - 1, -1, -1):
            fresh = 0 if remaining else new_tests  # at the very end: all are to publish the same
            contestants: dict[str, Contestant] = {
                "theirs": partial(publishers.theirs, settings, server.url),
                "ours": partial(publishers.ours, settings, server.url, cycles, later, fresh),
            }
            for name, contestant in contestants.items():
                found[name].append(_run(contestant, server))
        told = json.loads(later.read_text(encoding="utf-8"))
    mine, other = (Runs(tuple(found[name])) for name in ("ours", "theirs"))
    if mine.answer != other.answer:
        message = f"ours published {mine.answer} rows, theirs {other.answer}"
        raise ValueError(message)
    return _report(cells, cycles, mine, other, told)


def _report(cells: int, cycles: int, ours: Runs, theirs: Runs, told: Mapping[str, Any]) -> Report:
    rivals = f"DuckDB {version('duckdb')} to CSV, psql \\copy to bare tables"
    nobody = "no peer brings a star up to date"
    again = told["again_second"]
    return Report(
        f"publish of {cells} cells × {cycles} cycles",
        f"{ours.answer} rows into an empty PostgreSQL database on this machine, "
        f"{told['bytes'] / 1e9:.2f} GB there. Ours: `publish` of the whole star, with primary and "
        "foreign keys, comments and statistics, in one transaction. Theirs: the same queries in "
        "the same DuckDB, written to CSV one table after the other, each copied by psql to a "
        "table without any of that. Then, in our process, one test of an old cell is committed "
        "and published again and again: the store's refresh and `publish`. CPU is that of the "
        "server too.",
        (
            *times(ours, theirs, rivals, 2.0),
            Figure("store filled before", "s", told["opened_second"], nan, nobody),
            Figure(
                "most memory of the process",
                "GB",
                ours.peak_bytes / 1e9,
                theirs.peak_bytes / 1e9,
                rivals,
            ),
            Figure(f"one new test, best of {len(again)}", "s", min(again), nan, nobody, AGAIN),
            Figure(f"one new test, median of {len(again)}", "s", median(again), nan, nobody),
        ),
        _CAVEATS,
    )


def _run(contestant: Contestant, server: _Server) -> Run:
    """Run a contestant; its CPU is that of the server too."""
    before = server.cpu_second
    (run,) = side_by_side({"it": contestant}, 1)["it"].runs
    return replace(run, cpu_second=run.cpu_second + server.cpu_second - before)


if __name__ == "__main__":
    show(measure())
