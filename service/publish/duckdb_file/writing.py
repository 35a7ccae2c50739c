"""One .duckdb file on its way to the next; see target.py."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa

from schema.durable import put_in_place
from schema.error import PublicationFailed, PublishedTableRefused
from service.publish.duckdb_file.bookkeeping import BOOKKEEPING, TYPES, note
from service.publish.star import PublishedTable
from service.publish.target import FINGERPRINTS, Outcome, Standing, refuse_changed
from service.sql import first_line, identifier, literal

_STORAGE: Final = "v1.0.0"
"""As old a format as there are comments in."""
_CHUNK_ROWS: Final = 100_000
"""Rows of an insertion: tests of a few rows each would be slow one by one."""
_FATAL: Final = (
    duckdb.IOException,
    duckdb.OutOfMemoryException,
    duckdb.FatalException,
    duckdb.InternalException,
)
_COLUMNS: Final = """
SELECT table_name, list(column_name || ' ' || data_type ORDER BY column_index)
FROM duckdb_columns()
WHERE database_name = 'star' AND schema_name = 'main'
GROUP BY table_name
"""
_IS_OURS: Final = """
SELECT count(*) FROM duckdb_tables()
WHERE database_name = 'star' AND schema_name = 'bi_store' AND table_name = 'layout'
"""


class DuckdbWriting:
    """One file on its way to the next; see target.Writing."""

    def __init__(self, name: str, rest: Path, star: Sequence[PublishedTable]) -> None:
        self._name, self._rest = name, rest
        self._star = {table.name: table for table in star}
        self._beside = rest.with_name(f".{rest.name}.next")
        self._is_copied = False
        self._there: Mapping[str, list[str]] = {}
        self._connection = duckdb.connect(
            ":memory:",
            # what is spilled would be left in the working directory
            config={"autoload_known_extensions": "false", "temp_directory": ""},
        )
        try:
            with self._failing():
                self._sweep()
                self._standing = self._read() if rest.exists() else _NOTHING
        except BaseException:
            self.close()
            raise

    @property
    def standing(self) -> Standing:
        """Return what it holds."""
        return self._standing

    def put(
        self, table: PublishedTable, rows: pa.RecordBatchReader, tests: Sequence[int] | None
    ) -> int:
        """Replace rows; see target.Writing."""
        with self._failing():
            self._copy()
            self._connection.begin()
        try:
            if tests is None:
                self._make(table)
            else:
                delete = f"DELETE FROM main.{table.name} WHERE test_id IN (SELECT unnest(?))"
                self._change(table, delete, [list(tests)])
            for chunk in _chunks(rows):
                self._connection.register("incoming", chunk)
                self._change(table, f"INSERT INTO main.{table.name} SELECT * FROM incoming")
                self._connection.unregister("incoming")
            with self._failing():
                self._connection.commit()
                return int(self._one(f"SELECT count(*) FROM main.{table.name}"))
        except BaseException:
            with suppress(duckdb.Error):  # it is beyond that when the disk is full
                self._connection.rollback()
            raise

    def end(
        self,
        snapshot: int,
        published_at: datetime,
        fingerprints: pa.Table,
        outcomes: Sequence[Outcome],
    ) -> None:
        """Note what was done, and put the copy in the place of the file."""
        with self._failing():
            self._copy()
            self._connection.begin()
            for name in self._standing.versions.keys() - self._star.keys():
                self._connection.execute(f'DROP TABLE main."{name}"')
                for table in ("bi_store.layout", "main.published"):
                    self._connection.execute(f"DELETE FROM {table} WHERE table_name = ?", [name])
            note(self._connection, outcomes, snapshot, published_at)
            self._connection.register("incoming", fingerprints)
            self._connection.execute(
                "CREATE OR REPLACE TABLE bi_store.fingerprint AS SELECT * FROM incoming"
            )
            self._connection.unregister("incoming")
            self._connection.commit()
            self._connection.execute("CHECKPOINT star; USE memory; DETACH star")
            put_in_place(self._beside, self._rest)

    def close(self) -> None:
        """Leave; what was not ended leaves nothing behind."""
        self._connection.close()
        self._sweep()

    def _sweep(self) -> None:
        for path in (self._beside, _journal(self._beside)):
            path.unlink(missing_ok=True)

    def _read(self) -> Standing:
        """Return what the file holds, read as it stands."""
        if _journal(self._rest).exists():
            reason = "somebody wrote to it and did not end well; open it with DuckDB and close it"
            raise PublicationFailed(self._name, reason)
        self._connection.execute(f"ATTACH {literal(str(self._rest))} AS star (READ_ONLY); USE star")
        if not self._one(_IS_OURS):
            reason = "it was not published by Leyden; publish to another path"
            raise PublicationFailed(self._name, reason)
        versions = self._own_versions()
        stored = self._connection.sql("SELECT test_id, fingerprint FROM bi_store.fingerprint")
        fingerprints = stored.to_arrow_table().cast(FINGERPRINTS)
        snapshot = self._one("SELECT max(snapshot) FROM main.published")
        published_at = self._one("SELECT max(published_at) FROM main.published")
        return Standing(snapshot, published_at, fingerprints, versions)

    def _own_versions(self) -> Mapping[str, str]:
        """Return the versions of our tables that still stand as we left them."""
        there = self._there = dict(self._connection.execute(_COLUMNS).fetchall())
        found: dict[str, str] = {}
        layouts = "SELECT table_name, version, columns FROM bi_store.layout"
        for name, version, columns in self._connection.execute(layouts).fetchall():
            if name not in there:
                continue  # it was dropped by hand, and is published anew
            refuse_changed(self._name, name, there[name], columns)
            found[name] = version
        return found

    def _copy(self) -> None:
        """Work on a copy from now on; before the first change, for most times there is none."""
        if self._is_copied:
            return
        if is_there := self._standing is not _NOTHING:
            shutil.copy(self._rest, self._beside)
            self._connection.execute("USE memory; DETACH star")
        attach = f"ATTACH {literal(str(self._beside))} AS star (STORAGE_VERSION '{_STORAGE}')"
        self._connection.execute(f"{attach}; USE star")
        if not is_there:
            self._connection.execute(BOOKKEEPING)
        self._is_copied = True

    def _make(self, table: PublishedTable) -> None:
        """Make a table with its comments, in the place of the old one where there is one."""
        if table.name in self._there and table.name not in self._standing.versions:
            reason = "it is there and was not published by Leyden; rename it"
            raise PublishedTableRefused(table.name, reason)
        defined = [f'"{each.name}" {TYPES[each.kind]}' for each in table.columns]
        if table.is_keyed and table.scope == "whole":
            defined.append(f"PRIMARY KEY ({', '.join(identifier(name) for name in table.key)})")
        place = f"main.{identifier(table.name)}"
        self._change(table, f"CREATE OR REPLACE TABLE {place} ({', '.join(defined)})")
        self._change(table, f"COMMENT ON TABLE {place} IS {literal(table.meaning)}")
        for each in table.columns:
            comment = f"COMMENT ON COLUMN {place}.{identifier(each.name)} IS "
            self._change(table, comment + literal(table.column_meaning(each)))

    def _change(self, table: PublishedTable, statement: str, given: object = None) -> None:
        try:
            self._connection.execute(statement, given)
        except _FATAL as fault:
            raise PublicationFailed(self._name, first_line(fault)) from fault
        except duckdb.Error as fault:
            raise PublishedTableRefused(table.name, first_line(fault)) from fault

    @contextmanager
    def _failing(self) -> Iterator[None]:
        """Tell what goes wrong with the file itself."""
        try:
            yield
        except OSError as fault:
            raise PublicationFailed(self._name, fault.strerror or str(fault)) from fault
        except duckdb.Error as fault:
            raise PublicationFailed(self._name, first_line(fault)) from fault

    def _one(self, query: str, *parameters: object) -> Any:  # noqa: ANN401 # whatever it selects
        row = self._connection.execute(query, parameters).fetchone()
        return None if row is None else row[0]


_NOTHING: Final = Standing(None, None, FINGERPRINTS.empty_table(), {})


def _chunks(rows: pa.RecordBatchReader) -> Iterator[pa.Table]:
    """Yield rows in tables of some size."""
    waiting: list[pa.RecordBatch] = []
    for batch in rows:
        waiting.append(batch)
        if sum(each.num_rows for each in waiting) >= _CHUNK_ROWS:
            yield pa.Table.from_batches(waiting)
            waiting = []
    if waiting:
        yield pa.Table.from_batches(waiting)


def _journal(path: Path) -> Path:
    return path.with_name(f"{path.name}.wal")
