"""PostgreSQL: one transaction from one state to the next, so that readers see either.

Tables stand in schema ``bi``; what only the publisher reads stands in ``bi_store``. Rows are
replaced in place, which no reader waits for. A table whose columns changed is built beside and
takes the place of the old one at the end (postgres_changeover.py).
"""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Any, Final, Self

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from schema.error import InvalidArgument, PublicationFailed, PublishedTableRefused
from service.publish.postgres import dependency
from service.publish.postgres import table as postgres_table
from service.publish.postgres.swap import Changeover, beside_of
from service.publish.postgres.table import SCHEMA, Connection, first_line
from service.publish.star import PublishedTable
from service.publish.target import FINGERPRINTS, Outcome, Standing, changed_tests, refuse_changed

STORE: Final = "bi_store"
_FINGERPRINT: Final = sql.Identifier(STORE, "fingerprint")
LOCK: Final = int.from_bytes(sha256(b"leyden publish").digest()[:8], "big", signed=True)
_BOOKKEEPING: Final = (Path(__file__).parents[1] / "bookkeeping.sql").read_bytes()
_COLUMNS: Final = """
SELECT relname, array_agg(attname || ' ' || format_type(atttypid, atttypmod) ORDER BY attnum)
    FILTER (WHERE relkind = 'r' AND attnum > 0 AND NOT attisdropped)
FROM pg_class
LEFT JOIN pg_attribute ON attrelid = pg_class.oid
WHERE relnamespace = 'bi'::regnamespace
GROUP BY relname
"""
"""Of tables; of a view, an index and the like, which take up names too, none."""
_HAS_BOOKS: Final = """
SELECT to_regclass('bi.published') IS NOT NULL AND to_regclass('bi_store.layout') IS NOT NULL
    AND to_regclass('bi_store.fingerprint') IS NOT NULL
"""
_PUBLISHED: Final = """
INSERT INTO bi.published AS old
    (table_name, meaning, status, reason, row_count, snapshot, published_at)
VALUES (%(name)s, %(meaning)s, %(status)s, %(reason)s, %(rows)s, %(snapshot)s, %(at)s)
ON CONFLICT (table_name) DO UPDATE SET
    meaning = excluded.meaning,
    status = excluded.status,
    reason = excluded.reason,
    row_count = coalesce(excluded.row_count, old.row_count),
    snapshot = coalesce(excluded.snapshot, old.snapshot),
    published_at = coalesce(excluded.published_at, old.published_at)
"""
_UP_TO_DATE: Final = """
INSERT INTO bi_store.layout VALUES (%s, %s, %s) ON CONFLICT (table_name)
DO UPDATE SET version = excluded.version, columns = excluded.columns
"""
_BEHIND: Final = "UPDATE bi_store.layout SET version = '' WHERE table_name = %s"
_RETAINED: Final = "UPDATE bi.published SET status = 'failed', reason = %s WHERE table_name = %s"


@dataclass(frozen=True, slots=True)
class Postgres:
    """A PostgreSQL database, by its URL."""

    url: str

    @classmethod
    def at(cls, url: str) -> Self:
        """Return the database at a URL.

        Raises:
            InvalidArgument: when it is none; it is not repeated, for it may hold a password.
        """
        try:
            conninfo_to_dict(url)
        except psycopg.ProgrammingError:
            takes = "a URL that PostgreSQL can read, postgresql://user@host:port/database"
            raise InvalidArgument("target", "postgresql://…", takes) from None
        return cls(url)

    @property
    def name(self) -> str:
        """Return the URL without its password."""
        parts = conninfo_to_dict(self.url)
        user = f"{parts['user']}@" if "user" in parts else ""
        port = f":{parts['port']}" if "port" in parts else ""
        return f"postgresql://{user}{parts.get('host', '')}{port}/{parts.get('dbname', '')}"

    @contextmanager
    def writing(self, star: Sequence[PublishedTable]) -> Iterator["PostgresWriting"]:
        """Begin; see target.Target."""
        try:
            with closing(self.connect()) as connection:
                try:
                    yield PostgresWriting(self.name, connection, star)
                finally:  # closed alone, its lock is given up only when the server notices
                    with suppress(psycopg.Error):
                        connection.rollback()
        except psycopg.Error as fault:
            raise PublicationFailed(self.name, first_line(fault)) from fault

    def connect(self) -> Connection:
        """Return a connection of the publisher.

        Raises:
            psycopg.Error: when there is none to be had.
        """
        return psycopg.connect(
            self.url,
            connect_timeout=10,
            application_name="leyden publish",
            client_encoding="utf8",  # rows are sent in it, whatever the database is stored in
        )


class PostgresWriting:
    """One transaction; see target.Writing."""

    def __init__(self, name: str, connection: Connection, star: Sequence[PublishedTable]) -> None:
        self._name, self._connection = name, connection
        self._star = {table.name: table for table in star}
        if not self._one("SELECT pg_try_advisory_xact_lock(%s)", LOCK):
            reason = "somebody else is publishing there; try again when that is done"
            raise PublicationFailed(name, reason)
        self._make_room()
        self._there: dict[str, list[str] | None] = dict(connection.execute(_COLUMNS).fetchall())
        self._keys = dependency.keys(connection)
        self._counts: dict[str, int | None] = dict(
            connection.execute("SELECT table_name, row_count FROM bi.published").fetchall()
        )
        self._versions = self._own_versions()
        self._fingerprints = postgres_table.read(connection, _FINGERPRINT, FINGERPRINTS)
        self._built: set[str] = set()

    @property
    def standing(self) -> Standing:
        """Return what it holds."""
        snapshot = self._one("SELECT max(snapshot) FROM bi.published")
        published_at = self._one("SELECT max(published_at) FROM bi.published")
        return Standing(snapshot, published_at, self._fingerprints, self._versions)

    def put(
        self, table: PublishedTable, rows: pa.RecordBatchReader, tests: Sequence[int] | None
    ) -> int:
        """Replace rows; see target.Writing."""
        place = sql.Identifier(SCHEMA, table.name)
        if tests is not None and self._counts[table.name] == 0:
            if (first := next(rows, None)) is None:
                return 0  # none were there, none came
            rows = pa.RecordBatchReader.from_batches(rows.schema, chain([first], rows))
        try:
            with self._connection.transaction():
                if tests is not None:
                    more = postgres_table.replace(self._connection, place, table, rows, tests)
                    return (self._counts[table.name] or 0) + more
                if table.name in self._versions and self._is_alike(table):
                    count = postgres_table.merge(self._connection, place, table, rows)
                    if self._versions[table.name] != table.version:
                        postgres_table.describe(self._connection, place, table)
                    return count
                count = self._build(table, rows)
                self._built.add(table.name)
                return count
        except psycopg.Error as fault:
            is_too_long = isinstance(fault, psycopg.errors.ProgramLimitExceeded)
            if isinstance(fault, psycopg.OperationalError) and not is_too_long:
                raise  # the disk is full, the server gone: nothing more can be done
            raise PublishedTableRefused(f"{SCHEMA}.{table.name}", first_line(fault)) from fault

    def end(
        self,
        snapshot: int,
        published_at: datetime,
        fingerprints: pa.Table,
        outcomes: Sequence[Outcome],
    ) -> None:
        """Note what was done, let built tables take their places, and commit."""
        failed = {each.table.name: str(each.reason) for each in outcomes if each.reason}
        gone = {name: self._dependents(name) for name in self._versions.keys() - self._star.keys()}
        retained = {name: dependents for name, dependents in gone.items() if dependents}
        self._note(outcomes, snapshot, published_at)
        for name, dependents in retained.items():
            reason = f"it is published no longer and {dependents} is built on it; drop that"
            self._connection.execute(_RETAINED, (reason, name))
        self._remember(fingerprints)
        behind = (failed.keys() & self._versions.keys()) | gone.keys()
        changeover = Changeover(
            self._name, self._connection, self._star, self._versions.keys(), self._built
        )
        changeover.run(behind, failed, sorted(gone.keys() - retained.keys()))
        self._connection.commit()

    def _is_alike(self, table: PublishedTable) -> bool:
        """Return whether columns and key of a table that stands are those it is to have."""
        has_key = not table.key or (table.name, *table.key) in self._keys
        return self._there.get(table.name) == postgres_table.columns(table) and has_key

    def _dependents(self, name: str) -> str:
        return dependency.dependents(self._connection, name, self._versions)

    def _make_room(self) -> None:
        for schema in (SCHEMA, STORE):
            # IF NOT EXISTS asks for the right to make one, even where it is there
            if self._one("SELECT to_regnamespace(%s)", schema) is None:
                create = sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema))
                self._connection.execute(create)
        if not self._one(_HAS_BOOKS):
            self._connection.execute(_BOOKKEEPING)

    def _own_versions(self) -> dict[str, str]:
        """Return the versions of our tables that still stand as we left them."""
        found: dict[str, str] = {}
        layouts = "SELECT table_name, version, columns FROM bi_store.layout"
        for name, version, columns in self._connection.execute(layouts).fetchall():
            if not (there := self._there.get(name)):
                continue  # it was dropped by hand, and is published anew
            refuse_changed(self._name, f"{SCHEMA}.{name}", there, columns)
            table = self._star.get(name)
            is_whole = name in self._counts and (table is None or self._is_alike(table))
            found[name] = version if is_whole else ""
        return found

    def _build(self, table: PublishedTable, rows: pa.RecordBatchReader) -> int:
        """Make a table, beside the old one where there is one."""
        name = f"{SCHEMA}.{table.name}"
        is_ours = table.name in self._versions
        if table.name in self._there and not is_ours:
            reason = "it is there and was not published by Leyden; rename it"
            raise PublishedTableRefused(name, reason)
        if is_ours and (dependents := self._dependents(table.name)):
            reason = (
                f"its columns changed and {dependents} is built on it; drop that and publish again"
            )
            raise PublishedTableRefused(name, reason)
        beside = beside_of(table.name) if is_ours else table.name
        place = sql.Identifier(SCHEMA, beside)
        count = postgres_table.make(self._connection, place, table, rows)
        postgres_table.describe(self._connection, place, table)
        if is_ours:
            dependency.grant_alike(self._connection, table.name, beside)
        return count

    def _note(self, outcomes: Sequence[Outcome], snapshot: int, published_at: datetime) -> None:
        """Note the outcome of tables; one that failed keeps what was noted of the rows it has."""
        done = [each for each in outcomes if each.status == "published"]
        entries = [
            {
                "name": each.table.name,
                "meaning": each.table.meaning,
                "status": each.status,
                "reason": each.reason,
                "rows": each.row_count,
                "snapshot": snapshot if each.status == "published" else None,
                "at": published_at if each.status == "published" else None,
            }
            for each in outcomes
        ]
        layouts = [(t.name, t.version, postgres_table.columns(t)) for t in (o.table for o in done)]
        behind = [(each.table.name,) for each in outcomes if each.status == "failed"]
        with self._connection.cursor() as cursor:
            for query, rows in ((_PUBLISHED, entries), (_UP_TO_DATE, layouts), (_BEHIND, behind)):
                cursor.executemany(query, rows)

    def _remember(self, fingerprints: pa.Table) -> None:
        tests = changed_tests(self._fingerprints, fingerprints)
        delete = sql.SQL("DELETE FROM {} WHERE test_id = ANY(%s)").format(_FINGERPRINT)
        self._connection.execute(delete, (tests,))
        come = fingerprints.filter(pc.is_in(fingerprints["test_id"], pa.array(tests, pa.int64())))
        rows = come.to_reader()
        postgres_table.copy(self._connection, _FINGERPRINT, FINGERPRINTS.names, rows)

    def _one(self, query: Any, *parameters: object) -> Any:  # noqa: ANN401 # a text of ours; whatever it selects
        row = self._connection.execute(query, parameters).fetchone()
        return None if row is None else row[0]
