"""Warehouses to publish, places to publish them to, and what was published once for all.

``publisher`` publishes the warehouse of three tests (tests/service/conftest.py), ``publishing`` any
other. ``database`` is the URL of a new PostgreSQL database, ``published`` that of one ``publisher``
has published to, ``publish_once`` publishes to a file for a whole module. ``demo_warehouse`` is the
demo study ingested and entered, ``demo_file`` a .duckdb file of it: both are there once for all
workers, for reading only.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from schema.settings import Settings
from schema.warehouse import open_warehouse
from service.metric.library import read_metrics
from service.metric.metric import Metric
from service.publish.place import target_at
from service.publish.publication import Publication
from service.publish.publication import Publisher as Publishes
from service.store.store import Store

Bench = Any


class Publisher:
    """Publishes one warehouse, and keeps its store from one publication to the next."""

    def __init__(self, settings: Settings, metrics: Mapping[str, Metric] | None = None) -> None:
        warehouse = open_warehouse(settings)
        self.engine: Engine = warehouse.engine
        self.metrics = read_metrics() if metrics is None else metrics
        self.store = Store(warehouse.engine, warehouse.lake, self.metrics)
        self._publisher = Publishes(self.store, self.engine, self.metrics)

    def to(self, place: Path | str) -> Publication:
        """Publish to a .duckdb file or a postgresql:// URL."""
        return self._publisher.publish(target_at(str(place)))

    def close(self) -> None:
        """Give back the store."""
        self.store.close()
        self.engine.dispose()


@pytest.fixture
def publishing() -> Iterator[Callable[..., Publisher]]:
    """Return ``publishing(settings, metrics=None)``: who publishes another warehouse."""
    with ExitStack() as open_now:

        def publisher_of(
            settings: Settings, metrics: Mapping[str, Metric] | None = None
        ) -> Publisher:
            publisher = Publisher(settings, metrics)
            open_now.callback(publisher.close)
            return publisher

        yield publisher_of


@pytest.fixture
def publisher(warehouse: Bench, publishing: Callable[..., Publisher]) -> Publisher:
    """Return who publishes the warehouse of three tests."""
    return publishing(warehouse.settings)


@pytest.fixture
def database(new_database: Callable[[], AbstractContextManager[str]]) -> Iterator[str]:
    """Return the URL of a new PostgreSQL database; it is dropped after."""
    with new_database() as url:
        yield url


@pytest.fixture
def published(publisher: Publisher, database: str) -> str:
    """Return the URL of a database that the warehouse of three tests is published to."""
    publisher.to(database)
    return database


@pytest.fixture
def metrics_folder(tmp_path: Path) -> Path:
    """Return a folder of two metrics, to add to and to change."""
    folder = tmp_path / "metrics"
    folder.mkdir()
    for name in ("discharge_capacity", "coulombic_efficiency"):
        shutil.copy(read_metrics()[name].path, folder)
    return folder


@pytest.fixture(scope="session")
def publish_once(filled_home: Path) -> Callable[[Mapping[str, Metric], Path], None]:
    """Return ``publish_once(metrics, path)``: publishes the warehouse of three tests to a file."""

    def published(metrics: Mapping[str, Metric], path: Path) -> None:
        publisher = Publisher(Settings(home=filled_home), metrics)
        publisher.to(path)
        publisher.close()

    return published


@pytest.fixture(scope="session")
def demo_publisher(demo_warehouse: Settings) -> Iterator[Publisher]:
    """Return who publishes the demo study."""
    publisher = Publisher(demo_warehouse)
    yield publisher
    publisher.close()


@pytest.fixture(scope="session")
def demo_file(
    demo_publisher: Publisher, once: Callable[[str], AbstractContextManager[Path]]
) -> Path:
    """Return a .duckdb file that the demo study is published to."""
    with once("demo.duckdb") as path:
        if not path.exists():
            assert demo_publisher.to(path).failed == ()
    return path
