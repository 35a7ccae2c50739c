"""Does the lake hold what the catalog says? And out with what nobody speaks of any more."""

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from schema.catalog import LakeFile, RawFile, Test
from schema.catalog.connection import alone, look
from schema.lake import Lake, hash_of


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as the catalog says."""

    kind: Literal["missing", "damaged", "incomplete", "orphan"]
    subject: str
    """Path inside the lake, or the test."""
    detail: str


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was looked at and what was found wrong."""

    file_count: int
    byte_count: int
    faults: tuple[Fault, ...]

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


@dataclass(frozen=True, slots=True)
class _Expected:
    """A file as the catalog knows it; what it does not know of a file is None."""

    path: str
    bytes: int | None
    sha256: str
    rows: int | None = None


def inspect(engine: Engine, lake: Lake) -> Inspection:
    """Hash every file of catalog and lake again and compare; safe beside a running ingest."""
    found = set(lake.files())  # before the catalog: what is committed meanwhile is no orphan
    with look(engine) as session:
        expected = {file.path: file for file in _expected(session)}
        incomplete = list(_incomplete(session))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        faults = list(pool.map(partial(_compare, lake), expected.values()))
    orphans = [
        Fault("orphan", path, "the catalog does not know it; a sweep removes it in time")
        for path in sorted(found - expected.keys())
    ]
    return Inspection(
        len(expected),
        sum(file.bytes or 0 for file in expected.values()),
        (*filter(None, faults), *incomplete, *orphans),
    )


def sweep(engine: Engine, lake: Lake, grace_second: float) -> list[str]:
    """Delete files the catalog does not name that are older than the grace; return their paths.

    Superseded files are named and stay. Nothing is committed meanwhile, and every commit confirms
    its files first, so a running ingest loses nothing.
    """
    newest = time.time() - grace_second
    old = [path for path in lake.files() if _modified(lake, path) <= newest]
    with alone(engine) as session:
        named = {file.path for file in _expected(session)}
        orphans = [p for p in old if p not in named and _modified(lake, p) <= newest]
        for path in orphans:
            lake.path(path).unlink(missing_ok=True)
    return orphans


def _modified(lake: Lake, path: str) -> float:
    try:
        return lake.path(path).stat().st_mtime
    except FileNotFoundError:  # an ingest has just renamed or discarded it
        return float("inf")


def _expected(session: Session) -> Iterator[_Expected]:
    """Yield every file the catalog names, superseded ones too."""
    for sha256, size, sidecar, prefix_of in session.execute(
        select(RawFile.sha256, RawFile.bytes, RawFile.sidecar_sha256, RawFile.prefix_of_id)
    ):
        if sidecar is not None:
            yield _Expected(f"raw/{sidecar}", None, sidecar)
        if prefix_of is None:
            yield _Expected(f"raw/{sha256}", size, sha256)
    for path, size, sha256, rows in session.execute(
        select(LakeFile.path, LakeFile.bytes, LakeFile.sha256, LakeFile.rows)
    ):
        yield _Expected(path, size, sha256, rows)


def _compare(lake: Lake, file: _Expected) -> Fault | None:
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
