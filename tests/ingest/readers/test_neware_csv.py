"""Neware csv exports, flat and nested, real ones and ones written here."""

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.draft import draft
from ingest.normalize import normalize
from ingest.readers.neware_csv import READER
from ingest.readers.neware_nda import READER as NEWARE_NDA
from ingest.reading import Export, Reading, column
from ingest.recognize import reader_for
from schema.error import EmptyExport, UnreadableExport
from tests.ingest.readers.samples.neware_csv import FLAT, NESTED


def export_of(path: Path) -> Export:
    return Export(path, path.name, path.read_bytes()[:4096], path)


def written(folder: Path, content: str, encoding: str = "utf-8") -> Path:
    path = folder / "cell.csv"
    path.write_bytes(content.encode(encoding))
    return path


def read(path: Path) -> Reading:
    export = export_of(path)
    assert READER.knows(export)
    (reading,) = READER.read(export)
    return reading


def stored(reading: Reading, quantity: str) -> NDArray[np.float64]:
    values = column(reading, quantity)
    assert values is not None
    return values


def labels(reading: Reading) -> list[str | None]:
    (raw,) = (raw for raw in reading.columns if raw.quantity == "step_type")
    found: list[str | None] = raw.values.to_pylist()  # type: ignore[union-attr]  # text is Arrow
    return found


def test_a_flat_export_becomes_si_units_with_clocks_in_seconds(tmp_path: Path) -> None:
    reading = read(written(tmp_path, FLAT))
    assert np.allclose(stored(reading, "current_ampere"), [0, 0, 0.1, 0.1005, -0.2])
    assert stored(reading, "test_time_second").tolist() == [0, 60, 60, 96, 132]
    assert stored(reading, "step_time_second").tolist() == [0, 60, 0, 36, 36]
    assert np.allclose(stored(reading, "step_charging_capacity_ah"), [0, 0, 0, 1e-3, 0])
    assert np.allclose(stored(reading, "step_discharging_capacity_ah"), [0, 0, 0, 0, 2e-3])
    assert labels(reading) == ["Rest", "Rest", "CC Chg", "CC Chg", "CC DChg"]
    assert reading.started_at == datetime(2026, 1, 1)  # noqa: DTZ001  (no zone is known)
    assert not reading.findings


def test_a_nested_export_gives_each_record_its_cycle_and_step(tmp_path: Path) -> None:
    reading = read(written(tmp_path, NESTED))
    assert stored(reading, "vendor_cycle_count").tolist() == [1, 1, 1, 1, 2]
    assert stored(reading, "step_id").tolist() == [1, 1, 2, 2, 1]
    assert labels(reading) == ["CC_Chg", "CC_Chg", "CC_DChg", "CC_DChg", "CC_Chg"]
    assert np.allclose(
        stored(reading, "current_ampere"), np.array([100, 100.5, -200, -200, 100]) / 1e6
    )
    assert np.allclose(
        stored(reading, "dc_internal_resistance_ohm"),
        [np.nan, 0.015, *[np.nan] * 3],
        equal_nan=True,
    )


def test_steps_are_laid_end_to_end_where_there_is_no_test_time(tmp_path: Path) -> None:
    assert np.allclose(
        stored(read(written(tmp_path, NESTED)), "test_time_second"), [0, 2, 2, 3.5, 4]
    )


def test_a_record_number_that_starts_anew_in_each_step_orders_nothing(tmp_path: Path) -> None:
    reading = read(written(tmp_path, NESTED))
    assert column(reading, "record_index") is None
    assert "Record ID" in [raw.name for raw in reading.columns]


@pytest.mark.parametrize(
    ("unit", "encoding", "scale"),
    [
        ("?A", "utf-8", 1e-6),
        ("µA", "utf-8", 1e-6),
        ("µA", "utf-8-sig", 1e-6),
        ("µA", "latin-1", 1e-6),
        ("μA", "gb18030", 1e-6),
        ("\N{REPLACEMENT CHARACTER}A", "utf-8", 1e-6),
        ("mA", "utf-8", 1e-3),
        ("A", "utf-8", 1.0),
    ],
)
def test_the_unit_of_the_header_survives_every_encoding(
    tmp_path: Path, unit: str, encoding: str, scale: float
) -> None:
    reading = read(written(tmp_path, FLAT.replace("Current(mA)", f"Current({unit})"), encoding))
    assert np.allclose(
        stored(reading, "current_ampere"), np.array([0, 0, 100, 100.5, -200]) * scale
    )


@pytest.mark.parametrize("unit", ["furlong", "V", ""])
def test_a_unit_nobody_declared_is_refused_by_name(tmp_path: Path, unit: str) -> None:
    path = written(tmp_path, FLAT.replace("Current(mA)", f"Current({unit})"))
    with pytest.raises(UnreadableExport, match=f"unknown unit '{unit}'; known: A, "):
        READER.read(export_of(path))


def test_a_column_without_a_unit_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, FLAT.replace("Current(mA)", "Current"))
    with pytest.raises(UnreadableExport, match="'Current' has no unit"):
        READER.read(export_of(path))


@pytest.mark.parametrize(
    ("header", "times", "seconds"),
    [
        ("Total Time(s)", ["0", "1.5"], [0, 1.5]),
        ("Total Time(min)", ["0", "1.5"], [0, 90]),
        ("Total Time(h)", ["0", "1.5"], [0, 5400]),
        ("Total Time", ["0:00:00", "30:01:02.25"], [0, 108062.25]),
        ("Total Time(h:min:s.ms)", ["0d 00:00:0", "1d 02:03:4.5"], [0, 93784.5]),
    ],
)
def test_times_are_clocks_or_numbers_with_a_unit(
    tmp_path: Path, header: str, times: list[str], seconds: list[float]
) -> None:
    rows = [f"{place},1,1,Rest,{time},0,3.5" for place, time in enumerate(times, start=1)]
    top = f"DataPoint,Cycle Index,Step Index,Step Type,{header},Current(A),Voltage(V)"
    reading = read(written(tmp_path, "\n".join([top, *rows, ""])))
    assert stored(reading, "test_time_second").tolist() == seconds


def test_a_plain_number_without_a_unit_is_no_time(tmp_path: Path) -> None:
    with pytest.raises(UnreadableExport, match="line 3: '60' in column 'Total Time'"):
        READER.read(export_of(written(tmp_path, FLAT.replace("00:01:00,0,3.5", "60,0,3.5"))))


def test_a_current_without_a_sign_takes_it_from_the_step_type(tmp_path: Path) -> None:
    series = normalize(read(written(tmp_path, FLAT.replace("-200", "200"))))
    assert np.allclose(series.number("current_ampere"), [0, 0, 0.1, 0.1005, -0.2])
    assert [finding.kind for finding in series.findings] == ["current_sign_added"]


def test_integers_first_and_decimals_later_keep_their_decimals(tmp_path: Path) -> None:
    rows = "".join(f"{n},1,1,Rest,{n}:00:00,{n}:00:00,0,3,0,0,\n" for n in range(6, 3000))
    reading = read(
        written(tmp_path, FLAT + rows + "3000,1,1,Rest,1:0:0,3000:0:0,0.25,3.125,0,0,\n")
    )
    assert stored(reading, "voltage_volt")[-1] == 3.125
    assert stored(reading, "current_ampere")[-1] == 0.25e-3


def test_a_cut_last_line_is_left_out_with_a_finding(tmp_path: Path) -> None:
    reading = read(written(tmp_path, FLAT + "6,1,3,CC DCh"))
    assert reading.row_count == 5
    assert [(finding.kind, finding.place) for finding in reading.findings] == [
        ("truncated", "line 7")
    ]


def test_a_cut_last_record_of_a_nested_export_is_left_out(tmp_path: Path) -> None:
    reading = read(written(tmp_path, NESTED + ",,2,0:00"))
    assert reading.row_count == 5
    assert [finding.kind for finding in reading.findings] == ["truncated"]


def test_a_blank_name_in_a_nested_header_moves_no_column(tmp_path: Path) -> None:
    content = NESTED.replace('"Record ID",', '"Record ID",,').replace(",,1,", ",,1,x,")
    reading = read(written(tmp_path, content.replace(",,2,", ",,2,x,")))
    assert stored(reading, "voltage_volt").tolist() == [3.5, 3.6, 3.55, 3.45, 3.4]


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    for content in (FLAT.replace("Date", "Time"), NESTED.replace("DCIR(O)", "Voltage(V)")):
        with pytest.raises(UnreadableExport, match="several columns are called"):
            READER.read(export_of(written(tmp_path, content)))


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("100.5", "1oo.5", "line 5: '1oo.5' in column 'Current"),
        ("3,1,2,CC Chg", "CC Chg", "line 4: 8 fields where the header has 11"),
        ("00:01:36", "00:99999", "line 5: '00:99999' in column 'Total Time'"),
    ],
)
def test_garbage_is_refused_with_its_line_and_text(
    tmp_path: Path, old: str, new: str, place: str
) -> None:
    with pytest.raises(UnreadableExport, match=place):
        READER.read(export_of(written(tmp_path, FLAT.replace(old, new, 1))))


@pytest.mark.parametrize("content", [FLAT.splitlines()[0], "\n".join(NESTED.splitlines()[:3])])
def test_a_header_alone_is_an_empty_export(tmp_path: Path, content: str) -> None:
    with pytest.raises(EmptyExport):
        READER.read(export_of(written(tmp_path, content + "\n")))


def test_windows_line_ends_change_nothing(tmp_path: Path) -> None:
    unix = read(written(tmp_path, NESTED))
    windows = read(written(tmp_path, NESTED.replace("\n", "\r\n")))
    for ours, theirs in zip(unix.columns, windows.columns, strict=True):
        assert ours.name == theirs.name
        assert str(ours.values) == str(theirs.values)


@pytest.mark.exports
@pytest.mark.parametrize(
    ("name", "rows"), [("cellpy/neware_uio.csv", 9065), ("fastnda/interp-test.csv", 333)]
)
def test_real_exports_give_every_record(exports: Path, name: str, rows: int) -> None:
    reading = read(exports / name)
    assert reader_for(export_of(exports / name)) is READER
    assert reading.row_count == rows
    assert np.isfinite(stored(reading, "test_time_second")).all()
    assert np.isfinite(stored(reading, "voltage_volt")).all()


@pytest.mark.exports
def test_the_csv_and_the_binary_of_one_test_agree(exports: Path) -> None:
    ours = read(exports / "fastnda/interp-test.csv")
    (binary,) = NEWARE_NDA.read(export_of(exports / "fastnda/interp-test.ndax"))
    for quantity in ("test_time_second", "step_time_second", "record_index", "step_id"):
        assert np.allclose(stored(ours, quantity), stored(binary, quantity), rtol=0, atol=1e-3)
    assert np.allclose(
        stored(ours, "voltage_volt"), stored(binary, "voltage_volt"), rtol=0, atol=1e-4
    )


@pytest.mark.exports
def test_the_third_cycle_discharges_what_the_vendor_counted(exports: Path) -> None:
    reading = read(exports / "cellpy/neware_uio.csv")
    assert stored(reading, "test_time_second")[-1] == 144 * 3600 + 2 * 60 + 18
    third = stored(reading, "vendor_cycle_count") == 3
    counter = stored(reading, "step_discharging_capacity_ah")[third]
    ends = np.append(np.diff(counter) < 0, [True])
    assert counter[ends].sum() == pytest.approx(7.974e-3, rel=1e-3)


@pytest.mark.exports
def test_no_other_export_is_claimed(exports: Path) -> None:
    files = [path for path in exports.rglob("*") if path.is_file() and path.stat().st_size]
    claimed = {str(path.relative_to(exports)) for path in files if READER.knows(export_of(path))}
    assert claimed == {"cellpy/neware_uio.csv", "fastnda/interp-test.csv"}


ENGLISH = (
    *("Date", "DataPoint", "Cycle Index", "Step Index", "Step Type", "Total Time", "Time"),
    *("Current", "Voltage", "DChg. Cap.", "Chg. Cap.", "Rest", "CC DChg", "CC Chg"),
)
GERMAN = (
    *("Absolutzeit", "Datenpunkt", "Zyklusindex", "Schrittindex", "Schritttyp", "Gesamtzeit"),
    *("Zeit", "Strom", "Spannung", "Entladekapazität", "Ladekapazität", "Ruhe", "CC Entladen"),
    "CC Laden",
)
CHINESE = (
    *("绝对时间", "数据序号", "循环号", "工步号", "工步类型", "总时间", "时间", "电流", "电压"),
    *("放电容量", "充电容量", "搁置", "恒流放电", "恒流充电"),
)


@pytest.mark.parametrize(
    ("words", "encoding"),
    [
        *((ENGLISH, encoding) for encoding in ("utf-8", "utf-8-sig", "utf-16")),
        *((GERMAN, encoding) for encoding in ("utf-8", "utf-8-sig", "utf-16", "latin-1")),
        *((CHINESE, encoding) for encoding in ("utf-8", "utf-8-sig", "utf-16", "gb18030")),
    ],
)
@pytest.mark.parametrize("separator", [",", "\t", ";", "; and decimal commas"])
def test_however_it_is_written_it_says_the_same(
    tmp_path: Path, words: Sequence[str], encoding: str, separator: str
) -> None:
    expected = read(written(tmp_path, FLAT))
    text = FLAT.replace(",", separator[0])
    for word, other in zip(ENGLISH, words, strict=True):
        text = text.replace(word, other)
    if len(separator) > 1:
        text = re.sub(r"(?<=\d)\.(?=\d)", ",", text)
    path = tmp_path / "other.csv"
    path.write_bytes(text.encode(encoding))
    reading = read(path)
    assert reading.started_at == expected.started_at
    for quantity in (
        *("record_index", "vendor_cycle_count", "step_id", "test_time_second", "step_time_second"),
        *("current_ampere", "voltage_volt", "step_charging_capacity_ah"),
    ):
        np.testing.assert_array_equal(stored(reading, quantity), stored(expected, quantity))
    assert [*draft(reading).steps["mode"]] == ["rest", "charge", "discharge"]


@pytest.mark.parametrize("form", ["%m/%d/%Y %H:%M:%S", "%d.%m.%Y %H:%M:%S", "%Y/%m/%d %H:%M:%S"])
def test_dates_stand_in_any_order(tmp_path: Path, form: str) -> None:
    moments = re.findall(r"2026-01-01 [\d:]+", FLAT)
    text = FLAT
    for date in moments:
        moment = datetime.fromisoformat(date).replace(day=31)
        text = text.replace(date, moment.strftime(form))
    reading = read(written(tmp_path, text))
    assert reading.started_at == datetime(2026, 1, 31)  # noqa: DTZ001 - it tells no zone
    assert reading.findings == ()
