"""What Leyden does with the same spectra."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.spectra import CIRCUIT
from benchmarks.stopwatch import Work
from ingest.analysis.impedance.fit import fit
from ingest.analysis.impedance.fit_settings import FitSettings
from ingest.analysis.impedance.fitted import Fit
from ingest.analysis.impedance.kramers_kronig import KramersKronig, kramers_kronig
from ingest.analysis.impedance.kramers_kronig_settings import PLAIN
from ingest.analysis.impedance.marquardt import Problem
from ingest.analysis.impedance.relaxation import Relaxation, relaxation
from ingest.analysis.impedance.start import starts
from ingest.analysis.impedance.sweep import Sweeps
from schema.impedance.constraint import read_model
from schema.impedance.element import Band, Complexes, Reals


@contextmanager
def fits(spectra: Path, found: Path) -> Iterator[Work]:
    """Fit R-ZARC-ZARC-W, starts, restarts, standard errors and judgment included."""
    sweeps = read(spectra)
    held: list[Fit] = []

    def work() -> int:
        held[:] = [fit(sweeps, CIRCUIT, FitSettings())]
        return len(sweeps)

    work()
    yield work
    (fitted,) = held
    np.savez(
        found,
        name=[f"{element} {letter}" for element, letter, _ in fitted.names],
        value=fitted.value,
        standard_error=fitted.standard_error,
        chi_square=fitted.chi_square,
    )


@contextmanager
def kramers_kronig_plain(spectra: Path, found: Path) -> Iterator[Work]:
    """Test by the rule as published, verdicts included."""
    sweeps = read(spectra)
    held: list[KramersKronig] = []

    def work() -> int:
        held[:] = [kramers_kronig(sweeps, PLAIN)]
        return len(sweeps)

    work()
    yield work
    (tested,) = held
    residual = tested.real_residual + 1j * tested.imaginary_residual
    np.savez(found, unit_count=tested.unit_count, residual=residual)


@contextmanager
def relaxations(spectra: Path, found: Path) -> Iterator[Work]:
    """Find distributions both ways, ridge and non-negative, and their peaks."""
    sweeps = read(spectra)
    held: list[Relaxation] = []

    def work() -> int:
        held[:] = [relaxation(sweeps)]
        return len(sweeps)

    work()
    yield work
    (relaxed,) = held
    np.savez(found, density_ohm=relaxed.by("non_negative").density_ohm)


@contextmanager
def ingest(exports: Path, home: Path) -> Iterator[Work]:
    """Run the command; answer the sweeps it chose a circuit for."""
    command = [sys.executable, "-m", "leyden", "ingest", str(exports)]
    environment = {**os.environ, "LEYDEN_HOME": str(home)}

    def work() -> int:
        subprocess.run(  # noqa: S603 - our own command
            command, env=environment, capture_output=True, check=True
        )
        files = home.glob("lake/fits/*.parquet")
        return sum(
            pc.sum(pq.read_table(file, columns=["chosen"])["chosen"]).as_py() for file in files
        )

    yield work


def read(spectra: Path) -> Sweeps:
    """Return spectra as sweeps of one test."""
    given = np.load(spectra)
    impedance = given["impedance_ohm"]
    count = np.repeat(np.arange(1, len(impedance) + 1), impedance.shape[1])
    frequency = np.tile(given["frequency_hertz"], len(impedance))
    return Sweeps.of(count, frequency, impedance.real.ravel(), impedance.imag.ravel())


def starts_of(circuit: str, frequency: Reals, impedance: Complexes, count: int) -> Reals:
    """Return our best starts θ (count, B, P), in Ω and s, of spectra (B, N) at frequencies (N,)."""
    model = read_model(circuit)
    endless = np.full((len(impedance), len(model.circuit.parameters)), np.inf)
    band, weight = Band.of(2.0 * np.pi * frequency[None]), 1.0 / np.abs(impedance)
    problem = Problem(model, band, impedance, weight, -endless, endless, endless[:, 0])
    return starts(problem, count)
