"""One circuit and one real sweep as all programs are given it: points, bounds and starts.

A sweep is given in its own units, as Leyden solves it: Z by its median |Z|, frequency by the middle
of its band. There the bounds of every parameter are two numbers, and programs that do not scale by
themselves are not lost among farads and ohms.
"""

from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import numpy as np

from benchmarks.impedance_words import names_of, told
from ingest.analysis.impedance.attempt import inductive
from ingest.analysis.impedance.fit import fit, fit_all
from ingest.analysis.impedance.fit_settings import FitSettings
from ingest.analysis.impedance.fitted import Fit
from ingest.analysis.impedance.marquardt import Problem
from ingest.analysis.impedance.solution import scaled_problem
from ingest.analysis.impedance.start import starts
from ingest.analysis.impedance.sweep import Sweeps
from schema.impedance.circuit import read_circuit
from schema.impedance.constraint import read_model
from schema.impedance.element import Complexes, Reals, exponent_of
from schema.impedance.parameter import reported, theta_of

STARTS: Final = 2
"""Of ours, given to each peer; the best of what it makes of them counts."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one program made of a sweep: √(mean |ΔZ|²/|Z|²), and what rests on a bound."""

    rms: float
    bound: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """One circuit and one sweep.

    Attributes:
        spectrum: its name.
        circuit: ours.
        chosen: whether Leyden chose it of its own list.
        status: what Leyden says of its fit.
        ours: what Leyden made of it.
        given: what a peer is told: frequency, real and imaginary part, and in the words of each
            the circuit, bounds and starts, the last of these where Leyden ended.
        begun: what the circuit leaves at each of the starts, as we compute it.
    """

    spectrum: str
    circuit: str
    chosen: bool
    status: str
    ours: Answer
    given: dict[str, Any]
    begun: list[float]


def tasks_of(
    spectrum: str, frequency: Reals, impedance: Complexes, named: tuple[str, ...]
) -> list[Task]:
    """Return a sweep with each of the named circuits, and with the one that is chosen."""
    ones = np.ones(frequency.size, dtype=np.int64)
    sweeps = Sweeps.of(ones, frequency, impedance.real, impedance.imag)
    found = []
    for circuit in named:
        fitted = fit(sweeps, circuit, FitSettings())
        used = sweeps.counted
        if not read_circuit(circuit).is_inductive:
            used = used & ~inductive(sweeps)
        if fitted.status[0] != "not_computable":
            found.append(_task(spectrum, replace(sweeps, counted=used), fitted, 0, chosen=False))
    fits, chosen = fit_all(sweeps, FitSettings())
    for fitted, takes in zip(fits, chosen, strict=True):
        if takes.any():
            found.append(_task(spectrum, sweeps, fitted, int(np.argmax(takes)), chosen=True))
    return found


def _task(spectrum: str, sweeps: Sweeps, fitted: Fit, row: int, *, chosen: bool) -> Task:
    model = read_model(fitted.circuit)
    problem, ohm, second = scaled_problem(sweeps, model, np.full(1, np.inf))
    end = _scaled(problem, theta_of(model.circuit, fitted.value[row : row + 1]), ohm, second)
    begins = np.concatenate((starts(problem, STARTS), end[None]))[:, 0]
    begins = np.clip(begins, problem.lowest[0], problem.highest[0])
    bounds = problem.lowest[0], problem.highest[0]
    places = [one.own for one in reported(model.circuit)]
    held = sorted({place for place, on in zip(places, fitted.bound[row], strict=True) if on})
    names = names_of(model.circuit)
    counted = problem.weight[0] > 0.0
    square = [float(problem.normal(begin[None].copy())[0, -1, -1]) for begin in begins]
    given = {
        "frequency": (problem.band.angular[0, counted] / (2.0 * np.pi)).tolist(),
        "real": problem.impedance[0, counted].real.tolist(),
        "imaginary": problem.impedance[0, counted].imag.tolist(),
        "impedance": asdict(told("impedance", model.circuit, bounds, begins)),
        "pyimpspec": asdict(told("pyimpspec", model.circuit, bounds, begins)),
    }
    return Task(
        spectrum,
        fitted.circuit,
        chosen,
        fitted.status[row],
        Answer(float(fitted.rms_residual[row]), tuple(names[place] for place in held)),
        given,
        np.sqrt(np.array(square) / counted.sum()).tolist(),
    )


def _scaled(problem: Problem, theta: Reals, ohm: Reals, second: Reals) -> Reals:
    """Return θ (1, P), given in Ω and s, in the units of the sweep."""
    found = theta.copy()
    for place, one in enumerate(problem.model.circuit.parameters):
        if not one.exponent:
            found[:, place] -= one.ohm * np.log(ohm) + one.second * np.log(second)
        if one.graded:  # its exponent stands behind it
            found[:, place] -= exponent_of(theta[:, place + 1]) * np.log(second)
    return found
