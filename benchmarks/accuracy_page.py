"""The page of answers to simulated impedance sweeps: a summary, a row a kind, a table a kind."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import product
from math import inf, isnan, nan
from typing import Final

from benchmarks.impedance_answer import FAR_ERRORS, FAR_SHARE, SAME_EXPONENT, Line
from benchmarks.process_answer import RESAMPLED_SWEEPS, RESAMPLES
from benchmarks.simulated_impedance import (
    DRIFT,
    KINDS,
    PERIODS,
    POINT_SECOND,
    SCALE_OHM,
    SERIES_OHM,
    SPARE,
    Cell,
)

NOISE_PERCENT: Final = (0.1, 0.3, 1.0, 2.0)
POINTS: Final = (20, 50, 100)
DECADES: Final = (3, 5, 8)
CELLS: Final = tuple(Cell(*values) for values in product(KINDS, NOISE_PERCENT, POINTS, DECADES))
_FEWEST: Final = 20
"""Intervals or sweeps below this tell no share."""


def share(part: int, whole: int) -> float:
    """Return percent, nan of too few."""
    return 100.0 * part / whole if whole >= _FEWEST else nan


@dataclass(frozen=True, slots=True)
class Wanted:
    """A figure that is wanted of every cell.

    Attributes:
        title: what it is.
        least: percent, infinite where there is no such end.
        most: the same.
        counts: its part and its whole in a line.
        of: which lines have it.
    """

    title: str
    least: float
    most: float
    counts: Callable[[Line], tuple[int, int]]
    of: Callable[[Line], bool] = lambda _: True

    def meets(self, percent: float) -> bool:
        """Return whether a share is as wanted."""
        return self.least <= percent <= self.most

    def row(self, lines: Sequence[Line]) -> str:
        """Return the row of the summary."""
        counted = [(self.counts(line), line) for line in lines if self.of(line)]
        told = [(share(*counts), line) for counts, line in counted if counts[1] >= _FEWEST]
        parts, wholes = (sum(counts[place] for counts, _ in counted) for place in (0, 1))
        together = share(parts, wholes)
        limits = f"{self.least:g} to {self.most:g} %"
        if self.least == -inf:
            limits = f"at most {self.most:g} %"
        elif self.most == inf:
            limits = f"at least {self.least:g} %"
        if not told:
            return f"| {self.title} | {limits} | – | – | – | – |"
        verdict = "met" if self.meets(together) else "**not met**"
        meeting = sum(self.meets(percent) for percent, _ in told)
        worst, line = max(told, key=lambda one: max(self.least - one[0], one[0] - self.most))
        return (
            f"| {self.title} | {limits} | {together:.2f} % | {verdict} | {meeting} of {len(told)} "
            f"| {worst:.1f} %: {line.kind}, {line.noise_percent:g} %, {line.points} points, "
            f"{line.decades} decades |"
        )


WANTED: Final = (
    Wanted(
        "95 % intervals of the whole resistance, of status ok, that hold the truth",
        93.0,
        97.0,
        lambda line: (line.ok_covered, line.ok_intervals),
    ),
    Wanted(
        "the same of every status",
        93.0,
        97.0,
        lambda line: (line.covered, line.intervals),
    ),
    Wanted(
        "95 % intervals of an arc that hold the truth",
        93.0,
        97.0,
        lambda line: (line.arc_covered, line.arc_intervals),
    ),
    Wanted(
        "95 % intervals of a process, by covariance, that hold the truth",
        93.0,
        97.0,
        lambda line: (line.process_covered, line.process_intervals),
    ),
    Wanted(
        "95 % intervals of a process, by resamples, that hold the truth",
        93.0,
        97.0,
        lambda line: (line.resampled_covered, line.resampled_intervals),
    ),
    Wanted("false ok", -inf, 1.0, lambda line: (line.false_ok, line.spectra)),
    Wanted(
        "Kramers-Kronig: false alarms on steady sweeps",
        -inf,
        5.0,
        lambda line: (line.spectra - line.valid, line.spectra),
    ),
    Wanted(
        f"Kramers-Kronig: drift of {DRIFT:.0%} found at 0.3 % noise, even from point to point",
        90.0,
        inf,
        lambda line: (line.drift_found, line.spectra),
        lambda line: line.noise_percent == 0.3,
    ),
    Wanted(
        f"Kramers-Kronig: drift of {DRIFT:.0%} found at 0.3 % noise, even in time",
        90.0,
        inf,
        lambda line: (line.timed_drift_found, line.spectra),
        lambda line: line.noise_percent == 0.3,
    ),
)

_COLUMNS: Final[Mapping[str, Callable[[Line], float]]] = {
    "answered": lambda line: share(line.answered, line.spectra),
    "right circuit": lambda line: share(line.right, line.spectra),
    "one more": lambda line: share(line.one_more, line.spectra),
    "ok": lambda line: share(line.ok, line.spectra),
    "bias, %": lambda line: line.bias_percent,
    "bias, errors": lambda line: line.bias_errors,
    "whole covered": lambda line: share(line.covered, line.intervals),
    "if ok": lambda line: share(line.ok_covered, line.ok_intervals),
    "of the right": lambda line: share(line.right_covered, line.right_intervals),
    "arcs matched": lambda line: share(line.arcs_matched, line.arcs),
    "arcs covered": lambda line: share(line.arc_covered, line.arc_intervals),
    "processes matched": lambda line: share(line.processes_matched, line.processes),
    "processes covered": lambda line: share(line.process_covered, line.process_intervals),
    "by resamples": lambda line: share(line.resampled_covered, line.resampled_intervals),
    "false ok": lambda line: share(line.false_ok, line.spectra),
    "beyond 3 errors": lambda line: share(line.far_ok, line.spectra),
    "KK valid": lambda line: share(line.valid, line.spectra),
    "KK invalid": lambda line: share(line.invalid, line.spectra),
    "drift found": lambda line: share(line.drift_found, line.spectra),
    "in time": lambda line: share(line.timed_drift_found, line.spectra),
}
_TOGETHER: Final = tuple(name for name in _COLUMNS if not name.startswith("bias"))
"""Figures that cells have together: a median has none."""
_OF_CELL: Final = frozenset({"points", "decades", "seed"})


def page(lines: Sequence[Line]) -> str:
    """Return the page of a table."""
    return "\n".join([*_head(lines), *_summary(lines), *_kinds(lines), *_tables(lines), ""])


def _head(lines: Sequence[Line]) -> Iterator[str]:
    run = [line for line in lines if not line.left_out]
    sizes = sorted({line.spectra for line in run})
    told = " to ".join(str(size) for size in dict.fromkeys((*sizes[:1], *sizes[-1:])))
    yield "# Answers to simulated impedance sweeps beside the truth"
    yield ""
    yield (
        f"Written by `python -m benchmarks.impedance_accuracy`. {len(run)} of {len(CELLS)} cells, "
        f"{told or 'no'} sweeps each, {sum(line.spectra for line in run)} in all, seed "
        f"{_listed(line.seed for line in run)}; methods: {_listed(line.versions for line in run)}. "
        f"It took {sum(line.second for line in run) / 3600.0:.2f} hours of a processor."
    )
    yield ""
    yield (
        "Sweeps are drawn by other formulas than the product's, written as a csv table, taken into "
        "an empty warehouse as any export is, with the default circuits, and asked for by the "
        f"metric `fitted_resistance`. The series resistance is {SERIES_OHM:g} Ω, all others are "
        f"drawn between 0.3 and 3 times {SCALE_OHM:g} Ω by their logarithm, n between 0.75 and 1, "
        f"time constants within the band with {SPARE:g} decades to spare at either end. Noise is "
        f"white, on both parts, proportional to |Z|. Drift is Z growing by {DRIFT:.0%} from the "
        "first point to the last, evenly from point to point or evenly in time, where a point "
        f"takes {PERIODS:g} periods and {POINT_SECOND:g} s besides."
    )
    yield ""
    yield (
        "The whole resistance is that in series and of every arc; that of a tail, a Gerischer "
        "element or an inductive loop is not in it, and an arc answered in its place is wrong. A "
        "circuit is right where it has the elements drawn, and a tail's exponent within three "
        f"errors or {SAME_EXPONENT:g}: a CPE of n 1 is a C. `One more` is that and one element "
        "besides. Covered are 95 % intervals as the metric tells them, of all, of those "
        "of status ok, and of the right circuit alone. Arcs are matched by time constants. False "
        f"ok is a whole of status ok more than {FAR_ERRORS:g} errors and more than {FAR_SHARE:.1%} "
        "from the truth. Bias is a median. "
        f"Shares are percent of all sweeps, or of what has an interval; of fewer than {_FEWEST} "
        "none is told."
    )
    yield ""
    yield (
        "Processes are those of the distribution of relaxation times, as the metric "
        "`relaxation_process` tells them, matched like arcs, where nothing but arcs relaxes. Their "
        "intervals are by covariance, and `by resamples` those of the first "
        f"{RESAMPLED_SWEEPS} sweeps by {RESAMPLES} resampled spectra. Regularization is biased: it "
        "spreads an arc, and what of it lies beyond the valley counts to the next process. The "
        "less arcs stand apart, the less often either interval holds the resistance of an arc."
    )


def _listed(values: Iterator[object]) -> str:
    return " · ".join(sorted({str(value) for value in values}))


def _summary(lines: Sequence[Line]) -> Iterator[str]:
    yield ""
    yield "| figure | wanted | all cells together | | cells that meet it | the farthest from it |"
    yield "|---|---|---|---|---|---|"
    yield from (wanted.row(lines) for wanted in WANTED)


def _kinds(lines: Sequence[Line]) -> Iterator[str]:
    """Yield a row a kind, all its cells together."""
    yield ""
    yield f"| kind | cells | {' | '.join(_TOGETHER)} |"
    yield "|---" * (2 + len(_TOGETHER)) + "|"
    counts = [each.name for each in fields(Line) if each.type is int and each.name not in _OF_CELL]
    for kind in KINDS:
        own = [line for line in lines if line.kind == kind and not line.left_out]
        if own:
            summed = {name: sum(getattr(line, name) for line in own) for name in counts}
            together = replace(own[0], **summed)
            figures = " | ".join(_shown(_COLUMNS[name](together)) for name in _TOGETHER)
            yield f"| {kind} | {len(own)} | {figures} |"


def _tables(lines: Sequence[Line]) -> Iterator[str]:
    for name, kind in KINDS.items():
        own = [line for line in lines if line.kind == name]
        if not own:
            continue
        yield ""
        yield f"## {name}: {kind.title}"
        for reason in dict.fromkeys(line.left_out for line in own if line.left_out):
            bands = sorted({line.decades for line in own if line.left_out == reason})
            yield ""
            yield f"Left out of {', '.join(map(str, bands))} decades: {reason}."
        yield ""
        yield f"| noise, % | points | decades | {' | '.join(_COLUMNS)} |"
        yield "|---" * (3 + len(_COLUMNS)) + "|"
        for line in own:
            if not line.left_out:
                figures = " | ".join(_shown(figure(line)) for figure in _COLUMNS.values())
                yield f"| {line.noise_percent:g} | {line.points} | {line.decades} | {figures} |"


def _shown(value: float) -> str:
    if isnan(value):
        return "–"
    return f"{value:.1f}" if abs(value) >= 10.0 else f"{value:.2g}"
