"""Contestants timed side by side, each repetition in a process of its own.

A contestant prepares itself, warm-up included, and yields the work; only the work is timed. Fresh
processes keep contestants apart: what one imports, patches or allocates cannot touch another.
"""

import gc
import json
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from statistics import median
from time import perf_counter
from types import MappingProxyType
from typing import Final

Work = Callable[[], int]
"""What is timed; its answer (rows, bytes) proves that all did the same."""
Contestant = Callable[[], AbstractContextManager[Work]]
"""A module-level function, or a partial of one: it is sent to another process."""

_STATUS: Final = Path("/proc/self/status")
_THREADS: Final = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
NO_PYTHONS: Final[Mapping[str, Path]] = MappingProxyType({})
"""Everybody runs in our own environment."""


@dataclass(frozen=True, slots=True)
class Run:
    """One repetition of one contestant."""

    answer: int
    wall_second: float
    cpu_second: float
    """User and system time of all threads and children."""
    peak_bytes: int
    """Most memory resident in the process since it began, imports and warm-up included."""


@dataclass(frozen=True, slots=True)
class Runs:
    """All repetitions of one contestant."""

    runs: tuple[Run, ...]

    @property
    def answer(self) -> int:
        """Return the answer, the same in every repetition."""
        (answer,) = {run.answer for run in self.runs}
        return answer

    @property
    def best_wall_second(self) -> float:
        """Return the shortest time by the clock."""
        return min(run.wall_second for run in self.runs)

    @property
    def median_wall_second(self) -> float:
        """Return the median time by the clock."""
        return median(run.wall_second for run in self.runs)

    @property
    def best_cpu_second(self) -> float:
        """Return the least CPU time."""
        return min(run.cpu_second for run in self.runs)

    @property
    def peak_bytes(self) -> int:
        """Return the most memory any repetition took."""
        return max(run.peak_bytes for run in self.runs)


def side_by_side(
    contestants: Mapping[str, Contestant],
    rounds: int,
    pythons: Mapping[str, Path] = NO_PYTHONS,
    threads: int | None = None,
) -> dict[str, Runs]:
    """Run every contestant once a round, in turn, so that noise falls on all alike.

    Args:
        contestants: by name.
        rounds: how often each is run.
        pythons: interpreters of those that need an environment of their own.
        threads: of linear algebra; as many as the libraries like where not given.
    """
    limit = {} if threads is None else dict.fromkeys(_THREADS, str(threads))
    found: dict[str, list[Run]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, contestant in contestants.items():
            python = pythons.get(name, Path(sys.executable))
            found[name].append(_apart(contestant, python, {**os.environ, **limit}))
    return {name: Runs(tuple(runs)) for name, runs in found.items()}


def _apart(contestant: Contestant, python: Path, environment: Mapping[str, str]) -> Run:
    finished = subprocess.run(  # noqa: S603 - an interpreter that a benchmark names
        [python, "-W", "ignore", "-m", "benchmarks.stopwatch"],
        input=pickle.dumps(contestant),
        capture_output=True,
        env=environment,
        check=False,
    )
    if finished.returncode:
        raise RuntimeError(finished.stderr.decode(errors="replace"))
    return Run(**json.loads(finished.stdout))


def _timed(work: Work) -> Run:
    gc.collect()
    os.sync()  # what others left to be written is not this one's burden
    cpu_began, wall_began = _cpu_second(), perf_counter()
    answer = work()
    wall_second, cpu_second = perf_counter() - wall_began, _cpu_second() - cpu_began
    return Run(answer, wall_second, cpu_second, _peak_bytes())


def _cpu_second() -> float:
    usages = (getrusage(RUSAGE_SELF), getrusage(RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _peak_bytes() -> int:
    """Return the high-water mark: ru_maxrss would begin with that of the process we came from."""
    line = next(s for s in _STATUS.read_text(encoding="ascii").splitlines() if "VmHWM" in s)
    return int(line.split()[1]) * 1024


def _main() -> None:
    answer, sys.stdout = sys.stdout, sys.stderr  # a chatty library must not spoil the answer
    contestant: Contestant = pickle.load(sys.stdin.buffer)  # noqa: S301 - our own parent wrote it
    with contestant() as work:
        run = _timed(work)
    answer.write(json.dumps(asdict(run)))


if __name__ == "__main__":
    _main()
