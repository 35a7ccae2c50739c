"""Which reader knows this file? Every module and every .toml of ingest/readers is one."""

from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Final

from ingest import readers
from ingest.declared.reader import DeclaredReader
from ingest.reader import Reader
from ingest.reading import Export
from schema.error import UnknownFormat

FOLDER: Final = Path(readers.__path__[0])


@cache
def all_readers() -> tuple[Reader, ...]:
    """Return every reader, in the order they are asked."""
    modules = (
        import_module(f"{readers.__name__}.{found.name}")
        for found in iter_modules(readers.__path__)
    )
    declared = (DeclaredReader(path).reader() for path in FOLDER.glob("*.toml"))
    known = [*(module.READER for module in modules), *declared]
    return tuple(sorted(known, key=lambda reader: (reader.order, reader.name)))


def reader_named(name: str) -> Reader | None:
    """Return the reader of that name, or None when this release has none."""
    return next((reader for reader in all_readers() if reader.name == name), None)


def reader_for(export: Export) -> Reader:
    """Return the first reader that knows the export.

    Raises:
        UnknownFormat: when none does.
    """
    for reader in all_readers():
        if reader.knows(export):
            return reader
    raise UnknownFormat(export.origin)
