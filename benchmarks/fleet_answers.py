"""How long an institute waits: 10,000 cells of 500 cycles asked over HTTP, beside bare DuckDB.

    python -m benchmarks.fleet_answers [CELLS [CYCLES [HOME]]]

A warehouse is filled, its base made, a server started in a process of its own and asked 50 times
each, until the last byte of the answer is there; beside it the same rows are fetched from the same
base by DuckDB alone, in process. Then tests come in. Of each are told the median and the least by
the clock, and the CPU time that the server took for one, user and system: others at work on the
machine do not count in it. HOME keeps the fleet, and one that is there is asked as it is.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from typing import Final

import duckdb

from benchmarks import fleet
from schema.settings import Settings
from schema.warehouse import open_warehouse
from service.metric.library import read_metrics
from service.store.base import layout, newest

ASKED: Final = 50
STARTED: Final = 5
_UNCOMPILED: Final = "PYTHONDONTWRITEBYTECODE"
_PAGE: Final = """{ cells(first: 50) { nodes { id name
  dischargeCapacity { testId cycleCount dischargeCapacityAh }
  coulombicEfficiency { cycleCount coulombicEfficiency }
  capacityRetention { cycleCount capacityRetention }
  cycleLife { cycleLife status reason }
  fadeRate { fadePercentPerCycle status } } } }"""


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked, how long it may take, and the same rows by a bare query, if there is one."""

    name: str
    query: str
    most_millisecond: float
    floor: str | None = None


ASKINGS: Final = (
    Asking("page of 50 cells with five metrics", _PAGE, 50),
    Asking(
        "fade of one cell",
        '{ capacityRetention(cells: ["77"]) { cycleCount capacityRetention status } }',
        15,
        "SELECT cycle_count, capacity_retention, status FROM capacity_retention "
        "WHERE test_id IN (SELECT test_id FROM test WHERE cell_id = 77)",
    ),
    Asking(
        "life of all cells",
        "{ cycleLife { testId cycleLife status } }",
        60,
        "SELECT test_id, cycle_life, status FROM cycle_life",
    ),
    Asking(
        "fade curve by treatment",
        '{ fadeCurve(treatment: "sinter.temperature") '
        "{ setting cellCycleCount medianRetention lowerQuartile upperQuartile } }",
        250,
        "SELECT setting, cell_cycle_count, median(capacity_retention), "
        "quantile_cont(capacity_retention, [0.25, 0.75]) FROM capacity_retention "
        "JOIN test USING (test_id) JOIN (SELECT DISTINCT cell_id, setting FROM treatment "
        "WHERE name = 'sinter.temperature') USING (cell_id) "
        "WHERE status = 'ok' AND kind_role = 'main' GROUP BY 1, 2",
    ),
    Asking(
        "survival of all",
        "{ survival { configuration timeHour survival } }",
        100,
    ),
    Asking(
        "facets of all cells",
        """{ cellFacets(fields: [CONFIGURATION, SUBSTANCE, LAYER_THICKNESS_UM, TECHNIQUE, SYMMETRIC,
          AREA_CM2, ACTIVE_MASS_GRAM, PROJECT], summaries: [CYCLE_LIFE]) {
          name count notTold least greatest choices { value count least greatest } } }""",
        50,
    ),
)


@dataclass(frozen=True, slots=True)
class Served:
    """A server at work: what asks it and returns seconds, its process, and how it began."""

    ask: Callable[[str], float]
    pid: int
    wall_second: float
    cpu_second: float


def main(cells: int = 10_000, cycles: int = 500, *, home: str = "") -> None:
    """Measure, and print what was found."""
    with TemporaryDirectory(prefix="leyden-bench-") as folder:
        place = Path(home) if home else Path(folder) / "home"
        settings = Settings(home=place, database_url="", lake_url="")
        is_new = not place.exists()
        warehouse = open_warehouse(settings)
        print(f"{cells:,} cells of {cycles} cycles, load {os.getloadavg()[1]:.1f}", flush=True)
        if is_new:
            fleet.fill(warehouse, cells, cycles)
            told, second = _rebuilt(settings)
            print(f"base made in {second:.1f} s, at most {told:.2f} GB (4)", flush=True)
        path = newest(settings.store_folder, layout(read_metrics()))
        print(f"base of {path.stat().st_size / 1e9:.2f} GB" if path else "no base")
        _show_starts(settings)
        with _serving(settings) as served:
            print(f"resident {_resident(served.pid):.2f} GB (1)")
            for asking in ASKINGS:
                _show(asking, served, path)
            pid = served.pid
            print(f"resident {_resident(pid):.2f} GB, at most {_most_resident(pid):.2f} GB (4)")
            for count, most in ((1, 0.5), (100, 5.0)):
                fleet.add_tests(warehouse, range(1, count + 1), cycles)
                before = _cpu_second(pid)
                first = served.ask("{ cycleLife { testId status } }")
                cpu = _cpu_second(pid) - before
                print(f"refresh after {count} new tests {first:.2f} s ({most}), CPU {cpu:.2f} s")
        warehouse.engine.dispose()
        print(f"load at the end {os.getloadavg()[1]:.1f}")


def _show_starts(settings: Settings) -> None:
    """Start the service once for what is compiled then, and again and again."""
    found = []
    for run in range(STARTED + 1):
        with _serving(settings) as served:
            if run:
                found.append((served.wall_second, served.cpu_second))
    walls, cpus = zip(*found, strict=True)
    print(f"second start {median(walls):.2f} s (2), least {min(walls):.2f}, CPU {min(cpus):.2f} s")


def _show(asking: Asking, served: Served, base: Path | None) -> None:
    first, before = 1e3 * served.ask(asking.query), _cpu_second(served.pid)
    ours = [1e3 * served.ask(asking.query) for _ in range(ASKED)]
    cpu = 1e3 * (_cpu_second(served.pid) - before) / ASKED
    line = f"{asking.name}: {median(ours):.1f} ms ({asking.most_millisecond:g})"
    line += f", least {min(ours):.1f}, CPU {cpu:.1f}, first {first:.0f}"
    if asking.floor and base:
        with duckdb.connect() as connection:
            connection.execute(f"ATTACH '{base}' AS base (READ_ONLY); USE base")
            query = asking.floor
            connection.sql(query).to_arrow_table()
            floor = median(_milliseconds(lambda: connection.sql(query).to_arrow_table()))
        line += f", bare DuckDB {floor:.1f}"
    print(line, flush=True)


def _milliseconds(work: Callable[[], object]) -> Iterator[float]:
    for _ in range(ASKED):
        began = perf_counter()
        work()
        yield 1e3 * (perf_counter() - began)


def _rebuilt(settings: Settings) -> tuple[float, float]:
    """Make the base in a process of its own; return GB that it had at most, and seconds."""
    began, most = perf_counter(), 0.0
    with subprocess.Popen(
        [sys.executable, "-m", "leyden", "store", "rebuild"],
        env=_environment(settings),
        stdout=subprocess.DEVNULL,
    ) as maker:
        while maker.poll() is None:
            with suppress(OSError, StopIteration):  # it has just ended
                most = max(most, _most_resident(maker.pid))
            sleep(0.2)
        if maker.returncode:
            raise subprocess.CalledProcessError(maker.returncode, maker.args)
    return most, perf_counter() - began


@contextmanager
def _serving(settings: Settings) -> Iterator[Served]:
    """Yield a server that has started."""
    port = 18_734
    began = perf_counter()
    with subprocess.Popen(  # our own program
        [sys.executable, "-m", "leyden", "serve"],
        env={**_environment(settings), "LEYDEN_PORT": str(port), "LEYDEN_LOG_LEVEL": "error"},
        stdout=subprocess.DEVNULL,
    ) as server:
        try:
            connection = _connected(port)
            started, cpu = perf_counter() - began, _cpu_second(server.pid)

            def ask(query: str) -> float:
                body = json.dumps({"query": query})
                kind = {"Content-Type": "application/json"}
                began = perf_counter()
                try:
                    connection.request("POST", "/graphql", body, kind)
                    answer = connection.getresponse().read()
                except OSError:  # it was silent for so long that the server has closed it
                    connection.close()
                    return ask(query)
                second = perf_counter() - began
                if errors := json.loads(answer).get("errors"):
                    raise RuntimeError(errors)
                return second

            yield Served(ask, server.pid, started, cpu)
        finally:
            server.terminate()


def _connected(port: int) -> HTTPConnection:
    while True:
        connection = HTTPConnection("127.0.0.1", port, timeout=300)
        try:
            connection.request("GET", "/healthz")
            connection.getresponse().read()
        except OSError:
            sleep(0.02)
        else:
            return connection


def _environment(settings: Settings) -> dict[str, str]:
    # a second start finds what the first one compiled
    known = {name: value for name, value in os.environ.items() if name != _UNCOMPILED}
    return {**known, "LEYDEN_HOME": str(settings.home)}


def _cpu_second(pid: int) -> float:
    """Return user and system time of a process."""
    told = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return sum(map(int, told[11:13])) / os.sysconf("SC_CLK_TCK")


def _resident(pid: int) -> float:
    return _memory(pid, "VmRSS:")


def _most_resident(pid: int) -> float:
    return _memory(pid, "VmHWM:")


def _memory(pid: int, line: str) -> float:
    """Return GB of memory that a process has."""
    told = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return int(next(each for each in told if each.startswith(line)).split()[1]) / 1e6


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]), home="".join(sys.argv[3:4]))
