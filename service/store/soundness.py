"""Whether bases are as they were made: by the hash beside each, else by reading every block."""

from contextlib import closing, suppress
from pathlib import Path
from typing import Final

import duckdb

from schema.durable import put_in_place
from schema.lake import hash_of
from service.sql import first_line, identifier, literal

_SUFFIX: Final = ".sha256"


def note_hash(base: Path) -> None:
    """Write the hash of a base beside it."""
    beside = base.with_name(f"{base.name}{_SUFFIX}.next")
    beside.write_text(hash_of(base), encoding="ascii")
    put_in_place(beside, _hash_file(base))


def forget_hash(base: Path) -> None:
    """Remove the hash beside a base that is to be another, or none."""
    _hash_file(base).unlink(missing_ok=True)


def forget_hashes_of_gone(folder: Path) -> None:
    """Remove hashes of bases that are there no more: who removed these may have been killed."""
    for beside in folder.glob(f"base-*.duckdb{_SUFFIX}"):
        if not beside.with_name(beside.name.removesuffix(_SUFFIX)).exists():
            beside.unlink(missing_ok=True)


def damaged(folder: Path) -> dict[Path, str]:
    """Return the bases of a folder that are not as they were made, and how that is known."""
    found = {base: _damage(base) for base in sorted(folder.glob("base-*.duckdb"))}
    return {base: why for base, why in found.items() if why}


def _damage(base: Path) -> str | None:
    try:
        noted = _hash_file(base).read_text(encoding="ascii")
    except (FileNotFoundError, UnicodeDecodeError):
        noted = None
    try:
        if noted is not None:
            return None if hash_of(base) == noted else "its bytes are not those it was made with"
        with closing(duckdb.connect()) as connection:
            _read(connection, base)
    except FileNotFoundError:
        return None  # another has taken its place meanwhile
    except OSError as fault:
        return f"it cannot be read: {fault.strerror}"
    except duckdb.Error as fault:
        return first_line(fault)
    return None


def _read(connection: duckdb.DuckDBPyConnection, base: Path) -> None:
    """Read every column of every table: DuckDB compares the checksum of each block."""
    connection.execute(f"ATTACH {literal(str(base))} AS base (READ_ONLY)")
    tables = connection.execute(
        "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = 'base'"
    ).fetchall()
    for schema, table in tables:
        name = f"base.{identifier(schema)}.{identifier(table)}"
        with suppress(duckdb.BinderException):  # a table without columns
            connection.execute(f"SELECT bit_xor(hash(COLUMNS(*))) FROM {name}").fetchall()


def _hash_file(base: Path) -> Path:
    return base.with_name(f"{base.name}{_SUFFIX}")
