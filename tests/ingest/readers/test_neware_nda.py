"""Neware binary exports, against fastnda, NewareNDA, vendor exports and files written here."""

import logging
import shutil
import struct
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import fastnda
import NewareNDA
import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from ingest.readers.neware_nda import READER
from ingest.reading import Export, Reading, column
from ingest.recognize import reader_for
from schema.error import EmptyExport, RefusedExport, UnreadableExport
from tests.ingest.readers.samples.neware_nda import (
    RECORD,
    nda,
    ndax_bytes,
    record,
)

BINARIES = {
    "NewareNDA/123456789012_Unit27_Example_Data_File.ndax": 301,
    "NewareNDA/2-1-6_61[07005012].nda": 15567,
    "NewareNDA/TESTCELL0001-Test_Data_Collection_Ndc17.ndax": 80,
    "NewareNDA/TestFile.nda": 6670,
    "NewareNDA/new_nda_file.nda": 439,
    "NewareNDA/test_2.ndax": 108563,
    "fastnda/Unit27_Example_Corrupt.ndax": 301,
    "fastnda/interp-test.ndax": 333,
    "fastnda/nda8.nda": 46805,
    "fastnda/nda_v22.nda": 1380,
    "fastnda/nw4-120-1-6-53.ndax": 18700,
}
UNREADABLE_BY_NEWARE_NDA = {"fastnda/nda8.nda", "fastnda/nda_v22.nda"}
BTSDA = {
    "NewareNDA/2-1-6_61[07005012].nda": "2-1-6_61_07005012",
    "NewareNDA/TestFile.nda": "TestFile",
    "NewareNDA/new_nda_file.nda": "new_nda_file",
    "NewareNDA/test_2.ndax": "test_2",
    "fastnda/Unit27_Example_Corrupt.ndax": "Unit27_Example_Corrupt",
    "fastnda/interp-test.ndax": "interp-test",
    "fastnda/nda8.nda": "nda8",
    "fastnda/nda_v22.nda": "nda_v22",
    "fastnda/nw4-120-1-6-53.ndax": "nw4-120-1-6-53",
}


def export_of(path: Path, name: str | None = None) -> Export:
    return Export(path, name or path.name, path.read_bytes()[:4096], path)


def read(path: Path, name: str | None = None) -> Reading:
    export = export_of(path, name)
    assert READER.knows(export)
    (reading,) = READER.read(export)
    return reading


@cache
def known(path: Path) -> Reading:
    """Return what is read of a real file: once for all tests, which only look at it."""
    return read(path)


def stored(reading: Reading, quantity: str) -> NDArray[np.float64]:
    values = column(reading, quantity)
    assert values is not None
    return values


def labels(reading: Reading) -> list[str | None]:
    (raw,) = (raw for raw in reading.columns if raw.quantity == "step_type")
    found: list[str | None] = raw.values.tolist()
    return found


def ndax(path: Path, seconds: list[int], *test_info: bytes) -> Path:
    """Write an ndax of a record at each of the seconds."""
    path.write_bytes(ndax_bytes(seconds, *test_info))
    return path


def written(folder: Path, content: bytes, name: str = "cell.nda") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def test_a_charge_a_rest_and_a_discharge_keep_their_signs_counters_and_labels(
    tmp_path: Path,
) -> None:
    records = [
        record(1, 1, 1, 0, 100),
        record(2, 1, 1, 36, 100, charge=1.0),
        record(3, 2, 4, 0, 0),
        record(4, 3, 2, 0, -200),
        record(5, 3, 2, 18, -200, charge=-1.0),
    ]
    reading = read(written(tmp_path, nda(records)))
    assert np.allclose(stored(reading, "current_ampere"), [0.1, 0.1, 0, -0.2, -0.2])
    assert np.allclose(stored(reading, "step_charging_capacity_ah"), [0, 1e-3, 0, 0, 0])
    assert np.allclose(stored(reading, "step_discharging_capacity_ah"), [0, 0, 0, 0, 1e-3])
    assert np.allclose(stored(reading, "test_time_second"), [0, 36, 36, 36, 54])
    assert labels(reading) == ["CC_Chg", "CC_Chg", "Rest", "CC_DChg", "CC_DChg"]
    assert stored(reading, "vendor_step_count").tolist() == [1, 1, 2, 3, 3]
    assert reading.started_at == datetime.fromtimestamp(1_700_000_001, UTC)
    assert not reading.findings


def test_an_archived_file_without_a_suffix_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, nda([record(1, 1, 4, 0, 0)]), "9f86d081884c7d65")
    assert read(path, "cell.nda").row_count == 1


def test_a_file_cut_in_a_record_keeps_the_whole_ones_and_says_so(tmp_path: Path) -> None:
    content = nda([record(index, 1, 4, index, 0) for index in range(1, 11)])
    reading = read(written(tmp_path, content[: -2 * RECORD.size - 5]))
    assert reading.row_count == 7
    (finding,) = reading.findings
    assert (finding.kind, finding.place) == ("truncated", f"byte {len(content) - 177}")


def test_a_clock_that_jumps_back_stays_as_it_is(tmp_path: Path) -> None:
    earlier = bytearray(record(2, 1, 4, 1, 0))
    struct.pack_into("<Q", earlier, RECORD.size - 16, 1_600_000_000)
    records = [record(1, 1, 4, 0, 0), bytes(earlier), record(3, 1, 4, 2, 0)]
    reading = read(written(tmp_path, nda(records)))
    assert (np.diff(stored(reading, "unix_time_second")) < 0).any()
    assert stored(reading, "record_index").tolist() == [1, 2, 3]


def test_a_step_type_without_a_name_is_missing_and_told(tmp_path: Path) -> None:
    reading = read(written(tmp_path, nda([record(1, 1, 77, 0, 0)])))
    assert labels(reading) == [None]
    assert [finding.kind for finding in reading.findings] == ["unknown_step_type"]


def test_an_unverified_version_is_read_with_a_finding(tmp_path: Path) -> None:
    layout = struct.Struct("<BxIIHBQii8xqqQ4xi")
    one = layout.pack(85, 1, 0, 1, 2, 1000, 37000, -1000, 3600, 0, 1_700_000_000, 1000)
    padded = one + bytes(70 - len(one)) if len(one) < 70 else one[:70]
    reading = read(written(tmp_path, nda([padded], version=25)))
    assert "unverified_format" in [finding.kind for finding in reading.findings]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (nda([]), "cell.nda"),
        (b"NEWARE", "cell.nda"),
        (nda([record(1, 1, 4, 0, 0)], version=21), "cell.nda"),
        (b"PK\x03\x04 cut short", "cell.ndax"),
    ],
)
def test_what_cannot_be_read_is_refused(tmp_path: Path, content: bytes, name: str) -> None:
    with pytest.raises(RefusedExport):
        READER.read(export_of(written(tmp_path, content, name)))


def test_a_zipped_export_is_read_by_its_wall_clock_and_its_own_words(tmp_path: Path) -> None:
    reading = read(ndax(tmp_path / "cell.ndax", list(range(100))))
    assert reading.row_count == 100
    assert np.allclose(stored(reading, "current_ampere"), 0.1)
    charge = stored(reading, "step_charging_capacity_ah")
    assert np.allclose(charge, 0.1 * np.arange(100) / 3600)
    assert reading.started_at == datetime(2026, 1, 2, 3, 4)  # noqa: DTZ001  (no zone is known)
    assert column(reading, "unix_time_second") is None
    assert (reading.facts["Barcode"], reading.channel) == ("电池-1", "7-0-3")


def test_words_that_are_no_xml_cost_the_words_and_not_the_records(tmp_path: Path) -> None:
    reading = read(ndax(tmp_path / "cell.ndax", [0, 1], b"<root><config>"))
    assert reading.row_count == 2
    assert [(note.kind, note.place) for note in reading.findings] == [
        ("unreadable_metadata", "TestInfo.xml")
    ]


def test_an_archived_zip_without_a_suffix_is_known_by_its_members(tmp_path: Path) -> None:
    path = ndax(tmp_path / "9f86d081884c7d65", [0, 1, 2])
    assert READER.knows(export_of(path))
    assert read(path, "cell").row_count == 3


def test_a_zip_without_data_is_refused_by_the_name_of_the_member(tmp_path: Path) -> None:
    path = tmp_path / "cell.ndax"
    with zipfile.ZipFile(path, "w") as members:
        members.writestr("TestInfo.xml", "<root/>")
    with pytest.raises(UnreadableExport, match=r"data\.ndc"):
        READER.read(export_of(path))


def test_a_zip_of_something_else_is_not_claimed(tmp_path: Path) -> None:
    path = tmp_path / "table.xlsx"
    with zipfile.ZipFile(path, "w") as members:
        members.writestr("xl/workbook.xml", "<root/>")
    assert not READER.knows(export_of(path))


@pytest.mark.slow
def test_reading_neware_leaves_zlib_to_everybody_else_as_it_was() -> None:
    program = (
        "import zlib; before = zlib.decompress, zlib.decompressobj\n"
        "import ingest.readers.neware_nda\n"
        "assert (zlib.decompress, zlib.decompressobj) == before\n"
        "assert zlib.decompress(zlib.compress(b'jar')) == b'jar'"
    )
    subprocess.run([sys.executable, "-c", program], check=True)  # noqa: S603  (our own program)


@pytest.mark.exports
@pytest.mark.parametrize(("name", "rows"), BINARIES.items())
def test_every_record_has_the_values_of_fastnda(exports: Path, name: str, rows: int) -> None:
    path = exports / name
    reading = known(path)
    assert reader_for(export_of(path)) is READER
    logging.disable(logging.CRITICAL)
    theirs = fastnda.read(path, cycle_mode="raw")
    logging.disable(logging.NOTSET)
    assert reading.row_count == rows == len(theirs)
    for quantity, column_name, scale in [
        ("record_index", "index", 1.0),
        ("voltage_volt", "voltage_V", 1.0),
        ("current_ampere", "current_mA", 1e-3),
        ("test_time_second", "total_time_s", 1.0),
        ("step_time_second", "step_time_s", 1.0),
        ("vendor_step_count", "step_count", 1.0),
        ("step_id", "step_index", 1.0),
    ]:
        expected = theirs[column_name].to_numpy().astype(np.float64) * scale
        assert np.allclose(stored(reading, quantity), expected, rtol=1e-7, atol=1e-6), quantity
    net = stored(reading, "step_charging_capacity_ah") - stored(
        reading, "step_discharging_capacity_ah"
    )
    assert np.allclose(net, theirs["capacity_mAh"].to_numpy() * 1e-3, rtol=1e-6, atol=1e-12)
    assert labels(reading) == theirs["step_type"].cast(pl.String).to_list()
    if (cycles := column(reading, "vendor_cycle_count")) is not None:
        assert np.array_equal(cycles, theirs["cycle_count"])
    if (clock := column(reading, "unix_time_second")) is not None:
        assert np.allclose(clock, theirs["unix_time_s"], rtol=0, atol=1e-5)


@pytest.mark.exports
@pytest.mark.parametrize(
    "name", [name for name in BINARIES if name not in UNREADABLE_BY_NEWARE_NDA]
)
@pytest.mark.filterwarnings("ignore")  # what NewareNDA warns of is its own affair
def test_every_record_has_the_values_of_neware_nda(exports: Path, name: str) -> None:
    theirs: Any = NewareNDA.read(
        str(exports / name), software_cycle_number=False, log_level="CRITICAL"
    )
    reading = known(exports / name)
    assert reading.row_count == len(theirs)
    # of this version it gives the time of the test under the name of that of the step
    time = "test_time_second" if name.endswith("TestFile.nda") else "step_time_second"
    for quantity, column_name, scale in [
        ("voltage_volt", "Voltage", 1.0),
        ("current_ampere", "Current(mA)", 1e-3),
        (time, "Time", 1.0),
        ("step_charging_capacity_ah", "Charge_Capacity(mAh)", 1e-3),
        ("step_discharging_capacity_ah", "Discharge_Capacity(mAh)", 1e-3),
    ]:
        expected = theirs[column_name].to_numpy().astype(np.float64) * scale
        ours = stored(reading, quantity)
        assert np.allclose(
            ours, np.abs(expected) if "capacity" in quantity else expected, 1e-5, 1e-7
        )


@pytest.mark.exports
@pytest.mark.parametrize(("name", "reference"), BTSDA.items())
def test_every_record_has_the_values_of_the_vendor_export(
    exports: Path, name: str, reference: str
) -> None:
    reading = known(exports / name)
    theirs = pl.read_parquet(exports / "fastnda" / f"{reference}.parquet")
    assert reading.row_count == len(theirs)
    total = theirs["Total Time"].to_numpy()
    assert np.allclose(stored(reading, "test_time_second"), total, rtol=0, atol=1e-3)
    current = theirs["Current(uA)"].to_numpy() * 1e-6
    assert np.allclose(stored(reading, "current_ampere"), current, rtol=5e-6, atol=1e-6)
    voltage = theirs["Voltage(mV)"].to_numpy() * 1e-3
    assert np.allclose(stored(reading, "voltage_volt"), voltage, rtol=0, atol=2e-4)
    moved = stored(reading, "step_charging_capacity_ah") + stored(
        reading, "step_discharging_capacity_ah"
    )
    capacity = np.abs(theirs["Capacity(mAs)"].to_numpy()) / 3.6e6
    assert np.allclose(moved, capacity, rtol=1e-5, atol=2e-7)
    assert np.array_equal(stored(reading, "vendor_step_count"), theirs["Step Count"])
    assert np.array_equal(stored(reading, "step_id"), theirs["Step Index"])
    assert column(reading, "unix_time_second") is None or _whole_hours_apart(reading, theirs)


def _whole_hours_apart(reading: Reading, theirs: pl.DataFrame) -> bool:
    """Return whether the vendor's local dates are our UTC clock moved by one time zone."""
    dates = theirs["Date"].dt.epoch("ms").to_numpy() / 1e3
    apart = dates - stored(reading, "unix_time_second")
    zone = np.round(apart[0] / 3600) * 3600
    return bool(np.allclose(apart, zone, rtol=0, atol=1.001))


@pytest.mark.exports
@pytest.mark.parametrize("name", BINARIES)
def test_the_sign_of_the_current_agrees_with_the_step_type(exports: Path, name: str) -> None:
    reading = known(exports / name)
    current = stored(reading, "current_ampere")
    kinds = np.array([label or "" for label in labels(reading)])
    assert (current[np.char.endswith(kinds, "_Chg")] >= 0).all()
    assert (current[np.char.endswith(kinds, "_DChg")] <= 0).all()
    assert (current[kinds == "Rest"] == 0).all()


@pytest.mark.exports
def test_only_a_clock_that_counts_from_the_epoch_gives_a_zone(exports: Path) -> None:
    absolute = known(exports / "fastnda/nda_v22.nda")
    assert absolute.started_at == datetime(2015, 10, 14, 3, 28, 30, tzinfo=UTC)
    local = known(exports / "NewareNDA/new_nda_file.nda")
    assert local.started_at == datetime(2020, 3, 25, 11, 16, 21)  # noqa: DTZ001  (no zone is known)
    assert column(local, "unix_time_second") is None
    assert "local_time_s" in [raw.name for raw in local.columns]


@pytest.mark.exports
def test_what_the_export_says_of_itself_is_kept(exports: Path) -> None:
    reading = known(exports / "NewareNDA/123456789012_Unit27_Example_Data_File.ndax")
    assert reading.facts["Barcode"] == "123456789012"
    assert reading.facts["Remark"] == "Unit27_Example_Data_File"
    assert (reading.instrument, reading.channel) == ("Neware", "27-0-81")
    temperatures = stored(reading, "temperature_t1_celsius")
    assert 20 < temperatures.min() <= temperatures.max() < 30


@pytest.mark.exports
def test_channels_that_nothing_describes_are_told(exports: Path) -> None:
    findings = known(exports / "fastnda/Unit27_Example_Corrupt.ndax").findings
    assert [finding.kind for finding in findings] == ["aux_left_out"]


@pytest.mark.exports
def test_an_export_without_records_is_empty(exports: Path) -> None:
    with pytest.raises(EmptyExport):
        READER.read(export_of(exports / "fastnda/empty.ndax"))


@pytest.mark.exports
def test_a_half_copied_zip_is_refused(exports: Path, tmp_path: Path) -> None:
    whole = (exports / "fastnda/nw4-120-1-6-53.ndax").read_bytes()
    path = written(tmp_path, whole[: len(whole) // 2], "half.ndax")
    assert READER.knows(export_of(path))
    with pytest.raises(UnreadableExport, match="zip"):
        READER.read(export_of(path))


@pytest.mark.exports
@pytest.mark.parametrize("name", [name for name in BINARIES if name.endswith(".nda")])
def test_a_half_copied_nda_keeps_its_whole_records(
    exports: Path, tmp_path: Path, name: str
) -> None:
    whole = (exports / name).read_bytes()
    all_of_it = known(exports / name)
    cut = read(written(tmp_path, whole[: len(whole) * 9 // 10]))
    assert 0 < cut.row_count < all_of_it.row_count
    voltage = stored(all_of_it, "voltage_volt")[: cut.row_count]
    assert np.array_equal(stored(cut, "voltage_volt"), voltage)
    # version 8 promises no length, so nothing in it tells that it was cut
    kinds = [finding.kind for finding in cut.findings]
    assert kinds == ([] if name.endswith("nda8.nda") else ["truncated"])


@pytest.mark.exports
def test_many_readers_at_once_never_meet_an_invalid_block(exports: Path, tmp_path: Path) -> None:
    source = exports / "fastnda/nw4-120-1-6-53.ndax"
    copies = [shutil.copy(source, tmp_path / f"{place}.ndax") for place in range(12)]
    with ThreadPoolExecutor(6) as threads:
        readings = list(threads.map(read, copies))
    assert {reading.row_count for reading in readings} == {18700}
