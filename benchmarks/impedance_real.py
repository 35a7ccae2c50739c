"""Circuits fitted to real spectra by ours and by two peers; writes docs/impedance-fits.md."""

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np

from benchmarks import peer_impedance, peer_pyimpspec
from benchmarks.exports import export
from benchmarks.our_impedance import starts_of
from benchmarks.stopwatch import Contestant, side_by_side
from ingest.draft import draft
from ingest.impedance.attempt import inductive
from ingest.impedance.circuit import read_circuit
from ingest.impedance.element import LOWEST_EXPONENT, Complexes, Reals
from ingest.impedance.fit import fit
from ingest.impedance.fit_settings import FitSettings
from ingest.impedance.parameter import report, reported
from ingest.impedance.sweep import Sweeps
from ingest.intake import HEAD_BYTES
from ingest.reader import reader_for
from ingest.reading import Export
from schema.error import RefusedExport

PAGE: Final = Path(__file__).parents[1] / "docs" / "impedance-fits.md"
CIRCUITS: Final = ("L0-R0-p(R1,CPE1)-p(R2,CPE2)-W3", "R0-p(R1,CPE1)-CPE2")
_MOST_SWEEPS: Final = 4
"""Of one export."""
_STARTS: Final = 2
"""Of ours, given to each peer; the best of what it makes of them counts."""
_SAME: Final = 1e-4
"""Residuals closer than this part of each other are one minimum, reached to other digits."""


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One circuit fitted to one real spectrum: root of the mean |ΔZ|²/|Z|² by each."""

    spectrum: str
    circuit: str
    status: str
    task: dict[str, Any]
    ours: float
    theirs: dict[str, float]


def measure() -> list[Row]:
    """Fit circuits to every real spectrum with points enough, by us and by the peers at hand.

    Raises:
        ExportsAbsent: without the real files.
        PeerAbsent: without the environment of impedance.py.
    """
    rows = list(_ours(dict(_spectra(export("MANIFEST.tsv").parent))))
    pythons = {"impedance": peer_impedance.python()}
    peers: dict[str, Any] = {"impedance": peer_impedance.residuals}
    if python := peer_pyimpspec.python():
        pythons["pyimpspec"], peers["pyimpspec"] = python, peer_pyimpspec.residuals
    with TemporaryDirectory(prefix="leyden-bench-") as folder:
        tasks = Path(folder) / "tasks.json"
        tasks.write_text(json.dumps([row.task for row in rows]), encoding="ascii")
        places = {name: Path(folder) / f"{name}.npz" for name in peers}
        contestants: dict[str, Contestant] = {
            name: partial(residuals, tasks, places[name]) for name, residuals in peers.items()
        }
        with ThreadPoolExecutor() as pool:  # nothing is timed here

            def run(name: str) -> None:
                side_by_side({name: contestants[name]}, 1, pythons, threads=1)

            list(pool.map(run, contestants))
        for place in places.values():
            found = np.load(place)
            told = str(found["version"])
            for row, rms in zip(rows, found["rms"].tolist(), strict=True):
                row.theirs[told] = rms
    return rows


def _spectra(folder: Path) -> Iterator[tuple[str, tuple[Reals, Complexes]]]:
    """Yield the sweeps of every export that is read, by name; the same sweep only once."""
    seen = set()
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        with suppress(RefusedExport), path.open("rb") as file:
            source = Export(path, path.name, file.read(HEAD_BYTES), path)
            for reading in reader_for(source).read(source):
                spectra = draft(reading).spectra or {"spectrum_count": np.zeros(0)}
                for count in np.unique(spectra["spectrum_count"])[:_MOST_SWEEPS]:
                    rows = spectra["spectrum_count"] == count
                    rows &= spectra["frequency_hertz"] > 0.0
                    frequency = spectra["frequency_hertz"][rows]
                    impedance = (
                        spectra["real_impedance_ohm"][rows]
                        + 1j * (spectra["imaginary_impedance_ohm"][rows])
                    )
                    order = np.argsort(frequency, kind="stable")
                    key = tuple(f"{one:.2e}" for one in impedance[order])
                    if key not in seen:
                        seen.add(key)
                        name = f"{path.relative_to(folder)} · {count}"
                        yield name, (frequency, impedance)


def _ours(spectra: dict[str, tuple[Reals, Complexes]]) -> Iterator[Row]:
    """Yield our fits, with what a peer is told to make the same of the same points."""
    for name, (frequency, impedance) in spectra.items():
        ones = np.ones(frequency.size, dtype=np.int64)
        sweeps = Sweeps.of(ones, frequency, impedance.real, impedance.imag)
        for circuit in CIRCUITS:
            found = fit(sweeps, circuit, FitSettings())
            if found.status[0] == "not_computable":
                continue
            used = sweeps.counted[0]
            if not read_circuit(circuit).is_inductive:
                used = used & ~inductive(sweeps)[0]
            task = _task(circuit, sweeps.frequency_hertz[0, used], sweeps.impedance_ohm[0, used])
            yield Row(name, circuit, found.status[0], task, float(found.rms_residual[0]), {})


def _task(circuit: str, frequency: Reals, impedance: Complexes) -> dict[str, Any]:
    model = read_circuit(circuit)
    one = np.ones(1)
    thetas = starts_of(circuit, frequency, impedance[None], _STARTS)
    letters = [named.letter for named in reported(model)]
    kept = [place for place, letter in enumerate(letters) if letter != "tau"]
    starts = [report(model, theta, one, one)[0][0, kept].tolist() for theta in thetas]
    exponent = [letters[place] == "n" for place in kept]
    return {
        "frequency": frequency.tolist(),
        "real": impedance.real.tolist(),
        "imaginary": impedance.imag.tolist(),
        "circuit": circuit,
        "starts": starts,
        "bounds": [
            [LOWEST_EXPONENT if here else 0.0 for here in exponent],
            [1.0 if here else None for here in exponent],
        ],
        "described": [described(circuit, start) for start in starts],
    }


def described(circuit: str, start: list[float]) -> str:
    """Return the circuit in the notation of pyimpspec, with starts and our bounds of n."""
    values = iter(start)

    def element(found: re.Match[str]) -> str:
        match found[1]:
            case "CPE":
                charge, exponent = next(values), next(values)
                return f"Q{{Y={charge:.9E}/0/inf,n={exponent:.9E}/{LOWEST_EXPONENT}/1}}"
            case "W":
                return f"W{{Y={1.0 / (np.sqrt(2.0) * next(values)):.9E}/0/inf}}"
            case symbol:
                return f"{symbol}{{{symbol}={next(values):.9E}/0/inf}}"

    bare = re.sub(r"(CPE|[RLW])\d+", element, circuit.replace("p(", "("))
    return f"[{bare.replace('},', '}').replace('}-', '}').replace(')-', ')')}]"


def written(rows: list[Row]) -> str:
    """Return the page: by whom the residual is lower and by how much."""
    return "\n".join([*_head(rows), *_summary(rows), *_table(rows), ""])


def _head(rows: list[Row]) -> Iterator[str]:
    spectra = len({row.spectrum for row in rows})
    yield "# Fits of real spectra beside other programs"
    yield ""
    yield (
        f"Written by `python -m benchmarks.impedance_real`. {spectra} sweeps that instruments of "
        f"many makers exported, at most {_MOST_SWEEPS} of one file, the same sweep only once, "
        f"fitted by {len(CIRCUITS)} circuits: by Leyden, and by others to the same points, with "
        f"the same weights and the same bounds of n, from Leyden's {_STARTS} best starts; the "
        "best of what another program made of them counts. The residual is the root of the mean "
        "|ΔZ|²/|Z|², as a percentage."
    )
    yield ""
    yield (
        "A low residual does not make a circuit right: `low_quality` says that Leyden rejects the "
        "fit, for a parameter that the sweep does not tell or for its residual. Residuals within "
        f"{_SAME:.2%} of each other are called equal. pyimpspec makes the sum of the fourth powers "
        "of the residuals least (weight `boukamp`), so its root mean square is the higher even at "
        "the same minimum. Bold is where Leyden's is not the lowest: where a parameter runs away "
        "Leyden stops at a bound that others do not have, its n ends 4e-6 below 1."
    )


def _summary(rows: list[Row]) -> Iterator[str]:
    yield ""
    yield "| Leyden beside | circuit | fits | lower | equal | higher | theirs over ours, median |"
    yield "|---|---|---|---|---|---|---|"
    for peer in rows[0].theirs:
        for circuit in dict.fromkeys(row.circuit for row in rows):
            ratio = np.array(
                [row.theirs[peer] / row.ours for row in rows if row.circuit == circuit]
            )
            lower, higher = (ratio > 1.0 + _SAME).sum(), (ratio < 1.0 - _SAME).sum()
            yield (
                f"| {peer} | `{circuit}` | {ratio.size} | {lower} | {ratio.size - lower - higher} "
                f"| {higher} | {np.median(ratio):.4f} |"
            )


def _table(rows: list[Row]) -> Iterator[str]:
    peers = list(rows[0].theirs)
    yield ""
    yield f"| sweep | points | circuit | Leyden % | {' % | '.join(peers)} % | lowest | status |"
    yield "|---" * (6 + len(peers)) + "|"
    for row in rows:
        theirs = [_percent(row.theirs[peer]) for peer in peers]
        yield (
            f"| {row.spectrum} | {len(row.task['real'])} | `{row.circuit}` | "
            f"{_percent(row.ours)} | {' | '.join(theirs)} | {_lowest(row)} | {row.status} |"
        )


def _percent(rms: float) -> str:
    return f"{100.0 * rms:.4g}" if np.isfinite(rms) else "no fit"


def _lowest(row: Row) -> str:
    peer, best = min(row.theirs.items(), key=lambda item: item[1])
    if abs(best - row.ours) <= _SAME * row.ours:
        return "equal"
    if row.ours < best:
        return "Leyden" + (f" by {1.0 - row.ours / best:.2%}" if np.isfinite(best) else "")
    return f"**{peer} by {1.0 - best / row.ours:.2%}**"


if __name__ == "__main__":
    PAGE.write_text(written(measure()), encoding="utf-8")
    print(f"wrote {PAGE.name}")
