"""Run every benchmark, print the figures, and write them to benchmarks/results.md."""

import os
import platform
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

from rich.console import Console

from benchmarks import (
    graphql_series,
    growing,
    impedance_fit,
    impedance_ingest,
    impedance_validity,
    ingest_biologic,
    ingest_neware,
    ingest_neware_csv,
    peer_access,
    publish,
    read_res,
    read_text,
    storage,
)
from benchmarks.exports import ExportsAbsent
from benchmarks.figure import HEADINGS, Report, show

RESULTS: Final = Path(__file__).parent / "results.md"
OF_EXPORTS: Final[tuple[Callable[[], Report], ...]] = (
    ingest_biologic.measure,
    ingest_neware.measure,
    ingest_neware_csv.measure,
    read_text.measure,
    read_res.measure,
    growing.measure,
    storage.measure,
    graphql_series.measure,
)
"""Those that need real instrument files."""
BENCHMARKS: Final[tuple[Callable[[], Report], ...]] = (
    *OF_EXPORTS,
    impedance_fit.measure,
    impedance_validity.measure,
    impedance_ingest.measure,
    publish.measure,
)
_LIBRARIES: Final = (
    "numpy",
    "scipy",
    "pyarrow",
    "duckdb",
    "polars",
    "pandas",
    "galvani",
    "yadg",
    "fastnda",
)


def written(reports: list[Report], skipped: list[str]) -> str:
    """Return the results as a page of Markdown."""
    return "\n".join([*_head(), *_table(reports), *_notes(reports), *skipped, ""])


def _head() -> Iterator[str]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    yield "# Benchmarks"
    yield ""
    yield "Written by `make bench`. Ratios are ours over theirs, taken in one run."
    yield ""
    yield (
        f"{datetime.now(UTC):%Y-%m-%d} · {os.cpu_count()} cores, {memory:.0f} GiB of memory, load "
        f"{os.getloadavg()[1]:.1f} in the last five minutes · {platform.system()} "
        f"{platform.machine()} · Python {platform.python_version()}, {libraries}"
    )
    yield ""
    yield (
        "Contestants take turns, each repetition in a fresh process that has done the same once "
        "before on a small file (or on the same one); only the work is timed. CPU is user and "
        "system time of all threads and children. A target on time is held against both bests."
    )
    yield ""


def _table(reports: list[Report]) -> Iterator[str]:
    yield f"| what | {' | '.join(HEADINGS)} |"
    yield "|---" * (len(HEADINGS) + 1) + "|"
    for report in reports:
        for figure in report.figures:
            yield f"| {report.title} | {' | '.join(figure.cells)} |"


def _notes(reports: list[Report]) -> Iterator[str]:
    for report in reports:
        yield from ("", f"## {report.title}", "", report.method)
        if report.caveats:
            yield ""
        for caveat in report.caveats:
            yield f"- {caveat}"


def main() -> None:
    """Run all and write what was found; without the real files say so and go on."""
    reports: list[Report] = []
    skipped: list[str] = []
    for measure in BENCHMARKS:
        name = measure.__module__.rpartition(".")[2]
        try:
            report = measure()
        except (ExportsAbsent, peer_access.PeerAbsent) as absent:
            Console().print(f"[bold red]SKIPPED {name}: {absent}[/bold red]")
            skipped += ["", f"**Skipped {name}**: {absent}"]
        else:
            show(report)
            reports.append(report)
    RESULTS.write_text(written(reports, skipped), encoding="utf-8")


if __name__ == "__main__":
    main()
