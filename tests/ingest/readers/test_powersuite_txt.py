"""PowerSuite text, a real file and files written here from its layout."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.draft import draft
from ingest.readers.powersuite_txt import READER
from ingest.reading import Export, Reading, column
from ingest.recognize import all_readers
from schema.error import EmptyExport, UnreadableExport
from tests.ingest.readers.samples.powersuite_txt import TEXT

REAL = "impedance.py/exampleDataPowersuite.txt"


def export_of(path: Path) -> Export:
    return Export(path, path.name, path.read_bytes()[:4096], path)


def written(folder: Path, text: str = TEXT) -> Path:
    path = folder / "test.txt"
    path.write_bytes(text.encode())
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


@pytest.mark.parametrize("end", ["\r\r\n", "\r\n", "\n"])
def test_three_columns_are_read_whatever_the_line_ends(tmp_path: Path, end: str) -> None:
    reading = read(written(tmp_path, TEXT.replace("\r\r\n", end)))
    assert stored(reading, "frequency_hertz").tolist() == [0.1, 1]
    assert stored(reading, "real_impedance_ohm").tolist() == [40.5, 30]
    assert stored(reading, "imaginary_impedance_ohm").tolist() == [-4.25, -0.3]
    assert reading.findings == ()


def test_names_alone_are_empty_and_other_names_unknown(tmp_path: Path) -> None:
    with pytest.raises(EmptyExport):
        read(written(tmp_path, "Frequency\t Zre\t Zimg\r\r\n"))
    for names in ("Frequency\tZre", "Frequency,Zre,Zimg", "Frequency\tZre\tZimg\tZmod", ""):
        assert not READER.knows(export_of(written(tmp_path, names + "\n1\t2\t3\n")))


def test_a_cut_last_line_is_left_out_and_told(tmp_path: Path) -> None:
    reading = read(written(tmp_path, TEXT + "10\t 2"))
    assert reading.row_count == 2
    assert [finding.kind for finding in reading.findings] == ["truncated"]


def test_a_word_among_the_numbers_is_refused_by_its_line(tmp_path: Path) -> None:
    with pytest.raises(UnreadableExport, match="'none'") as refusal:
        read(written(tmp_path, TEXT.replace("30", "none")))
    assert refusal.value.place == "line 3"


@pytest.mark.exports
def test_every_number_of_the_real_file_is_the_one_printed(exports: Path) -> None:
    reading = read(exports / REAL)
    lines = (exports / REAL).read_bytes().decode().split("\r\r\n")[1:-1]
    printed = np.array([line.split() for line in lines], float)
    assert printed.shape == (30, 3)
    ours = np.column_stack([np.asarray(raw.values) for raw in reading.columns])
    np.testing.assert_array_equal(ours, printed)
    assert draft(reading).spectrum_count == 1


@pytest.mark.exports
def test_the_real_arc_is_capacitive(exports: Path) -> None:
    """Its resistance falls from 0.1 Hz to 2 MHz, and Im(Z) is negative all the way."""
    reading = read(exports / REAL)
    real = stored(reading, "real_impedance_ohm")
    assert real[0] > 100 * abs(real[-1])
    assert (stored(reading, "imaginary_impedance_ohm") < 0).all()
