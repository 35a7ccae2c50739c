"""Which target a place names."""

from pathlib import Path

from schema.error import InvalidArgument
from service.publish.duckdb_file.target import DuckdbFile
from service.publish.postgres.target import Postgres
from service.publish.target import Target


def target_at(place: str) -> Target:
    """Return the target at a place, postgresql://… or PATH.duckdb.

    Raises:
        InvalidArgument: when it is neither, or no URL.
    """
    if place.startswith(("postgresql://", "postgres://", "postgresql+psycopg://")):
        return Postgres.at(place.replace("postgresql+psycopg://", "postgresql://", 1))
    if place.endswith(".duckdb"):
        return DuckdbFile(Path(place))
    takes = "postgresql://user@host/database or a path that ends in .duckdb"
    raise InvalidArgument("target", place, takes)
