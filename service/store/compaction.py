"""How a base is made: beside the others, and put among them whole.

Of cells that are as the former base has them the rows are copied; of all others they are made out
of the lake, some cells at once, so that memory is bounded by these. One process at a time does it:
a file lock decides.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import duckdb
import orjson
import pyarrow as pa
from sqlalchemy import Engine

from schema.catalog.connection import look
from schema.durable import put_in_place
from schema.error import BaseUnwritable
from schema.lake import Lake
from schema.relation import Column
from service.metric.metric import Metric
from service.metric.relation import DIMENSIONS, RELATIONS, created
from service.metric.scope import Scope
from service.sql import first_line, literal
from service.store import base as bases
from service.store.catalog import CatalogState, catalog_state
from service.store.delta import Delta, groups, of_subjects
from service.store.engine import EngineSettings, opened
from service.store.fingerprint import changed, fingerprints
from service.store.location import by_test, gathered, subjects, unloaded_measurements, unreadable
from service.store.soundness import forget_hash, forget_hashes_of_gone, note_hash
from service.store.state import StoreState, Subject
from service.store.view import CYCLED_VIEW

Advance = Callable[[int, int], object]
"""Given how many cells are done, and of how many."""
_LOCK: Final = ".making.lock"
_PROGRESS: Final = "progress.json"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a base is that is being made: cells done, of all."""

    done: int
    total: int


def progress(folder: Path) -> Progress | None:
    """Return how far the base is that somebody is making there, None when nobody is."""
    try:
        with (folder / _LOCK).open("rb") as lock:
            flock(lock, LOCK_EX | LOCK_NB)
            return None
    except FileNotFoundError:
        return None
    except BlockingIOError:
        with suppress(OSError, orjson.JSONDecodeError, TypeError):
            return Progress(**orjson.loads((folder / _PROGRESS).read_bytes()))
        return Progress(0, 0)


def make_base(
    engine: Engine,
    lake: Lake,
    metrics: Mapping[str, Metric],
    folder: Path,
    *,
    settings: EngineSettings = EngineSettings(),  # noqa: B008 # it is frozen
    advance: Advance = lambda _done, _total: None,
    anew: bool = False,
    goes_on: Callable[[], bool] = lambda: True,
) -> Path | None:
    """Make the base of the catalog's last snapshot; return it, None when another process is at it.

    ``anew`` makes every row out of the lake, whatever the former base has. ``goes_on`` is asked now
    and then; where it says no, None is returned too.

    Raises:
        BaseUnwritable: when the disk refuses; the former base stands.
        duckdb.Error: when its rows cannot be computed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        if not stack.enter_context(_alone(folder)):
            return None
        scratch = Path(stack.enter_context(TemporaryDirectory(prefix="leyden-")))
        with look(engine) as session:
            said = catalog_state(session, None)
            when = bases.committed_at(session, said.snapshot) or ""
        path = bases.path_of(folder, bases.layout(metrics), said.snapshot)
        if path.exists() and not anew:
            return path
        for left in folder.glob("*.next*"):  # by a maker that was killed
            left.unlink(missing_ok=True)
        connection = stack.enter_context(
            closing(opened(scratch, (lake.path(""), folder), settings))
        )
        making = _Making(connection, Delta(connection, lake, scratch, metrics), said, goes_on)
        former = None if anew else making.former(folder, bases.layout(metrics), path)
        beside = path.with_name(f"{path.name}.next")
        try:
            making.write(beside, when, former, _reporting(folder, advance))
            forget_hash(path)
            put_in_place(beside, path)
            note_hash(path)
        except _Stopped:
            return None
        except OSError as fault:
            raise BaseUnwritable(path, fault.strerror or str(fault)) from fault
        except (duckdb.IOException, duckdb.FatalException) as fault:
            raise BaseUnwritable(path, str(fault).splitlines()[0]) from fault
        bases.sweep(folder, bases.layout(metrics), path)
        forget_hashes_of_gone(folder)
        return path


class _Stopped(Exception):
    """Nobody waits for the base any more."""


class _Making:
    """A base on its way."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        delta: Delta,
        said: CatalogState,
        goes_on: Callable[[], bool],
    ) -> None:
        self._connection, self._delta, self._said = connection, delta, said
        self._goes_on = goes_on
        for name in DIMENSIONS:
            delta.replace(connection, name, said.rows[name])
        for name in (*DIMENSIONS, *delta.owners):
            connection.execute(f"CREATE VIEW store.{name} AS SELECT * FROM delta.{name}")
        connection.execute(CYCLED_VIEW)
        subject_of = subjects(connection)
        self._state = StoreState(
            fingerprints=fingerprints(connection, said.files.values()),
            subject_of=subject_of,
            tests_of=gathered(subject_of),
        )
        self._failed: dict[str, str] = {}

    def former(self, folder: Path, layout: str, path: Path) -> bases.Base | None:
        """Return the base that there is, where it is whole and of an earlier state.

        One in which a metric failed is not taken: memory may have been short, or its data mended.
        """
        known = bases.newest(folder, layout)
        if known is None or known == path:
            return None
        try:
            base = bases.attach(self._connection, known, "former")
        except (duckdb.Error, ValueError):
            return None
        return None if base.failed else base

    def write(self, beside: Path, when: str, former: bases.Base | None, advance: Advance) -> None:
        """Write the file, whole and closed."""
        execute = self._connection.execute
        now = self._state.fingerprints
        execute(f"ATTACH {literal(str(beside))} AS next")
        for name in self._delta.owners:
            execute(created(f"next.{name}", self._columns(name)))
        execute("CREATE TABLE next.filled (subject BIGINT, name VARCHAR)")
        due = (changed(former.fingerprints, now) if former else frozenset(now)) & now.keys()
        if former:
            self._copy(former, sorted(now.keys() - due))
        done = len(now) - len(due)
        lost: set[Subject] = set()
        advance(done, len(now))
        for some in groups(self._state, due):
            lost |= self._make({*some.cells, *self._state.subjects(some.together)})
            done += len(self._state.subjects(some.together) | {*some.cells})
            advance(done, len(now))
        for name in DIMENSIONS:
            execute(f"CREATE TABLE next.{name} AS SELECT * FROM delta.{name}")
        for name in self._failed.keys() & self._delta.owners.keys():
            execute(f"DELETE FROM next.{name}")
        self._note("about", {"snapshot": [self._said.snapshot], "committed_at": [when]})
        self._note("failed", {"name": [*self._failed], "reason": [*self._failed.values()]})
        there = {each: number for each, number in now.items() if each not in lost}
        numbers = pa.array(there.values(), pa.int64())
        subjects_there = pa.array(there.keys(), pa.int64())
        self._note("fingerprint", {"subject": subjects_there, "fingerprint": numbers})
        execute("CHECKPOINT next; DETACH next")

    def _columns(self, name: str) -> tuple[Column, ...]:
        metric = self._delta.metrics.get(name)
        return metric.answer if metric else RELATIONS[name].columns

    def _copy(self, former: bases.Base, same: Sequence[Subject]) -> None:
        """Copy the rows of subjects that are as they were."""
        scope = of_subjects(self._state, same)
        self._connection.register("same", pa.table({"subject": pa.array(same, pa.int64())}))
        self._connection.execute(
            f"INSERT INTO next.filled "
            f"SELECT * FROM {former.name}.filled SEMI JOIN same USING (subject)"
        )
        self._connection.unregister("same")
        for owner, numbers in (("test_id", scope.together), ("cell_id", scope.cells)):
            self._connection.register("same", pa.table({owner: pa.array(numbers, pa.int64())}))
            for name, whose in self._delta.owners.items():
                if whose == owner:
                    self._connection.execute(
                        f"INSERT INTO next.{name} "
                        f"SELECT * FROM {former.name}.{name} SEMI JOIN same USING ({owner})"
                    )
            self._connection.unregister("same")

    def _make(self, some: AbstractSet[Subject]) -> AbstractSet[Subject]:
        """Make the rows of subjects; return those that have a file which cannot be read."""
        scope = of_subjects(self._state, some)
        files = by_test(self._said.files.values())
        loaded = [each for test in scope.together for each in files.get(test, ())]
        found = unreadable(loaded, self._delta.lake)
        if lost := self._state.subjects(each.test_id for each in found):
            return lost | self._make(some - lost)
        filled = self._delta.load(self._connection, scope, files)
        filled |= unloaded_measurements(self._connection, scope.together, loaded)
        for metric in self._delta.metrics.values():
            is_due = metric.reach != "whole" and metric.name not in self._failed
            if is_due and metric.may_have_rows(filled, self._rests):
                filled |= {metric.name} if self._compute(metric, scope) else set()
        for name, owner in self._delta.owners.items():
            self._connection.execute(f"INSERT INTO next.{name} SELECT * FROM delta.{name}")
            of = "cell_id" if owner == "cell_id" else "coalesce(cell_id, -test_id)"
            rows = f"SELECT DISTINCT {owner} FROM delta.{name}"
            tests = "" if owner == "cell_id" else "JOIN store.test USING (test_id)"
            self._connection.execute(
                f"INSERT INTO next.filled SELECT DISTINCT {of}, '{name}' FROM ({rows}) {tests}"
            )
        self._delta.drop(self._connection, None)
        return frozenset()

    def _compute(self, metric: Metric, scope: Scope) -> int:
        """Compute the rows of a metric of cells; return how many there are."""
        if not self._goes_on():
            raise _Stopped
        try:
            return self._delta.compute(self._connection, metric, scope, self._rests)
        except duckdb.Error as fault:  # raised to whoever asks for it, as if there were no base
            self._failed[metric.name] = first_line(fault)
            return 0

    def _rests(self, metric: Metric) -> bool:
        there = metric.is_materialized and metric.reach != "whole"
        return there and metric.name not in self._failed

    def _note(self, name: str, columns: Mapping[str, object]) -> None:
        self._connection.register("noted", pa.table(columns))
        self._connection.execute(f"CREATE TABLE next.{name} AS SELECT * FROM noted")
        self._connection.unregister("noted")


@contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    """Keep others from making a base there; yield whether nobody else is at it."""
    with (folder / _LOCK).open("wb") as lock:
        try:
            flock(lock, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
        (folder / _PROGRESS).unlink(missing_ok=True)


def _reporting(folder: Path, advance: Advance) -> Advance:
    """Return what reports how far it is to whoever made it begin, and other processes."""

    def report(done: int, total: int) -> None:
        beside = folder / f"{_PROGRESS}.next"
        beside.write_bytes(orjson.dumps({"done": done, "total": total}))
        beside.replace(folder / _PROGRESS)
        advance(done, total)

    return report
