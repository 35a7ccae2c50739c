"""The layout keeps every value, tells what it means and where it came from, and is small."""

import csv
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.lake import Lake
from schema.parquet import ROW_GROUP_ROWS, Layout, encoding
from schema.relation import POINTS, STEP
from schema.rows import rows_of
from tests.law import law

LAYOUT = Layout(POINTS, "ab" * 32, "neware_csv", "3")


def encodings(path: Path) -> dict[str, set[str]]:
    group = pq.read_metadata(path).row_group(0)
    columns = (group.column(n) for n in range(group.num_columns))
    return {column.path_in_schema: set(column.encodings) for column in columns}


def noisy(rows: int) -> pa.Table:
    generator = np.random.default_rng(0)
    return pa.table(
        {
            "record_index": np.arange(1, rows + 1),
            "test_time_second": np.arange(rows) * 10.0,
            "current_ampere": generator.normal(size=rows),
            "ambient_temperature_celsius": np.round(generator.normal(25, 0.1, rows), 1),
            "step_type": pa.array(["CC_Chg"] * rows),
            "mode mark": generator.random(rows) > 0.5,
            "wall clock": pa.array([datetime(2024, 5, 2)] * rows),  # noqa: DTZ001 - local time
        }
    )


@given(
    st.lists(
        st.tuples(
            st.none() | st.floats(),
            st.none() | st.integers(-(2**63), 2**63 - 1),
            st.none() | st.text(max_size=5),
            st.none() | st.booleans(),
        )
    )
)
@law(50)
def test_every_value_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[Any, ...]]
) -> None:
    kinds = (pa.float64(), pa.int64(), pa.string(), pa.bool_())
    columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
    arrays = [pa.array(values, kind) for values, kind in zip(columns, kinds, strict=True)]
    table = pa.table(arrays, ["current_ampere", "record_index", "step_type", "vendor's own"])
    lake = Lake(tmp_path_factory.mktemp("lake"))
    lake.write("points/1.parquet", table, LAYOUT)
    back = pq.read_table(lake.path("points/1.parquet"))
    for name in table.column_names:
        ours, theirs = table[name].combine_chunks(), back[name].combine_chunks()
        if name == "current_ampere":  # NaN is no equal of itself: compare the bits
            ours, theirs = (values.view(pa.int64()) for values in (ours, theirs))
        assert ours.equals(theirs)


def test_numbers_are_split_counts_are_differences_and_few_values_are_a_dictionary(
    tmp_path: Path,
) -> None:
    Lake(tmp_path).write("points/1.parquet", noisy(40_000), LAYOUT)
    found = encodings(tmp_path / "points/1.parquet")
    assert "DELTA_BINARY_PACKED" in found["record_index"]
    assert "DELTA_BINARY_PACKED" in found["wall clock"]
    assert "BYTE_STREAM_SPLIT" in found["test_time_second"]
    assert "BYTE_STREAM_SPLIT" in found["current_ampere"]
    assert "RLE_DICTIONARY" in found["ambient_temperature_celsius"]
    assert "RLE_DICTIONARY" in found["step_type"]
    assert "PLAIN" in found["mode mark"]


def test_row_groups_can_be_skipped_by_record_time_and_count(tmp_path: Path) -> None:
    Lake(tmp_path).write("points/1.parquet", noisy(70_000), LAYOUT)
    metadata = pq.read_metadata(tmp_path / "points/1.parquet")
    assert metadata.num_row_groups == 3
    assert metadata.row_group(0).num_rows == ROW_GROUP_ROWS
    second = {metadata.row_group(1).column(n).path_in_schema: n for n in range(7)}
    limits = metadata.row_group(1).column(second["record_index"]).statistics
    assert (limits.min, limits.max) == (ROW_GROUP_ROWS + 1, 2 * ROW_GROUP_ROWS)
    assert metadata.row_group(1).column(second["test_time_second"]).statistics.has_min_max


def test_a_file_tells_where_it_came_from_and_what_its_columns_mean(tmp_path: Path) -> None:
    table = noisy(10).append_column("voltage_volt", [np.arange(10.0)])
    Lake(tmp_path).write("points/1.parquet", table, LAYOUT)
    schema = pq.read_schema(tmp_path / "points/1.parquet")
    assert schema.metadata == {
        b"leyden.format": b"1",
        b"leyden.relation": b"points",
        b"leyden.raw_sha256": b"ab" * 32,
        b"leyden.reader": b"neware_csv",
        b"leyden.reader_version": b"3",
    }
    assert schema.field("voltage_volt").metadata == {
        b"unit": b"V",
        b"meaning": b"Voltage across the cell.",
    }
    assert schema.field("ambient_temperature_celsius").metadata[b"unit"] == "°C".encode()
    assert schema.field("wall clock").metadata is None


def test_the_words_are_those_of_the_relation(tmp_path: Path) -> None:
    steps = pa.table({"step_count": [1], "charge_capacity_ah": [0.5]})
    Lake(tmp_path).write("steps/1.parquet", steps, Layout(STEP, "ab" * 32, "neware_csv", "3"))
    schema = pq.read_schema(tmp_path / "steps/1.parquet")
    meaning = schema.field("charge_capacity_ah").metadata[b"meaning"]
    assert meaning == b"Charge put in; see charge_source."


def test_other_engines_read_the_same_numbers(tmp_path: Path) -> None:
    table = noisy(40_000)
    Lake(tmp_path).write("points/1.parquet", table, LAYOUT)
    path = str(tmp_path / "points/1.parquet")
    with duckdb.connect() as duck:
        by_duckdb = duck.read_parquet(path).to_arrow_table()
    for name in table.column_names:
        assert by_duckdb[name].to_pylist() == table[name].to_pylist()
        assert pl.read_parquet(path)[name].to_list() == table[name].to_pylist()


def test_points_in_which_nothing_is_missing_say_so_and_mix_with_others(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    for number, volts in enumerate(([1.0, 2.0], [None, 3.0])):
        table = pa.table({"voltage_volt": pa.array(volts, pa.float64())})
        lake.write(f"points/{number}.parquet", table, LAYOUT)
    paths = sorted((tmp_path / "points").iterdir())
    told = [pq.read_schema(path).field("voltage_volt").nullable for path in paths]
    assert told == [False, True]
    mixed = [1.0, 2.0, None, 3.0]
    assert pq.read_table(paths)["voltage_volt"].to_pylist() == mixed
    assert pl.read_parquet(paths)["voltage_volt"].to_list() == mixed
    with duckdb.connect() as duck:
        rows = duck.read_parquet([str(path) for path in paths], union_by_name=True).fetchall()
    assert [volt for (volt,) in rows] == mixed


def test_single_precision_rests_in_double(tmp_path: Path) -> None:
    single = np.array([0.1, np.nan, 3.0], np.float32)
    Lake(tmp_path).write("points/1.parquet", pa.table({"own": single}), LAYOUT)
    back = pq.read_table(tmp_path / "points/1.parquet")["own"]
    assert back.type == pa.float64()
    np.testing.assert_array_equal(back.to_numpy(), single.astype(np.float64))


def test_a_table_without_rows_is_laid_out_too(tmp_path: Path) -> None:
    assert Lake(tmp_path).write("points/1.parquet", noisy(0), LAYOUT).rows == 0
    assert pq.read_metadata(tmp_path / "points/1.parquet").num_rows == 0


@pytest.mark.exports
def test_eight_columns_of_a_real_export_take_less_than_twenty_bytes_a_row(
    exports: Path, tmp_path: Path
) -> None:
    with (exports / "cellpy/neware_uio.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))

    def real(name: str) -> list[float]:
        return [float(row[name]) for row in rows]

    clock = [row["Cumulative Time"].split(":") for row in rows]
    table = pa.table(
        {
            "test_id": np.full(len(rows), 7),
            "record_index": [int(row["DataPoint"]) for row in rows],
            "test_time_second": [3600.0 * int(h) + 60 * int(m) + float(s) for h, m, s in clock],
            "voltage_volt": real("Voltage(V)"),
            "current_ampere": real("Current(A)"),
            "cycle_count": [int(row["Cycle Index"]) for row in rows],
            "step_charging_capacity_ah": real("Chg. Cap.(Ah)"),
            "step_discharging_capacity_ah": real("DChg. Cap.(Ah)"),
        }
    )
    written = Lake(tmp_path).write("points/7.parquet", table, LAYOUT)
    pq.write_table(table, tmp_path / "default.parquet")
    assert written.bytes / written.rows < 20
    assert written.bytes < (tmp_path / "default.parquet").stat().st_size * 0.75
    assert encoding(rows_of(table))["use_dictionary"] == ["current_ampere"]
