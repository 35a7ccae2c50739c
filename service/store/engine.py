"""The DuckDB that a store is made of: what it may use, and which folders it may read."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from service.sql import literal


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """What DuckDB may use: memory such as 4GB, "" for its own default, and threads, 0 for all."""

    memory_limit: str = ""
    threads: int = 0


def opened(
    scratch: Path, folders: Iterable[Path], settings: EngineSettings
) -> duckdb.DuckDBPyConnection:
    """Return a database in memory that can open files below these folders and no others."""
    connection = duckdb.connect(
        ":memory:",
        config={
            "autoload_known_extensions": "false",
            "autoinstall_known_extensions": "false",
            "temp_directory": str(scratch / "spill"),
        },
    )
    # an optimizer of DuckDB 2.0.0 that turns the sides of joins round: with several threads the
    # whole database may be lost to it (its issue 24807)
    connection.execute("SET disabled_optimizers = 'build_side_probe_side'")
    if settings.memory_limit:
        connection.execute(f"SET memory_limit = {literal(settings.memory_limit)}")
    if settings.threads:
        connection.execute(f"SET threads = {int(settings.threads)}")
    allowed = ", ".join(literal(f"{each.absolute()}/") for each in (scratch, *folders))
    connection.execute(f"SET allowed_directories = [{allowed}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("CREATE SCHEMA store")
    return connection
