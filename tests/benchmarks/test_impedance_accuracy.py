"""The simulation of impedance: its truth, its score, its table and its page, at a small size."""

from collections import Counter
from math import nan
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import typer
from sqlalchemy import select

from benchmarks import impedance_accuracy, process_answer
from benchmarks.accuracy_page import CELLS, WANTED, page
from benchmarks.impedance_accuracy import TABLE, chosen, read_lines, run
from benchmarks.impedance_answer import Answer, Line, answers_to, measure, scored
from benchmarks.process_answer import Found, processes_scored
from benchmarks.simulated_impedance import DRIFT, KINDS, Cell, Draw, Floats, Simulated, Term, Truth
from ingest.analysis.computation import results
from ingest.analysis.earlier import computed_before
from ingest.analysis.impedance.analysis import AnalysisSettings
from ingest.subject import SWEEPS
from schema.catalog import LakeFile
from schema.catalog.connection import look
from schema.warehouse import Warehouse

Limit = tuple[Floats, Floats | float]

BLOCKING = Cell("blocking", 0.3, 20, 5)
COUNT = 40


def terms(kind: str, count: int = 5) -> dict[str, Term]:
    """Return terms of a kind by their shape; arcs are numbered after the first."""
    drawn = KINDS[kind].draw(Draw(np.random.default_rng(1), count, 5))
    seen: Counter[str] = Counter()
    named = {}
    for term in drawn:
        seen[term.shape] += 1
        named[f"{term.shape}{seen[term.shape]}"] = term
    return named


def limits(kind: str) -> tuple[Truth, Limit, Limit]:
    """Return a truth, and (coefficient, power of jω) of its Z at the lowest and highest end."""
    of = terms(kind)
    ohm = {name: term.ohm for name, term in of.items()}
    none = np.zeros(5)
    series = np.sum([none, *(value for name, value in ohm.items() if name[0] == "R")], axis=0)
    arcs = np.sum([none, *(value for name, value in ohm.items() if "arc" in name)], axis=0)
    low: Limit = (series + arcs, 0.0)
    high: Limit = (series, 0.0)
    for term in of.values():
        tail = term.ohm * term.tau**-term.n, -term.n
        match term.shape:
            case "Q" | "open":
                low = tail
                high = tail if len(of) == 1 else high
            case "short":
                low = (series + arcs + term.ohm, 0.0)
            case "G":
                low = (series + term.ohm, 0.0)
            case "L":
                high = (term.ohm * term.tau, 1.0)
                low = high if len(of) == 1 else low
            case "loop":
                high = (series + term.ohm, 0.0)
    return Truth(tuple(of.values())), low, high


@pytest.mark.parametrize("kind", KINDS)
def test_a_truth_is_what_it_must_be_at_either_end_of_frequency(kind: str) -> None:
    truth, low, high = limits(kind)
    for hertz, (coefficient, power) in ((1e-30, low), (1e40, high)):
        expected = coefficient * (2j * np.pi * hertz) ** power
        found = truth.impedance(np.array([hertz]))[:, 0]
        assert found == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    "cell", [cell for cell in chosen(["noise=1", "points=20"]) if not cell.left_out], ids=str
)
def test_what_is_drawn_lies_in_the_band_and_is_the_same_for_a_seed(cell: Cell) -> None:
    one, again = Simulated.drawn(cell, 50), Simulated.drawn(cell, 50)
    assert np.array_equal(one.steady_ohm, again.steady_ohm)
    half = cell.decades / 2.0 - 0.5
    for term in one.truth.arcs:
        peak = np.log10(1.0 / (2.0 * np.pi * term.tau))
        assert np.all(np.abs(peak - 2.5) <= half + 1e-9)
    off = one.steady_ohm / one.truth.impedance(one.frequency_hertz) - 1.0
    assert np.std(off.real) == pytest.approx(0.01, rel=0.1)
    assert np.std(off.imag) == pytest.approx(0.01, rel=0.1)
    for drifting in (one.drifting_ohm, one.timed_ohm):
        assert drifting[:, -1] == pytest.approx((1.0 + DRIFT) * one.steady_ohm[:, -1])
        assert np.all(np.diff(np.abs(drifting / one.steady_ohm)) > 0.0)


@pytest.mark.parametrize(("kind", "ratio"), [("overlap_3", 3), ("overlap_100", 100)])
def test_overlapping_arcs_are_as_far_apart_as_they_say(kind: str, ratio: float) -> None:
    fast, slow = Simulated.drawn(Cell(kind, 0.3, 20, 3), 20).truth.arcs
    assert slow.tau / fast.tau == pytest.approx(ratio)


def exact(simulated: Simulated, circuit: str, *, off: float = 0.0) -> list[Answer]:
    """Return answers whose whole is off by so many errors of 2 Ω, with an interval of 4 Ω."""
    (arc,), whole = simulated.truth.arcs, simulated.truth.whole_ohm
    tail = simulated.truth.terms[-1]
    return [
        Answer(
            circuit,
            "valid",
            "ok",
            float(whole[row]) + 2.0 * off,
            2.0,
            float(whole[row]) + 2.0 * off - 4.0,
            float(whole[row]) + 2.0 * off + 4.0,
            {
                ("R0", "R"): (10.0, 2.0),
                ("R1", "R"): (float(arc.ohm[row]), 2.0),
                ("R2", "R"): (0.0, 0.0),
                ("CPE2", "n"): (float(tail.n[row]), nan),
            },
            ((float(arc.ohm[row]) - 1.0, float(arc.ohm[row]) + 1.0, float(arc.tau[row])),),
        )
        for row in range(len(whole))
    ]


@pytest.mark.parametrize(
    ("off", "covered", "far"), [(0, COUNT, 0), (1.9, COUNT, 0), (2.5, 0, 0), (4.1, 0, COUNT)]
)
def test_a_whole_is_held_against_its_interval_and_its_error(
    off: float, covered: int, far: int
) -> None:
    simulated = Simulated.drawn(BLOCKING, COUNT)
    answers = exact(simulated, "R0-p(R1,CPE1)-CPE2", off=off)
    score = scored(KINDS["blocking"].circuit, simulated, answers)
    assert (score["right"], score["one_more"], score["ok"]) == (COUNT, 0, COUNT)
    assert (score["intervals"], score["covered"]) == (COUNT, covered)
    assert (score["ok_intervals"], score["ok_covered"]) == (COUNT, covered)
    assert (score["far_ok"], score["false_ok"]) == (far, far)
    assert (score["arcs"], score["arcs_matched"], score["arc_covered"]) == (COUNT,) * 3
    assert score["bias_errors"] == pytest.approx(off, abs=1e-9)


@pytest.mark.parametrize(
    ("circuit", "right", "one_more"),
    [
        ("CPE2-R0-p(CPE1,R1)", COUNT, 0),
        ("R0-p(R1,C1)-CPE2", COUNT, 0),
        ("L0-R0-p(R1,CPE1)-CPE2", 0, COUNT),
        ("R0-p(R1,CPE1)", 0, 0),
        ("R0-p(R1,CPE1)-W2", 0, 0),
        ("R0-p(R1,CPE1)-p(R2,CPE2)", 0, 0),
        ("", 0, 0),
    ],
)
def test_a_circuit_is_right_by_its_elements_and_the_exponent_of_its_tail(
    circuit: str, right: int, one_more: int
) -> None:
    simulated = Simulated.drawn(BLOCKING, COUNT)
    score = scored(KINDS["blocking"].circuit, simulated, exact(simulated, circuit))
    assert (score["right"], score["one_more"]) == (right, one_more)


@pytest.mark.parametrize(
    ("off", "apart", "matched", "covered"),
    [(0, 0.0, COUNT, COUNT), (3, 0.0, COUNT, 0), (0, 1.0, 0, 0)],
)
def test_a_process_is_held_against_the_arc_that_is_nearest_in_time(
    off: float, apart: float, matched: int, covered: int
) -> None:
    simulated = Simulated.drawn(Cell("lead", 0.3, 20, 5), COUNT)
    (arc,) = simulated.truth.arcs
    linear: list[tuple[Found, ...]] = []
    drawn: list[tuple[Found, ...]] = []
    for ohm, tau in zip(arc.ohm + 2.0 * off, arc.tau * 10.0**apart, strict=True):
        linear.append(((ohm, 2.0, tau), (ohm, 1e9, tau * 1e3)))
        drawn.append(((ohm - 4.0, ohm + 4.0, tau),) if len(drawn) < 30 else ())
    few = min(matched, 30)
    assert processes_scored(simulated, linear, drawn) == {
        "processes": COUNT,
        "processes_matched": matched,
        "process_intervals": matched,
        "process_covered": covered,
        "resampled_intervals": few,
        "resampled_covered": min(covered, 30),
    }
    tailed = Simulated.drawn(BLOCKING, COUNT)
    assert processes_scored(tailed, linear, drawn) == {}


@pytest.mark.slow
def test_a_file_gives_what_the_columns_of_its_sweeps_give(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    simulated = Simulated.drawn(BLOCKING, 4)
    columns = simulated.columns(simulated.steady_ohm)
    direct = results(columns, AnalysisSettings(), computed_before(empty_warehouse, SWEEPS))
    answers, versions = answers_to(simulated, empty_warehouse, tmp_path / "sweeps.csv")
    with look(empty_warehouse.engine) as session:
        paths = dict(session.execute(select(LakeFile.kind, LakeFile.path)).all())
    for result, kind in zip(direct, ("fits", "kramers_kronig", "relaxations"), strict=True):
        rested = pq.read_table(empty_warehouse.lake.path(paths[kind]))
        mine = result.rows.drop_columns(["test_id"])
        assert rested.drop_columns(["test_id"]).to_pylist() == mine.to_pylist()
        assert f"{result.method} {result.version}" in versions
    fits = direct[0].rows.to_pylist()
    chosen_ones = {row["spectrum_count"]: row["circuit"] for row in fits if row["chosen"]}
    assert {n: each.circuit for n, each in enumerate(answers, 1) if each.circuit} == chosen_ones


@pytest.mark.slow
def test_a_run_keeps_the_lines_of_other_cells_and_the_page_is_that_of_the_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table, written = tmp_path / "table.tsv", tmp_path / "page.md"
    monkeypatch.setattr(impedance_accuracy, "TABLE", table)
    monkeypatch.setattr(impedance_accuracy, "PAGE", written)
    left_out = chosen(["kind=three_arcs", "decades=3", "noise=0.3", "points=20"])
    run(left_out, COUNT, table, merge=False)
    few = ["kind=blocking", "noise=0.3", "points=20", "decades=5"]
    impedance_accuracy.main(spectra=COUNT, cells=few, merge=True)
    text = written.read_text(encoding="utf-8")
    kept, line = read_lines(table)
    assert kept.left_out
    assert kept.left_out in text
    assert (line.cell, line.spectra, line.seed) == (BLOCKING, COUNT, 12)
    assert line.answered >= 0.9 * COUNT
    assert line.right >= 0.8 * COUNT
    assert line.covered >= 0.8 * line.intervals > 0
    assert page([kept, line]) == text
    written.unlink()
    impedance_accuracy.main(spectra=COUNT, page_only=True)
    assert written.read_text(encoding="utf-8") == text


@pytest.mark.slow
def test_the_first_sweeps_of_arcs_have_intervals_by_resamples(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(process_answer, "RESAMPLED_SWEEPS", 20)
    monkeypatch.setattr(process_answer, "RESAMPLES", 40)
    line = measure(Cell("two_arcs", 0.3, 20, 5), 25)
    assert 2 * 25 == line.processes >= line.processes_matched == line.process_intervals >= 45
    assert line.resampled_covered >= 0.5 * line.resampled_intervals >= 18


def test_lines_of_a_table_that_knew_less_have_nothing_instead(tmp_path: Path) -> None:
    table = tmp_path / "table.tsv"
    table.write_text("kind\tnoise_percent\tpoints\tdecades\nlead\t0.3\t20\t5\n")
    (line,) = read_lines(table)
    assert (line.cell, line.processes, line.resampled_intervals) == (Cell("lead", 0.3, 20, 5), 0, 0)


def test_a_figure_is_met_or_the_farthest_cell_is_named() -> None:
    lines = [Line("lead", 0.3, 20, 3, spectra=1000, valid=960), Line("loop", 0.3, 20, 3)]
    lines.append(Line("short", 0.3, 20, 3, spectra=1000, valid=960))
    alarms = next(each for each in WANTED if "false alarms" in each.title)
    assert "| at most 5 % | 4.00 % | met | 2 of 2 | 4.0 %: lead," in alarms.row(lines)
    lines.append(Line("loop", 1.0, 50, 5, spectra=1000, valid=500))
    assert "| 19.33 % | **not met** | 2 of 3 | 50.0 %: loop, 1 %, 50 points" in alarms.row(lines)
    assert "| – | – |" in WANTED[1].row(lines)


@pytest.mark.parametrize("wrong", ["colour=red", "kind=cube", "noise=7", "noise"])
def test_a_filter_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(typer.BadParameter):
        chosen([wrong])
    assert len(chosen([])) == len(CELLS) == 17 * 36


def test_the_page_that_is_kept_is_that_of_the_table_that_is_kept() -> None:
    assert impedance_accuracy.PAGE.read_text(encoding="utf-8") == page(read_lines(TABLE))
