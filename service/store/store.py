"""The store: DuckDB in memory, a cache of catalog and rollups that follows the snapshots.

``step``, ``spectrum`` and what is derived from them are native tables; points stay in their Parquet
files, which are named one by one. Readers see one snapshot, the old or the new. DuckDB starts
threads: never fork a process that holds a store.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Final, TypeAlias

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import Engine, select

from schema.analysis import LAYOUTS
from schema.catalog import LakeFile, Test
from schema.catalog.connection import current_snapshot, look
from schema.error import UnknownName
from schema.lake import Lake
from schema.relation import STEP, Kind
from service.metric.file import MetricColumn
from service.store.analysis import lay_out
from service.store.cycle import make_cycles, places
from service.store.dimension import dimensions
from service.store.numbering import RENUMBERED
from service.store.relation import RELATIONS, created

File: TypeAlias = tuple[str, int, str]
_NATIVE: Final = {"steps": "step", "spectra": "spectrum"}
_CYCLED_SQL: Final = (Path(__file__).parent / "cycled.sql").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Held:
    """What a cursor is fixed to.

    Attributes:
        snapshot: of the catalog.
        files: kind, test and path in the lake of every live file, by its id.
    """

    snapshot: int
    files: Mapping[int, File]
    _points: Mapping[int, tuple[Path, ...]]
    _prototype: Path

    @property
    def tests_with_points(self) -> AbstractSet[int]:
        """Return the tests that have points files."""
        return self._points.keys()

    def points(self, tests: Sequence[int] | None) -> list[str]:
        """Return the points files of these tests, of all with None, an empty one first."""
        known = self._points
        chosen = known.values() if tests is None else (known.get(t, ()) for t in set(tests))
        return [str(self._prototype), *sorted(str(p) for ps in chosen for p in ps)]


class Store:
    """What the questions are asked of; ``refresh`` brings it to the catalog's last snapshot."""

    def __init__(self, engine: Engine, lake: Lake) -> None:
        self._engine, self._lake = engine, lake
        self._refreshing, self._committing = Lock(), Lock()
        self._snapshot: int | None = None
        self._files: dict[int, File] = {}
        self._points: Mapping[int, tuple[Path, ...]] = {}
        self._scratch = TemporaryDirectory(prefix="leyden-")
        folder = Path(self._scratch.name)
        self._connection = duckdb.connect(
            ":memory:",
            config={
                "autoload_known_extensions": "false",
                "autoinstall_known_extensions": "false",
                "temp_directory": str(folder / "spill"),
            },
        )
        # an optimizer of DuckDB 2.0.0 that turns the sides of joins round: with several threads the
        # whole database may be lost to it (its issue 24807)
        self._connection.execute("SET disabled_optimizers = 'build_side_probe_side'")
        self._prototypes = {name: folder / f"{name}.parquet" for name in RELATIONS}
        self._layouts = {method: folder / f"{method}-result.parquet" for method in LAYOUTS}
        for method, layout in LAYOUTS.items():
            pq.write_table(layout.arrow.empty_table(), self._layouts[method])
        self._connection.execute("CREATE SCHEMA store")
        for name, relation in RELATIONS.items():
            pq.write_table(relation.arrow.empty_table(), self._prototypes[name])
            if name not in {"points", "cycled"}:
                self._connection.execute(created(relation))
        self._connection.execute(created(replace(STEP, name="part")))
        self._connection.execute(RENUMBERED)
        self._connection.execute(f"CREATE VIEW store.cycled AS {_CYCLED_SQL}")
        # only what is below these two folders can be opened from SQL
        allowed = ", ".join(f"'{_escaped(f)}/'" for f in (folder, lake.path("").absolute()))
        self._connection.execute(f"SET allowed_directories = [{allowed}]")
        self._connection.execute("SET enable_external_access = false")

    @property
    def snapshot(self) -> int | None:
        """Return the snapshot it stands at; None before the first refresh."""
        return self._snapshot

    def close(self) -> None:
        """Give back memory and the scratch folder."""
        self._connection.close()
        self._scratch.cleanup()

    def set_threads(self, threads: int) -> None:
        """Set how many threads DuckDB uses, and lock its configuration."""
        self._connection.execute(f"SET threads = {int(threads)}")
        self._connection.execute("SET lock_configuration = true")

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Return a cursor of its own transactions."""
        return self._connection.cursor()

    def begin(self, cursor: duckdb.DuckDBPyConnection) -> Held:
        """Fix a cursor to the snapshot; return the files as of it."""
        with self._committing:
            cursor.begin()
            cursor.execute("SELECT count(*) FROM store.test WHERE false").fetchall()
            prototype = self._prototypes["points"]
            return Held(self._snapshot or 0, self._files, self._points, prototype)

    def points_columns(self, test_id: int) -> Mapping[str, MetricColumn]:
        """Return the columns that the points of a test have.

        Raises:
            UnknownName: when no points of the test are stored.
        """
        self.refresh()
        if not (paths := self._points.get(test_id)):
            raise UnknownName("test with points", str(test_id), map(str, self._points))
        found: dict[str, MetricColumn] = {}
        canonical = {column.name: column for column in RELATIONS["points"].columns}
        for path in paths:
            for field in pq.read_schema(path):
                known = canonical.get(field.name)
                unit, meaning = (known.unit, known.meaning) if known else ("", "The export's own.")
                found[field.name] = MetricColumn(field.name, unit, meaning, _kind(field.type))
        return found

    def refresh(self) -> int:
        """Bring the store to the catalog's last snapshot and return its number."""
        with self._refreshing:
            with look(self._engine) as session:
                snapshot = current_snapshot(session)
                if snapshot == self._snapshot:
                    return snapshot
                rows = session.execute(
                    select(LakeFile.id, LakeFile.kind, LakeFile.test_id, LakeFile.path)
                    .join(Test, Test.id == LakeFile.test_id)
                    .where(LakeFile.removed_snapshot.is_(None), Test.removed_snapshot.is_(None))
                )
                live = {number: (kind, test, path) for number, kind, test, path in rows}
                changed = dimensions(session, self._snapshot)
            self._load(live, changed, snapshot)
            return snapshot

    def _load(
        self,
        live: dict[int, File],
        changed: Mapping[str, pa.Table],
        snapshot: int,
    ) -> None:
        cursor = self._connection.cursor()
        try:
            cursor.begin()
            for kind, name in _NATIVE.items():
                self._bring(cursor, kind, name, live)
            former = places(cursor)
            for method, layout in LAYOUTS.items():
                tests, files = self._touched(layout.kind, live)
                lay_out(cursor, layout, self._layouts[method], tests, files)
            for name, rows in changed.items():
                cursor.register("incoming", rows)
                cursor.execute(f"CREATE OR REPLACE TABLE store.{name} AS SELECT * FROM incoming")
                cursor.unregister("incoming")
            make_cycles(cursor, self._touched("steps", live)[0], former)
            points: dict[int, tuple[Path, ...]] = {}
            for kind, test_id, path in live.values():
                if kind == "points":
                    points[test_id] = (*points.get(test_id, ()), self._lake.path(path))
            with self._committing:
                cursor.commit()
                self._points, self._files, self._snapshot = points, live, snapshot
        finally:
            cursor.close()  # rolls back what was not committed

    def _bring(
        self,
        cursor: duckdb.DuckDBPyConnection,
        kind: str,
        name: str,
        live: Mapping[int, File],
    ) -> None:
        """Bring one native table from the files it was loaded from to those that are live."""
        touched, paths = self._touched(kind, live)
        if not touched:
            return
        files = [str(path) for _, path in paths]
        where = "WHERE test_id IN (SELECT unnest(CAST($tests AS BIGINT[])))"
        loaded = {test for k, test, _ in self._files.values() if k == kind}
        if not loaded.isdisjoint(touched):
            cursor.execute(f"DELETE FROM store.{name} {where}", {"tests": touched})
            if name == STEP.name:
                cursor.execute(f"DELETE FROM store.part {where}", {"tests": touched})
        columns = ", ".join(column.name for column in RELATIONS[name].columns)
        tables = {name: ""}
        if name == STEP.name:  # parts of steps lie behind the whole ones
            tables = {name: "WHERE part_count IS NULL", "part": "WHERE part_count IS NOT NULL"}
        for table, condition in tables.items():
            cursor.execute(
                f"INSERT INTO store.{table} SELECT {columns} "
                f"FROM read_parquet($files, union_by_name => true) {condition} ORDER BY test_id",
                {"files": [str(self._prototypes[name]), *files]},
            )

    def _touched(
        self, kind: str, live: Mapping[int, File]
    ) -> tuple[list[int], list[tuple[int, Path]]]:
        """Return the tests whose files of a kind are other than loaded, and all files of these.

        A test is loaded whole or not at all, whichever of its files is new. A file comes with its
        test, the oldest first.
        """
        gone = [self._files[i] for i in self._files.keys() - live.keys()]
        come = [live[i] for i in live.keys() - self._files.keys()]
        touched = {test for k, test, _ in (*gone, *come) if k == kind}
        files = sorted((i, t, p) for i, (k, t, p) in live.items() if k == kind and t in touched)
        return sorted(touched), [(test, self._lake.path(path)) for _, test, path in files]


def _kind(kind: pa.DataType) -> Kind:
    if pa.types.is_floating(kind):
        return "DOUBLE"
    if pa.types.is_integer(kind):
        return "BIGINT"
    if pa.types.is_boolean(kind):
        return "BOOLEAN"
    return "TIMESTAMP" if pa.types.is_timestamp(kind) else "VARCHAR"


def _escaped(folder: Path) -> str:
    return str(folder).replace("'", "''")
