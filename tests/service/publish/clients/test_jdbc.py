"""JDBC, by which Metabase, DBeaver, Tableau and every Java program read; one JVM asks it all."""

import shutil
import subprocess
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

Published = Any
pytestmark = [pytest.mark.postgres, pytest.mark.drivers]

DRIVER = Path("/usr/share/java/postgresql.jar")
SOURCE = Path(__file__).with_name("Reader.java")
TYPES = {"int8": "BIGINT", "float8": "DOUBLE", "text": "VARCHAR", "bool": "BOOLEAN"}
Records = Mapping[str, list[tuple[str, ...]]]


@pytest.fixture(scope="module")
def records(published: Published) -> Records:
    """Return the records of the Java program, by kind."""
    java = shutil.which("java")
    if java is None or shutil.which("javac") is None or not DRIVER.exists():
        pytest.skip("no JDBC: apt-get install libpostgresql-jdbc-java default-jdk-headless")
    place = published.place
    url = "jdbc:postgresql://{host}:{port}/{dbname}?user={user}".format(**place)
    asked = [text for name in published.answers for text in (name, published.select(name))]
    quick = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")  # it runs for a moment only
    command = [java, *quick, "--class-path", str(DRIVER), str(SOURCE), url, published.busy, *asked]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 # a program of our own
    assert done.returncode == 0, done.stderr
    found = defaultdict(list)
    for record in done.stdout.split("\x1e")[:-1]:
        kind, *fields = record.split("\x1f")
        found[kind].append(tuple(fields))
    return found


def test_it_lists_every_table_with_its_comment(records: Records, published: Published) -> None:
    comments = {name: comment for name, comment in records["table"]}  # noqa: C416 # records of any width
    assert sorted(comments) == published.names
    for name, table in published.tables.items():
        assert comments[name] == table.meaning


def test_columns_come_with_types_and_comments(records: Records, published: Published) -> None:
    for table in published.answers:
        found = [(name, TYPES[kind], comment) for name, kind, comment in records[f"column {table}"]]
        assert found == published.columns(table)


def test_keys_are_told(records: Records, published: Published) -> None:
    for name in published.answers:
        table = published.tables[name]
        primary = tuple(column for _, column in sorted(records[f"primary {name}"]))
        assert primary == (table.key if table.is_keyed else ())
        imported = {column: other for column, other, _ in records[f"imported {name}"]}
        assert imported == table.references


def test_its_numbers_are_those_of_the_metrics(records: Records, published: Published) -> None:
    for name, rows in published.answers.items():
        assert published.typed(name, records[f"row {name}"], "null") == rows, name


def test_a_cursor_hands_out_the_same_rows_in_pieces(records: Records, published: Published) -> None:
    first = next(iter(published.answers))
    assert records["piece"] == records[f"row {first}"] != []


def test_a_prepared_statement_answers_every_cycle(records: Records, published: Published) -> None:
    found = {(int(t), int(c)): float.fromhex(number) for t, c, number in records["prepared"]}
    assert found == {row[:2]: row[2] for row in published.answers["discharge_capacity"]}


@pytest.mark.parametrize("how", ["cancelled", "timed out"])
def test_a_long_query_ends_at_once_and_the_connection_goes_on(records: Records, how: str) -> None:
    ((state, second),) = records[how]
    assert state == "57014"  # query_canceled
    assert float(second) < 5
    assert records[f"{how} cells"] == [("2",)]
    assert records["fault"] == []
