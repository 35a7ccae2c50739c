"""Which reader knows this file? Every module of ingest/readers declares one ``READER``."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from ingest import readers
from ingest.reading import Export, Reading
from ingest.release import RULES
from schema.error import UnknownFormat


@dataclass(frozen=True, slots=True)
class Reader:
    """An instrument format: how it is recognized and how it is read.

    ``read`` raises EmptyExport when there is no record and UnreadableExport with a place when it
    cannot go on; it never guesses. Raise the version whenever the numbers it gives could change:
    the same bytes are then read again.
    """

    name: str
    version: str
    title: str
    suffixes: tuple[str, ...]
    knows: Callable[[Export], bool]
    read: Callable[[Export], list[Reading]]
    takes_sidecar: bool = False
    """Whether it reads by a sidecar; a changed sidecar then means reading again."""
    order: int = 0
    """Readers of plain text ask last: higher comes later."""

    @property
    def release(self) -> str:
        """Return the version of the reader and that of the rules: what its numbers rest on."""
        return f"{self.version}/{RULES}"


@cache
def all_readers() -> tuple[Reader, ...]:
    """Return every reader, in the order they are asked."""
    modules = (
        import_module(f"{readers.__name__}.{found.name}")
        for found in iter_modules(readers.__path__)
    )
    return tuple(sorted((m.READER for m in modules), key=lambda r: (r.order, r.name)))


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
