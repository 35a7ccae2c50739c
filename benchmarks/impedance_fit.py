"""An equivalent circuit fitted to synthetic spectra: ours, impedance.py, and a loop of SciPy."""

from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np

from benchmarks import our_impedance, peer_impedance, peer_scipy
from benchmarks.figure import Figure, Report, Target, show, times_each
from benchmarks.spectra import BOUNDS, CIRCUIT, NOISE, POINTS, Spectra
from benchmarks.stopwatch import Contestant, side_by_side

COUNT: Final = 1000
FEW: Final = 50
"""Spectra that impedance.py is given: a third of a second each."""
ROUNDS: Final = 3
_NORMAL_95: Final = 1.959964
_MISFIT: Final = 2.0
"""Times the variance of the noise, from where χ² is a misfit."""
_ORDER: Final = (
    ("R0", "R"),
    ("R1", "R"),
    ("CPE1", "Q"),
    ("CPE1", "n"),
    ("R2", "R"),
    ("CPE2", "Q"),
    ("CPE2", "n"),
    ("W3", "A"),
)
"""Parameters of the circuit as impedance.py orders them."""


def measure(count: int = COUNT, few: int = FEW, rounds: int = ROUNDS) -> Report:
    """Fit spectra, and hold χ² and intervals against the noise and parameters they were drawn of.

    Without the environment of impedance.py the figures that need it are left out, and named.
    """
    spectra = Spectra.drawn(count)
    with TemporaryDirectory(prefix="leyden-bench-") as folder:
        scratch = Path(folder)
        path = scratch / "spectra.npz"
        spectra.save(path)
        _write_task(scratch / "task.npz")
        contestants: dict[str, Contestant] = {
            "ours": partial(our_impedance.fits, path, scratch / "ours.npz"),
            "scipy": partial(peer_scipy.fits, path, scratch / "scipy.npz"),
            "minima": partial(peer_scipy.minima, path, scratch / "minima.npz"),
        }
        pythons: dict[str, Path] = {}
        absent: tuple[str, ...] = ()
        try:
            pythons["impedance"] = peer_impedance.python()
            contestants["impedance"] = partial(
                peer_impedance.fits, path, few, scratch / "task.npz", scratch / "impedance.npz"
            )
        except peer_impedance.PeerAbsent as missing:
            absent = (f"Skipped a peer: {missing}",)
        runs = side_by_side(contestants, rounds, pythons, threads=1)
        found = {name: dict(np.load(scratch / f"{name}.npz")) for name in contestants}
    ours, scipy = found["ours"], f"SciPy {version('scipy')} least_squares, lm"
    quality = _Quality.of(ours, spectra)
    spare = 2 * POINTS - len(BOUNDS)
    figures = [*times_each(runs["ours"], runs["scipy"], scipy, 1 / 4)]
    share = _misfit_percent(found["scipy"]["square_sum"] / spare)
    figures.append(_misfits(quality.misfit_percent, share, scipy))
    figures += times_each(runs["ours"], runs["minima"], f"{scipy}, descents alone")
    if "impedance" in runs:
        named = f"{peer_impedance.told()}, first {few} spectra"
        square_sum = (np.abs(found["impedance"]["residual"]) ** 2).sum(axis=1)
        share = _misfit_percent(square_sum / spare)
        figures += times_each(runs["ours"], runs["impedance"], named, 1 / 500)
        figures.append(_misfits(quality.misfit_percent, share, named))
    figures.append(
        Figure(
            "95 % intervals that hold the truth",
            "%",
            quality.covered_percent,
            np.nan,
            "the parameters drawn",
            Target(97, "ours", least=93),
        )
    )
    return Report(
        f"impedance fit, {count} spectra",
        f"Synthetic spectra of {POINTS} points from 1 MHz to 0.1 Hz, {NOISE:.1%} of |Z| of noise "
        f"on either part, {CIRCUIT} with parameters drawn over decades. Ours: `fit`, with starts, "
        f"restarts, standard errors and judgment. SciPy: a loop of `least_squares` with an "
        "analytic Jacobian of the same logarithms and logits, the same |ΔZ|/|Z|, at our "
        "tolerance, from our first starts, found for all at once, with standard errors; and the "
        "descents alone, starts given for nothing, errors not asked. impedance.py: "
        "`CustomCircuit.fit` weighted by modulus, from the middle of the ranges drawn from, "
        f"n from 0.3 to 1. One thread of linear algebra each. A misfit has χ² above {_MISFIT:g} "
        "times the noise.",
        tuple(figures),
        (*quality.told, *absent),
    )


def _write_task(path: Path) -> None:
    """Write what impedance.py is told: circuit, start and bounds."""
    middle = {
        name: float(np.sqrt(np.prod(ends))) if name[1] != "n" else float(np.mean(ends))
        for name, ends in BOUNDS.items()
    }
    for arc in ("1", "2"):
        power = middle[f"p(R{arc},CPE{arc})", "tau"] ** middle[f"CPE{arc}", "n"]
        middle[f"CPE{arc}", "Q"] = power / middle[f"R{arc}", "R"]
    bounds = [
        [0.3 if letter == "n" else 0.0 for _, letter in _ORDER],
        [1.0 if letter == "n" else np.inf for _, letter in _ORDER],
    ]
    np.savez(path, circuit=CIRCUIT, start=[middle[name] for name in _ORDER], bounds=bounds)


def _misfit_percent(chi_square: Any) -> float:  # noqa: ANN401 - arrays of a file
    return float(100.0 * np.mean(~(chi_square <= _MISFIT * NOISE**2)))


def _misfits(ours: float, theirs: float, baseline: str) -> Figure:
    return Figure("misfits", "%", ours, theirs, baseline, Target(0, "ours"))


@dataclass(frozen=True, slots=True)
class _Quality:
    """How good our fits are."""

    misfit_percent: float
    covered_percent: float
    told: tuple[str, ...]

    @classmethod
    def of(cls, ours: dict[str, Any], spectra: Spectra) -> "_Quality":
        """Hold fits against the truth; parameters that a bound holds have no interval."""
        columns = {tuple(name.split(" ")): place for place, name in enumerate(ours["name"])}
        covered, known = {}, {}
        for name in BOUNDS:
            place = columns[name]
            error = ours["standard_error"][:, place]
            off = np.abs(ours["value"][:, place] - spectra.truth[name])
            known[name] = int(np.isfinite(error).sum())
            covered[name] = int((off <= _NORMAL_95 * error).sum())
        share = {name: 100.0 * covered[name] / known[name] for name in BOUNDS}
        told = ", ".join(
            f"{letter} of {element} {share[element, letter]:.1f} %" for element, letter in BOUNDS
        )
        total = sum(known.values())
        without = len(BOUNDS) * len(spectra.impedance_ohm) - total
        return cls(
            _misfit_percent(ours["chi_square"]),
            100.0 * sum(covered.values()) / total,
            (
                f"Intervals, value ± {_NORMAL_95:.2f} standard errors, by parameter: {told}.",
                f"{without} of {total + without} parameters have none, held by a bound.",
            ),
        )


if __name__ == "__main__":
    show(measure())
