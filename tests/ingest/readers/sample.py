"""A small export of a format, written from its layout: what a reader shows to be held to the kit.

Each reader has a module in samples/ by its own name, whose ``SAMPLES`` are these.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path

from ingest.conformance import export_of
from ingest.reading import Export
from ingest.recognize import all_readers


@dataclass(frozen=True)
class Sample:
    """An export as it should be."""

    name: str
    """Name of the file."""
    content: bytes
    """What it holds."""
    encoding: str = "utf-8"
    """Of its text, where it is one."""
    beside: Mapping[str, bytes] = field(default_factory=dict)
    """Files that lie beside it, by their names."""
    lessons: tuple[bytes, ...] = ()
    """Damaged contents that once were neither read nor refused."""

    def written(self, folder: Path, content: bytes) -> Export:
        """Write it and what lies beside it, with this content, and return it."""
        for name, beside in {**self.beside, self.name: content}.items():
            (folder / name).write_bytes(beside)
        return export_of(folder / self.name)


@cache
def samples() -> Mapping[str, tuple[Sample, ...]]:
    """Return the samples of every reader by its name."""
    modules = {
        reader.name: import_module(f"tests.ingest.readers.samples.{reader.name}")
        for reader in all_readers()
    }
    return {name: module.SAMPLES for name, module in modules.items()}
