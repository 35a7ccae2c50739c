"""Battery Data Format tables: every name of the format, real files, files written here."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ingest.normalize import normalize
from ingest.readers import battery_data_format
from ingest.readers.battery_data_format import READER
from ingest.reading import Export, Reading, column
from ingest.recognize import reader_for
from schema.error import EmptyExport, UnreadableExport
from schema.quantity import quantities
from tests.ingest.readers.samples.battery_data_format import HEADER
from tests.law import law

TSV = Path(battery_data_format.__file__).with_suffix(".tsv")
ROWS = list(csv.DictReader(TSV.read_text(encoding="utf-8").splitlines(), delimiter="\t"))
NAMES = [
    (name, row["quantity"])
    for row in ROWS
    for name in [row["label"], row["name"], *filter(None, row["alternatives"].split("; "))]
]
REQUIRED = ("test_time_second", "voltage_volt", "current_ampere")
EXPORTS = {
    "battery-data-format/SINTEF__SLPBA842124HV__2024-10-23__Rate_25degC__Neware__"
    "Time_Bug.bdf.csv": 13086,
    "battery-data-format/legacy.bdf.parquet": 5000,
    "battery-data-format/sample.bdf.csv": 3,
    "cellpy/batmo_bdf.csv": 21206,
    "datalab/arbin_example.bdf.csv": 2150,
}


def export_of(path: Path) -> Export:
    return Export(path, path.name, path.read_bytes()[:4096], path)


def written(folder: Path, content: str, name: str = "cell.bdf.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode())
    return path


def parquet(folder: Path, columns: dict[str, pa.Array]) -> Path:
    path = folder / "cell.bdf.parquet"
    pq.write_table(pa.table(columns), path)
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


@pytest.mark.parametrize("deprecated", [False, True])
@pytest.mark.parametrize("spelling", range(4), ids=["label", "name", "alternative", "another"])
def test_every_name_of_the_format_is_accepted(
    tmp_path: Path,
    spelling: int,
    deprecated: bool,
) -> None:
    meant = dict(zip(REQUIRED, [(quantity, 1.0) for quantity in REQUIRED], strict=True))
    for row in ROWS:
        spellings = [row["label"], row["name"], *row["alternatives"].split("; "), ""]
        name = spellings[spelling] if spelling < len(spellings) else ""
        if name and (row["obligation"] == "deprecated") is deprecated:
            meant = {old: to for old, to in meant.items() if to[0] != row["quantity"]}
            meant[name] = (row["quantity"], float(row["scale"]))
    records = "".join(",".join([f"{record}"] * len(meant)) + "\n" for record in (1, 2))
    reading = read(written(tmp_path, f"{','.join(meant)}\n{records}"))
    assert {raw.name: (raw.quantity, raw.scale) for raw in reading.columns} == meant


def test_every_name_means_one_thing_and_a_canonical_one() -> None:
    meanings: dict[str, str] = {}
    for name, quantity in NAMES:
        assert quantity in quantities()
        assert meanings.setdefault(name, quantity) == quantity


def test_milliseconds_become_seconds_and_the_clock_tells_the_start(tmp_path: Path) -> None:
    content = "Test Time / ms,Unix Time / ms,Voltage / V,Current / A\n1500,1700000001500,3,0\n"
    reading = read(written(tmp_path, content))
    assert stored(reading, "test_time_second").tolist() == [1.5]
    assert stored(reading, "unix_time_second").tolist() == [1_700_000_001.5]
    assert reading.started_at == datetime.fromtimestamp(1_700_000_000, UTC)


def test_a_label_in_another_unit_of_its_kind_is_converted(tmp_path: Path) -> None:
    content = "Test Time / h,Voltage / mV,Current / mA,Ambient Temperature / K\n2,3700,-5,298.15\n"
    reading = read(written(tmp_path, content))
    assert stored(reading, "test_time_second").tolist() == [7200]
    assert stored(reading, "voltage_volt").tolist() == [3.7]
    assert stored(reading, "current_ampere").tolist() == [-0.005]
    assert np.allclose(stored(reading, "ambient_temperature_celsius"), 25)


def test_a_unit_nobody_declared_is_refused_by_name(tmp_path: Path) -> None:
    path = written(tmp_path, "Test Time / fortnight,Voltage / V,Current / A\n1,2,3\n")
    with pytest.raises(UnreadableExport, match="unknown unit 'fortnight'; known: d, h, min"):
        READER.read(export_of(path))


@pytest.mark.parametrize("absent", ["Test Time / s", "Voltage / V", "Current / A"])
def test_a_missing_required_column_is_refused_by_name(tmp_path: Path, absent: str) -> None:
    header = HEADER.replace(absent, "Remark")
    export = export_of(written(tmp_path, f"{header}\n1,2,3\n", "cell.csv"))
    assert READER.knows(export)
    with pytest.raises(UnreadableExport, match=f"requires {absent}; found: .*Remark"):
        READER.read(export)


def test_of_two_names_for_one_quantity_the_one_in_force_wins(tmp_path: Path) -> None:
    content = f"test_time_millisecond,{HEADER}\n9000,1,2,3\n"
    reading = read(written(tmp_path, content))
    assert stored(reading, "test_time_second").tolist() == [1]
    assert next(raw.quantity for raw in reading.columns) is None


def test_columns_the_format_does_not_know_keep_their_names(tmp_path: Path) -> None:
    reading = read(written(tmp_path, f"{HEADER},Mood,Weight / kg\n1,2,3,good,0.5\n2,2,3,,1\n"))
    mood, weight = (raw for raw in reading.columns if raw.quantity is None)
    assert (mood.name, mood.values.to_pylist()) == ("Mood", ["good", None])  # type: ignore[union-attr]  # text is Arrow
    assert (weight.name, weight.values.tolist()) == ("Weight / kg", [0.5, 1.0])


def test_a_step_index_that_repeats_is_the_id_of_the_step(tmp_path: Path) -> None:
    reading = read(written(tmp_path, f"{HEADER},Step Index / 1\n0,3,0,1\n1,3,0,1\n2,3,0,2\n"))
    assert stored(reading, "step_id").tolist() == [1, 1, 2]
    assert [finding.kind for finding in reading.findings] == ["misnamed_column"]


def test_a_step_index_that_counts_records_stays_one(tmp_path: Path) -> None:
    reading = read(written(tmp_path, f"{HEADER},Step Index / 1\n0,3,0,1\n1,3,0,2\n2,3,0,1\n"))
    assert stored(reading, "step_record_index").tolist() == [1, 2, 1]
    assert not reading.findings


def test_a_current_that_is_positive_on_discharge_is_turned_round(tmp_path: Path) -> None:
    content = f"{HEADER},Step Type\n0,3,1,discharge\n1,3,0,rest\n2,3,-2,charge\n"
    series = normalize(read(written(tmp_path, content)))
    assert series.number("current_ampere").tolist() == [-1, 0, 2]
    assert [finding.kind for finding in series.findings] == ["current_sign_reversed"]


def test_a_current_that_contradicts_some_steps_stays_and_is_told(tmp_path: Path) -> None:
    content = f"{HEADER},Step Type\n0,3,1,discharge\n1,3,-1,CC_DCH\n2,3,2,CC_CHG\n"
    series = normalize(read(written(tmp_path, content)))
    assert series.number("current_ampere").tolist() == [1, -1, 2]
    assert [finding.kind for finding in series.findings] == ["current_sign_disagrees"]


def test_decimal_commas_byte_order_marks_and_line_ends_change_nothing(tmp_path: Path) -> None:
    content = "\ufeffTest Time / s;Voltage / V;Current / A\r\n1,5;3,25;-0,5\r\n"
    reading = read(written(tmp_path, content))
    assert [stored(reading, name)[0] for name in ("test_time_second", "voltage_volt")] == [
        1.5,
        3.25,
    ]
    assert stored(reading, "current_ampere")[0] == -0.5


def test_a_missing_value_is_nan_and_an_infinite_one_is_left_to_normalization(
    tmp_path: Path,
) -> None:
    reading = read(written(tmp_path, f"{HEADER}\n0,,0\n1,NaN,0\n2,inf,0\n"))
    voltage = stored(reading, "voltage_volt")
    assert np.isnan(voltage[:2]).all()
    assert np.isinf(voltage[2])


def test_a_cut_last_line_is_left_out_and_one_that_may_be_cut_is_told(tmp_path: Path) -> None:
    cut = read(written(tmp_path, f"{HEADER}\n0,3,0.5\n1,3"))
    assert (cut.row_count, cut.findings[0].kind, cut.findings[0].place) == (
        1,
        "truncated",
        "line 3",
    )
    in_a_number = read(written(tmp_path, f"{HEADER}\n0,3,0.5\n1,3,-"))
    assert (in_a_number.row_count, in_a_number.findings[0].kind) == (1, "truncated")
    perhaps = read(written(tmp_path, f"{HEADER}\n0,3,0.5\n1,3,0.4"))
    assert (perhaps.row_count, perhaps.findings[0].kind) == (2, "unterminated")


@pytest.mark.parametrize(
    ("records", "place"),
    [
        ("0,3,0\n1,three,0\n", "line 3: 'three' in column 'Voltage / V'"),
        ("0,3,0\n1,3\n2,3,0\n", "line 3: 2 fields where the header has 3"),
        ("0,3,0\n1,3,0,9\n", "line 3: more fields than the header"),
        ("0,3,0\n1,3,0,9,9\n", "line 3: 5 fields"),
    ],
)
def test_garbage_is_refused_with_its_line(tmp_path: Path, records: str, place: str) -> None:
    with pytest.raises(UnreadableExport, match=place):
        READER.read(export_of(written(tmp_path, f"{HEADER}\n{records}")))


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableExport, match="several columns are called 'Voltage / V'"):
        READER.read(export_of(written(tmp_path, f"{HEADER},Voltage / V\n0,3,0,4\n")))


def test_bytes_that_are_no_text_are_refused_with_their_place(tmp_path: Path) -> None:
    path = tmp_path / "cell.bdf.csv"
    path.write_bytes(HEADER.encode() + b"\n0,\xff\xfe,0\n")
    with pytest.raises(UnreadableExport, match=f"byte {len(HEADER) + 3}"):
        READER.read(export_of(path))


@pytest.mark.parametrize("content", [f"{HEADER}\n", HEADER, f"{HEADER}\n\n\n"])
def test_a_header_alone_is_an_empty_export(tmp_path: Path, content: str) -> None:
    with pytest.raises(EmptyExport):
        READER.read(export_of(written(tmp_path, content)))


def test_csv_and_parquet_of_one_table_are_the_same_reading(tmp_path: Path) -> None:
    columns = {
        "test_time_second": pa.array([0.0, 1.5]),
        "voltage_volt": pa.array([3, None], pa.int32()),
        "current_ampere": pa.array([0.5, -0.25], pa.float32()),
        "step_type": pa.array(["CC_CHG", "CC_DCH"]).dictionary_encode(),
    }
    binary = read(parquet(tmp_path, columns))
    table = "test_time_second,voltage_volt,current_ampere,step_type\n"
    text = read(written(tmp_path, table + "0,3,0.5,CC_CHG\n1.5,,-0.25,CC_DCH\n"))
    for ours, theirs in zip(binary.columns, text.columns, strict=True):
        assert (ours.name, ours.quantity) == (theirs.name, theirs.quantity)
        assert str(ours.values.tolist()) == str(theirs.values.tolist())


def test_a_parquet_column_of_text_is_no_voltage(tmp_path: Path) -> None:
    texts = pa.array(["3.7"])
    path = parquet(
        tmp_path, {"test_time_second": texts, "voltage_volt": texts, "current_ampere": texts}
    )
    with pytest.raises(UnreadableExport, match="column test_time_second: it holds string"):
        READER.read(export_of(path))


def test_a_parquet_without_records_is_empty_and_a_cut_one_unreadable(tmp_path: Path) -> None:
    none = pa.array([], pa.float64())
    path = parquet(
        tmp_path, {"test_time_second": none, "voltage_volt": none, "current_ampere": none}
    )
    with pytest.raises(EmptyExport):
        READER.read(export_of(path))
    path.write_bytes(path.read_bytes()[:-20])
    assert READER.knows(export_of(path))
    with pytest.raises(UnreadableExport):
        READER.read(export_of(path))


@law(30)
@given(st.lists(st.tuples(*[st.floats(-1e6, 1e6)] * 3), min_size=1, max_size=30))
def test_what_was_written_is_what_is_read(
    tmp_path_factory: pytest.TempPathFactory, records: list[tuple[float, float, float]]
) -> None:
    lines = "".join(f"{time!r},{voltage!r},{current!r}\n" for time, voltage, current in records)
    reading = read(written(tmp_path_factory.mktemp("bdf"), f"{HEADER}\n{lines}"))
    found = np.column_stack([raw.values for raw in reading.columns])
    assert np.array_equal(found, np.array(records))


@pytest.mark.exports
@pytest.mark.parametrize(("name", "rows"), EXPORTS.items())
def test_real_exports_give_every_record(exports: Path, name: str, rows: int) -> None:
    reading = read(exports / name)
    assert reader_for(export_of(exports / name)) is READER
    assert reading.row_count == rows
    for quantity in ("test_time_second", "voltage_volt", "current_ampere"):
        assert np.isfinite(stored(reading, quantity)).all()


@pytest.mark.exports
def test_a_real_current_of_the_wrong_sign_agrees_with_the_counters_after(exports: Path) -> None:
    reading = read(exports / "cellpy/batmo_bdf.csv")
    raw = pl.read_csv(exports / "cellpy/batmo_bdf.csv", infer_schema_length=None)
    current = normalize(reading).number("current_ampere")
    assert (current[raw["Step Type / 1"] == "discharge"] < 0).all()
    assert (current[raw["Step Type / 1"] == "charge"] > 0).all()
    assert np.array_equal(np.abs(current), raw["Current / A"].abs())
    assert stored(reading, "test_time_second")[-1] == pytest.approx(392.077777777778 * 3600)


@pytest.mark.exports
def test_no_other_export_is_claimed(exports: Path) -> None:
    files = [path for path in exports.rglob("*") if path.is_file() and path.stat().st_size]
    claimed = {str(path.relative_to(exports)) for path in files if READER.knows(export_of(path))}
    assert claimed == set(EXPORTS)
