"""What tests of the resting place share: a catalog of either kind, fresh for each test."""

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Engine

from schema.catalog.connection import open_catalog
from schema.lake import Lake
from schema.settings import Settings


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Return settings that name an empty place; on Postgres a database that is dropped after."""
    if request.param == "sqlite":
        yield Settings(home=tmp_path / "home")
        return
    server = os.environ.get("LEYDEN_TEST_POSTGRES_URL")
    if not server:
        pytest.skip("LEYDEN_TEST_POSTGRES_URL is unset: start a server by .ci/postgres start")
    identifier = f"leyden_{uuid4().hex}"
    name = sql.Identifier(identifier)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        try:
            url = f"{server.rpartition('/')[0]}/{identifier}"
            yield Settings(home=tmp_path / "home", database_url=url)
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    """Return a migrated, empty catalog."""
    engine = open_catalog(settings)
    yield engine
    engine.dispose()


@pytest.fixture
def lake(settings: Settings) -> Lake:
    """Return an empty lake."""
    return Lake(settings.lake_folder)
