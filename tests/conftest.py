"""What all tests share: files to read, and an empty warehouse on either kind of catalog."""

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from demo import write_study
from schema.settings import Settings
from schema.warehouse import Warehouse, open_warehouse


@pytest.fixture(scope="session")
def exports() -> Path:
    """Return the folder of real instrument files, or skip loudly where there is none."""
    default = Path(__file__).parents[2] / "shared" / "exports"
    folder = Path(os.environ.get("LEYDEN_EXPORTS", default))
    if not (folder / "MANIFEST.tsv").is_file():
        pytest.skip(f"LEYDEN_EXPORTS: no real instrument files in {folder}")
    return folder


@pytest.fixture(scope="session")
def demo_study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the demo study, exports/ and study.yaml, for reading only."""
    folder = tmp_path_factory.mktemp("demo-study")
    write_study(folder)
    return folder


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
def empty_warehouse(settings: Settings) -> Iterator[Warehouse]:
    """Return a warehouse that holds nothing yet."""
    warehouse = open_warehouse(settings)
    yield warehouse
    warehouse.engine.dispose()
