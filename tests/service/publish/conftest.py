"""Warehouses to publish, places to publish them to, and what was published once for all.

``publisher`` publishes the warehouse of three tests (tests/service/conftest.py), ``publishing`` any
other. ``database`` is the URL of a new PostgreSQL database, ``published`` that of one ``publisher``
has published to, ``published_file`` a .duckdb file it has. ``demo_warehouse`` is the demo study
ingested and entered, ``demo_file`` a .duckdb file of it: both are there once for all workers, for
reading only.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Engine

from demo import write_study
from schema.settings import Settings
from schema.warehouse import open_warehouse
from service.metric import Metric, read_metrics
from service.publish.publication import Publication, publish
from service.publish.target import target_at
from service.store import Store

Bench = Any


class Publisher:
    """Publishes one warehouse, and keeps its store from one publication to the next."""

    def __init__(self, settings: Settings, metrics: Mapping[str, Metric] | None = None) -> None:
        warehouse = open_warehouse(settings)
        self.engine: Engine = warehouse.engine
        self.store = Store(warehouse.engine, warehouse.lake)
        self.metrics = read_metrics() if metrics is None else metrics

    def to(self, place: Path | str) -> Publication:
        """Publish to a .duckdb file or a postgresql:// URL."""
        return publish(self.store, self.engine, self.metrics, target_at(str(place)))

    def close(self) -> None:
        """Give back the store."""
        self.store.close()
        self.engine.dispose()


@pytest.fixture
def publishing() -> Iterator[Callable[..., Publisher]]:
    """Return ``publishing(settings, metrics=None)``: who publishes another warehouse."""
    with ExitStack() as open_now:

        def made(settings: Settings, metrics: Mapping[str, Metric] | None = None) -> Publisher:
            publisher = Publisher(settings, metrics)
            open_now.callback(publisher.close)
            return publisher

        yield made


@pytest.fixture
def publisher(warehouse: Bench, publishing: Callable[..., Publisher]) -> Publisher:
    """Return who publishes the warehouse of three tests."""
    return publishing(warehouse.settings)


@contextmanager
def _database() -> Iterator[str]:
    server = os.environ.get("LEYDEN_TEST_POSTGRES_URL")
    if not server:
        pytest.skip("LEYDEN_TEST_POSTGRES_URL is unset: start a server by .ci/postgres start")
    name = f"leyden_bi_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield f"{server.rpartition('/')[0]}/{name}"
        finally:
            drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            connection.execute(drop)


@pytest.fixture
def database() -> Iterator[str]:
    """Return the URL of a new PostgreSQL database; it is dropped after."""
    with _database() as url:
        yield url


@pytest.fixture
def published(publisher: Publisher, database: str) -> str:
    """Return the URL of a database that the warehouse of three tests is published to."""
    publisher.to(database)
    return database


@pytest.fixture
def published_file(publisher: Publisher, tmp_path: Path) -> Path:
    """Return a .duckdb file that the warehouse of three tests is published to."""
    path = tmp_path / "star.duckdb"
    publisher.to(path)
    return path


@contextmanager
def _once(tmp_path_factory: pytest.TempPathFactory, name: str) -> Iterator[Path]:
    """Yield a place that all workers share, one after the other: make it if it is not there."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with (shared / f"{name}.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        yield shared / name


@pytest.fixture(scope="session")
def demo_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return settings that name a warehouse of the whole demo study."""
    with _once(tmp_path_factory, "demo-warehouse") as home:
        if not home.exists():
            making = home.with_name("demo-warehouse-making")
            *exports, study = write_study(making / "study")
            ingest = ["ingest", str(exports[0].parent), "--study", str(study)]
            subprocess.run(  # noqa: S603 # our own program
                [sys.executable, "-m", "leyden", *ingest],
                env={**os.environ, "LEYDEN_HOME": str(making)},
                check=True,
                capture_output=True,
            )
            shutil.rmtree(making / "study")
            making.rename(home)
    return Settings(home=home)


@pytest.fixture(scope="session")
def demo_publisher(demo_warehouse: Settings) -> Iterator[Publisher]:
    """Return who publishes the demo study."""
    publisher = Publisher(demo_warehouse)
    yield publisher
    publisher.close()


@pytest.fixture(scope="session")
def demo_file(demo_publisher: Publisher, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a .duckdb file that the demo study is published to."""
    with _once(tmp_path_factory, "demo.duckdb") as path:
        if not path.exists():
            assert demo_publisher.to(path).failed == ()
    return path
