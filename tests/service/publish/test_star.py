"""The tables there are: named, keyed and described so that nobody has to ask what they mean."""

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from schema.catalog import Ancestor, Process
from service.metric.library import read_metrics
from service.publish.star import PublishedTable, star, with_steps
from service.shown import shown

Publisher = Any

STAR = star(read_metrics())
TABLES = {table.name: table for table in STAR}
every_table = pytest.mark.parametrize("table", STAR, ids=TABLES.keys())


def test_every_metric_is_a_table_and_no_two_tables_have_a_name() -> None:
    assert len(TABLES) == len(STAR)
    assert TABLES.keys() >= shown(read_metrics()).keys()
    assert TABLES.keys() >= {"cell", "cycle", "layer", "series", "test", Process.__tablename__}


def test_what_only_serves_others_is_computed_and_is_no_table() -> None:
    steps = [table.name for table in with_steps(read_metrics()) if not table.is_shown]
    assert "claim_want" in steps
    assert not TABLES.keys() & set(steps)


@every_table
def test_it_is_told_what_its_rows_and_columns_are(table: PublishedTable) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", table.name)
    assert len(table.name) < 64  # PostgreSQL cuts longer ones
    assert table.meaning.strip()
    assert table.meaning.endswith((".", "…"))
    names = [column.name for column in table.columns]
    assert len(set(names)) == len(names)
    assert {*table.key, *table.references} <= {*names}
    for column in table.columns:
        meaning = table.column_meaning(column)
        assert len(meaning) > 4
        assert meaning[0] == meaning[0].upper()
        assert meaning.endswith(f" In {column.unit}." if column.unit not in {"", "1"} else ".")
        assert ".." not in meaning.replace("…", "")


UNITS = {
    "_ah": "A·h",
    "_ampere": "A",
    "_celsius": "°C",
    "_cm2": "cm²",
    "_gram": "g",
    "_hertz": "Hz",
    "_hour": "h",
    "_ohm": "Ω",
    "_ohm_cm2": "Ω·cm²",
    "_second": "s",
    "_um": "µm",
    "_volt": "V",
    "_wh": "W·h",
}
PER = {"ah_per_volt": "A·h/V", "mah_per_g": "mA·h/g", "ma_per_cm2": "mA/cm²"}


@every_table
def test_a_column_whose_name_ends_in_a_unit_has_that_unit(table: PublishedTable) -> None:
    for column in table.columns:
        ending = max((e for e in UNITS if column.name.endswith(e)), key=len, default="")
        per = next((unit for end, unit in PER.items() if column.name.endswith(end)), None)
        if per or (ending and "_per_" not in column.name):
            assert column.unit == (per or UNITS[ending]), column.name


@pytest.mark.slow
@every_table
def test_its_key_tells_its_rows_apart(
    table: PublishedTable, demo: duckdb.DuckDBPyConnection
) -> None:
    if not table.key:
        return
    key = ", ".join(table.key)
    (rows,) = _one(demo, f"SELECT count(*) FROM star.{table.name}")
    assert _one(demo, f"SELECT count(*) FROM (SELECT DISTINCT {key} FROM star.{table.name})") == (
        rows,
    )
    if table.is_keyed:
        nothing = " OR ".join(f"{name} IS NULL" for name in table.key)
        assert _one(demo, f"SELECT count(*) FROM star.{table.name} WHERE {nothing}") == (0,)


@pytest.mark.slow
@every_table
def test_what_it_refers_to_is_there(table: PublishedTable, demo: duckdb.DuckDBPyConnection) -> None:
    for column, other in table.references.items():
        (key,) = TABLES[other].key
        lost = _one(
            demo,
            f"SELECT count(*) FROM star.{table.name} AS t WHERE t.{column} IS NOT NULL "
            f"AND NOT EXISTS (SELECT 1 FROM star.{other} AS o WHERE o.{key} = t.{column})",
        )
        assert lost == (0,), column


def test_a_reference_is_to_a_table_of_one_key_of_the_same_type() -> None:
    for table in STAR:
        for column, other in table.references.items():
            (key,) = TABLES[other].key
            kinds = table.arrow.field(column).type, TABLES[other].arrow.field(key).type
            assert kinds[0] == kinds[1], f"{table.name}.{column}"
    assert TABLES["ancestor"].references.keys() == {"material_id", "ancestor_id"}
    assert TABLES["ancestor"].key == tuple(c.name for c in Ancestor.__table__.primary_key)


@pytest.mark.slow
def test_all_tables_of_the_demo_study_have_rows(demo: duckdb.DuckDBPyConnection) -> None:
    empty = [name for name in TABLES if _one(demo, f"SELECT count(*) FROM star.{name}") == (0,)]
    assert empty == []


@pytest.mark.slow
def test_a_series_has_the_extremes_of_its_test_and_few_points(
    demo: duckdb.DuckDBPyConnection, demo_publisher: Publisher
) -> None:
    extremes = (
        "SELECT test_id, min(voltage_volt), max(voltage_volt), min(current_ampere), "
        "max(current_ampere) FROM {} GROUP BY test_id ORDER BY test_id"
    )
    demo_publisher.store.refresh()
    with demo_publisher.store.cursor() as cursor:
        store = demo_publisher.store
        files = store.points_files(store.begin(cursor), None)
        every = cursor.execute(extremes.format("read_parquet(?)"), [files]).fetchall()
    assert demo.execute(extremes.format("star.series")).fetchall() == every
    (most,) = _one(
        demo, "SELECT max(n) FROM (SELECT count(*) AS n FROM star.series GROUP BY test_id)"
    )
    assert 1_000 < most <= 2_000


@pytest.fixture(scope="module")
def demo(demo_file: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection to the demo study as it was published, attached as ``star``."""
    connection = duckdb.connect()
    connection.execute(f"ATTACH '{demo_file}' AS star (READ_ONLY)")
    return connection


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[int, ...]:
    row = connection.execute(query).fetchone()
    assert row is not None
    return tuple(row)
