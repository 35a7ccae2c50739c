"""Does the lake hold what the catalog says, and is that whole? Out with what nobody speaks of."""

import os
import time
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from schema.catalog import LakeFile, Test
from schema.catalog.connection import alone, look
from schema.catalog.integrity import amiss
from schema.checking import due
from schema.lake import Lake, hash_of
from schema.named_file import NamedFile, named_files
from schema.upload.damage import damages

Advance = Callable[[int, int, str], object]
"""Given how many files are done, of how many, and the path of one."""
CATALOG: Final = "catalog"
"""What a fault of the catalog itself is one of."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as the catalog says."""

    kind: Literal["missing", "damaged", "incomplete", "orphan"]
    subject: str
    """Path inside the lake, the test, or the catalog."""
    detail: str


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was looked at and what was found wrong."""

    file_count: int
    byte_count: int
    faults: tuple[Fault, ...]
    checked: tuple[str, ...] = ()
    """Path inside the lake of each file that was hashed."""

    @property
    def sound(self) -> bool:
        """Return whether everything the catalog speaks of is there; an orphan harms nobody."""
        return all(fault.kind == "orphan" for fault in self.faults)

    @property
    def lines(self) -> list[str]:
        """Return one line per fault and one of summary."""
        fault_lines = [f"{fault.kind}: {fault.subject}: {fault.detail}" for fault in self.faults]
        verdict = "sound" if self.sound else "NOT sound"
        looked_at = f"{self.file_count} files, {self.byte_count} bytes"
        return [*fault_lines, f"{verdict}: {looked_at}, {len(self.faults)} faults"]


def inspect(
    engine: Engine,
    lake: Lake,
    share: float = 1.0,
    *,
    threads: int | None = None,
    advance: Advance = lambda _done, _total, _path: None,
) -> Inspection:
    """Hash files of catalog and lake again and compare; safe beside a running ingest.

    Of a ``share`` of the files, those that were checked longest ago; one by one with one thread.
    ``advance`` may raise, which ends it.
    """
    there = set(lake.files())  # before the catalog: what is committed meanwhile is no orphan
    with look(engine) as session:
        of_catalog = [Fault("damaged", CATALOG, each) for each in amiss(session)]
    try:
        with look(engine) as session:
            named = {file.path: file for file in named_files(session)}
            incomplete = list(_incomplete(session))
            chosen = due(session, named, share)
    except DBAPIError:
        if of_catalog:
            return Inspection(0, 0, tuple(of_catalog))
        raise
    with ThreadPoolExecutor(threads or os.cpu_count()) as pool:
        compared = pool.map(partial(_compare, lake), [named[path] for path in chosen])
        faults = []
        for done, fault in enumerate(compared, start=1):
            faults.append(fault)
            advance(done, len(chosen), chosen[done - 1])
    if any(fault and fault.kind == "missing" for fault in faults):
        with look(engine) as session:  # it may have grown, or been erased, meanwhile
            named_yet = {file.path for file in named_files(session)}
        faults = [each for each in faults if each is None or _stands(each, named_yet)]
    arrived = [
        Fault("damaged", path, f"{why}; it is to be sent again") for path, why in damages(lake)
    ]
    orphans = [
        Fault("orphan", path, "the catalog does not know it; a sweep removes it in time")
        for path in sorted(there - named.keys())
    ]
    return Inspection(
        len(chosen),
        sum(named[path].bytes or 0 for path in chosen),
        (*of_catalog, *filter(None, faults), *incomplete, *arrived, *orphans),
        tuple(chosen),
    )


def sweep(engine: Engine, lake: Lake, grace_second: float) -> list[str]:
    """Delete files the catalog does not name that are older than the grace; return their paths.

    Superseded files are named and stay. Nothing is committed meanwhile, and every commit confirms
    its files first, so a running ingest loses nothing.
    """
    newest = time.time() - grace_second
    old = [path for path in lake.files() if _modified(lake, path) <= newest]
    with alone(engine) as session:
        named = {file.path for file in named_files(session)}
        orphans = [p for p in old if p not in named and _modified(lake, p) <= newest]
        for path in orphans:
            lake.path(path).unlink(missing_ok=True)
    return orphans


def _modified(lake: Lake, path: str) -> float:
    try:
        return lake.path(path).stat().st_mtime
    except FileNotFoundError:  # an ingest has just renamed or discarded it
        return float("inf")


def _compare(lake: Lake, file: NamedFile) -> Fault | None:
    path = lake.path(file.path)
    looks: tuple[tuple[str, object, Callable[[], object]], ...] = (
        ("bytes", file.bytes, lambda: path.stat().st_size),
        ("sha256", file.sha256, lambda: hash_of(path)),
        ("rows", file.rows, lambda: pq.read_metadata(path).num_rows),
    )
    try:
        for fact, stated, measure in looks:
            if stated is not None and (measured := measure()) != stated:
                return Fault("damaged", file.path, f"{fact} {measured}, the catalog says {stated}")
    except FileNotFoundError:
        return Fault("missing", file.path, "the catalog names it, the lake has it not")
    except (OSError, pa.ArrowException) as fault:
        return Fault("damaged", file.path, f"it cannot be read: {fault}")
    return None


def _stands(fault: Fault, named: Collection[str]) -> bool:
    return fault.kind != "missing" or fault.subject in named


def _incomplete(session: Session) -> Iterator[Fault]:
    """Yield living tests whose living files do not hold the points they should."""
    stored_rows = func.coalesce(func.sum(LakeFile.rows), 0)
    points = (LakeFile.kind == "points") & LakeFile.removed_snapshot.is_(None)
    tests = (
        select(Test.id, Test.name, Test.point_count, stored_rows)
        .outerjoin(LakeFile, (LakeFile.test_id == Test.id) & points)
        .where(Test.removed_snapshot.is_(None))
        .group_by(Test.id, Test.name, Test.point_count)
        .having((stored_rows != Test.point_count) | (func.count(LakeFile.id) == 0))
        .order_by(Test.id)
    )
    for number, name, count, rows in session.execute(tests):
        yield Fault("incomplete", f"test {number}", f"{name}: {rows} of {count} points have a file")
