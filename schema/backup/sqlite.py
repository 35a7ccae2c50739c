"""The copy of a catalog in SQLite: by its online backup API, one state while others write."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from schema.catalog.connection import connect, look
from schema.error import BackupUnusable


@contextmanager
def copied(engine: Engine, copy: Path) -> Iterator[Session]:
    """Copy the catalog to a file and yield a session that sees the copy.

    Raises:
        BackupUnusable: when it cannot be read or written, or is damaged.
    """
    try:
        with _copied(Path(str(engine.url.database)).absolute(), copy) as session:
            yield session
    except sqlite3.Error as fault:
        reason = f"the catalog cannot be copied: {fault}; backups that were there are whole"
        raise BackupUnusable(copy, reason) from fault


@contextmanager
def _copied(source: Path, copy: Path) -> Iterator[Session]:
    with (
        closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True, timeout=30)) as catalog,
        closing(sqlite3.connect(copy)) as target,
    ):
        catalog.backup(target)  # all pages in one step: of one state, however others write
        target.execute("PRAGMA journal_mode = DELETE")  # one file, no log beside it
        amiss = target.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if amiss != "ok":
        raise BackupUnusable(source, f"the catalog is damaged: {amiss}; `leyden check` tells more")
    copy_engine = connect(f"sqlite:///{copy}")
    try:
        with look(copy_engine) as session:
            yield session
    finally:
        copy_engine.dispose()
        with closing(sqlite3.connect(copy)) as target:
            target.execute("PRAGMA journal_mode = DELETE")
