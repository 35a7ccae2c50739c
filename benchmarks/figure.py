"""Figures beside each other: ours, theirs, the ratio, the target, and whether it is met."""

from dataclasses import dataclass
from typing import Final, Literal

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from benchmarks.stopwatch import Runs

HEADINGS: Final = ("measured", "ours", "theirs", "baseline", "ratio", "target", "met")


@dataclass(frozen=True, slots=True)
class Target:
    """The most that a figure may be: ours itself, or its ratio to theirs."""

    most: float
    of: Literal["ratio", "ours"] = "ratio"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of ours and of a peer, who is named with his version."""

    measured: str
    unit: str
    ours: float
    theirs: float
    baseline: str
    target: Target | None = None

    @property
    def ratio(self) -> float:
        """Return ours over theirs."""
        return self.ours / self.theirs

    @property
    def met(self) -> bool | None:
        """Return whether the target is met, None where there is none."""
        if self.target is None:
            return None
        found = self.ours if self.target.of == "ours" else self.ratio
        return found <= self.target.most

    @property
    def cells(self) -> tuple[str, ...]:
        """Return what stands under HEADINGS."""
        return (
            self.measured,
            f"{self.ours:.3g} {self.unit}",
            f"{self.theirs:.3g} {self.unit}",
            self.baseline,
            f"{self.ratio:.2f}",
            "-" if self.target is None else self._told(self.target),
            {True: "yes", False: "no", None: "-"}[self.met],
        )

    def _told(self, target: Target) -> str:
        return f"≤ {target.most:g} {'×' if target.of == 'ratio' else self.unit}"


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
