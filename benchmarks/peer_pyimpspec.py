"""pyimpspec as its users run it, in an environment of its own, named by LEYDEN_PYIMPSPEC.

It is under the GPL: it is only run, to compare with, and nothing of Leyden's is imported here.
"""

# ruff: noqa: PLC0415 - the process that names a contestant cannot import what this one imports

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.stopwatch import Work

_METHODS: Final = ["leastsq", "least_squares"]


def python() -> Path | None:
    """Return the interpreter that has pyimpspec, None where none is named."""
    named = os.environ.get("LEYDEN_PYIMPSPEC")
    return Path(named) if named else None


@contextmanager
def residuals(tasks: Path, found: Path) -> Iterator[Work]:
    """Fit each task from each of its starts, by two methods; answer their number.

    Args:
        tasks: of frequency, real and imaginary part, and circuits with starts and limits, .json.
        found: where the least root of the mean |ΔZ|²/|Z|² of each is written, .npz.
    """
    from importlib.metadata import version

    from pyimpspec import DataSet, fit_circuit, parse_cdc  # type: ignore[import-not-found] # not in our environment
    from pyimpspec.exceptions import FittingError  # type: ignore[import-not-found] # not in our environment

    rms: list[float] = []

    def of(task: dict[str, Any], circuit: str) -> float:
        frequency = np.array(task["frequency"])
        measured = np.array(task["real"]) + 1j * np.array(task["imaginary"])
        data = DataSet(frequency, measured)
        try:
            fitted = fit_circuit(
                parse_cdc(circuit), data, method=_METHODS, weight="boukamp", num_procs=1
            )
        except FittingError:
            return np.inf
        share = np.abs((measured - fitted.circuit.get_impedances(frequency)) / measured)
        return float(np.sqrt(np.mean(share**2)))

    def work() -> int:
        rms[:] = [
            min(of(task, circuit) for circuit in task["described"])
            for task in json.loads(tasks.read_bytes())
        ]
        return len(rms)

    yield work
    np.savez(found, rms=rms, version=f"pyimpspec {version('pyimpspec')}")
