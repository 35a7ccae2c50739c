"""Elins .i2b text: a file written here and the real one."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.draft import draft
from ingest.readers.elins_i2b import READER
from ingest.reading import Export, Reading, column
from ingest.recognize import all_readers
from schema.error import EmptyExport, UnreadableExport
from tests.ingest.readers.samples.elins_i2b import FREQUENCY, HEADER, IMPEDANCE, ROWS, WHOLE


def export_of(path: Path) -> Export:
    return Export(path, path.name, path.read_bytes()[:4096], path)


def written(folder: Path, content: str) -> Path:
    path = folder / "z.i2b"
    path.write_bytes(content.encode())
    return path


def read(path: Path) -> Reading:
    export = export_of(path)
    assert [one for one in all_readers() if one.knows(export)] == [READER]
    (reading,) = READER.read(export)
    return reading


def stored(reading: Reading, quantity: str) -> NDArray[np.float64]:
    values = column(reading, quantity)
    assert values is not None
    return values


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_three_columns_are_frequency_real_and_imaginary(tmp_path: Path, end: str) -> None:
    reading = read(written(tmp_path, WHOLE.replace("\n", end)))
    assert stored(reading, "frequency_hertz").tolist() == FREQUENCY.tolist()
    assert stored(reading, "real_impedance_ohm").tolist() == IMPEDANCE.real.tolist()
    assert stored(reading, "imaginary_impedance_ohm").tolist() == IMPEDANCE.imag.tolist()
    assert reading.facts["Header"].replace("\r", "") == HEADER.strip()  # type: ignore[union-attr]  # text
    assert not reading.findings


@pytest.mark.parametrize(
    "content",
    [
        WHOLE.removeprefix(HEADER),
        HEADER + ROWS,
        "OFF\n8\n" + "".join(f"{x} 0 1\n" for x in range(8)),
        f"{HEADER}9\n{ROWS.replace(' ', ', ')}",
    ],
)
def test_what_only_resembles_it_is_not_known(tmp_path: Path, content: str) -> None:
    assert not READER.knows(export_of(written(tmp_path, content)))


def test_whole_points_of_a_cut_file_are_kept(tmp_path: Path) -> None:
    reading = read(written(tmp_path, WHOLE.rpartition(" ")[0]))
    assert reading.row_count == 8
    assert [finding.kind for finding in reading.findings] == ["truncated"]


def test_garbage_is_refused_with_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, WHOLE.replace("\n1.0 ", "\nx "))
    with pytest.raises(UnreadableExport, match="line 13, Frequency/Hz: 'x' is no number"):
        READER.read(export_of(path))
    with pytest.raises(EmptyExport):
        READER.read(export_of(written(tmp_path, HEADER + "9\n")))
    with pytest.raises(UnreadableExport, match="the number of points is gone"):
        READER.read(export_of(written(tmp_path, HEADER)))


@pytest.mark.exports
def test_the_real_file_has_the_circuit_of_the_tables_beside_it(exports: Path) -> None:
    reading = read(exports / "pyimpspec/data.i2b")
    assert draft(reading).spectrum_count == 1
    expected = np.loadtxt(exports / "pyimpspec/data-comma.csv", delimiter=",", skiprows=1).T
    for quantity, values in zip(
        ("frequency_hertz", "real_impedance_ohm", "imaginary_impedance_ohm"), expected, strict=True
    ):
        assert stored(reading, quantity).tolist() == values.tolist()
    assert not reading.findings


@pytest.mark.exports
def test_no_other_export_is_claimed_and_none_by_another_reader(exports: Path) -> None:
    files = [path for path in exports.rglob("*") if path.is_file() and path.stat().st_size]
    (claimed,) = [path for path in files if READER.knows(export_of(path))]
    assert claimed.name == "data.i2b"
    assert [one for one in all_readers() if one.knows(export_of(claimed))] == [READER]
