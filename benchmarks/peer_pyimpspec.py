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
from numpy.typing import NDArray

from benchmarks.peer_answer import PeerPoint, answer
from benchmarks.stopwatch import Work

_METHODS: Final = ["leastsq", "least_squares"]
_MOST: Final = 20000
"""Evaluations of a fit."""


def python() -> Path | None:
    """Return the interpreter that has pyimpspec, None where none is named."""
    named = os.environ.get("LEYDEN_PYIMPSPEC")
    return Path(named) if named else None


@contextmanager
def residuals(tasks: Path, found: Path, *, squares: bool) -> Iterator[Work]:
    """Fit each task from each of its starts, by two methods; answer their number.

    Its residuals are squared before its minimizers square them, whatever weight is named, so that
    fourth powers are made least. No setting changes that; but a weight that divides by ΔZ, entered
    in its table, leaves the minimizers ΔZ/|Z| and so the sum of squares.

    Args:
        tasks: as impedance_task gives them: points, and circuits with starts and bounds, .json.
        found: where is written of each task and start what was left before and after, as the root
            of the mean |ΔZ|²/|Z|², and which parameters ended at a bound, .json.
        squares: by the weight that divides by ΔZ; else by its own ``boukamp``.
    """
    from importlib.metadata import version

    from pyimpspec import DataSet, fit_circuit, parse_cdc  # type: ignore[import-not-found] # not in our environment
    from pyimpspec.analysis import fitting  # type: ignore[import-not-found] # not in our environment
    from pyimpspec.exceptions import FittingError  # type: ignore[import-not-found] # not in our environment

    fitting._WEIGHT_FUNCTIONS["squares"] = _divided  # noqa: SLF001 - it has no other way
    weight = "squares" if squares else "boukamp"
    answers: list[list[dict[str, Any]]] = []

    def of(task: dict[str, Any], described: str) -> dict[str, Any]:
        frequency = np.array(task["frequency"])
        measured = np.array(task["real"]) + 1j * np.array(task["imaginary"])
        data = DataSet(frequency, measured)
        circuit = parse_cdc(described)

        def left() -> float:
            modeled = circuit.get_impedances(frequency)
            return float(np.sqrt(np.mean(np.abs((measured - modeled) / measured) ** 2)))

        begun = left()
        try:
            circuit = fit_circuit(
                circuit, data, method=_METHODS, weight=weight, max_nfev=_MOST, num_procs=1
            ).circuit
        except FittingError:
            return {"begun": begun, "rms": np.inf, "bound": []}
        bound = []
        names = iter(task["pyimpspec"]["names"])
        for element in circuit.get_elements():
            low, high = element.get_lower_limits(), element.get_upper_limits()
            fixed = element.are_fixed()
            for letter, value in element.get_values().items():
                if fixed[letter]:
                    continue
                name = next(names)
                if np.isclose(value, [low[letter], high[letter]], 1e-6, 0.0).any():
                    bound.append(name)
        return {"begun": begun, "rms": left(), "bound": bound}

    def work() -> int:
        answers[:] = [
            [of(task, circuit) for circuit in task["pyimpspec"]["described"]]
            for task in json.loads(tasks.read_bytes())
        ]
        return len(answers)

    yield work
    name = f"pyimpspec {version('pyimpspec')}" + (" by squares" if squares else "")
    found.write_text(json.dumps({"version": name, "answers": answers}), encoding="ascii")


def _divided(measured: NDArray[np.complex128], modeled: NDArray[np.complex128]) -> Any:  # noqa: ANN401 - the peer has no types
    """Return what makes ΔZ/|Z| of the square of ΔZ, by parts."""
    gap = np.array([measured.real - modeled.real, measured.imag - modeled.imag])
    return 1.0 / (np.where(gap == 0.0, 1.0, gap) * np.abs(measured))


def _points(path: str, _reader: str) -> Iterator[PeerPoint]:
    """Return the points of all sweeps that it reads; it finds out the format by itself."""
    from pyimpspec import parse_data

    for sweep in parse_data(path):
        points = zip(sweep.get_frequencies(), sweep.get_impedances(), strict=True)
        for frequency, impedance in points:
            yield PeerPoint(float(frequency), float(impedance.real), float(impedance.imag))


if __name__ == "__main__":
    answer(_points)
