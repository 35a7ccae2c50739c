"""psql, and with it whatever reads the CSV it prints."""

import csv
import io
import os
import pty
import select
import shutil
import signal
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

Published = Any
pytestmark = [pytest.mark.postgres, pytest.mark.drivers]

TYPES = {
    "bigint": "BIGINT",
    "double precision": "DOUBLE",
    "text": "VARCHAR",
    "boolean": "BOOLEAN",
}


@pytest.fixture(scope="module")
def psql() -> str:
    """Return the program, or skip."""
    found = shutil.which("psql")
    if found is None:
        pytest.skip("no psql: apt-get install postgresql-client")
    return found


def printed(psql: str, published: Published, *commands: str) -> list[list[str]]:
    """Return the rows that the commands print, without their header."""
    arguments = [text for command in commands for text in ("--command", command)]
    options = ("--no-psqlrc", "--quiet", "--csv", "--tuples-only", "--pset", "null=NULL")
    done = subprocess.run(  # noqa: S603 # psql itself
        [psql, published.url, *options, "--set", "ON_ERROR_STOP=1", *arguments],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return list(csv.reader(io.StringIO(done.stdout)))


def test_it_lists_every_table_with_its_comment(psql: str, published: Published) -> None:
    rows = printed(psql, published, r"\dt+ bi.*")
    assert [row[1] for row in rows] == published.names
    comments = {row[1]: row[-1] for row in rows}
    for name, table in published.tables.items():
        assert comments[name] == table.meaning


def test_it_describes_a_table_with_units(psql: str, published: Published) -> None:
    rows = printed(psql, published, r"\d+ bi.discharge_capacity")
    described = [(row[0], TYPES[row[1]], row[-1]) for row in rows if len(row) > 2]
    assert described == published.columns("discharge_capacity")
    assert ("discharge_capacity_ah", "DOUBLE", "Charge taken out of the cell. In A·h.") in described


def test_its_numbers_are_those_of_the_metrics(psql: str, published: Published) -> None:
    for name, rows in published.answers.items():
        found = printed(psql, published, published.select(name))
        assert published.typed(name, found, "NULL") == rows, name


def test_a_prepared_statement_answers_every_cycle(psql: str, published: Published) -> None:
    rows = published.answers["discharge_capacity"]
    query = "SELECT * FROM bi.discharge_capacity WHERE test_id = $1 AND cycle_count = $2"
    prepare = f"PREPARE of_cycle (bigint, bigint) AS {query}"
    execute = [f"EXECUTE of_cycle ({test}, {cycle})" for test, cycle, *_ in rows]
    found = printed(psql, published, prepare, *execute)
    assert published.typed("discharge_capacity", found, "NULL") == rows


@pytest.fixture
def session(psql: str, published: Published) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """Return a terminal that psql runs in, and psql."""
    ours, theirs = pty.openpty()
    command = [psql, published.url, "--no-psqlrc", "--no-readline", "--tuples-only"]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs) as running:  # noqa: S603 # psql itself
        os.close(theirs)
        yield ours, running
        running.terminate()
    os.close(ours)


def test_ctrl_c_cancels_a_long_query_and_the_session_goes_on(
    session: tuple[int, subprocess.Popen[bytes]], published: Published
) -> None:
    terminal, psql = session
    with published.interrupting(lambda: psql.send_signal(signal.SIGINT)):
        os.write(terminal, f"{published.long};\n".encode())
        _read_until(terminal, "canceling statement due to user request")
    os.write(terminal, b"SELECT 'cells: ' || count(*) FROM bi.cell;\n")
    _read_until(terminal, "cells: 2")


def _read_until(terminal: int, wanted: str) -> None:
    shown = ""
    while wanted not in shown:
        ready, _, _ = select.select([terminal], [], [], 20)
        assert ready, shown
        shown += os.read(terminal, 4096).decode()
