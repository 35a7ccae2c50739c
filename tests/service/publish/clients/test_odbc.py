"""ODBC, by which Excel, Power BI and Tableau on Windows read: Debian's driver, isql and pyodbc."""

import importlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

Published = Any
pytestmark = [pytest.mark.postgres, pytest.mark.drivers]

DRIVER = "PostgreSQL Unicode"
ABSENT = "no ODBC: apt-get install unixodbc odbc-postgresql"
TYPES = {"int8": "BIGINT", "float8": "DOUBLE", "text": "VARCHAR", "bool": "BOOLEAN"}


@pytest.fixture(scope="module")
def isql() -> str:
    """Return the program, or skip where it or the driver is missing."""
    found = shutil.which("isql")
    drivers = Path("/etc/odbcinst.ini")
    if found is None or not drivers.exists() or f"[{DRIVER}]" not in drivers.read_text("utf-8"):
        pytest.skip(ABSENT)
    return found


@pytest.fixture(scope="module")
def source(published: Published, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file that names the database `leyden`."""
    place = published.place
    path = tmp_path_factory.mktemp("odbc") / "odbc.ini"
    path.write_text(
        f"[leyden]\nDriver = {DRIVER}\nServername = {place['host']}\nPort = {place['port']}\n"
        f"Database = {place['dbname']}\nUsername = {place['user']}\n"
        "ConnSettings = SET search_path TO bi\n",  # where isql looks for what it describes
        encoding="utf-8",
    )
    return path


def printed(isql: str, source: Path, *lines: str) -> list[list[str]]:
    """Return the rows that isql prints, without the counts it prints in between."""
    done = subprocess.run(  # noqa: S603 # isql itself
        [isql, "leyden", "-v", "-b", "-x0x1f"],
        input="".join(f"{line}\n" for line in lines),
        env=os.environ | {"ODBCINI": str(source), "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return [line.split("\x1f") for line in done.stdout.splitlines()]


def test_isql_lists_the_tables_of_the_schema(isql: str, source: Path, published: Published) -> None:
    rows = printed(isql, source, "help")
    assert sorted(row[2] for row in rows if row[1] == "bi") == published.names


def test_isql_describes_a_table_and_reads_its_comments_by_a_query(
    isql: str, source: Path, published: Published
) -> None:
    rows = printed(isql, source, "help discharge_capacity")
    columns = published.columns("discharge_capacity")
    assert [(row[3], TYPES[row[5]]) for row in rows] == [(name, kind) for name, kind, _ in columns]
    comments = (
        "SELECT col_description(attrelid, attnum) FROM pg_attribute "
        "WHERE attrelid = 'bi.discharge_capacity'::regclass AND attnum > 0 ORDER BY attnum"
    )
    assert printed(isql, source, comments) == [[comment] for *_, comment in columns]


def test_isql_prints_the_numbers_of_the_metrics(
    isql: str, source: Path, published: Published
) -> None:
    for name, rows in published.answers.items():
        found = printed(isql, source, published.select(name))
        assert published.typed(name, found, "") == rows, name


def test_isql_cannot_cancel_but_a_time_limit_does_and_the_connection_goes_on(
    isql: str, source: Path, published: Published
) -> None:
    limit = "SET statement_timeout = '300ms'"
    rows = printed(isql, source, limit, published.busy, "SELECT count(*) FROM bi.cell")
    assert rows[-1] == ["2"]
    assert "[57014]" in str(rows)


@pytest.fixture(scope="module")
def pyodbc(isql: str) -> ModuleType:
    """Return the module; it can be imported only where unixODBC is installed."""
    assert isql
    return importlib.import_module("pyodbc")


@pytest.fixture
def connection(pyodbc: ModuleType, published: Published) -> Iterator[Any]:
    place = published.place
    connection = pyodbc.connect(
        f"Driver={{{DRIVER}}};Server={place['host']};Port={place['port']};"
        f"Database={place['dbname']};Uid={place['user']};BoolsAsChar=0",
        autocommit=True,
    )
    yield connection
    connection.close()


def test_pyodbc_lists_the_tables_of_the_schema(connection: Any, published: Published) -> None:  # noqa: ANN401 # imported where it is installed
    found = connection.cursor().tables(schema="bi", tableType="TABLE").fetchall()
    assert sorted(row.table_name for row in found) == published.names


def test_pyodbc_tells_columns_and_keys(connection: Any, published: Published) -> None:  # noqa: ANN401 # imported where it is installed
    cursor = connection.cursor()
    columns = cursor.columns(table="discharge_capacity", schema="bi").fetchall()
    assert [(row.column_name, TYPES[row.type_name]) for row in columns] == [
        (name, kind) for name, kind, _ in published.columns("discharge_capacity")
    ]
    primary = cursor.primaryKeys(table="discharge_capacity", schema="bi").fetchall()
    assert [row.column_name for row in primary] == ["test_id", "cycle_count"]
    foreign = cursor.foreignKeys(foreignTable="discharge_capacity", foreignSchema="bi").fetchall()
    assert [(row.fkcolumn_name, row.pktable_name) for row in foreign] == [("test_id", "test")]


def test_pyodbc_reads_the_very_numbers_of_the_metrics(
    connection: Any,  # noqa: ANN401 # imported where it is installed
    published: Published,
) -> None:
    for name, rows in published.answers.items():
        found = connection.execute(published.select(name)).fetchall()
        assert [tuple(row) for row in found] == rows, name


def test_pyodbc_prepares_a_statement_that_answers_every_cycle(
    connection: Any,  # noqa: ANN401 # imported where it is installed
    published: Published,
) -> None:
    query = "SELECT * FROM bi.discharge_capacity WHERE test_id = ? AND cycle_count = ?"
    cursor = connection.cursor()
    for row in published.answers["discharge_capacity"]:
        assert tuple(cursor.execute(query, *row[:2]).fetchone()) == row


def test_pyodbc_cancels_a_long_query_and_the_connection_goes_on(
    pyodbc: ModuleType,
    connection: Any,  # noqa: ANN401 # imported where it is installed
    published: Published,
) -> None:
    cursor = connection.cursor()
    with (
        published.interrupting(cursor.cancel),
        pytest.raises(pyodbc.Error, match="user request"),
    ):
        cursor.execute(published.long)
    assert connection.execute("SELECT count(*) FROM bi.cell").fetchval() == 2
