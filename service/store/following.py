"""How a store follows the catalog: from one state to the next, in one transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import count
from typing import Final

import duckdb
import pyarrow as pa

from service.metric.relation import DIMENSIONS
from service.store.base import Base, filled, view_over
from service.store.catalog import CatalogState
from service.store.delta import Delta, groups, of_subjects
from service.store.fingerprint import changed, fingerprints
from service.store.location import (
    by_test,
    gathered,
    points_of,
    subjects,
    unloaded_measurements,
    unreadable,
)
from service.store.state import NOBODY, StoreState, Subject, UnreadableFile

LOADED_AT_ONCE: Final = 1_024
"""Cells that are loaded into memory while somebody waits; more of them come with a base."""
_TURNS = count(1)


class FilesUnreadable(Exception):
    """Lake files that cannot be read."""

    def __init__(self, found: Sequence[UnreadableFile]) -> None:
        super().__init__(found)
        self.found = found


def turn() -> str:
    """Return a generation that nothing had before."""
    return f"turn {next(_TURNS)}"


def content(cursor: duckdb.DuckDBPyConnection, place: str) -> str:
    """Return a generation that stands for what a table holds: its row count, and numbers of all."""
    sql = f"SELECT concat(count(*), ' ', bit_xor(hash(t)), ' ', sum(hash(t))) FROM {place} AS t"
    ((generation,),) = cursor.execute(sql).fetchall()
    return str(generation)


def follow(
    cursor: duckdb.DuckDBPyConnection,
    delta: Delta,
    state: StoreState,
    bases: tuple[Base | None, Base | None],
    said: CatalogState,
    *,
    may_wait: bool,
) -> StoreState:
    """Bring delta and views to what the catalog said, and return the next state.

    Args:
        cursor: that has begun; whoever gave it commits.
        delta: whose tables are changed.
        state: as it was.
        bases: the one stood on before, and the one stood on now; None for no base.
        said: by the catalog.
        may_wait: whether there will be a base that many cells may come with.

    Raises:
        FilesUnreadable: when files cannot be read; nothing of the state is changed.
    """
    former, base = bases
    moved = base is not former
    generations = dict(state.generations)
    generations |= _bring_dimensions(cursor, delta, said, base, moved=moved)
    now = fingerprints(cursor, said.files.values())
    differing = changed(state.fingerprints, now)
    subject_of, tests_of = _whose(cursor, state, differing)
    after = replace(
        state,
        snapshot=said.snapshot,
        files=said.files,
        points=points_of(said.files.values()),
        fingerprints=now,
        subject_of=subject_of,
        tests_of=tests_of,
    )
    of_base = base.fingerprints if base else {}
    touched = filled(cursor, former, differing)
    touched |= delta.drop(cursor, None if moved else of_subjects(state, differing))
    if moved:
        # what was absent had its fingerprint already: that its rows come is no difference of these
        touched |= filled(cursor, base, differing | state.absent)
    hidden = changed(of_base, now)
    if moved or state.alone is not (not hidden):
        for name, owner in delta.owners.items():
            cursor.execute(view_over(name, owner, base, alone=not hidden))
    _mask(cursor, base, hidden if base else ())
    new = now.keys() if moved else differing & now.keys()
    absent = NOBODY if moved else state.absent - differing
    coming = frozenset(each for each in new - absent if now[each] != of_base.get(each))
    if may_wait and len(coming) > LOADED_AT_ONCE:
        absent, coming = absent | coming, NOBODY
    loaded, measured = load(cursor, delta, after, coming)
    touched |= loaded
    generations |= {name: turn() for name in touched}
    failed = base.failed if base else {}
    return replace(
        after,
        alone=not hidden,
        delta=coming if moved else (state.delta - differing) | coming,
        filled=measured
        if moved
        else {s: names for s, names in state.filled.items() if s not in differing} | measured,
        absent=absent,
        generations=generations,
        pending={
            name: (frozenset(now) if name in failed else NOBODY) | coming
            if moved
            else (pending - differing) | coming
            for name, pending in state.pending.items()
        },
    )


def fetched(
    cursor: duckdb.DuckDBPyConnection, delta: Delta, state: StoreState, due: frozenset[Subject]
) -> StoreState:
    """Load subjects that were to come with a base, and return the next state.

    Raises:
        FilesUnreadable: when files cannot be read; nothing of the state is changed.
    """
    _, measured = load(cursor, delta, state, due)
    return replace(
        state,
        absent=state.absent - due,
        delta=state.delta | due,
        filled={**state.filled, **measured},
        pending={name: each | due for name, each in state.pending.items()},
        generations={**state.generations, **dict.fromkeys(delta.owners, turn())},
    )


def load(
    cursor: duckdb.DuckDBPyConnection, delta: Delta, state: StoreState, subjects: Iterable[Subject]
) -> tuple[set[str], dict[Subject, frozenset[str]]]:
    """Load the rows of subjects out of their files.

    Returns the relations that have any, and the measurements that each subject may have.

    Raises:
        FilesUnreadable: when files are not as they came, before any of them is read.
    """
    chosen, found = {*subjects}, set[str]()
    measured: dict[Subject, frozenset[str]] = {}
    wanted = {*state.tests(chosen)}
    files = by_test(each for each in state.files.values() if each.test_id in wanted)
    for scope in groups(state, chosen):
        loaded = [each for test in scope.together for each in files.get(test, ())]
        if lost := unreadable(loaded, delta.lake):
            raise FilesUnreadable(lost)
        filled_now = delta.load(cursor, scope, files)
        found |= filled_now
        of_group = filled_now | unloaded_measurements(cursor, scope.together, loaded)
        each_of = {*scope.cells, *state.subjects(scope.together)}
        measured |= dict.fromkeys(each_of, frozenset(of_group))
    return found, measured


def _whose(
    cursor: duckdb.DuckDBPyConnection, state: StoreState, differing: frozenset[Subject]
) -> tuple[dict[int, Subject], dict[Subject, tuple[int, ...]]]:
    """Return whose each test is, and the tests of each: where nothing differs, as they were."""
    tests_of = {each: tests for each, tests in state.tests_of.items() if each not in differing}
    subject_of = {test: each for test, each in state.subject_of.items() if each not in differing}
    new = subjects(cursor, differing)
    return subject_of | new, tests_of | gathered(new)


def _bring_dimensions(
    cursor: duckdb.DuckDBPyConnection,
    delta: Delta,
    said: CatalogState,
    base: Base | None,
    *,
    moved: bool,
) -> dict[str, str]:
    """Put what the catalog said in place; return the generations of what may be other now."""
    for name, rows in said.rows.items():
        delta.replace(cursor, name, rows)
        cursor.execute(f"CREATE OR REPLACE VIEW store.{name} AS SELECT * FROM delta.{name}")
    others = [name for name in DIMENSIONS if name not in said.rows] if moved and base else []
    for name in others:
        place = f"{base.name}.{name}" if base else f"delta.{name}"
        cursor.execute(f"CREATE OR REPLACE VIEW store.{name} AS SELECT * FROM {place}")
    return {name: content(cursor, f"store.{name}") for name in (*said.rows, *others)}


def _mask(
    cursor: duckdb.DuckDBPyConnection, base: Base | None, subjects: Iterable[Subject]
) -> None:
    """Hide the rows of subjects that the base has."""
    hidden = list(subjects)
    tests = [test for each in hidden if base for test in base.tests_of.get(each, ())]
    cells = [each for each in hidden if each > 0]
    for owner, numbers in (("test_id", tests), ("cell_id", cells)):
        cursor.register("hidden", pa.table({owner: pa.array(numbers, pa.int64())}))
        cursor.execute(f"DELETE FROM delta.changed_{owner}")
        cursor.execute(f"INSERT INTO delta.changed_{owner} SELECT * FROM hidden")
        cursor.unregister("hidden")
