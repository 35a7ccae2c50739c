"""The copy of a catalog in PostgreSQL: by pg_dump, which sees the very state that we do."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from schema.catalog import Table
from schema.catalog.connection import look
from schema.error import BackupUnusable

_REVISION: Final = "alembic_version"
_FUNCTIONS: Final = """
SELECT DISTINCT pg_get_functiondef(tgfoid)
FROM pg_trigger
JOIN pg_class ON pg_class.oid = tgrelid
WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace
    AND relname = ANY(:tables)
ORDER BY 1
"""


@contextmanager
def copied(engine: Engine, copy: Path) -> Iterator[Session]:
    """Dump the catalog's tables to a file and yield a session that sees what was dumped.

    What else is in the database, such as what was published there, is left out.

    Raises:
        BackupUnusable: when pg_dump is not installed, or fails.
    """
    with look(engine) as session:
        schema = session.scalar(text("SELECT current_schema()"))
        snapshot = session.scalar(text("SELECT pg_export_snapshot()"))
        tables = [f"--table={schema}.{name}" for name in (*Table.metadata.tables, _REVISION)]
        how = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
        _run("pg_dump", engine, *how, *tables, f"--file={copy}")
        yield session


def functions(session: Session) -> tuple[str, ...]:
    """Return the statements that make the functions which triggers of the catalog call."""
    return tuple(session.scalars(text(_FUNCTIONS), {"tables": [*Table.metadata.tables]}))


def restore(engine: Engine, copy: Path, functions: Sequence[str]) -> None:
    """Fill an empty database with a dumped catalog, whole or but for the functions not at all.

    Raises:
        BackupUnusable: when pg_restore is not installed, or fails.
    """
    with engine.begin() as connection:
        for each in functions:
            connection.exec_driver_sql(each.replace("%", "%%"))
    how = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    _run("pg_restore", engine, *how, str(copy))


def _run(program: str, engine: Engine, *arguments: str) -> None:
    path = shutil.which(program)
    if path is None:
        reason = "it is not on PATH; install PostgreSQL's client programs (postgresql-client)"
        raise BackupUnusable(Path(program), reason)
    url = engine.url.set(drivername="postgresql", password=None)
    secret = {"PGPASSWORD": str(engine.url.password)} if engine.url.password else {}
    done = subprocess.run(  # noqa: S603 # PostgreSQL's own program
        [path, f"--dbname={url.render_as_string()}", *arguments],
        env={**os.environ, **secret},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"it ended with {done.returncode}"]
        raise BackupUnusable(Path(program), lines[0].removeprefix(f"{program}: "))
