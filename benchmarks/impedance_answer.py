"""What a user gets of simulated sweeps, and how far it is from the truth.

Sweeps go into an empty warehouse as a csv table, by the same way as any export; what is asked is
the metrics fitted_resistance and relaxation_process.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf, nan
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any, Final

import duckdb
import numpy as np

from benchmarks.process_answer import (
    Found,
    found_of,
    matched,
    number,
    processes_scored,
    resampled,
)
from benchmarks.simulated_impedance import KINDS, SEED, Cell, Complexes, Simulated
from ingest.analysis.computation import results
from ingest.analysis.earlier import computed_before
from ingest.analysis.impedance.analysis import AnalysisSettings
from ingest.intake import take_in
from ingest.subject import SWEEPS
from schema.settings import Settings
from schema.warehouse import Warehouse, open_warehouse
from service.metric.library import read_metrics
from service.store.question import asked, metric_question
from service.store.store import Store

FAR_ERRORS: Final = 3.0
FAR_SHARE: Final = 0.005
"""A whole resistance this many errors and this part of itself away is wrong."""
SAME_EXPONENT: Final = 0.02
"""Exponents of a tail this near are one, whatever their errors."""
_PART: Final = re.compile(r"p\((?:[^()]|\([^()]*\))*\)|[A-Za-z]+\d*")
_SHAPES: Final[Mapping[str, str]] = {
    "C": "Q",
    "W": "Q",
    "CPE": "Q",
    "Wo": "open",
    "TLMQ": "open",
    "Ws": "short",
    "p(R,C)": "arc",
    "p(C,R)": "arc",
    "p(R,CPE)": "arc",
    "p(CPE,R)": "arc",
    "p(R,L)": "loop",
    "p(L,R)": "loop",
}
"""What parts of a circuit are in simulated_impedance; others go by their own symbol."""
_EXPONENTS: Final[Mapping[str, float]] = {"C": 1.0, "W": 0.5, "Wo": 1.0}

_CHOSEN: Final = """
SELECT told.* FROM store.fit JOIN store.{relation} AS told
USING (test_id, spectrum_count, version, parameter_hash, circuit)
WHERE fit.chosen AND fit.latest AND told.latest
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a user gets of one sweep.

    Attributes:
        circuit: the one chosen; "" where none was.
        verdict: of the Kramers-Kronig test.
        status: of the whole resistance.
        whole_ohm: nan where there is none.
        error_ohm: its error.
        low_ohm: lower end of its 95 % interval.
        high_ohm: upper end, infinite where the sweep tells none.
        parameters: value and error by element and letter, nan where a bound holds it.
        arcs: ends of the 95 % interval of its resistance, and its time constant.
        processes: resistance, its error and time constant, of the distribution.
        resampled: of these, ends of the interval by resamples and time constant.
    """

    circuit: str = ""
    verdict: str = ""
    status: str = ""
    whole_ohm: float = nan
    error_ohm: float = nan
    low_ohm: float = nan
    high_ohm: float = nan
    parameters: dict[tuple[str, str], tuple[float, float]] = field(default_factory=dict)
    arcs: tuple[Found, ...] = ()
    processes: tuple[Found, ...] = ()
    resampled: tuple[Found, ...] = ()

    @property
    def parts(self) -> dict[str, str]:
        """Return what stands in series, by its label, as simulated_impedance names shapes."""
        labels = _PART.findall(self.circuit)
        symbols = {label: re.sub(r"\d+", "", label) for label in labels}
        return {label: _SHAPES.get(symbol, symbol) for label, symbol in symbols.items()}

    def exponent(self, label: str) -> tuple[float, float]:
        """Return the exponent of a tail with its error."""
        fixed = _EXPONENTS.get(re.sub(r"\d+", "", label))
        return self.parameters[label, "n"] if fixed is None else (fixed, 0.0)


@dataclass(frozen=True, slots=True)
class Line:
    """How far answers to the sweeps of a cell are from the truth; counts are of sweeps.

    Attributes:
        kind: of Cell, as the next three.
        noise_percent: of Cell.
        points: of Cell.
        decades: of Cell.
        left_out: why there is no such sweep.
        seed: of the random numbers.
        spectra: sweeps drawn.
        versions: of the methods.
        answered: a circuit was chosen.
        right: the one drawn from, or an equivalent.
        one_more: that and one element more.
        ok: the status of the whole resistance.
        wholes: whole resistances told.
        bias_percent: median of found less true over true.
        bias_errors: median of found less true over its error.
        intervals: whole resistances with a 95 % interval.
        covered: those that hold the truth.
        ok_intervals: intervals of status ok.
        ok_covered: those that hold the truth.
        right_intervals: intervals of the right circuit.
        right_covered: those that hold the truth.
        arcs: arcs drawn, in sweeps that were answered.
        arcs_matched: those that have a found one within half a decade.
        arc_intervals: those with an error.
        arc_covered: those whose interval holds the truth.
        processes: arcs drawn, where nothing else relaxes.
        processes_matched: those with a process of the distribution within half a decade.
        process_intervals: those with an error, by covariance.
        process_covered: those whose interval holds the truth.
        resampled_intervals: those of the first sweeps that have an interval by resamples.
        resampled_covered: those whose interval holds the truth.
        far_ok: ok, and more than three errors away.
        false_ok: and more than half a percent away besides.
        valid: steady sweeps that the Kramers-Kronig test calls valid.
        invalid: steady sweeps that it calls invalid.
        drift_found: sweeps that drift evenly from point to point and that it does not call valid.
        timed_drift_found: sweeps that drift evenly in time and that it does not call valid.
        second: of the processor that it took.
    """

    kind: str
    noise_percent: float
    points: int
    decades: int
    left_out: str = ""
    seed: int = SEED
    spectra: int = 0
    versions: str = ""
    answered: int = 0
    right: int = 0
    one_more: int = 0
    ok: int = 0
    wholes: int = 0
    bias_percent: float = nan
    bias_errors: float = nan
    intervals: int = 0
    covered: int = 0
    ok_intervals: int = 0
    ok_covered: int = 0
    right_intervals: int = 0
    right_covered: int = 0
    arcs: int = 0
    arcs_matched: int = 0
    arc_intervals: int = 0
    arc_covered: int = 0
    processes: int = 0
    processes_matched: int = 0
    process_intervals: int = 0
    process_covered: int = 0
    resampled_intervals: int = 0
    resampled_covered: int = 0
    far_ok: int = 0
    false_ok: int = 0
    valid: int = 0
    invalid: int = 0
    drift_found: int = 0
    timed_drift_found: int = 0
    second: float = 0.0

    @property
    def cell(self) -> Cell:
        """Return what it is of."""
        return Cell(self.kind, self.noise_percent, self.points, self.decades)


def measure(cell: Cell, count: int) -> Line:
    """Return how far answers to so many sweeps of a cell are from the truth."""
    key = (cell.kind, cell.noise_percent, cell.points, cell.decades)
    if cell.left_out:
        return Line(*key, left_out=cell.left_out)
    begun = process_time()
    simulated = Simulated.drawn(cell, count)
    with TemporaryDirectory(prefix="leyden-accuracy-") as folder:
        warehouse = open_warehouse(Settings(home=Path(folder) / "home"))
        try:
            answers, versions = answers_to(simulated, warehouse, Path(folder) / "sweeps.csv")
            answers = [
                replace(each, resampled=found)
                for each, found in zip(answers, resampled(simulated, warehouse), strict=True)
            ]
            even, timed = (
                drift_found(simulated.columns(impedance), warehouse)
                for impedance in (simulated.drifting_ohm, simulated.timed_ohm)
            )
        finally:
            warehouse.engine.dispose()
    return Line(
        *key,
        spectra=count,
        versions=versions,
        drift_found=even,
        timed_drift_found=timed,
        second=round(process_time() - begun, 2),
        **scored(KINDS[cell.kind].circuit, simulated, answers),
    )


def scored(
    circuit: Sequence[str], simulated: Simulated, answers: Sequence[Answer]
) -> dict[str, Any]:
    """Return the fields of Line that come of answers to steady sweeps."""
    fits = [_likeness(circuit, simulated, row, each) for row, each in enumerate(answers)]
    true = simulated.truth.whole_ohm
    whole, error, low, high = np.array(
        [(each.whole_ohm, each.error_ohm, each.low_ohm, each.high_ohm) for each in answers]
    ).T
    ok = np.array([each.status == "ok" for each in answers])
    right = np.array([fit == "right" for fit in fits])
    off = whole - true
    known = ~np.isnan(low) & ~np.isnan(high)
    covered = (low <= true) & (true <= high)
    erring = np.isfinite(off) & (error > 0.0)
    # what has no error told, but is called ok, has none
    far = ok & (np.abs(off) > FAR_ERRORS * np.nan_to_num(error))
    resistive = np.isfinite(off) & (true > 0.0)
    pairs = [
        pair
        for row, each in enumerate(answers)
        if each.circuit
        for pair in matched(simulated, row, each.arcs)
    ]
    arcs = np.array(pairs).reshape(-1, 3)
    held, arc_low, arc_high = arcs.T
    verdicts = Counter(each.verdict for each in answers)
    answered = sum(bool(each.circuit) for each in answers)
    return {
        "answered": answered,
        "right": int(right.sum()),
        "one_more": fits.count("one more"),
        "ok": int(ok.sum()),
        "wholes": int(np.isfinite(off).sum()),
        "bias_percent": _median(100.0 * off[resistive] / true[resistive]),
        "bias_errors": _median(off[erring] / error[erring]),
        "intervals": int(known.sum()),
        "covered": int(covered.sum()),
        "ok_intervals": int((known & ok).sum()),
        "ok_covered": int((covered & ok).sum()),
        "right_intervals": int((known & right).sum()),
        "right_covered": int((covered & right).sum()),
        "arcs": answered * len(simulated.truth.arcs),
        "arcs_matched": len(arcs),
        "arc_intervals": int((~np.isnan(arc_low) & ~np.isnan(arc_high)).sum()),
        "arc_covered": int(((arc_low <= held) & (held <= arc_high)).sum()),
        **processes_scored(
            simulated,
            [each.processes for each in answers],
            [each.resampled for each in answers],
        ),
        "far_ok": int(far.sum()),
        "false_ok": int((far & (np.abs(off) > FAR_SHARE * true)).sum()),
        "valid": verdicts["valid"],
        "invalid": verdicts["invalid"],
    }


def _median(values: Any) -> float:  # noqa: ANN401 - an array
    return float(np.median(values)) if len(values) else nan


def _likeness(circuit: Sequence[str], simulated: Simulated, row: int, answer: Answer) -> str:
    """Return "right", "one more" or "other"."""
    found, drawn = Counter(answer.parts.values()), Counter(circuit)
    more, fewer = found - drawn, drawn - found
    if fewer or more.total() > 1:
        return "other"
    if more:
        return "one more"
    tails = {term.shape: float(term.n[row]) for term in simulated.truth.terms}
    for label, shape in answer.parts.items():
        if shape in {"Q", "open"}:
            exponent, error = answer.exponent(label)
            allowed = max(SAME_EXPONENT, FAR_ERRORS * float(np.nan_to_num(error)))
            if abs(exponent - tails[shape]) > allowed:
                return "other"
    return "right"


def answers_to(simulated: Simulated, warehouse: Warehouse, table: Path) -> tuple[list[Answer], str]:
    """Return what a user gets of steady sweeps in a file, and the versions of what made it."""
    write_table(simulated, simulated.steady_ohm, table)
    outcome = take_in(warehouse, table)
    if outcome.status != "ingested":
        raise ValueError(outcome.reason)
    store = Store(warehouse.engine, warehouse.lake)
    try:
        store.refresh()
        return _told(store, len(simulated.steady_ohm))
    finally:
        store.close()


def drift_found(columns: Mapping[str, Any], warehouse: Warehouse) -> int:
    """Return how many drifting sweeps the Kramers-Kronig test does not call valid."""
    earlier = computed_before(warehouse, SWEEPS)
    (found,) = results(columns, AnalysisSettings(), earlier, ["kramers_kronig"])
    verdicts: list[str] = found.rows["verdict"].to_pylist()
    return len(verdicts) - verdicts.count("valid")


def write_table(simulated: Simulated, impedance: Complexes, path: Path) -> None:
    """Write sweeps one below the other, to the last digit."""
    columns = simulated.columns(impedance)
    names = ("frequency_hertz", "real_impedance_ohm", "imaginary_impedance_ohm")
    table = np.column_stack([columns[name] for name in names])
    heading = "Freq/Hz,Re(Z)/Ohm,Im(Z)/Ohm"
    np.savetxt(path, table, fmt="%.17g", delimiter=",", header=heading, comments="")


def _told(store: Store, count: int) -> tuple[list[Answer], str]:
    metrics = read_metrics()
    with store.cursor() as cursor, store.cursor() as other:
        resistances, relaxed = (
            asked(store, own, metric_question(metrics[name], None)).to_arrow_table().to_pylist()
            for own, name in ((cursor, "fitted_resistance"), (other, "relaxation_process"))
        )
        wholes = {row["spectrum_count"]: row for row in resistances if row["object"] == "whole"}
        processes: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for row in relaxed:
            processes[row["spectrum_count"]].append(row)
        tested = _by_sweep(cursor, "SELECT * FROM store.kramers_kronig WHERE latest")
        chosen = _by_sweep(cursor, "SELECT * FROM store.fit WHERE latest AND chosen")
        listed = {
            name: _by_sweep(cursor, _CHOSEN.format(relation=name))
            for name in ("fit_parameter", "arc")
        }
        made = cursor.execute(
            "SELECT DISTINCT 'fit ' || version FROM store.fit "
            "UNION SELECT DISTINCT 'kramers_kronig ' || version FROM store.kramers_kronig "
            "UNION SELECT DISTINCT 'relaxation ' || version FROM store.relaxation "
            "ORDER BY 1"
        ).fetchall()
    answers = []
    for sweep in range(1, count + 1):
        fit, whole = chosen.get(sweep), wholes.get(sweep, {})
        parameters, arcs = (rows.get(sweep, []) for rows in listed.values())
        answers.append(
            Answer(
                circuit=fit[0]["circuit"] if fit else "",
                verdict=tested[sweep][0]["verdict"],
                status=whole.get("status", "not_computable"),
                whole_ohm=number(whole.get("resistance_ohm")),
                error_ohm=number(whole.get("resistance_error_ohm")),
                low_ohm=ends_of(whole)[0],
                high_ohm=ends_of(whole)[1],
                parameters={
                    (row["element"], row["parameter"]): (
                        number(row["value"]),
                        number(row["standard_error"]),
                    )
                    for row in parameters
                },
                arcs=tuple((*ends_of(row), number(row["time_constant_second"])) for row in arcs),
                processes=found_of(processes.get(sweep, [])),
            )
        )
    return answers, ", ".join(row[0] for row in made)


def ends_of(row: Mapping[str, Any]) -> tuple[float, float]:
    """Return the ends of an interval: 0 or infinite where the sweep tells none, nan without."""
    if row.get("interval") is None:
        return nan, nan
    low, high = row["resistance_low_ohm"], row["resistance_high_ohm"]
    return (0.0 if low is None else low), (inf if high is None else high)


def _by_sweep(cursor: duckdb.DuckDBPyConnection, sql: str) -> Mapping[int, list[dict[str, Any]]]:
    rows: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in cursor.sql(sql).to_arrow_table().to_pylist():
        rows[row["spectrum_count"]].append(row)
    return rows
