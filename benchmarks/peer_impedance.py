"""impedance.py as its users run it, in an environment of its own: what it fits, and what it reads.

It needs NumPy 1, so nothing of Leyden is imported here, and what it brings only where it runs.
"""

# ruff: noqa: PLC0415 - the process that names a contestant cannot import what this one imports

import json
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.peer_answer import NotItsFormat, PeerPoint, answer
from benchmarks.stopwatch import Work

PYTHON: Final = Path(__file__).parents[1] / ".venv-impedance" / "bin" / "python"
_REQUIREMENTS: Final = Path(__file__).with_name("impedance.txt")
_INSTRUMENTS: Final[dict[str, str | None]] = {
    "biologic_mpt": "biologic",
    "ch_instruments_txt": "chinstruments",
    "gamry_dta": "gamry",
    "impedance_table": None,
    "parstat_txt": "parstat",
    "powersuite_txt": "powersuite",
    "versastudio_par": "versastudio",
    "zplot_z": "zplot",
}
"""What it calls our formats; a plain csv has no name."""
_MOST: Final = 2000
"""Steps of a fit of a real spectrum."""


class PeerAbsent(Exception):
    """The environment of impedance.py was not made."""

    def __init__(self) -> None:
        super().__init__("impedance.py is absent: `make .venv-impedance/installed` fetches it")


def python() -> Path:
    """Return the interpreter that has impedance.py.

    Raises:
        PeerAbsent: when it was not made.
    """
    if not PYTHON.is_file():
        raise PeerAbsent
    return PYTHON


def told() -> str:
    """Return name and versions of what the environment holds."""
    lines = _REQUIREMENTS.read_text(encoding="ascii").split()
    held = dict(line.split("==") for line in lines)
    return f"impedance.py {held['impedance']} (NumPy {held['numpy']}, SciPy {held['scipy']})"


@contextmanager
def fits(spectra: Path, count: int, task: Path, found: Path) -> Iterator[Work]:
    """Fit a circuit to the first spectra, each point weighing 1/|Z|; answer their number.

    Args:
        spectra: frequencies (N,) and impedances (B, N), .npz.
        count: how many are fitted.
        task: circuit, its start (P,) and bounds (2, P), .npz.
        found: where parameters and what they leave of ΔZ/|Z| are written, .npz.
    """
    from impedance.models.circuits import CustomCircuit  # type: ignore[import-not-found] # not in our environment

    frequency, impedance = _read(spectra, count)
    given = np.load(task)
    circuit, start = str(given["circuit"]), given["start"].tolist()
    bounds = tuple(given["bounds"].tolist())
    fitted: list[Any] = []

    def one(measured: NDArray[np.complex128]) -> Any:  # noqa: ANN401 - the peer has no types
        model = CustomCircuit(circuit, initial_guess=start)
        return model.fit(frequency, measured, bounds=bounds, weight_by_modulus=True)

    def work() -> int:
        fitted[:] = [one(measured) for measured in impedance]
        return len(fitted)

    one(impedance[0])
    yield work
    modeled = np.array([model.predict(frequency) for model in fitted])
    residual = (impedance - modeled) / np.abs(impedance)
    np.savez(found, value=[model.parameters_ for model in fitted], residual=residual)


@contextmanager
def kramers_kronig(spectra: Path, count: int, found: Path) -> Iterator[Work]:
    """Test the first spectra, both parts fitted; answer their number."""
    from impedance.validation import linKK  # type: ignore[import-not-found] # not in our environment

    frequency, impedance = _read(spectra, count)
    tested: list[Any] = []

    def one(measured: NDArray[np.complex128]) -> Any:  # noqa: ANN401 - the peer has no types
        with redirect_stdout(StringIO()):
            return linKK(frequency, measured, c=0.85, max_M=50, fit_type="complex")

    def work() -> int:
        tested[:] = [one(measured) for measured in impedance]
        return len(tested)

    one(impedance[0])
    yield work
    residual = np.array([real + 1j * imaginary for *_, real, imaginary in tested])
    np.savez(found, unit_count=[count for count, *_ in tested], residual=residual)


@contextmanager
def residuals(tasks: Path, found: Path) -> Iterator[Work]:
    """Fit each task from each of its starts; answer their number.

    Args:
        tasks: as impedance_task gives them: points, circuit, starts and bounds, .json.
        found: where is written of each task and start what was left before and after, as the root
            of the mean |ΔZ|²/|Z|², and which parameters ended at a bound, .json.
    """
    from importlib.metadata import version

    from impedance.models.circuits import CustomCircuit

    answers: list[list[dict[str, Any]]] = []

    def of(task: dict[str, Any], start: list[float]) -> dict[str, Any]:
        frequency = np.array(task["frequency"])
        measured = np.array(task["real"]) + 1j * np.array(task["imaginary"])
        words = task["impedance"]
        model = CustomCircuit(words["circuit"], initial_guess=start)

        def left() -> float:
            modeled = model.predict(frequency, use_initial=model.parameters_ is None)
            return float(np.sqrt(np.mean(np.abs((measured - modeled) / measured) ** 2)))

        begun = left()
        bounds = words["lowest"], words["highest"]
        try:
            model.fit(frequency, measured, bounds=bounds, weight_by_modulus=True, maxfev=_MOST)
        except (RuntimeError, ValueError):  # it took too many evaluations, or went astray
            return {"begun": begun, "rms": np.inf, "bound": []}
        ends = zip(words["names"], model.parameters_, *bounds, strict=True)
        bound = [name for name, value, *both in ends if np.isclose(value, both, 1e-6, 0.0).any()]
        return {"begun": begun, "rms": left(), "bound": bound}

    def work() -> int:
        answers[:] = [
            [of(task, start) for start in task["impedance"]["starts"]]
            for task in json.loads(tasks.read_bytes())
        ]
        return len(answers)

    yield work
    told = {"version": f"impedance.py {version('impedance')}", "answers": answers}
    found.write_text(json.dumps(told), encoding="ascii")


def _read(spectra: Path, count: int) -> tuple[NDArray[np.float64], NDArray[np.complex128]]:
    given = np.load(spectra)
    return given["frequency_hertz"], given["impedance_ohm"][:count]


def _points(path: str, reader: str) -> Iterator[PeerPoint]:
    """Return the points of a sweep that it reads."""
    from impedance import preprocessing  # type: ignore[import-not-found] # not in our environment

    if reader not in _INSTRUMENTS:
        raise NotItsFormat
    frequencies, impedances = preprocessing.readFile(path, instrument=_INSTRUMENTS[reader])
    for frequency, impedance in zip(frequencies, impedances, strict=True):
        yield PeerPoint(float(frequency), float(impedance.real), float(impedance.imag))


if __name__ == "__main__":
    answer(_points)
