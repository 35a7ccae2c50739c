"""Ivium .idf: a file written here and the real one."""

from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.draft import draft
from ingest.readers.ivium_idf import READER
from ingest.reading import Export, Reading, column
from ingest.recognize import all_readers
from schema.error import EmptyExport, UnreadableExport
from tests.ingest.readers.samples.ivium_idf import OSCILLOSCOPE, PRIMARY, SETTINGS


def export_of(path: Path) -> Export:
    return Export(path, path.name, path.read_bytes()[:4096], path)


def written(folder: Path, *parts: str) -> Path:
    path = folder / "z.idf"
    path.write_bytes("".join(parts).replace("\n", "\r\n").encode("latin-1"))
    return path


def read_all(path: Path) -> list[Reading]:
    export = export_of(path)
    assert [one for one in all_readers() if one.knows(export)] == [READER]
    return READER.read(export)


def stored(reading: Reading, quantity: str) -> NDArray[np.float64]:
    values = column(reading, quantity)
    assert values is not None
    return values


def test_the_columns_of_impedance_are_real_imaginary_and_frequency(tmp_path: Path) -> None:
    (reading,) = read_all(written(tmp_path, SETTINGS, PRIMARY))
    assert stored(reading, "frequency_hertz").tolist() == [1e4, 1e3, 100]
    assert stored(reading, "real_impedance_ohm").tolist() == [109.009, 221.691, 366.4]
    assert stored(reading, "imaginary_impedance_ohm").tolist() == [-26.5557, -120.399, -73.2559]
    assert stored(reading, "test_time_second").tolist() == [2.5, 3.25, 7]
    assert not reading.findings


def test_the_report_tells_instrument_channel_and_start(tmp_path: Path) -> None:
    (reading,) = read_all(written(tmp_path, SETTINGS, PRIMARY))
    assert (reading.instrument, reading.channel) == ("Ivium B12345", "2")
    assert reading.technique == "Impedance"
    assert reading.started_at == datetime(2026, 1, 31, 10, 20, 30)  # noqa: DTZ001  (no zone told)
    assert reading.facts["Title"] == "a cell"
    assert "timing.time[1]" not in reading.facts


def test_what_is_not_told_or_not_kept_is_a_finding(tmp_path: Path) -> None:
    strange = SETTINGS.replace("31.01.2026", "01/31/2026").replace("timing.time[3]=7\n", "")
    (reading,) = read_all(written(tmp_path, strange, PRIMARY, OSCILLOSCOPE))
    assert reading.started_at is None
    assert column(reading, "test_time_second") is None
    kinds = {finding.kind for finding in reading.findings}
    assert kinds == {"time_unknown", "unreadable_date", "not_read"}


def test_every_primary_object_is_a_test(tmp_path: Path) -> None:
    first, second = read_all(written(tmp_path, SETTINGS, PRIMARY, "7\n", PRIMARY))
    assert first.row_count == second.row_count == 3


def test_whole_points_of_a_cut_file_are_kept(tmp_path: Path) -> None:
    (reading,) = read_all(written(tmp_path, SETTINGS, PRIMARY[:-20]))
    assert stored(reading, "frequency_hertz").tolist() == [1e4, 1e3]
    assert stored(reading, "test_time_second").tolist() == [2.5, 3.25]
    assert [finding.kind for finding in reading.findings] == ["truncated"]
    for content in (SETTINGS, SETTINGS + PRIMARY[:40]):
        with pytest.raises(EmptyExport):
            READER.read(export_of(written(tmp_path, content)))


def test_other_methods_and_garbage_are_refused_with_their_place(tmp_path: Path) -> None:
    other = SETTINGS.replace("Method=Impedance", "Method=CyclicVoltammetry")
    with pytest.raises(UnreadableExport, match="Method: 'CyclicVoltammetry': only the columns"):
        READER.read(export_of(written(tmp_path, other, PRIMARY)))
    with pytest.raises(UnreadableExport, match=r"line 23, Re\(Z\)/Ohm: '2.2x691E\+02' is no"):
        READER.read(export_of(written(tmp_path, SETTINGS, PRIMARY.replace("2.21", "2.2x"))))
    wide = PRIMARY.replace("3         ", "4         ", 1)
    with pytest.raises(UnreadableExport, match="line 20: 4 columns where impedance has 3"):
        READER.read(export_of(written(tmp_path, SETTINGS, wide)))


@pytest.mark.exports
def test_the_real_file_has_the_circuit_of_the_tables_beside_it(exports: Path) -> None:
    (reading,) = read_all(exports / "pyimpspec/data.idf")
    assert draft(reading).spectrum_count == 1
    expected = np.loadtxt(exports / "pyimpspec/data-comma.csv", delimiter=",", skiprows=1).T
    for quantity, values in zip(
        ("frequency_hertz", "real_impedance_ohm", "imaginary_impedance_ohm"), expected, strict=True
    ):
        printed = [float(f"{value:.5E}") for value in values]
        assert stored(reading, quantity).tolist() == printed


@pytest.mark.exports
def test_no_other_export_is_claimed_and_none_by_another_reader(exports: Path) -> None:
    files = [path for path in exports.rglob("*") if path.is_file() and path.stat().st_size]
    (claimed,) = [path for path in files if READER.knows(export_of(path))]
    assert claimed.name == "data.idf"
    assert [one for one in all_readers() if one.knows(export_of(claimed))] == [READER]
