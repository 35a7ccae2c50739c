"""What a header of EC-Lab says is what the instrument then did."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ingest.companion import log_of
from ingest.parse.biologic_program import program
from ingest.reading import HEAD_BYTES, Export, ProgramStep, column
from ingest.recognize import reader_for


def header(*columns: dict[str, str]) -> list[str]:
    """Return the lines of a header with these sequences."""
    usual = {
        "Set I/C": "I",
        "N": "1,00",
        "I sign": "> 0",
        "Is": "0,000",
        "unit Is": "mA",
        "vs.": "<None>",
        "t1 (h:m:s)": "0:00:0,0000",
        "EM (V)": "0,000",
        "tM (h:m:s)": "0:00:0,0000",
        "Im": "0,000",
        "unit Im": "mA",
        "tR (h:m:s)": "0:00:0,0000",
        "goto Ns'": "0",
        "nc cycles": "0",
    }
    names = ["Ns", *usual]
    sequences = [{"Ns": str(place), **usual, **given} for place, given in enumerate(columns)]
    rows = [
        "".join(f"{cell:20}" for cell in (name, *(one[name] for one in sequences)))
        for name in names
    ]
    return ["EC-Lab ASCII FILE", "Record Power", *rows, "", "time/s\tEwe/V"]


def test_sequences_whose_first_line_is_damaged_tell_nothing() -> None:
    assert program([line.replace("Ns      ", "Ns     E") for line in header({})]) == ()


def test_a_sequence_is_a_current_a_hold_a_rest_and_a_way_back() -> None:
    charge = {
        "Is": "30,000",
        "unit Is": "µA",
        "t1 (h:m:s)": "10:00:0,0000",
        "EM (V)": "4,200",
        "tM (h:m:s)": "1:30:0,5000",
        "Im": "2,500",
        "unit Im": "µA",
    }
    discharge = {
        "Is": "-30,000",
        "unit Is": "µA",
        "t1 (h:m:s)": "10:00:0,0000",
        "EM (V)": "pass",
        "tR (h:m:s)": "0:10:0,0000",
        "goto Ns'": "1",
        "nc cycles": "5",
    }
    assert program(header({"tR (h:m:s)": "1:00:0,0000"}, charge, discharge)) == (
        ProgramStep("rest", "Ns 0", duration_second=3600.0),
        ProgramStep(
            *("charge", "Ns 1"),
            current_ampere=30e-6,
            upper_voltage_volt=4.2,
            duration_second=36_000.0,
        ),
        ProgramStep(
            *("hold", "Ns 1"),
            voltage_volt=4.2,
            duration_second=5400.5,
            stop_current_ampere=2.5e-6,
        ),
        ProgramStep(*("discharge", "Ns 2"), current_ampere=30e-6, duration_second=36_000.0),
        ProgramStep("rest", "Ns 2", duration_second=600.0),
        ProgramStep("loop", repeat_count=6, repeat_from=2),
    )


@pytest.mark.parametrize(
    ("way", "sign", "capacity", "mode", "ampere"),
    [
        ("C / N", "> 0", "2,400 mA.h", "charge", 1.2e-3),
        ("C / N", "< 0", "2,400 mA.h", "discharge", 1.2e-3),
        ("C x N", "< 0", "2.400 mA.h", "discharge", 4.8e-3),
        ("C / N", "> 0", "0.000 A.h", "other", None),
        ("C / N", "> 0", "2.400 mg", "other", None),
        ("I", "< 0", "2,400 mA.h", "charge", 0.13),
    ],
)
def test_a_rate_is_of_the_capacity_and_not_of_what_was_entered_before(
    way: str, sign: str, capacity: str, mode: str, ampere: float | None
) -> None:
    sequence = {
        "Set I/C": way,
        "N": "2,00",
        "I sign": sign,
        "Is": "130,000",
        "t1 (h:m:s)": "9:00:0,0",
    }
    (step,) = program([f"Battery capacity : {capacity}", *header(sequence)])
    assert (step.mode, step.duration_second) == (mode, 32_400.0)
    assert step.current_ampere == (ampere and pytest.approx(ampere))


def test_no_current_is_a_rest() -> None:
    (step,) = program(header({"t1 (h:m:s)": "0:01:0,0000", "EM (V)": "4,200"}))
    assert step == ProgramStep("rest", "Ns 0", duration_second=60.0)


def test_a_current_against_another_is_not_told() -> None:
    (step,) = program(header({"Is": "1,000", "vs.": "Ictrl", "t1 (h:m:s)": "1:00:0,0000"}))
    assert step == ProgramStep("other", "Ns 0", duration_second=3600.0)


@pytest.mark.parametrize(
    "lines",
    [[], ["Ns"], ["Ns                  0         "], header(), header({})[:4], header({})],
)
def test_a_header_without_such_a_table_tells_no_program(lines: list[str]) -> None:
    assert program(lines) == ()


@pytest.mark.exports
def test_a_real_test_did_what_its_settings_say(exports: Path) -> None:
    (settings,) = exports.rglob("jdb11-1_c3_gcpl_5cycles_2V-3p8V_C-24_data.mps")
    rest, first, charge, discharge, loop = program(
        settings.read_text(encoding="latin-1").splitlines()
    )
    data = settings.with_name(f"{settings.stem}_C09.mpr")
    export = Export(data, data.name, data.read_bytes()[:HEAD_BYTES], data)
    (reading,) = reader_for(export).read(export)
    sequence = next(np.asarray(raw.values) for raw in reading.columns if raw.name == "Ns")
    current, voltage = column(reading, "current_ampere"), column(reading, "voltage_volt")
    assert current is not None
    assert voltage is not None
    ends = np.flatnonzero(np.diff(sequence))
    for number, step in ((1, first), (2, charge), (3, discharge)):
        at = ends[sequence[ends] == number]
        limit = step.upper_voltage_volt or step.lower_voltage_volt
        assert voltage[at] == pytest.approx(limit, abs=2e-3)
        assert np.abs(current[at]) == pytest.approx(step.current_ampere, rel=2e-3)
    assert (rest.mode, rest.duration_second) == ("rest", 3600.0)
    assert (loop.repeat_from, loop.repeat_count) == (3, 6)
    assert np.count_nonzero(sequence[ends] == 2) == loop.repeat_count


@pytest.mark.exports
def test_a_real_rate_is_what_then_flowed(exports: Path) -> None:
    (data,) = exports.rglob("250116_kigr_gen6_01_02_GCPL_CD8.mpr")
    head = data.read_bytes()[:HEAD_BYTES]
    (reading,) = reader_for(export := Export(data, data.name, head, data, log_of(data))).read(
        export
    )
    assert (
        reading.started_at == reader_for(export).read(replace(export, sidecar=None))[0].started_at
    )
    sequence = next(np.asarray(raw.values) for raw in reading.columns if raw.name == "Ns")
    current = column(reading, "current_ampere")
    assert current is not None
    for number, mode in ((1, "charge"), (2, "discharge")):
        step = next(s for s in reading.program if (s.label, s.mode) == (f"Ns {number}", mode))
        way = 1.0 if mode == "charge" else -1.0
        flowed = way * np.median(current[sequence == number])
        assert flowed == pytest.approx(step.current_ampere, rel=1e-3)
    hold = next(step for step in reading.program if step.mode == "hold")
    assert (hold.voltage_volt, hold.stop_current_ampere) == (4.9, 0.241e-3)
