"""The base: relations and metrics of a snapshot in one DuckDB file that is only ever read.

It is named by what its rows are made by and by its snapshot. Any number of processes open it, and
go on reading it when another has taken its place.
"""

import hashlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from time import time
from typing import Final

import duckdb
from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.catalog import Snapshot
from service.metric.metric import Metric
from service.metric.relation import RELATIONS
from service.metric.scope import TESTS, listed
from service.sql import literal
from service.store.soundness import forget_hash
from service.store.state import Subject

_ROOT: Final = Path(__file__).parents[2]
_MAKERS: Final = (
    *("analysis.py", "claim.py", "cycle.py", "cycle.sql", "cycled.sql", "delta.py"),
    *("dimension.py", "fingerprint.sql", "kind.sql", "making.py", "numbering.py"),
)
"""What makes rows out of files and catalog: by other makers they are other rows."""

_RULES: Final = (
    *("configuration.py", "cycle.py", "cycle_range.py", "formula.py", "half_cycle.py"),
    "measure.py",
)


_DAY_SECOND: Final = 86_400.0


@cache
def makers() -> str:
    """Return what changes when the rows of relations may, though no data did."""
    files = [Path(__file__).with_name(name) for name in _MAKERS]
    files += [_ROOT / "service/metric" / name for name in ("composer.py", "scope.py")]
    files += [_ROOT / "schema" / name for name in _RULES]
    text = "".join(path.read_text(encoding="utf-8") for path in files)
    # by other words for a column its rows are the same
    columns = [
        (name, [(each.name, each.kind, each.unit) for each in relation.columns])
        for name, relation in RELATIONS.items()
    ]
    return hashlib.sha256(f"{text}{columns}".encode()).hexdigest()


def layout(metrics: Mapping[str, Metric]) -> str:
    """Return the name of what bases hold that are made by this program."""
    versions = sorted((name, each.version) for name, each in metrics.items())
    text = repr((makers(), versions, duckdb.__version__))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def path_of(folder: Path, layout_name: str, snapshot: int) -> Path:
    """Return where a base rests."""
    return folder / f"base-{layout_name}-{snapshot}.duckdb"


def newest(folder: Path, layout_name: str) -> Path | None:
    """Return the base of the last snapshot there is one of."""
    found = folder.glob(f"base-{layout_name}-*.duckdb")
    return max(found, key=snapshot_of, default=None)


def snapshot_of(path: Path) -> int:
    """Return the snapshot that a base is named by."""
    return int(path.stem.rpartition("-")[2])


def committed_at(session: Session, snapshot: int) -> str | None:
    """Return when a snapshot was committed, which tells the histories of two catalogs apart."""
    when = session.scalar(select(Snapshot.committed_at).where(Snapshot.id == snapshot))
    return None if when is None else when.isoformat()


@dataclass(frozen=True, slots=True)
class Base:
    """A base that is attached.

    Attributes:
        path: of its file.
        inode: of its file: made anew it has the same path and another of these.
        name: that it is attached by.
        snapshot: of the catalog.
        committed_at: when that was.
        fingerprints: of the subjects it has the rows of.
        tests_of: their tests.
        failed: metrics that could not be computed, and why.
    """

    path: Path
    inode: int
    name: str
    snapshot: int
    committed_at: str
    fingerprints: Mapping[Subject, int]
    tests_of: Mapping[Subject, tuple[int, ...]]
    failed: Mapping[str, str]


def attach(cursor: duckdb.DuckDBPyConnection, path: Path, name: str) -> Base:
    """Attach a base.

    Raises:
        duckdb.Error: when the file is no base, or damaged.
        OSError: when there is none.
    """
    inode = path.stat().st_ino
    cursor.execute(f"ATTACH {literal(str(path))} AS {name} (READ_ONLY)")
    try:
        about = cursor.execute(f"SELECT snapshot, committed_at FROM {name}.about").fetchall()
        ((snapshot, when),) = about
        prints = dict(cursor.execute(f"SELECT * FROM {name}.fingerprint").fetchall())
        rows = cursor.execute(
            f"SELECT coalesce(cell_id, -test_id), list(test_id) FROM {name}.test GROUP BY 1"
        ).fetchall()
        failed = dict(cursor.execute(f"SELECT * FROM {name}.failed").fetchall())
    except BaseException:
        cursor.execute(f"DETACH {name}")
        raise
    tests_of = {subject: tuple(tests) for subject, tests in rows}
    return Base(path, inode, name, snapshot, when, prints, tests_of, failed)


def filled(
    cursor: duckdb.DuckDBPyConnection, base: Base | None, subjects: Iterable[Subject]
) -> set[str]:
    """Return the relations and metrics that a base has rows of for any of these subjects."""
    if base is None:
        return set()
    rows = cursor.execute(
        f"SELECT DISTINCT name FROM {base.name}.filled WHERE subject IN {listed(TESTS)}",
        {TESTS: list(subjects)},
    )
    return {name for (name,) in rows.fetchall()}


def view_over(name: str, owner: str, base: Base | None, *, alone: bool = False) -> str:
    """Return the statement that makes rows of cells of base and delta: those that changed are new.

    ``owner`` is test_id or cell_id; ``alone`` says that nothing differs from the base. To plan for
    a delta where there is none takes as long as to read a page.
    """
    new = f"SELECT * FROM delta.{name}"
    if base is None:
        return f"CREATE OR REPLACE VIEW store.{name} AS {new}"
    if alone and name not in base.failed:
        return f"CREATE OR REPLACE VIEW store.{name} AS SELECT * FROM {base.name}.{name}"
    old = f"SELECT * FROM {base.name}.{name} ANTI JOIN delta.changed_{owner} USING ({owner})"
    return f"CREATE OR REPLACE VIEW store.{name} AS {old} UNION ALL {new}"


def sweep(folder: Path, layout_name: str, keep: Path) -> None:
    """Remove the bases that one has taken the place of.

    Those of another layout stay for a day: another version of the program may stand on them.
    """
    for path in folder.glob("base-*.duckdb"):
        own = path.name.startswith(f"base-{layout_name}-")
        with suppress(FileNotFoundError):
            if path != keep and (own or time() - path.stat().st_mtime > _DAY_SECOND):
                path.unlink()
                forget_hash(path)
