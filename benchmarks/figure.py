"""Figures beside each other: ours, theirs, the ratio, the target, and whether it is met."""

from dataclasses import dataclass
from math import isnan, nan
from typing import Final, Literal

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from benchmarks.stopwatch import Runs

HEADINGS: Final = ("measured", "ours", "theirs", "baseline", "ratio", "target", "met")


@dataclass(frozen=True, slots=True)
class Target:
    """The most, and the least, that a figure may be: ours itself, or its ratio to theirs."""

    most: float
    of: Literal["ratio", "ours"] = "ratio"
    least: float | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of ours and of a peer, who is named with his version.

    ``theirs`` is nan and ``baseline`` tells why where no peer does the same.
    """

    measured: str
    unit: str
    ours: float
    theirs: float
    baseline: str
    target: Target | None = None

    @property
    def ratio(self) -> float:
        """Return ours over theirs, nan where there is nothing to divide by."""
        return self.ours / self.theirs if self.theirs else nan

    @property
    def met(self) -> bool | None:
        """Return whether the target is met, None where there is none."""
        if self.target is None:
            return None
        found = self.ours if self.target.of == "ours" else self.ratio
        least = self.target.least
        return found <= self.target.most and (least is None or found >= least)

    @property
    def cells(self) -> tuple[str, ...]:
        """Return what stands under HEADINGS."""
        return (
            self.measured,
            f"{self.ours:.3g} {self.unit}",
            "-" if isnan(self.theirs) else f"{self.theirs:.3g} {self.unit}",
            self.baseline,
            self._ratio_told,
            "-" if self.target is None else self._told(self.target),
            {True: "yes", False: "no", None: "-"}[self.met],
        )

    @property
    def _ratio_told(self) -> str:
        if isnan(self.ratio):
            return "-"
        return f"{self.ratio:.2f}" if self.ratio >= 0.1 else f"{self.ratio:.2g}"

    def _told(self, target: Target) -> str:
        unit = "×" if target.of == "ratio" else self.unit
        least = "≤" if target.least is None else f"{target.least:g} to"
        return f"{least} {target.most:g} {unit}"


@dataclass(frozen=True, slots=True)
class Report:
    """What one benchmark found, how, and what to be careful about."""

    title: str
    method: str
    figures: tuple[Figure, ...]
    caveats: tuple[str, ...] = ()


def times(
    ours: Runs, theirs: Runs, baseline: str, most: float | None = None, doing: str = ""
) -> tuple[Figure, ...]:
    """Return the times of two contestants: best and median by the clock, and CPU.

    The target is held against both bests: by the clock, and by CPU, which a busy machine disturbs
    less.
    """
    target = None if most is None else Target(most)
    count = len(ours.runs)
    rows = (
        ("wall, best", ours.best_wall_second, theirs.best_wall_second, target),
        ("wall, median", ours.median_wall_second, theirs.median_wall_second, None),
        ("CPU, best", ours.best_cpu_second, theirs.best_cpu_second, target),
    )
    return tuple(
        Figure(f"{doing}{measured} of {count}", "s", mine, other, baseline, held)
        for measured, mine, other, held in rows
    )


def times_each(
    ours: Runs, theirs: Runs, baseline: str, most: float | None = None, doing: str = ""
) -> tuple[Figure, ...]:
    """Return the times of two contestants by what each answered: best by CPU and by the clock.

    The target is held against CPU: contestants may be given more or less to do.
    """
    target = None if most is None else Target(most)
    count = len(ours.runs)
    mine, other = 1e3 / ours.answer, 1e3 / theirs.answer
    return (
        Figure(
            f"{doing}CPU a spectrum, best of {count}",
            "ms",
            mine * ours.best_cpu_second,
            other * theirs.best_cpu_second,
            baseline,
            target,
        ),
        Figure(
            f"{doing}wall a spectrum, best of {count}",
            "ms",
            mine * ours.best_wall_second,
            other * theirs.best_wall_second,
            baseline,
        ),
    )


def show(report: Report) -> None:
    """Print the figures as a table, method and caveats below it."""
    console = Console()
    table = Table(*HEADINGS, title=report.title)
    colors = {True: "green", False: "red", None: ""}
    for figure in report.figures:
        table.add_row(*map(escape, figure.cells), style=colors[figure.met])
    console.print(table)
    console.print(escape(report.method))
    for caveat in report.caveats:
        console.print(f"  - {escape(caveat)}")
