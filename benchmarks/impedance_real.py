"""Circuits fitted to real spectra by ours and by two peers; writes docs/impedance-fits.md."""

import json
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np

from benchmarks import peer_impedance, peer_pyimpspec
from benchmarks.exports import export
from benchmarks.impedance_page import Row, Theirs, written
from benchmarks.impedance_task import Answer, Task, tasks_of
from benchmarks.stopwatch import Contestant, side_by_side
from ingest.draft import draft
from ingest.reading import Export
from ingest.recognize import reader_for
from schema.error import RefusedExport
from schema.impedance.element import Complexes, Reals

PAGE: Final = Path(__file__).parents[1] / "docs" / "impedance-fits.md"
CIRCUITS: Final = (
    "R0-p(R1,CPE1)",
    "R0-p(R1,CPE1)-p(R2,CPE2)",
    "R0-p(R1,CPE1)-CPE2",
    "L0-R0-p(R1,CPE1)-p(R2,CPE2)-W3",
)
MOST_SWEEPS: Final = 4
"""Of one export."""
_SAME_CIRCUIT: Final = 1e-6
_DIGITS: Final = 1e-9
"""What another program draws of the same values differs by no more than this part, or residual."""


class OtherCircuit(Exception):
    """A peer draws something else of the values it was given."""

    def __init__(self, peer: str, task: Task) -> None:
        super().__init__(f"{peer} draws {task.circuit} otherwise, of {task.spectrum}")


def measure() -> tuple[list[Row], list[str]]:
    """Fit circuits to every real spectrum with points enough, by us and by the peers at hand.

    Returns the fits, and the names of spectra that Leyden chose no circuit for.

    Raises:
        ExportsAbsent: without the real files.
        PeerAbsent: without the environment of impedance.py.
        OtherCircuit: when a circuit was not translated rightly.
    """
    tasks: list[Task] = []
    unchosen = []
    for name, (frequency, impedance) in _spectra(_folders()).items():
        ones = tasks_of(name, frequency, impedance, CIRCUITS)
        tasks += ones
        if not any(one.chosen for one in ones):
            unchosen.append(name)
    rows = [Row(task, {}) for task in tasks]
    for peer, answers in _asked(tasks):
        for row, answer in zip(rows, answers, strict=True):
            row.theirs[peer] = read(peer, row.task, answer)
    return rows, unchosen


def _folders() -> list[Path]:
    """Return the folder of real files, and the one beside it that holds more, where there is."""
    first = export("MANIFEST.tsv").parent
    more = first.with_name("exports_more")
    return [first, more] if more.is_dir() else [first]


def _spectra(folders: list[Path]) -> dict[str, tuple[Reals, Complexes]]:
    """Return the sweeps of every export that is read, by name; the same sweep only once."""
    found: dict[str, tuple[Reals, Complexes]] = {}
    seen = set()
    for folder in folders:
        for path in sorted(one for one in folder.rglob("*") if one.is_file()):
            for count, (frequency, impedance) in _sweeps(path):
                order = np.argsort(frequency, kind="stable")
                key = tuple(f"{one:.2e}" for one in impedance[order])
                if key not in seen:
                    seen.add(key)
                    found[f"{path.relative_to(folder)} · {count}"] = frequency, impedance
    return found


def _sweeps(path: Path) -> Iterator[tuple[int, tuple[Reals, Complexes]]]:
    with suppress(RefusedExport):
        source = Export.at(path)
        for reading in reader_for(source).read(source):
            spectra = draft(reading).spectra or {"spectrum_count": np.zeros(0)}
            for count in np.unique(spectra["spectrum_count"])[:MOST_SWEEPS]:
                rows = spectra["spectrum_count"] == count
                rows &= spectra["frequency_hertz"] > 0.0
                real, imaginary = (
                    spectra[f"{part}_impedance_ohm"][rows] for part in ("real", "imaginary")
                )
                yield int(count), (spectra["frequency_hertz"][rows], real + 1j * imaginary)


def _asked(tasks: list[Task]) -> Iterator[tuple[str, list[list[dict[str, Any]]]]]:
    """Yield the name of each peer at hand and what it made of each task, a peer at a time."""
    with TemporaryDirectory(prefix="leyden-bench-") as folder:
        given, found = Path(folder) / "tasks.json", Path(folder) / "found.json"
        given.write_text(json.dumps([task.given for task in tasks]), encoding="ascii")
        peers: list[tuple[Path, Contestant]] = [
            (peer_impedance.python(), partial(peer_impedance.residuals, given, found))
        ]
        if python := peer_pyimpspec.python():
            peers += [
                (python, partial(peer_pyimpspec.residuals, given, found, squares=squares))
                for squares in (True, False)
            ]
        for python, contestant in peers:
            side_by_side({"peer": contestant}, 1, {"peer": python}, threads=1)
            told = json.loads(found.read_bytes())
            yield told["version"], told["answers"]


def read(peer: str, task: Task, answers: list[dict[str, Any]]) -> Theirs:
    """Return what a peer made of a task: the best from our starts, and from where we ended.

    Raises:
        OtherCircuit: when what it draws of the starts is not what we draw.
    """
    for answer, begun in zip(answers, task.begun, strict=True):
        if abs(answer["begun"] - begun) > _SAME_CIRCUIT * begun + _DIGITS:
            raise OtherCircuit(peer, task)
    *alone, onward = (_answer(answer) for answer in answers)
    return Theirs(min(alone, key=lambda one: one.rms), onward)


def _answer(answer: dict[str, Any]) -> Answer:
    rms = float(answer["rms"])
    return Answer(rms if np.isfinite(rms) else inf, tuple(answer["bound"]))


if __name__ == "__main__":
    PAGE.write_text(written(*measure()), encoding="utf-8")
    print(f"wrote {PAGE.name}")
