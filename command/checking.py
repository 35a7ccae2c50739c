"""Checking everything there is: files, catalog and base, and what is remembered of it."""

from pathlib import Path

from schema.catalog.digest import altered
from schema.checking import remember
from schema.inspection import CATALOG, Fault, Inspection, inspect
from schema.settings import Settings
from schema.warehouse import Warehouse
from service.store.soundness import damaged


def checked(warehouse: Warehouse, settings: Settings, share: float) -> Inspection:
    """Check a share of the files, the catalog and the bases; note which files were checked.

    A catalog that is damaged is not written to.
    """
    found = inspect(warehouse.engine, warehouse.lake, share)
    faults = [*found.faults]
    if not any(fault.subject == CATALOG for fault in faults):
        faults += [Fault("damaged", CATALOG, each) for each in altered(warehouse.engine)]
        amiss = {each.subject: each.detail for each in found.faults if each.kind != "orphan"}
        remember(warehouse.engine, found.checked, amiss)
    bases = damaged(settings.store_folder)
    faults += [Fault("damaged", str(path), why) for path, why in bases.items()]
    return Inspection(
        found.file_count,
        found.byte_count + sum(map(_size, settings.store_folder.glob("base-*.duckdb"))),
        tuple(faults),
        found.checked,
    )


def _size(path: Path) -> int:
    return path.stat().st_size
