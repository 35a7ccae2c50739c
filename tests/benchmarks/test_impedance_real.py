"""Real spectra beside other programs: circuits translated, bounds the same, verdicts told."""

from math import inf

import numpy as np
import pytest

from benchmarks.impedance_page import Row, Theirs, compared, written
from benchmarks.impedance_real import CIRCUITS, OtherCircuit, read
from benchmarks.impedance_task import Answer, Task, tasks_of
from benchmarks.impedance_words import WORDS, names_of, told
from ingest.analysis.impedance.candidate import CANDIDATES
from schema.impedance.circuit import fitted, read_circuit
from schema.impedance.element import ELEMENTS, Band, Complexes, Reals, exponent_place

_ANGULAR = np.logspace(-3.0, 3.0, 30)
_S = 1j * _ANGULAR


def _drawn(circuit: str, theta: Reals) -> Complexes:
    slope = np.empty((1, theta.size, _ANGULAR.size), dtype=np.complex128)
    band = Band.of(_ANGULAR[None])
    return np.array(read_circuit(circuit).impedance(band, theta[None], slope)[0])


def _endless(size: int) -> tuple[Reals, Reals]:
    return np.full(size, -5.0), np.full(size, 5.0)


@pytest.mark.parametrize(
    ("circuit", "formula"),
    [
        ("W1", lambda y: 1.0 / (y * _S**0.5)),
        ("Wo1", lambda y, b: 1.0 / (np.tanh(np.sqrt(_S * b)) * np.sqrt(y * _S))),
        ("Ws1", lambda y, b: np.tanh(np.sqrt(_S * b)) / np.sqrt(y * _S)),
        ("G1", lambda r, tau: r / np.sqrt(1.0 + _S * tau)),
        ("CPE1", lambda y, n: 1.0 / (y * _S**n)),
        ("p(R1,CPE1)", lambda r, tau, n: r / (1.0 + (_S * tau) ** n)),
        (
            "TLMQ1",
            lambda r, y, n: r / ((r * y * _S**n) ** 0.5 * np.tanh((r * y * _S**n) ** 0.5)),
        ),
    ],
)
def test_an_element_in_the_words_of_pyimpspec_draws_the_same(circuit: str, formula) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001 - of so many arguments as it has
    model = read_circuit(circuit)
    theta = np.linspace(0.3, 0.9, len(model.parameters))
    words = told("pyimpspec", model, _endless(theta.size), theta[None])
    assert formula(*words.starts[0]) == pytest.approx(_drawn(circuit, theta), rel=1e-12)


def test_a_transmission_line_in_the_words_of_impedance_py_draws_the_same() -> None:
    theta = np.array([0.4, -0.7, 1.2])
    words = told("impedance", read_circuit("TLMQ1"), _endless(3), theta[None])
    resistance, charge, exponent = words.starts[0]
    wall = 1.0 / (charge * _S**exponent)
    drawn = np.sqrt(resistance * wall) / np.tanh(np.sqrt(resistance / wall))
    assert drawn == pytest.approx(_drawn("TLMQ1", theta), rel=1e-12)
    assert words.names == ["TLMQ1.R", "TLMQ1.Q", "TLMQ1.n"]
    assert words.highest[1] == inf
    assert words.highest[0] == pytest.approx(np.exp(5.0))


def test_every_candidate_is_known_to_both_peers() -> None:
    assert WORDS["impedance"].keys() == WORDS["pyimpspec"].keys() == {*ELEMENTS, "Zarc"}
    for circuit in CANDIDATES:
        model = read_circuit(circuit)
        size = len(model.parameters)
        for words in (
            told("impedance", model, _endless(size), np.zeros((1, size))),
            told("pyimpspec", model, _endless(size), np.zeros((1, size))),
        ):
            assert len(words.names) == len(words.starts[0]) == len(words.lowest) == size
            assert (np.array(words.lowest) < words.starts[0]).all()
            assert (np.array(words.starts[0]) < words.highest).all()
        assert len(names_of(model)) == sum(len(part.parameters) for part in fitted(model.root))


def test_a_circuit_is_described_with_values_and_bounds() -> None:
    model = read_circuit("R0-p(R1,CPE1)-p(R2,L2)-W3")
    low, high = np.full(7, -np.log(2.0)), np.full(7, np.log(2.0))
    place = float(exponent_place(np.array(0.8)))
    start = np.array([0.0, 0.0, 0.0, place, 0.0, 0.0, -0.5 * np.log(2.0)])
    words = told("pyimpspec", model, (low, high), start[None])
    short = words.described[0].replace("0" * 12, "")
    assert words.circuit == "R0-Zarc1-p(R2,L2)-W3"
    assert short.startswith("[R{R=1.E+00/5.E-01/2.E+00}Zarc{R=1.E+00/5.E-01/2.E+00,tau=1.E+00/")
    assert "(R{R=1.E+00/5.E-01/2.E+00}L{L=1.E+00/5.E-01/2.E+00})W{Y=1.E+00/" in short
    assert words.names == ["R0", "R1", "CPE1.tau", "CPE1.n", "R2", "L2", "W3"]
    # Y = 1/(√2 A): the least A makes the greatest Y
    assert (words.lowest[-1], words.highest[-1]) == pytest.approx((0.5**1.5, 2.0**0.5))


def test_a_sweep_is_given_in_its_own_units_with_the_end_of_our_fit_for_a_start() -> None:
    frequency = np.logspace(5.0, -1.0, 40)
    s = 2j * np.pi * frequency
    draw = np.random.default_rng(3).normal(size=(2, 40))
    impedance = 20.0 + 300.0 / (1.0 + (s * 1e-3) ** 0.85)
    impedance = impedance * (1.0 + 0.002 * (draw[0] + 1j * draw[1]))
    tasks = tasks_of("one", frequency, impedance, CIRCUITS)
    assert [task.circuit for task in tasks if task.chosen] == ["R0-p(R1,CPE1)"]
    for task in tasks:
        measured = np.array(task.given["real"]) + 1j * np.array(task.given["imaginary"])
        assert np.median(np.abs(measured)) == pytest.approx(1.0)
        assert task.begun[-1] == pytest.approx(task.ours.rms, rel=1e-6)
        assert min(task.begun[:-1]) >= task.ours.rms * (1.0 - 1e-9)


@pytest.mark.parametrize(
    ("ours", "theirs", "verdict"),
    [
        (0.01, 0.02, "lower"),
        (0.01, 0.010004, "equal"),
        (0.010004, 0.01, "equal"),
        (0.01001, 0.01, "higher"),
        (0.02, inf, "lower"),
        (4e-7, 6e-10, "equal"),
        (2e-6, 6e-10, "higher"),
    ],
)
def test_chi_squares_are_compared_to_a_thousandth_and_above_a_floor(
    ours: float, theirs: float, verdict: str
) -> None:
    assert compared(ours, theirs) == verdict


def _task(rms: float, *bound: str, chosen: bool = False) -> Task:
    given = {"real": [1.0, 2.0]}
    return Task("x.z · 1", CIRCUITS[0], chosen, "ok", Answer(rms, bound), given, [0.5, 0.4, rms])


def test_a_page_tells_whose_is_lower_and_what_rests_on_a_bound() -> None:
    row = Row(_task(0.01, "CPE1.n", "R1", chosen=True), {})
    row.theirs["peer"] = Theirs(Answer(0.02, ("CPE1.n", "R0")), Answer(0.01, ()))
    row.theirs["other 2.0 by squares"] = Theirs(Answer(0.03, ("CPE1.n", "R1")), Answer(0.03, ()))
    page = written([row], ["y.z · 1"])
    assert "| peer | chosen by Leyden | 1 | 1 | 0 | 0 | 4.0000 |" in page
    assert "| lowest by 75.00% | CPE1.n: all; R1: all but peer; R0: peer | ok |" in page
    assert "None was chosen for y.z · 1" in page


def test_a_page_counts_against_ours_what_is_lower_from_where_ours_ended() -> None:
    row = Row(_task(0.02), {})
    row.theirs["peer"] = Theirs(Answer(inf, ()), Answer(0.01, ()))
    page = written([row], [])
    assert f"| peer | `{CIRCUITS[0]}` | 1 | 0 | 0 | 1 | inf |" in page
    assert "| no fit | **higher than peer by 300.00%** |  | ok |" in page
    assert f"**higher by 300.00%**: x.z · 1, `{CIRCUITS[0]}`" in page


def test_of_a_peer_the_best_from_our_starts_counts_and_another_circuit_is_refused() -> None:
    task = _task(0.01)
    answers = [
        {"begun": begun, "rms": rms, "bound": bound}
        for begun, rms, bound in ((0.5, inf, []), (0.4, 0.011, ["R0"]), (0.01, 0.01, []))
    ]
    assert read("peer", task, answers) == Theirs(Answer(0.011, ("R0",)), Answer(0.01, ()))
    answers[1]["begun"] = 0.41
    with pytest.raises(OtherCircuit, match="peer draws"):
        read("peer", task, answers)
