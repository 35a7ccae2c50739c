"""Answers to simulated impedance sweeps beside what they were drawn of.

Writes docs/impedance-accuracy.md, by way of impedance_accuracy.tsv, which has a line a cell.

    python -m benchmarks.impedance_accuracy
    python -m benchmarks.impedance_accuracy --spectra 100 --cells kind=lead,loop --cells noise=1

With ``--merge`` the lines of the cells that are run take the place of those in the table, and the
others stay: the whole may be run in parts, by several processes. ``--page`` runs nothing, and makes
the page of the table anew.
"""

import csv
import fcntl
import os
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from benchmarks.accuracy_page import CELLS, page
from benchmarks.impedance_answer import Line, measure
from benchmarks.simulated_impedance import Cell

PAGE: Final = Path(__file__).parents[1] / "docs" / "impedance-accuracy.md"
TABLE: Final = Path(__file__).with_suffix(".tsv")
SPECTRA: Final = 1000
_KEYS: Final = {"kind": "kind", "noise": "noise_percent", "points": "points", "decades": "decades"}
"""Names of filters, and of what they are held against."""


def chosen(filters: Sequence[str]) -> list[Cell]:
    """Return the cells that pass every filter, each like ``noise=0.3,1``.

    Raises:
        typer.BadParameter: when a filter is none, or names a value that no cell has.
    """
    cells = list(CELLS)
    for each in filters:
        name, _, told = each.partition("=")
        if name not in _KEYS:
            raise typer.BadParameter(f"{each}: filters are {', '.join(_KEYS)}")
        known = {f"{getattr(cell, _KEYS[name])}": cell for cell in CELLS}
        known |= {f"{getattr(cell, _KEYS[name]):g}": cell for cell in CELLS if name != "kind"}
        wanted = told.split(",")
        if unknown := [value for value in wanted if value not in known]:
            raise typer.BadParameter(f"{name} is none of {', '.join(unknown)}")
        values = {getattr(known[value], _KEYS[name]) for value in wanted}
        cells = [cell for cell in cells if getattr(cell, _KEYS[name]) in values]
    return cells


def read_lines(path: Path) -> list[Line]:
    """Return the lines of a table, none where it is not there."""
    if not path.is_file():
        return []
    kinds = {each.name: each.type for each in fields(Line)}
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Line(**{name: kinds[name](value) for name, value in row.items()})  # type: ignore[operator] # fields have classes for types
            for row in csv.DictReader(file, delimiter="\t")
        ]


def write_lines(lines: Sequence[Line], path: Path) -> None:
    """Write a table in the order of the cells, whole or not at all."""
    ordered = sorted(lines, key=lambda line: CELLS.index(line.cell))
    beside = path.with_suffix(".part")
    with beside.open("w", encoding="utf-8", newline="") as file:
        names = [each.name for each in fields(Line)]
        table = csv.DictWriter(file, names, delimiter="\t", lineterminator="\n")
        table.writeheader()
        table.writerows(_row(line) for line in ordered)
    beside.replace(path)


def keep(line: Line, path: Path) -> None:
    """Put a line in the place of that of its cell; other processes may do the same."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        others = [other for other in read_lines(path) if other.cell != line.cell]
        write_lines([*others, line], path)
    finally:
        os.close(folder)


def _row(line: Line) -> dict[str, object]:
    values = asdict(line)
    return {
        name: f"{value:.6g}" if isinstance(value, float) else value
        for name, value in values.items()
    }


def run(cells: Sequence[Cell], count: int, table: Path, *, merge: bool) -> list[Line]:
    """Measure cells, and keep the table after each; return its lines."""
    if not merge:
        table.unlink(missing_ok=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    with Progress(*columns) as progress:
        task = progress.add_task("", total=len(cells))
        for cell in cells:
            told = f"{cell.kind} {cell.noise_percent:g} % {cell.points} × {cell.decades}"
            progress.update(task, description=told)
            keep(measure(cell, count), table)
            progress.advance(task)
    return read_lines(table)


def main(
    *,
    spectra: Annotated[int, typer.Option(min=1, help="Sweeps of a cell.")] = SPECTRA,
    cells: Annotated[
        list[str] | None, typer.Option(help="Only these, e.g. kind=one_arc,lead or noise=0.3.")
    ] = None,
    merge: Annotated[bool, typer.Option("--merge", help="Keep the other lines there are.")] = False,
    page_only: Annotated[bool, typer.Option("--page", help="Make the page, run nothing.")] = False,
) -> None:
    """Measure cells of simulated sweeps and write the page."""
    if page_only:
        lines = read_lines(TABLE)
    else:
        lines = run(chosen(cells or ()), spectra, TABLE, merge=merge)
    PAGE.write_text(page(lines), encoding="utf-8")
    print(f"wrote {PAGE.name}")


if __name__ == "__main__":
    typer.run(main)
