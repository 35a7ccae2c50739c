"""Which reader knows this file? Every module and .toml of ingest/readers, and others' packages."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache, partial
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from pkgutil import iter_modules
from tempfile import TemporaryDirectory
from typing import Final

from ingest import readers
from ingest.declared.declaration import Declaration
from ingest.declared.reader import DeclaredReader
from ingest.parse.workbook import is_workbook, sheets
from ingest.reader import Reader
from ingest.reading import HEAD_BYTES, Export
from ingest.release import READERS
from ingest.sheet import read_sheets
from ingest.unread import reason
from schema.error import UnknownFormat

FOLDER: Final = Path(readers.__path__[0])


@cache
def _declared() -> tuple[DeclaredReader, ...]:
    return tuple(map(DeclaredReader, sorted(FOLDER.glob("*.toml"))))


def _declarations() -> Iterator[Declaration]:
    return (each.declared for each in _declared())


@cache
def all_readers() -> tuple[Reader, ...]:
    """Return every reader, in the order they are asked."""
    modules = (
        import_module(f"{readers.__name__}.{found.name}")
        for found in iter_modules(readers.__path__)
    )
    declared = (each.reader() for each in _declared())
    others = (point.load() for point in entry_points(group=READERS))
    known = [*(module.READER for module in modules), *declared, *others]
    return tuple(sorted(known, key=lambda reader: (reader.order, reader.name)))


def reader_named(name: str) -> Reader | None:
    """Return the reader of that name, or None when this release has none."""
    return next((reader for reader in all_readers() if reader.name == name), None)


def reader_for(export: Export) -> Reader:
    """Return the first reader that knows the export.

    Raises:
        UnknownFormat: when none does.
        UnreadableExport: when it is a workbook that is damaged.
    """
    if reader := _knowing(export):
        return reader
    if is_workbook(export):
        names = []
        for name, sheet in _sheets(export):
            if reader := _knowing(sheet):
                return replace(reader, read=partial(read_sheets, reader))
            names.append(name)
        message = f"no reader knows a sheet of this workbook: {', '.join(names)}"
        raise UnknownFormat(export.origin, message)
    raise UnknownFormat(export.origin, reason(export, _declarations()))


def _knowing(export: Export) -> Reader | None:
    return next((reader for reader in all_readers() if reader.knows(export)), None)


def _sheets(export: Export) -> Iterator[tuple[str, Export]]:
    """Yield each sheet of a workbook, as an export while it is looked at."""
    with TemporaryDirectory(prefix="leyden-sheet-") as folder:
        path = Path(folder) / "sheet"
        for name, text in sheets(export):
            content = text.encode()
            path.write_bytes(content)
            yield name, Export(path, f"{export.name}.csv", content[:HEAD_BYTES], export.origin)
