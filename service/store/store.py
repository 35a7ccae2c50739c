"""The store: what questions are asked of, the rows of a base file and a delta that follows.

``store.<name>`` is every relation and every materialized metric: rows of the base for cells that
are as they were, of the delta in memory for those that changed. Points stay in their Parquet files,
which are named one by one. A cursor sees one state, the old or the new. DuckDB starts threads:
never fork a process that holds a store.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import duckdb
import structlog
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from schema.catalog.connection import current_snapshot, look
from schema.error import LakeFileUnreadable, StoreNotReady
from schema.lake import Lake
from service.metric.library import read_metrics
from service.metric.metric import Metric
from service.store.base import Base, layout
from service.store.catalog import CatalogState, catalog_state
from service.store.compaction import Advance, make_base
from service.store.current import Current
from service.store.delta import Delta
from service.store.engine import EngineSettings, opened
from service.store.following import LOADED_AT_ONCE, FilesUnreadable, fetched, follow
from service.store.location import damaged, unreadable
from service.store.remembered import Remembered
from service.store.settling import settle
from service.store.state import NOBODY, StoreState, Subject, UnreadableFile
from service.store.succession import Succession, is_damage
from service.store.view import lay_out_views

log = structlog.get_logger()
FEW: Final = 64
"""Cells whose metrics are computed while somebody waits, and a delta that calls for no base."""
SHARE: Final = 0.05
"""Part of a base that a delta may be before there is a next one."""


class Store:
    """Relations and metrics; ``refresh`` brings it to the catalog's last snapshot.

    Args:
        engine: of the catalog.
        lake: where the files are.
        metrics: what is computed; ours when none are given.
        folder: where bases rest; without one everything is in memory.
        settings: what DuckDB may use.
    """

    def __init__(
        self,
        engine: Engine,
        lake: Lake,
        metrics: Mapping[str, Metric] | None = None,
        folder: Path | None = None,
        settings: EngineSettings = EngineSettings(),  # noqa: B008 # it is frozen
    ) -> None:
        self._engine, self._lake = engine, lake
        self._folder, self._settings = folder, settings
        self.metrics = read_metrics() if metrics is None else metrics
        self.remembered = Remembered()
        self._succession = Succession(folder, layout(self.metrics))
        self._scratch = TemporaryDirectory(prefix="leyden-")
        scratch = Path(self._scratch.name)
        folders = [lake.path(""), *([folder] if folder else [])]
        self._connection = opened(scratch, folders, settings)
        self._connection.execute("SET lock_configuration = true")
        self._delta = Delta(self._connection, lake, scratch, self.metrics)
        lay_out_views(self._connection, self._delta)
        of_cells = self._delta.metrics.keys() & self._delta.owners.keys()
        versions = {name: each.version for name, each in self.metrics.items()}
        pending = dict.fromkeys(of_cells, NOBODY)
        self._current = Current(StoreState(versions=versions, pending=pending))

    @property
    def state(self) -> StoreState:
        """Return what it holds."""
        return self._current.state

    @property
    def snapshot(self) -> int | None:
        """Return the snapshot it stands at; None before the first refresh."""
        return self.state.snapshot

    @property
    def base(self) -> Base | None:
        """Return the base it stands on."""
        return self._current.base

    @property
    def folder(self) -> Path | None:
        """Return where bases rest."""
        return self._folder

    @property
    def calls_for_base(self) -> bool:
        """Return whether the delta has grown so far that there should be a next base."""
        waiting = len(self.state.delta) + len(self.state.absent)
        return self._folder is not None and waiting > self._limit

    @property
    def _limit(self) -> int:
        return max(FEW, int(SHARE * len(self.base.fingerprints))) if self.base else FEW

    def close(self) -> None:
        """Give back memory and the scratch folder."""
        self._connection.close()
        self._scratch.cleanup()

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Return a cursor of its own transactions."""
        return self._connection.cursor()

    def begin(self, cursor: duckdb.DuckDBPyConnection) -> StoreState:
        """Fix a cursor to what the store holds now; return that."""
        return self._current.begin(cursor)

    def points_files(self, state: StoreState, tests: Sequence[int] | None) -> list[str]:
        """Return the points files of these tests, of all with None, an empty one first.

        Raises:
            LakeFileUnreadable: when one is not as it came.
        """
        files = state.points_of(tests)
        for lost in damaged(files, self._lake):
            raise self._unreadable(lost)
        return [str(self._delta.points_prototype), *(str(self._lake.path(f.path)) for f in files)]

    def refresh(self) -> int:
        """Bring the store to the catalog's last snapshot, or to a newer base; return its number."""
        with self._current.changing:
            while True:
                path = self._succession.newer(self.base)
                with look(self._engine) as session:
                    snapshot = current_snapshot(session)
                    if snapshot == self.state.snapshot and path is None:
                        return snapshot
                    base = self._attach(path, session) if path else None
                    since = base.snapshot if base else self.state.snapshot
                    said = catalog_state(session, since, self.state)
                try:
                    self._follow(said, base or self.base)
                except duckdb.Error as fault:
                    if not self._succession.distrust(base, fault):
                        raise
                else:
                    return snapshot

    def ready(self, tests: Sequence[int] | None) -> None:
        """Have the rows of these tests there, of all with None.

        Raises:
            StoreNotReady: when too many are still to come with the base that is being made.
            LakeFileUnreadable: when a file of a test that is named cannot be read.
        """
        state = self.state
        if tests is not None:
            for file in state.unreadable.values():
                if file.test_id in tests:
                    raise self._unreadable(file)
        lacking = state.absent if tests is None else state.absent & state.subjects(tests)
        if len(lacking) > LOADED_AT_ONCE:
            total = len(state.fingerprints)
            raise StoreNotReady(total - len(state.absent), total)
        if lacking:
            self._fetch(lacking)

    def settle(
        self,
        cursor: duckdb.DuckDBPyConnection,
        metric: Metric,
        arguments: Mapping[str, object],
        tests: Sequence[int] | None,
    ) -> None:
        """Compute what lacks of a metric and of those below it, where that is little.

        What is not computed here, or takes other arguments than the defaults, is computed in the
        question itself.

        Raises:
            duckdb.Error: when it cannot be computed; what stood before stands.
        """
        given = metric.arguments(arguments).items()
        for each in (*metric.below, metric):
            if each.arguments({}).items() <= given:
                settle(cursor, self._delta, self._current, each, (tests, self._limit))

    def settle_all(self, cursor: duckdb.DuckDBPyConnection, metric: Metric) -> None:
        """Compute what lacks of a metric, those below it being there, however much it is.

        Raises:
            duckdb.Error: when it cannot be computed; what stood before stands.
        """
        most = len(self.state.fingerprints)
        settle(cursor, self._delta, self._current, metric, (None, most))

    def leave_base(self, fault: duckdb.Error) -> bool:
        """Do without the base where a fault reports that its file is damaged; return whether so."""
        with self._current.changing:
            if self.base is None and is_damage(fault):
                return True  # somebody else has met the same
            if not self._succession.distrust(self.base, fault):
                return False
            with look(self._engine) as session:
                said = catalog_state(session, None)
            self._follow(said, None)
            return True

    def make_base(
        self,
        advance: Advance = lambda _done, _total: None,
        *,
        anew: bool = False,
        goes_on: Callable[[], bool] = lambda: True,
    ) -> Path | None:
        """Make the base of the last snapshot and move to it; see compaction.make_base.

        Raises:
            BaseUnwritable: when the disk refuses; the former base stands.
            duckdb.Error: when its rows cannot be computed.
        """
        if self._folder is None:
            return None
        path = make_base(
            self._engine,
            self._lake,
            self.metrics,
            self._folder,
            settings=self._settings,
            advance=advance,
            anew=anew or self._succession.is_wary,
            goes_on=goes_on,
        )
        if path is not None:
            self._succession.trust()
        self.refresh()
        return path

    # what follows changes the store, under the lock

    def _unreadable(self, file: UnreadableFile) -> LakeFileUnreadable:
        return LakeFileUnreadable(self._lake.path(file.path), file.reason, file.test_id)

    def _attach(self, path: Path, session: Session) -> Base | None:
        with self._connection.cursor() as cursor:
            return self._succession.attach(cursor, path, session)

    def _follow(self, said: CatalogState, base: Base | None) -> None:
        """Bring everything to what the catalog said; files that cannot be read are left out."""
        former = self.base
        lost = {
            path: file
            for path, file in self.state.unreadable.items()
            if unreadable([file.live], self._lake)
        }
        while True:
            readable = {n: each for n, each in said.files.items() if each.path not in lost}
            try:
                self._commit(replace(said, files=readable), base, lost)
            except FilesUnreadable as fault:
                for file in fault.found:
                    log.warning("lake file left out", path=file.path, reason=file.reason)
                lost |= {file.path: file for file in fault.found}
            else:
                break
        if former is not None and former is not base:
            with self._connection.cursor() as cursor:
                cursor.execute(f"DETACH {former.name}")

    def _commit(
        self, said: CatalogState, base: Base | None, lost: Mapping[str, UnreadableFile]
    ) -> None:
        with self._connection.cursor() as cursor:  # closing it rolls back what was not committed
            cursor.begin()
            bases, may_wait = (self.base, base), self._folder is not None
            state = follow(cursor, self._delta, self.state, bases, said, may_wait=may_wait)
            self._current.exchange(cursor, replace(state, unreadable=lost), base)

    def _fetch(self, lacking: frozenset[Subject]) -> None:
        """Load subjects that are to come with a base, for somebody who asks now."""
        with self._current.changing, self._connection.cursor() as cursor:
            state = self.state
            due = lacking & state.absent
            cursor.begin()
            try:
                after = fetched(cursor, self._delta, state, due)
            except FilesUnreadable as fault:
                raise self._unreadable(fault.found[0]) from fault
            self._current.exchange(cursor, after, self.base)
