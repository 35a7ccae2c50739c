"""The warehouse as commands open it: those that read make none, those that fill it say so."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import inspect, make_url
from sqlalchemy.exc import ArgumentError

from command.terminal import note
from schema.catalog.connection import connect
from schema.error import NoWarehouse
from schema.settings import Settings
from schema.warehouse import Warehouse, open_warehouse
from service.store.store import Store
from service.store.upkeep import open_store


def existing(settings: Settings) -> Warehouse:
    """Return the warehouse that is there.

    Raises:
        NoWarehouse: when none is.
    """
    if not is_there(settings):
        raise NoWarehouse(location(settings))
    return open_warehouse(settings)


def existing_or_new(settings: Settings) -> Warehouse:
    """Return the warehouse, made, with a note of it, where none is."""
    _ = settings.lake_folder  # a lake that cannot be is refused before a catalog is made
    new = not is_there(settings)
    warehouse = open_warehouse(settings)
    if new:
        note(f"made a new warehouse: {location(settings)}")
    return warehouse


@contextmanager
def opened() -> Iterator[tuple[Warehouse, Store]]:
    """Yield the warehouse that is there, and its store.

    Raises:
        NoWarehouse: when none is.
    """
    settings = Settings()
    warehouse = existing(settings)
    with closing(open_store(warehouse, settings)) as store:
        yield warehouse, store
    warehouse.engine.dispose()


def location(settings: Settings) -> str:
    """Return where a warehouse is or would be: its home, or its database."""
    if not settings.database_url:
        return str(settings.home.absolute())
    return make_url(settings.database_url).render_as_string()


def is_there(settings: Settings) -> bool:
    """Return whether a catalog was made there; a file of SQLite is not made by looking."""
    try:
        url = make_url(settings.catalog_url)
    except ArgumentError:
        return True  # whoever opens it says what is wrong with it
    if url.get_backend_name() == "sqlite":
        file = Path(url.database or "")
        if not file.exists() or not file.stat().st_size:
            return False
    engine = connect(settings.catalog_url)
    try:
        with engine.execution_options(mode="look").connect() as connection:
            return inspect(connection).has_table("alembic_version")
    finally:
        engine.dispose()
