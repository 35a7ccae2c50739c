"""Every file of the real exports with a cycle or a sweep, as we read it and as others do.

    make conformance

asks each peer in an environment of its own, writes the figures (conformance_cycles.tsv and
conformance_sweeps.tsv) and docs/conformance.md of them, and fails where a difference has no verdict
in conformance_verdict.tsv.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from benchmarks import conformance_cycles, conformance_sweeps, conformance_table
from benchmarks.conformance_cycles import CycleFigure
from benchmarks.conformance_ours import Ours, OurSweeps, OurTest, ours
from benchmarks.conformance_page import PAGE, page
from benchmarks.conformance_peers import NAMES, OF_CYCLES, OF_SWEEPS, REFERENCE
from benchmarks.conformance_reference import table, told_of
from benchmarks.conformance_sweeps import SweepFigure
from benchmarks.conformance_verdict import verdicts, without_verdict
from benchmarks.exports import ExportsAbsent
from benchmarks.peer_answer import ROOT, PeerCycle, PeerPoint, asked
from ingest.walk import walk


def folders() -> tuple[Path, Path]:
    """Return the folders of real exports.

    Raises:
        ExportsAbsent: where one is not there, or the table of the reference.
    """
    default = ROOT.parent / "shared" / "exports"
    exports = Path(os.environ.get("LEYDEN_EXPORTS", default))
    found = exports, exports.with_name("exports_more")
    for place in (*found, table()):
        if not place.exists():
            raise ExportsAbsent(place)
    return found


def cycle_figures(found: Ours, root: Path) -> list[CycleFigure]:
    """Return every test with a cycle beside every peer."""
    tests = largest(found.tests)
    figures = [conformance_cycles.figure(test, REFERENCE, told) for test, told in told_of(tests)]
    for peer in OF_CYCLES:
        answers = asked(peer, _readers(tests, root), PeerCycle)
        for test in tests:
            told = answers[str(root / test.file)]
            figures.append(conformance_cycles.figure(test, peer.name, told))
    return sorted(figures, key=lambda each: (each.file, NAMES.index(each.peer)))


def sweep_figures(found: Ours, root: Path) -> list[SweepFigure]:
    """Return every export with a sweep beside every peer."""
    figures = []
    for peer in OF_SWEEPS:
        answers = asked(peer, _readers(found.sweeps, root), PeerPoint)
        for sweeps in found.sweeps:
            told = answers[str(root / sweeps.file)]
            figures.append(conformance_sweeps.figure(sweeps, peer.name, told))
    return sorted(figures, key=lambda each: (each.file, NAMES.index(each.peer)))


def _readers(exports: Sequence[OurTest] | Sequence[OurSweeps], root: Path) -> dict[str, str]:
    return {str(root / export.file): export.reader for export in exports}


def largest(tests: Sequence[OurTest]) -> list[OurTest]:
    """Return of each file the test with most points: a peer makes one of all."""
    files: dict[str, OurTest] = {}
    for test in tests:
        files[test.file] = max(files.get(test.file, test), test, key=lambda each: each.points)
    return list(files.values())


def main() -> None:
    """Measure, write the figures and the page.

    Raises:
        ExportsAbsent: without the real exports.
        SystemExit: where a difference has no verdict.
    """
    root = folders()[0].parent
    found = ours(walk(folders()), root)
    cycles, sweeps = cycle_figures(found, root), sweep_figures(found, root)
    conformance_table.write(conformance_cycles.FIGURES, CycleFigure, cycles)
    conformance_table.write(conformance_sweeps.FIGURES, SweepFigure, sweeps)
    if lacking := without_verdict([*cycles, *sweeps], verdicts()):
        lines = "\n".join(str(each) for each in lacking)
        raise SystemExit(f"no verdict in conformance_verdict.tsv on\n{lines}")
    written = (
        conformance_table.read(conformance_cycles.FIGURES, CycleFigure),
        conformance_table.read(conformance_sweeps.FIGURES, SweepFigure),
    )
    PAGE.write_text(page(*written), encoding="utf-8")


if __name__ == "__main__":
    main()
