"""P00 text: a file written here and the real one."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.draft import draft
from ingest.readers.versastat_p00 import READER
from ingest.reading import Export, Reading, column
from ingest.recognize import all_readers
from schema.error import EmptyExport, UnreadableExport
from tests.ingest.readers.samples.versastat_p00 import HEADER, NAMES, ROWS, WHOLE


def export_of(path: Path) -> Export:
    return Export(path, path.name, path.read_bytes()[:4096], path)


def written(folder: Path, content: str) -> Path:
    path = folder / "z.P00"
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
def test_the_sign_of_the_imaginary_part_is_turned_round(tmp_path: Path, end: str) -> None:
    reading = read(written(tmp_path, WHOLE.replace("\n", end)))
    assert stored(reading, "frequency_hertz").tolist() == [1e4, 1e3, 100]
    assert stored(reading, "real_impedance_ohm").tolist() == [109, 221.7, 366.4]
    assert stored(reading, "imaginary_impedance_ohm").tolist() == [-26.556, -120.4, -73.256]
    assert stored(reading, "test_time_second").tolist() == [1, 2, 4]
    assert stored(reading, "voltage_volt").tolist() == [0.30981] * 3
    assert reading.facts["Header"] == HEADER.strip()
    assert not reading.findings


def test_a_current_of_unknown_sign_keeps_its_own_name(tmp_path: Path) -> None:
    reading = read(written(tmp_path, WHOLE))
    assert column(reading, "current_ampere") is None
    assert [raw.name for raw in reading.columns if raw.quantity is None] == ["Idc/A", "Sweep"]


def test_whole_points_of_a_cut_file_are_kept(tmp_path: Path) -> None:
    for cut, rows in ((30, 2), (len(ROWS) // 3 + 30, 1)):
        reading = read(written(tmp_path, WHOLE[:-cut]))
        assert reading.row_count == rows
        assert {finding.kind for finding in reading.findings} == {"truncated"}
    unended = read(written(tmp_path, WHOLE[:-1]))
    assert unended.row_count == 3
    assert [finding.kind for finding in unended.findings] == ["unterminated"]


def test_more_points_than_promised_are_kept_and_told(tmp_path: Path) -> None:
    reading = read(written(tmp_path, WHOLE + ROWS.splitlines(keepends=True)[-1]))
    assert reading.row_count == 4
    assert [finding.kind for finding in reading.findings] == ["count_disagrees"]


def test_garbage_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(UnreadableExport, match=r"line 8, Z'/Ohm: '22\.17oe"):
        READER.read(export_of(written(tmp_path, WHOLE.replace("22.170e", "22.17oe"))))
    with pytest.raises(UnreadableExport, match="line 8: 5 fields where 6 are expected"):
        READER.read(export_of(written(tmp_path, WHOLE.replace(" 22.170e+01\t", ""))))
    with pytest.raises(EmptyExport):
        READER.read(export_of(written(tmp_path, HEADER + NAMES)))
    with pytest.raises(UnreadableExport, match="line 5: several columns have one name"):
        READER.read(export_of(written(tmp_path, WHOLE.replace("Idc/A", "Edc/V"))))


@pytest.mark.exports
def test_the_real_file_has_the_circuit_of_the_tables_beside_it(exports: Path) -> None:
    reading = read(exports / "pyimpspec/data.P00")
    assert draft(reading).spectrum_count == 1
    expected = np.loadtxt(exports / "pyimpspec/data-comma.csv", delimiter=",", skiprows=1).T
    for quantity, values in zip(
        ("frequency_hertz", "real_impedance_ohm", "imaginary_impedance_ohm"), expected, strict=True
    ):
        assert np.allclose(stored(reading, quantity), values, rtol=5e-4)  # four digits printed
    assert not reading.findings


@pytest.mark.exports
def test_no_other_export_is_claimed_and_none_by_another_reader(exports: Path) -> None:
    files = [path for path in exports.rglob("*") if path.is_file() and path.stat().st_size]
    (claimed,) = [path for path in files if READER.knows(export_of(path))]
    assert claimed.name == "data.P00"
    assert [one for one in all_readers() if one.knows(export_of(claimed))] == [READER]
