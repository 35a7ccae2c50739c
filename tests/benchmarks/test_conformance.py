"""Where we differ from other readers a verdict says why, and the page tells what was measured."""

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from benchmarks import conformance_cycles, conformance_sweeps, conformance_table
from benchmarks.conformance import folders, largest
from benchmarks.conformance_cycles import CycleFigure
from benchmarks.conformance_oracle import oracles
from benchmarks.conformance_ours import OurCycle, Ours, OurSweeps, OurTest, ours
from benchmarks.conformance_page import PAGE, page
from benchmarks.conformance_peers import OF_CYCLES, REFERENCE
from benchmarks.conformance_reference import sound, told_of
from benchmarks.conformance_sweeps import SweepFigure
from benchmarks.conformance_verdict import conventions, verdicts
from benchmarks.exports import ExportsAbsent
from benchmarks.peer_answer import Peer, PeerAnswer, PeerCycle, PeerPoint, answer, asked
from ingest.recognize import all_readers

CYCLES = conformance_table.read(conformance_cycles.FIGURES, CycleFigure)
SWEEPS = conformance_table.read(conformance_sweeps.FIGURES, SweepFigure)
ROOT = Path(__file__).parents[2]


def a_test(*charges: float | None, instrument: tuple[OurCycle, ...] = ()) -> OurTest:
    """Return a test whose cycles charge so much and give back half of it."""
    cycles = tuple(
        OurCycle(number, charge, None if charge is None else charge / 2, 0.5, "ok")
        for number, charge in enumerate(charges, 1)
    )
    return OurTest("exports/a.csv", "neware_csv", 10, cycles, instrument, {"counter": 4})


def beside(test: OurTest, *cycles: tuple[float | None, float | None, float | None]) -> CycleFigure:
    """Return the figure of a peer that tells such cycles."""
    told = PeerAnswer(tuple(PeerCycle(number, *each) for number, each in enumerate(cycles)))
    return conformance_cycles.figure(test, "cellpy", told)


def test_every_difference_has_a_verdict_and_every_verdict_a_difference() -> None:
    figures: list[CycleFigure | SweepFigure] = [*CYCLES, *SWEEPS]
    differ = {(each.file, each.peer) for each in figures if each.differs}
    assert differ == verdicts().keys()
    used = {name for verdict in verdicts().values() for name in verdict.conventions}
    assert used == conventions().keys()


def test_the_page_is_made_of_the_figures() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(CYCLES, SWEEPS)
    assert {each.peer for each in CYCLES} == {REFERENCE, *(peer.name for peer in OF_CYCLES)}


def test_an_oracle_is_a_test_of_the_suite_that_holds_a_reader_of_ours() -> None:
    readers = {reader.name for reader in all_readers()}
    for each in oracles():
        assert each.reader in readers
        file, _, name = each.test.partition("::")
        content = (ROOT / "tests" / "ingest" / file).read_text(encoding="utf-8")
        assert f"\ndef {name}(" in content
        if each.oracle.isidentifier() and each.oracle != "NumPy":
            assert each.oracle in content.partition("\ndef ")[0], "it imports its oracle"


def test_what_is_within_a_thousandth_is_alike() -> None:
    found = beside(a_test(2.0, 4.0), (2.001, 1.0, 0.5), (4.0, 2.0, None))
    assert not found.differs
    assert found.paired == "turns"
    assert found.charge == pytest.approx(0.001 / 2.001)
    assert found.charge_at == "1: 2 / 2.001"


@pytest.mark.parametrize(
    "cycles",
    [
        [(2.01, 1.0, 0.5), (4.0, 2.0, 0.5)],
        [(2.0, 1.0, 0.5), (4.0, None, 0.5)],
        [(2.0, -1.0, 0.5), (4.0, 2.0, 0.5)],
        [(2.0, 1.0, 2.0), (4.0, 2.0, 2.0)],
        [(2.0, 1.0, 0.5)],
        [(0.0, 0.0, None), (0.0, 0.0, None)],
    ],
    ids=["charge", "discharge", "sign", "efficiency", "fewer", "nothing"],
)
def test_what_is_told_otherwise_differs(
    cycles: list[tuple[float | None, float | None, float | None]],
) -> None:
    assert beside(a_test(2.0, 4.0), *cycles).differs


def test_cycles_by_the_instrument_go_before_turns_and_one_number_is_all_of_them() -> None:
    instrument = (OurCycle(7, 1.0, 1.0, 1.0, "ok"), OurCycle(9, 5.0, 2.0, 0.4, "ok"))
    found = beside(a_test(2.0, 4.0, instrument=instrument), (1.0, 1.0, None), (5.0, 2.0, None))
    assert found.paired == "instrument"
    assert not found.differs
    whole = beside(a_test(2.0, 4.0), (6.0, 3.0, None))
    assert whole.paired == "whole test"
    assert whole.charge == 0.0
    assert whole.differs, "it counts one where we count two"


def test_cycles_in_which_nothing_flows_are_none_and_what_we_do_not_know_is_no_zero() -> None:
    found = beside(a_test(2.0), (2.0, 1.0, None), (1e-9, 0.0, None))
    assert found.theirs == 1
    assert not found.differs
    unknown = beside(a_test(None), (2.0, 1.0, None))
    assert unknown.charge_at == "1: unknown / 2"
    assert unknown.differs


def test_impedance_is_held_beside_the_nearest_of_its_frequency_with_its_sign() -> None:
    sweeps = OurSweeps(
        "exports/a.z", "zplot_z", np.array([10.0, 1.0, 10.0]), np.array([1 - 1j, 2 - 1j, 3 - 1j])
    )
    points = [PeerPoint(1.0, 2.0, -1.0), PeerPoint(10.0, 3.0, -1.0), PeerPoint(10.0, 1.0, -1.0)]
    assert not conformance_sweeps.figure(sweeps, "zahner_analysis", PeerAnswer((*points,))).differs
    turned = PeerAnswer((*points[:2], PeerPoint(10.0, 1.0, 1.0)))
    found = conformance_sweeps.figure(sweeps, "zahner_analysis", turned)
    assert found.differs
    assert found.impedance_at == "10: 1-1j / 1+1j"
    absent = PeerAnswer((*points[:2], PeerPoint(100.0, 1.0, -1.0)))
    assert conformance_sweeps.figure(sweeps, "zahner_analysis", absent).impedance == 1.0


def test_a_peer_that_is_absent_or_does_not_read_a_file_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    absent = Peer("absent", "benchmarks.absent", "absent")
    assert "absent" in asked(absent, {"/a": "maccor"}, PeerCycle)["/a"].error

    def read(path: str, _reader: str) -> Iterator[PeerCycle]:
        print("chatter")  # noqa: T201 - a library that talks
        if path == "/data/bad.csv":
            raise KeyError(f"no\ncycles in {path}")
        yield PeerCycle(1, 2.0, None)

    monkeypatch.setattr(sys, "stdin", io.StringIO('{"/data/bad.csv": "", "/data/good.csv": ""}'))
    told = io.StringIO()
    monkeypatch.setattr(sys, "stdout", told)
    answer(read)
    found = json.loads(told.getvalue())
    assert found["/data/bad.csv"]["error"] == r"KeyError: 'no\ncycles in bad.csv'"
    assert found["/data/good.csv"]["rows"][0]["charge_ah"] == 2.0


@pytest.fixture(scope="module")
def found() -> Ours:
    """Return what we tell now of the exports that have figures."""
    try:
        root = folders()[0].parent
    except ExportsAbsent as absent:
        pytest.skip(f"LEYDEN_CASES or LEYDEN_EXPORTS: {absent.path} is absent")
    files = sorted({each.file for each in CYCLES})
    return ours([root / file for file in files], root)


@pytest.mark.exports
@pytest.mark.slow
def test_what_we_tell_is_what_was_held_beside_the_peers(found: Ours) -> None:
    tests = {test.file: test for test in largest(found.tests)}
    assert tests.keys() == {each.file for each in CYCLES}
    for each in CYCLES:
        test = tests[each.file]
        assert (each.turns, each.instrument) == (len(test.turns), len(test.instrument)), each.file
        assert each.counter == test.steps.get("counter", 0), each.file
        for place, side in ((each.charge_at, "charge_ah"), (each.discharge_at, "discharge_ah")):
            if each.paired in {"instrument", "turns"}:
                number, _, told = place.partition(" / ")[0].partition(": ")
                cycles = test.turns if each.paired == "turns" else test.instrument
                (cycle,) = [cycle for cycle in cycles if cycle.number == int(number)]
                assert told == f"{getattr(cycle, side):.5g}", (each.file, each.peer)


@pytest.mark.exports
@pytest.mark.slow
def test_the_reference_tells_what_it_told(found: Ours) -> None:
    told = [
        conformance_cycles.figure(test, REFERENCE, each)
        for test, each in told_of(largest(found.tests))
    ]
    assert {(each.file, each.theirs, each.charge_at, each.discharge_at) for each in told} == {
        (each.file, each.theirs, each.charge_at, each.discharge_at)
        for each in CYCLES
        if each.peer == REFERENCE
    }


@pytest.mark.exports
@pytest.mark.slow
def test_hardly_a_sound_test_has_a_row_of_low_quality(found: Ours) -> None:
    tests = sound(largest(found.tests))
    doubted = [test for test in tests if any(cycle.status != "ok" for cycle in test.turns)]
    assert len(doubted) <= 0.05 * len(tests)


@pytest.mark.exports
@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "discharge_ah", "charge_ah"),
    [
        ("2-1-6_61", 0.29986, 0.0),
        ("kigr_gen6_01_01", 0.0, 2.47e-7),
        ("000109_tztest", 1.9377582, 1.0116168746),
    ],
)
def test_pulses_rests_and_coarse_records_have_the_charge_the_instrument_counted(
    found: Ours, name: str, discharge_ah: float, charge_ah: float
) -> None:
    (test,) = [test for test in found.tests if name in test.file]
    assert test.turns[0].discharge_ah == pytest.approx(discharge_ah, rel=1e-4)
    assert test.turns[0].charge_ah == pytest.approx(charge_ah, rel=1e-2)
