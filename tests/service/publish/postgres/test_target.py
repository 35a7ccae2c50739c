"""What stands in PostgreSQL after a publication, whatever stood or was done there before."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeAlias

import psycopg
import pyarrow as pa
import pytest

from schema.error import PublicationFailed, PublishedTableRefused
from schema.relation import Column
from service.metric.library import read_metrics
from service.publish.place import target_at
from service.publish.postgres import table as postgres_table
from service.publish.star import PublishedTable, star
from service.publish.target import FINGERPRINTS, Outcome

pytestmark = pytest.mark.postgres

Rows: TypeAlias = Sequence[tuple[object, ...]]
Bench: TypeAlias = Any  # see tests/service/conftest.py
Publishing: TypeAlias = Callable[..., Any]

TEST_ID: Final = Column("test_id", "BIGINT", "", "Test it was measured in.")
TEST: Final = PublishedTable(
    "test",
    "Tests.",
    (TEST_ID, Column("test_name", "VARCHAR", "", "Name of the test.")),
    ("test_id",),
    "whole",
    None,
)
CAPACITY: Final = PublishedTable(
    "capacity",
    "Capacity of a cycle.",
    (
        TEST_ID,
        Column("cycle_count", "BIGINT", "1", "Number of the cycle."),
        Column("capacity_ah", "DOUBLE", "A·h", "charge taken out"),
    ),
    ("test_id", "cycle_count"),
    "test",
    None,
)
MORE: Final = Column("more", "VARCHAR", "", "More of it.")
WIDER_TEST: Final = replace(TEST, columns=(*TEST.columns, MORE))
WIDER: Final = replace(CAPACITY, columns=(*CAPACITY.columns, MORE))
TESTS: Final = [(1, "one"), (2, "two")]
CAPACITIES: Final = [(1, 1, 0.5), (1, 2, 0.25), (2, 1, None)]
WIDER_ROWS: Final = [(*row, "more") for row in CAPACITIES]
BOTH: Final = ((TEST, TESTS), (CAPACITY, CAPACITIES))
BROKEN: Final = """-- Broken
--
-- What cannot be computed of a cycle past the fifth.
--
-- grain:      test_id, cycle_count
-- column:     ratio | 1 | one, or nothing at all
-- column:     status | | ok
-- column:     reason | | null
-- main:       ratio
-- needs:      cycle
-- reference:  none
SELECT
    test_id,
    cycle_count,
    CASE WHEN cycle_count > 5 THEN CAST(error('no such cycle') AS DOUBLE) ELSE 1.0 END AS ratio,
    'ok' AS status, CAST(NULL AS VARCHAR) AS reason
FROM cycle;

-- example: it is one
WITH cycle(test_id, cycle_count) AS (VALUES (1, 1))
SELECT ratio = 1 FROM broken;
"""
ODD: Final = """-- Odd
--
-- Numbers that are none, and texts that look like none.
--
-- grain:      test_id
-- column:     not_a_number | 1 | not a number
-- column:     infinite | 1 | infinite
-- column:     small | 1 | small
-- column:     nothing | | an empty text
-- column:     unknown | | an unknown text
-- column:     status | | ok
-- column:     reason | | null
-- main:       small
-- needs:      test
-- reference:  none
SELECT
    test_id,
    CAST('nan' AS DOUBLE) AS not_a_number,
    CAST('-inf' AS DOUBLE) AS infinite,
    CAST('-1e-308' AS DOUBLE) AS small,
    '' AS nothing,
    CAST(NULL AS VARCHAR) AS unknown,
    'ok' AS status, CAST(NULL AS VARCHAR) AS reason
FROM test;

-- example: it is none
WITH test(test_id) AS (VALUES (1))
SELECT isnan(not_a_number) FROM odd;
"""


def reader_of(table: PublishedTable, rows: Rows) -> pa.RecordBatchReader:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(table.columns)
    arrays = [pa.array(c, f.type) for c, f in zip(columns, table.arrow, strict=True)]
    return pa.table(arrays, schema=table.arrow).to_reader()


def bring(
    url: str, *contents: tuple[PublishedTable, Rows], tests: list[int] | None = None
) -> dict[str, str | None]:
    """Publish rows of these tables; return why each failed, None for those that did not."""
    with target_at(url).writing([table for table, _ in contents]) as writing:
        outcomes = []
        for table, rows in contents:
            some = tests if table.scope == "test" else None
            try:
                count = writing.put(table, reader_of(table, rows), some)
                outcomes.append(Outcome(table, "published", count))
            except PublishedTableRefused as fault:
                outcomes.append(Outcome(table, "failed", None, fault.reason))
        writing.end(1, datetime.now(UTC), FINGERPRINTS.empty_table(), outcomes)
    return {each.table.name: each.reason for each in outcomes}


def ask(url: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(query.encode())
        return cursor.fetchall() if cursor.description else []


def kinds(url: str) -> dict[str, str]:
    """Return the kind of every table, view and the like in bi, by name."""
    found = "SELECT relname, relkind FROM pg_class WHERE relnamespace = 'bi'::regnamespace"
    return dict(ask(url, f"{found} AND relkind <> 'i'"))


def foreign_keys(url: str) -> set[tuple[str, str]]:
    """Return which table refers to which."""
    found = "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint"
    return set(ask(url, f"{found} WHERE contype = 'f'"))


@pytest.fixture
def brought(database: str) -> str:
    """Return the URL of a database in which TEST and CAPACITY stand."""
    assert bring(database, *BOTH) == {"test": None, "capacity": None}
    return database


# What tools read of it


def test_the_catalog_tells_the_meaning_unit_type_and_keys_of_everything(
    warehouse: Bench, metrics_folder: Path, publishing: Publishing, database: str
) -> None:
    metrics = read_metrics(metrics_folder)
    tables = star(metrics)
    assert publishing(warehouse.settings, metrics).to(database).failed == ()
    here = "relnamespace = 'bi'::regnamespace AND relkind = 'r'"
    meanings = dict(
        ask(database, f"SELECT relname, obj_description(oid) FROM pg_class WHERE {here}")
    )
    columns = {
        (table, column): (kind, comment)
        for table, column, kind, comment in ask(
            database,
            "SELECT relname, attname, format_type(atttypid, atttypmod), "
            "col_description(attrelid, attnum) FROM pg_attribute "
            f"JOIN pg_class ON pg_class.oid = attrelid WHERE attnum > 0 AND {here}",
        )
    }
    assert meanings.keys() == {"published", *(table.name for table in tables)}
    assert all(meanings.values())
    assert all(comment for _, comment in columns.values())
    assert {kind for kind, _ in columns.values()} == {
        "bigint", "double precision", "text", "boolean",
        "timestamp with time zone", "timestamp without time zone",
    }  # fmt: skip
    for table in tables:
        assert meanings[table.name] == table.meaning
        for each, column in zip(table.columns, postgres_table.columns(table), strict=True):
            kind, comment = columns[table.name, each.name]
            assert f"{each.name} {kind}" == column
            assert each.meaning.rstrip(".").casefold() in comment.casefold()
            assert each.unit in {"", "1"} or comment.endswith(f" In {each.unit}.")
    keys = "SELECT conrelid::regclass::text, contype, pg_get_constraintdef(oid) FROM pg_constraint"
    keys_there = ask(database, f"{keys} WHERE connamespace = 'bi'::regnamespace")
    primary = {name: text for name, kind, text in keys_there if kind == "p"}
    assert primary["bi.discharge_capacity"] == "PRIMARY KEY (test_id, cycle_count)"
    assert primary.keys() == {f"bi.{t.name}" for t in tables if t.is_keyed} | {"bi.published"}
    assert {(name, text) for name, kind, text in keys_there if kind == "f"} == {
        (
            f"bi.{table.name}",
            (
                f"FOREIGN KEY ({column}) REFERENCES bi.{other}({other}_id) "
                "DEFERRABLE INITIALLY DEFERRED"
            ),
        )
        for table in tables
        for column, other in table.references.items()
    }


def test_numbers_that_are_none_are_null_and_an_empty_text_is_none_of_them(
    warehouse: Bench, tmp_path: Path, publishing: Publishing, database: str
) -> None:
    (tmp_path / "odd.sql").write_text(ODD)
    publishing(warehouse.settings, read_metrics(tmp_path)).to(database)
    rows = ask(
        database, "SELECT DISTINCT not_a_number, infinite, small, nothing, unknown FROM bi.odd"
    )
    assert rows == [(None, None, -1e-308, "", None)]


def test_words_arrive_whole_in_a_database_of_another_encoding(database: str) -> None:
    latin = f"{database.rpartition('/')[2]}_latin"
    ask(database, f"CREATE DATABASE {latin} TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    url = f"{database.rpartition('/')[0]}/{latin}"
    try:
        bring(url, (replace(TEST, meaning="Tests at 25 °C."), [(1, "5 µm")]))
        with psycopg.connect(url, client_encoding="utf8") as connection:
            query = "SELECT test_name, obj_description('bi.test'::regclass) FROM bi.test"
            assert connection.execute(query).fetchall() == [("5 µm", "Tests at 25 °C.")]
    finally:
        ask(database, f"DROP DATABASE {latin} WITH (FORCE)")


# What was changed by hand


@pytest.mark.parametrize(
    ("by_hand", "reason"),
    [
        ("ALTER TABLE bi.capacity ADD COLUMN note text", "note text"),
        ("ALTER TABLE bi.capacity DROP COLUMN capacity_ah", "capacity_ah double precision"),
        ("ALTER TABLE bi.capacity RENAME COLUMN capacity_ah TO ah", "ah double precision"),
        ("ALTER TABLE bi.capacity ALTER capacity_ah TYPE numeric", "capacity_ah numeric"),
    ],
)
def test_a_column_changed_by_hand_is_told_and_left_alone(
    brought: str, by_hand: str, reason: str
) -> None:
    ask(brought, by_hand)
    before = ask(brought, "SELECT * FROM bi.capacity")
    with pytest.raises(PublicationFailed, match=r"bi\.capacity was changed by hand.*drop") as fault:
        bring(brought, (TEST, []), (CAPACITY, []))
    assert reason in str(fault.value)
    assert ask(brought, "SELECT * FROM bi.capacity") == before
    assert ask(brought, "SELECT count(*) FROM bi.test") == [(2,)]


@pytest.mark.parametrize(
    "by_hand",
    [
        "DROP TABLE bi.capacity",
        "DROP TABLE bi.capacity; DROP TABLE bi.test",
        "DROP TABLE bi.test CASCADE",
        "DROP TABLE bi.published",
        "DROP SCHEMA bi CASCADE",
        "DROP SCHEMA bi CASCADE; DROP SCHEMA bi_store CASCADE",
        "ALTER TABLE bi.capacity DROP CONSTRAINT capacity_test_id_fkey",
        f'ALTER TABLE bi.capacity DROP CONSTRAINT "capacity_{CAPACITY.version}"',
        "DELETE FROM bi.published",
    ],
)
def test_what_was_dropped_by_hand_is_there_again_after_the_next_publication(
    brought: str, by_hand: str
) -> None:
    ask(brought, by_hand)
    assert bring(brought, *BOTH) == {"test": None, "capacity": None}
    assert bring(brought, *BOTH) == {"test": None, "capacity": None}
    assert set(ask(brought, "TABLE bi.capacity")) == set(CAPACITIES)
    assert foreign_keys(brought) == {("bi.capacity", "bi.test")}
    assert kinds(brought) == dict.fromkeys(("test", "capacity", "published"), "r")
    counts = "SELECT table_name, row_count, status FROM bi.published ORDER BY table_name"
    assert ask(brought, counts) == [("capacity", 3, "published"), ("test", 2, "published")]


@pytest.mark.parametrize(
    ("by_hand", "kind"),
    [
        ("CREATE TABLE bi.capacity (note text)", "r"),
        (("CREATE TABLE bi.capacity AS SELECT 1::bigint AS test_id, 1::bigint AS cycle_count, "
         "1::float8 AS capacity_ah"), "r"),
        ("CREATE VIEW bi.capacity AS SELECT 1 AS one", "v"),
        ("CREATE MATERIALIZED VIEW bi.capacity AS SELECT 1 AS one", "m"),
        ("CREATE SEQUENCE bi.capacity", "S"),
        (("CREATE FOREIGN DATA WRAPPER far; CREATE SERVER away FOREIGN DATA WRAPPER far; "
         "CREATE FOREIGN TABLE bi.capacity (note text) SERVER away"), "f"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("was_ours", [True, False])
def test_somebody_elses_thing_of_the_name_of_a_table_is_told_and_left_alone(
    database: str, by_hand: str, kind: str, *, was_ours: bool
) -> None:
    ask(database, "CREATE SCHEMA bi")
    if was_ours:
        bring(database, (replace(CAPACITY, name="other"), CAPACITIES), (TEST, TESTS))
    ask(database, by_hand)
    reasons = bring(database, *BOTH, (replace(CAPACITY, name="other"), CAPACITIES))
    assert reasons["capacity"] is not None
    assert "rename it" in reasons["capacity"]
    assert reasons["test"] is None
    assert kinds(database)["capacity"] == kind
    ((status, reason),) = ask(
        database, "SELECT status, reason FROM bi.published WHERE table_name = 'capacity'"
    )
    assert (status, reason) == ("failed", reasons["capacity"])


def test_a_view_that_took_the_place_of_our_table_is_told_and_left_alone(brought: str) -> None:
    ask(
        brought,
        "DROP TABLE bi.capacity; CREATE VIEW bi.capacity AS SELECT 1::bigint AS test_id, "
        "1::bigint AS cycle_count, 1::float8 AS capacity_ah",
    )
    reasons = bring(brought, *BOTH)
    assert reasons["test"] is None
    assert "rename it" in str(reasons["capacity"])
    assert kinds(brought)["capacity"] == "v"


DEPENDENT: Final = [
    ("CREATE VIEW bi.mine AS SELECT capacity_ah FROM bi.capacity", "bi.mine", "DROP VIEW bi.mine"),
    (
        "CREATE MATERIALIZED VIEW public.mine AS SELECT count(*) AS n FROM bi.capacity",
        "mine",
        "DROP MATERIALIZED VIEW mine",
    ),
    (
        "CREATE FUNCTION mine() RETURNS bigint BEGIN ATOMIC SELECT count(*) FROM bi.capacity; END",
        "mine()",
        "DROP FUNCTION mine()",
    ),
    (
        (
            "CREATE TABLE bi.mine (test_id bigint, cycle_count bigint, "
            "FOREIGN KEY (test_id, cycle_count) REFERENCES bi.capacity)"
        ),
        "bi.mine",
        "DROP TABLE bi.mine",
    ),
    ("CREATE TABLE mine (like_it bi.capacity)", "mine", "DROP TABLE mine"),
    ("CREATE TABLE mine () INHERITS (bi.capacity)", "mine", "DROP TABLE mine"),
    (
        "CREATE POLICY mine ON bi.capacity USING (test_id = 1)",
        "mine",
        "DROP POLICY mine ON bi.capacity",
    ),
]


@pytest.mark.parametrize(("by_hand", "name", "undo"), DEPENDENT)
def test_what_somebody_built_on_a_table_whose_columns_change_is_told_and_kept(
    brought: str, by_hand: str, name: str, undo: str
) -> None:
    ask(brought, by_hand)
    reasons = bring(brought, (TEST, [*TESTS, (3, "three")]), (WIDER, WIDER_ROWS))
    assert reasons["test"] is None
    assert name in str(reasons["capacity"])
    assert "drop" in str(reasons["capacity"])
    assert set(ask(brought, "SELECT * FROM ONLY bi.capacity")) == set(CAPACITIES)
    assert ask(brought, "SELECT count(*) FROM bi.test") == [(3,)]
    ask(brought, undo)  # it was there to be dropped
    assert bring(brought, (TEST, TESTS), (WIDER, WIDER_ROWS)) == {"test": None, "capacity": None}
    assert set(ask(brought, "TABLE bi.capacity")) == set(WIDER_ROWS)


@pytest.mark.parametrize(("by_hand", "name", "undo"), DEPENDENT)
def test_a_table_published_no_longer_stays_while_somebody_builds_on_it(
    brought: str, by_hand: str, name: str, undo: str
) -> None:
    ask(brought, by_hand)
    assert bring(brought, (TEST, TESTS)) == {"test": None}
    assert bring(brought, (TEST, TESTS[:1])) == {"test": None}  # its rows of test 2 are orphans
    assert ask(brought, "SELECT DISTINCT test_id FROM ONLY bi.capacity") == [(1,)]
    ((status, reason),) = ask(
        brought, "SELECT status, reason FROM bi.published WHERE table_name = 'capacity'"
    )
    assert status == "failed"
    assert name in reason
    ask(brought, undo)
    bring(brought, (TEST, TESTS))
    assert kinds(brought).keys() == {"test", "published"}
    assert ask(brought, "SELECT table_name FROM bi.published") == [("test",)]


def test_tables_views_and_grants_of_others_outlive_every_change(brought: str) -> None:
    role = f"reader_{brought.rpartition('_')[2]}"
    ask(
        brought,
        "CREATE TABLE bi.note (test_id bigint REFERENCES bi.test, note text); "
        "INSERT INTO bi.note VALUES (1, 'good'); "
        "CREATE VIEW bi.noted AS SELECT note, test_name FROM bi.note JOIN bi.test USING (test_id); "
        f"CREATE ROLE {role}; GRANT USAGE ON SCHEMA bi TO {role}; "
        f"GRANT SELECT ON ALL TABLES IN SCHEMA bi TO {role}; "
        "GRANT SELECT ON bi.capacity TO PUBLIC",
    )
    try:
        bring(brought, (TEST, TESTS), (WIDER, WIDER_ROWS))
        bring(brought, (TEST, TESTS))
        bring(brought, *BOTH)
        bring(brought, (TEST, TESTS), (WIDER, WIDER_ROWS))
        assert ask(brought, "TABLE bi.noted") == [("good", "one")]
        assert ("bi.note", "bi.test") in foreign_keys(brought)
        bring(brought, *BOTH)
        ask(brought, f"SET ROLE {role}; SELECT FROM bi.test")
    finally:
        ask(brought, f"DROP OWNED BY {role}; DROP ROLE {role}")


def test_who_may_read_a_table_may_read_it_when_its_columns_have_changed(brought: str) -> None:
    role = f"reader_{brought.rpartition('_')[2]}"
    ask(
        brought,
        f"CREATE ROLE {role}; GRANT USAGE ON SCHEMA bi TO {role}; "
        f"GRANT SELECT ON bi.capacity TO {role}",
    )
    try:
        bring(brought, (TEST, TESTS), (WIDER, WIDER_ROWS))
        allowed = f"SELECT has_table_privilege('{role}', 'bi.capacity', 'SELECT'), "
        allowed += f"has_table_privilege('{role}', 'bi.capacity', 'INSERT')"
        assert ask(brought, allowed) == [(True, False)]
    finally:
        ask(brought, f"DROP OWNED BY {role}; DROP ROLE {role}")


def test_a_row_somebody_refers_to_is_not_taken_from_under_them(brought: str) -> None:
    ask(brought, "CREATE TABLE note (test_id bigint REFERENCES bi.test)")
    ask(brought, "INSERT INTO note VALUES (2)")
    reasons = bring(brought, (TEST, TESTS[:1]), (CAPACITY, CAPACITIES[:2]))
    assert "note" in str(reasons["test"])
    assert reasons["capacity"] is None
    assert set(ask(brought, "TABLE bi.test")) == set(TESTS)


# What changes of itself


def test_columns_keys_and_rows_may_change_at_once_under_foreign_keys(brought: str) -> None:
    tests = [(1, "one", "x"), (3, "three", "y")]
    capacities = [(3, 1, 0.5)]
    assert bring(brought, (WIDER_TEST, tests), (CAPACITY, capacities), tests=[2, 3]) == {
        "test": None,
        "capacity": None,
    }
    assert set(ask(brought, "TABLE bi.test")) == set(tests)
    assert set(ask(brought, "TABLE bi.capacity")) == {*CAPACITIES[:2], *capacities}
    assert foreign_keys(brought) == {("bi.capacity", "bi.test")}
    later = [(3, "three"), (4, "four")]
    wider = [(4, 1, 0.5, "z")]
    assert bring(brought, (TEST, later), (WIDER, wider)) == {"test": None, "capacity": None}
    assert set(ask(brought, "TABLE bi.test")) == set(later)
    assert ask(brought, "TABLE bi.capacity") == wider
    assert bring(brought, (TEST, later[:1])) == {"test": None}  # one table less, one test less
    assert kinds(brought) == dict.fromkeys(("test", "published"), "r")


def test_the_same_columns_may_get_another_key(brought: str) -> None:
    by_test = replace(CAPACITY, key=("test_id",))
    rows = [(1, 1, 0.5), (2, 1, 0.5)]
    assert bring(brought, (TEST, TESTS), (by_test, rows)) == {"test": None, "capacity": None}
    key = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'p' AND "
    assert ask(brought, f"{key} conrelid = 'bi.capacity'::regclass") == [("PRIMARY KEY (test_id)",)]
    assert set(ask(brought, "TABLE bi.capacity")) == set(rows)


def test_a_table_that_no_index_can_hold_fails_alone(brought: str) -> None:
    by_name = replace(TEST, name="by_name", key=("test_name",))
    words = "".join(chr(0x4E00 + (n * 7919) % 20000) for n in range(4000))
    reasons = bring(brought, *BOTH, (by_name, [(1, words)]))
    assert "index" in str(reasons.pop("by_name"))
    assert reasons == {"test": None, "capacity": None}
    assert "by_name" not in kinds(brought)


# A metric that fails


def standing(url: str, name: str) -> tuple[Any, ...]:
    columns = "status, reason, row_count, snapshot"
    (row,) = ask(url, f"SELECT {columns} FROM bi.published WHERE table_name = '{name}'")
    return row


def test_a_metric_that_fails_is_told_of_and_the_others_go_on(
    warehouse: Bench, metrics_folder: Path, publishing: Publishing, database: str
) -> None:
    path = metrics_folder / "broken.sql"
    path.write_text(BROKEN)
    publisher = publishing(warehouse.settings, read_metrics(metrics_folder))
    first = publisher.to(database)
    assert first.failed == ()
    assert standing(database, "broken") == ("published", None, 8, first.snapshot)
    rows = set(ask(database, "TABLE bi.broken"))
    longer = warehouse.add_test("longer", warehouse.stretches(7))
    second = publisher.to(database)
    (failed,) = second.failed
    assert failed.table.name == "broken"
    assert "no such cycle" in str(failed.reason)
    assert "1 failed" in second.summary()
    assert standing(database, "broken") == ("failed", failed.reason, 8, first.snapshot)
    assert set(ask(database, "TABLE bi.broken")) == rows
    others = "SELECT DISTINCT status, snapshot FROM bi.published WHERE table_name <> 'broken'"
    assert ask(database, others) == [("published", second.snapshot)]
    cycles = f"SELECT count(*) FROM bi.discharge_capacity WHERE test_id = {longer}"
    assert ask(database, cycles) == [(7,)]
    assert [each.table.name for each in publisher.to(database).failed] == ["broken"]
    path.write_text(BROKEN.replace("> 5", "> 50"))
    mended = publishing(warehouse.settings, read_metrics(metrics_folder)).to(database)
    assert mended.failed == ()
    assert standing(database, "broken") == ("published", None, 15, mended.snapshot)


def test_a_metric_that_fails_does_not_hold_back_that_a_test_was_removed(
    warehouse: Bench, metrics_folder: Path, publishing: Publishing, database: str
) -> None:
    (metrics_folder / "broken.sql").write_text(BROKEN)
    publisher = publishing(warehouse.settings, read_metrics(metrics_folder))
    publisher.to(database)
    removed = warehouse.add_test("long", warehouse.stretches(7))
    ((gone,),) = ask(database, "SELECT min(test_id) FROM bi.broken")
    warehouse.remove(gone)
    done = publisher.to(database)
    assert [each.table.name for each in done.failed] == ["broken"]
    status, _, row_count, _ = standing(database, "broken")
    assert (status, row_count) == ("failed", 3)
    assert ask(database, f"SELECT count(*) FROM bi.test WHERE test_id = {gone}") == [(0,)]
    assert ask(database, f"SELECT count(*) FROM bi.broken WHERE test_id = {gone}") == [(0,)]
    warehouse.remove(removed)
    assert publisher.to(database).failed == ()
    assert standing(database, "broken")[:3] == ("published", None, 3)


def test_a_dimension_that_is_held_back_is_named_when_others_rest_on_it(brought: str) -> None:
    ask(brought, "CREATE VIEW mine AS SELECT test_name FROM bi.test")
    with pytest.raises(PublicationFailed, match=r"test_id.*3.*bi\.test:.*mine.*drop"):
        bring(brought, (WIDER_TEST, []), (CAPACITY, [(3, 1, 0.5)]), tests=[3])
    assert set(ask(brought, "TABLE bi.capacity")) == set(CAPACITIES)


# Two at once


def test_of_two_publishers_at_once_one_is_told(brought: str) -> None:
    target = target_at(brought)
    with target.writing([TEST, CAPACITY]) as writing:
        writing.put(TEST, reader_of(TEST, TESTS[:1]), None)
        with pytest.raises(PublicationFailed, match="somebody else is publishing"):
            bring(brought, *BOTH)
        assert set(ask(brought, "TABLE bi.test")) == set(TESTS)
    assert bring(brought, *BOTH) == {"test": None, "capacity": None}
