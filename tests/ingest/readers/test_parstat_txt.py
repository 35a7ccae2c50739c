"""PARSTAT text, a real file and files written here from its layout."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.draft import draft
from ingest.readers.parstat_txt import READER
from ingest.reading import Export, Reading, column
from ingest.recognize import all_readers
from schema.error import EmptyExport, RefusedExport, UnreadableExport
from tests.ingest.readers.samples.parstat_txt import TEXT

REAL = "impedance.py/exampleDataParstat.txt"


def export_of(path: Path) -> Export:
    return Export(path, path.name, path.read_bytes()[:4096], path)


def written(folder: Path, text: str = TEXT) -> Path:
    path = folder / "test.txt"
    path.write_text(text, encoding="utf-8")
    return path


def read(path: Path) -> Reading:
    export = export_of(path)
    assert [reader.name for reader in all_readers() if reader.knows(export)] == [READER.name]
    (reading,) = READER.read(export)
    return reading


def stored(reading: Reading, quantity: str) -> NDArray[np.float64]:
    values = column(reading, quantity)
    assert values is not None
    return values


def test_only_records_with_a_frequency_are_impedance(tmp_path: Path) -> None:
    reading = read(written(tmp_path))
    nan = np.nan
    for quantity, printed in {
        "frequency_hertz": [nan, nan, nan, 1000, 100],
        "real_impedance_ohm": [nan, nan, nan, 0.01, 0.02],
        "imaginary_impedance_ohm": [nan, nan, nan, 0.005, -0.003],
        "voltage_volt": [3.5, 3.4, 3.6, 3.6, 3.6],
        "current_ampere": [-0.15, -0.15, 0.15, 0.02, 0.02],
        "test_time_second": [10, 20, 30, 40, 50],
    }.items():
        np.testing.assert_array_equal(stored(reading, quantity), printed)


def test_a_sweep_is_a_step_of_its_own_beside_a_current_of_the_same_sign(tmp_path: Path) -> None:
    steps = draft(read(written(tmp_path))).steps
    assert list(steps["mode"])[-1] == "impedance"
    assert steps["point_count"][-1] == 2


def test_names_alone_are_empty_and_other_names_unknown(tmp_path: Path) -> None:
    with pytest.raises(EmptyExport):
        read(written(tmp_path, TEXT.partition("\n")[0] + "\n"))
    assert not READER.knows(export_of(written(tmp_path, TEXT.replace("(ohms)", "(mohms)"))))
    assert not READER.knows(export_of(written(tmp_path, "")))


def test_a_word_among_the_numbers_is_refused_by_its_line(tmp_path: Path) -> None:
    with pytest.raises(UnreadableExport, match="'high'") as refusal:
        read(written(tmp_path, TEXT.replace("0.005", "high")))
    assert refusal.value.place == "line 5"


@pytest.mark.slow
def test_a_text_cut_anywhere_gives_every_whole_record_or_a_refusal(tmp_path: Path) -> None:
    first = TEXT.index("\n") + 1
    for size in range(first, len(TEXT)):
        whole = TEXT[first:size].count("\n")
        try:
            reading = read(written(tmp_path, TEXT[:size]))
        except RefusedExport:
            assert not whole
            continue
        assert reading.row_count - whole in {0, 1}


@pytest.mark.exports
def test_every_number_of_the_real_file_is_the_one_printed(exports: Path) -> None:
    reading = read(exports / REAL)
    lines = (exports / REAL).read_text(encoding="utf-8").splitlines()[1:]
    printed = np.array([line.split() for line in lines], float)
    assert printed.shape == (812, 8)
    printed[np.ix_(printed[:, 3] == 0, range(3, 8))] = np.nan
    ours = np.column_stack([np.asarray(raw.values) for raw in reading.columns[:8]])
    np.testing.assert_array_equal(ours, printed)


@pytest.mark.exports
def test_the_real_file_discharges_charges_rests_and_sweeps_once(exports: Path) -> None:
    reading = read(exports / REAL)
    done = draft(reading)
    assert list(done.steps["mode"]) == ["discharge", "charge", "rest", "impedance"]
    assert list(done.steps["point_count"]) == [266, 495, 20, 31]
    assert done.spectrum_count == 1
    voltage = stored(reading, "voltage_volt")
    assert voltage[265] < voltage[0]  # it falls while the current is negative
    assert voltage[759] > voltage[266]


@pytest.mark.exports
def test_the_real_arc_is_capacitive_and_its_head_inductive(exports: Path) -> None:
    reading = read(exports / REAL)
    sweep = stored(reading, "frequency_hertz") > 0
    imaginary = stored(reading, "imaginary_impedance_ohm")[sweep]
    frequency = stored(reading, "frequency_hertz")[sweep]
    assert (imaginary[frequency > 1000] > 0).all()
    assert (imaginary[frequency < 1000] < 0).all()
