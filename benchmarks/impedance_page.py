"""The page of real spectra: whose χ² is lower, and what rests on a bound."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf, isfinite
from typing import Final, Literal

import numpy as np

from benchmarks.impedance_task import STARTS, Answer, Task

SAME: Final = 1e-3
"""χ² closer than this part of each other are equal."""
FLOOR: Final = 1e-6
"""A relative residual below which no file has digits: χ² closer than its square are equal."""

Verdict = Literal["lower", "equal", "higher"]


@dataclass(frozen=True, slots=True)
class Theirs:
    """What a peer made of a task: the best from our starts, and going on from where we ended."""

    alone: Answer
    onward: Answer

    @property
    def least(self) -> float:
        """The lower residual of both."""
        return min(self.alone.rms, self.onward.rms)


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One circuit fitted to one real spectrum, and what each peer made of it."""

    task: Task
    theirs: dict[str, Theirs]

    @property
    def kind(self) -> str:
        """The row of the summary that it counts in."""
        return "chosen by Leyden" if self.task.chosen else f"`{self.task.circuit}`"

    def verdict(self, peer: str) -> Verdict:
        """Return what our χ² is beside that of a peer: higher also where it went on from ours."""
        if compared(self.task.ours.rms, self.theirs[peer].least) == "higher":
            return "higher"
        return compared(self.task.ours.rms, self.theirs[peer].alone.rms)


def compared(ours: float, theirs: float) -> Verdict:
    """Return what the first of two residuals is beside the other, by χ²."""
    if not isfinite(theirs):
        return "lower"
    one, other = ours**2, theirs**2
    if abs(one - other) <= SAME * min(one, other) + FLOOR**2:
        return "equal"
    return "lower" if one < other else "higher"


def written(rows: list[Row], unchosen: list[str]) -> str:
    """Return the page.

    Args:
        rows: all fits.
        unchosen: names of the spectra that Leyden chose no circuit for.
    """
    parts = (_head(rows), _summary(rows), _told(rows), _choice(rows, unchosen), _table(rows))
    return "\n".join([*(line for part in parts for line in part), ""])


def _head(rows: list[Row]) -> Iterator[str]:
    spectra = len({row.task.spectrum for row in rows})
    circuits = len({row.kind for row in rows}) - any(row.task.chosen for row in rows)
    yield "# Fits of real spectra beside other programs"
    yield ""
    yield (
        f"Written by `python -m benchmarks.impedance_real`. {spectra} sweeps that instruments of "
        "many makers exported, a few of one file, the same sweep only once, each fitted by "
        f"{circuits} named circuits where it has points enough, and by the circuit that Leyden "
        "itself chooses for it. All programs are given the same points, weights, starts and bounds."
    )
    yield ""
    yield (
        "- **Compared** is χ², the sum of |ΔZ|²/|Z|², which Leyden and impedance.py make least "
        f"(`weight_by_modulus`). χ² within {SAME:.1%} of each other, or within what a relative "
        "residual of a millionth makes, are equal: no file has the digits. The table shows the "
        "root of the mean |ΔZ|²/|Z|², as a percentage, and “no fit” where nothing came to an end."
    )
    yield (
        f"- **Starts** are Leyden's {STARTS} best; the best of what another program made of them "
        "counts, where Leyden itself takes up to nine. It is also started where Leyden ended: what "
        "it finds lower from there counts against Leyden too."
    )
    yield (
        "- **Units** are those of the sweep: Z by its median, frequency by the middle of its band. "
        "Programs that do not scale by themselves are the better for it, and bounds are the same "
        "two numbers for all."
    )
    yield (
        "- **Bounds** are Leyden's: a resistance from a millionth of the least |Z| to ten thousand "
        "times the greatest, a time constant to ten thousand times beyond the band, n from 0.3 to "
        "1 less four millionths, Q, C, L and the rest by these. Arcs are `Zarc` to the others, a "
        "resistance beside a CPE by R, τ and n, so that τ has its bounds. Left free is what hangs "
        "on several of ours: Q = τ^n/R of a transmission line, and Y = τ/R² of a finite Warburg in "
        "pyimpspec."
    )
    yield (
        "- **Elements** are the same formulas in all three: what each draws at the starts is held "
        "against what Leyden draws before anything is counted. pyimpspec's Gerischer is `Ga`, its "
        "transmission line `Tlmbo` of unit length."
    )
    yield (
        "- **pyimpspec** squares ΔZ before its minimizers square it again, whatever weight is "
        "named, so that it makes the sum of fourth powers least; no setting changes that. It "
        "stands here twice: by its own `boukamp`, whose χ² is the higher even at its best, and as "
        "“by squares”, by a weight entered in its own table that divides by ΔZ, so that its "
        "minimizers see ΔZ/|Z|. Both by `leastsq` and `least_squares`, the better counts."
    )
    yield ""
    yield (
        "A low residual does not make a circuit right: `low_quality` says that Leyden rejects the "
        "fit, for a parameter that the sweep does not tell, for one on a bound, or for its "
        "residual."
    )


def _summary(rows: list[Row]) -> Iterator[str]:
    yield ""
    yield "Leyden's χ² is lower, equal or higher:"
    yield ""
    yield "| Leyden beside | circuit | fits | lower | equal | higher | theirs over ours, median |"
    yield "|---|---|---|---|---|---|---|"
    for peer in rows[0].theirs:
        for kind in dict.fromkeys(row.kind for row in rows):
            ones = [row for row in rows if row.kind == kind]
            verdicts = [row.verdict(peer) for row in ones]
            counts = [verdicts.count(one) for one in ("lower", "equal", "higher")]
            ratio = np.median(
                [(row.theirs[peer].alone.rms / row.task.ours.rms) ** 2 for row in ones]
            )
            yield (
                f"| {peer} | {kind} | {len(ones)} | {' | '.join(map(str, counts))} | {ratio:.4f} |"
            )


def _told(rows: list[Row]) -> Iterator[str]:
    """Yield how much a peer gains on ours at most, and every sweep where it gains too much."""
    yield ""
    for peer in rows[0].theirs:
        above = [row for row in rows if row.task.ours.rms > FLOOR]
        gain = max(
            (1.0 - (row.theirs[peer].least / row.task.ours.rms) ** 2 for row in above), default=0.0
        )
        yield (
            f"- {peer}: its χ² is nowhere lower by more than {max(gain, 0.0):.2g} of Leyden's, "
            "residuals below a millionth apart."
        )
        for row in rows:
            if row.verdict(peer) == "higher":
                share = (row.task.ours.rms / row.theirs[peer].least) ** 2 - 1.0
                yield f"  - **higher by {share:.2%}**: {row.task.spectrum}, {row.kind}"


def _choice(rows: list[Row], unchosen: list[str]) -> Iterator[str]:
    yield ""
    circuits = sorted({row.task.circuit for row in rows if row.task.chosen})
    yield f"Chosen were {', '.join(f'`{circuit}`' for circuit in circuits) or 'none'}."
    if unchosen:
        yield ""
        yield (
            f"None was chosen for {', '.join(unchosen)}: too few points, or none of the list is "
            "fitted well enough."
        )


def _table(rows: list[Row]) -> Iterator[str]:
    peers = list(rows[0].theirs)
    yield ""
    yield (
        "“Rests on a bound” tells which parameters end there and by whom: of Leyden, those that it "
        "reports so; of others, those within a millionth of it. `CPE1.tau` is the time constant of "
        "the arc of CPE1. (c) is the circuit that Leyden chose. “Lowest by” is beside the lowest "
        "of the others."
    )
    yield ""
    yield (
        f"| sweep | points | circuit | Leyden % | {' | '.join(f'{peer} %' for peer in peers)} "
        "| Leyden's χ² | rests on a bound | status |"
    )
    yield "|---" * (7 + len(peers)) + "|"
    for row in rows:
        task = row.task
        residuals = [task.ours.rms, *(row.theirs[peer].alone.rms for peer in peers)]
        cells = [
            task.spectrum,
            str(len(task.given["real"])),
            f"`{task.circuit}`" + (" (c)" if task.chosen else ""),
            *map(_percent, residuals),
            _beside(row),
            _bounds(row),
            task.status,
        ]
        yield f"| {' | '.join(cells)} |"


def _percent(rms: float) -> str:
    return f"{100.0 * rms:.4g}" if isfinite(rms) else "no fit"


def _beside(row: Row) -> str:
    """Return whether ours is the lowest, by how much, or whose is."""
    peer, least = min(
        ((peer, theirs.least) for peer, theirs in row.theirs.items()), key=lambda item: item[1]
    )
    if compared(row.task.ours.rms, least) == "higher":
        return f"**higher than {peer} by {(row.task.ours.rms / least) ** 2 - 1.0:.2%}**"
    alone = min(theirs.alone.rms for theirs in row.theirs.values())
    if compared(row.task.ours.rms, alone) == "equal":
        return "equal"
    return "lowest" if alone == inf else f"lowest by {1.0 - (row.task.ours.rms / alone) ** 2:.2%}"


def _bounds(row: Row) -> str:
    """Return what rests on a bound, and by whom."""
    held = {"Leyden": row.task.ours.bound}
    held |= {_unversioned(peer): theirs.alone.bound for peer, theirs in row.theirs.items()}
    names = dict.fromkeys(name for bound in held.values() for name in bound)
    return "; ".join(
        f"{name}: {_programs([one for one in held if name in held[one]], list(held))}"
        for name in names
    )


def _programs(these: list[str], whole: list[str]) -> str:
    missing = [one for one in whole if one not in these]
    if not missing:
        return "all"
    return f"all but {missing[0]}" if len(missing) == 1 < len(these) else ", ".join(these)


def _unversioned(peer: str) -> str:
    return " ".join(word for word in peer.split() if not word[0].isdigit())
