"""The warehouse: a catalog and a lake, opened together."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from schema.catalog.migration import open_catalog
from schema.lake import Lake
from schema.settings import Settings


@dataclass(frozen=True, slots=True)
class Warehouse:
    """Where everything rests."""

    engine: Engine
    lake: Lake
    growing: Path | None = None
    """Folder for what was parsed of exports that are still written to; it may be thrown away."""


def open_warehouse(settings: Settings) -> Warehouse:
    """Open the warehouse, making it where there is none.

    Raises:
        CatalogNotMigrated: when the catalog was written by a newer Leyden.
    """
    growing = settings.home.absolute() / "growing"
    return Warehouse(open_catalog(settings), Lake(settings.lake_folder), growing)
