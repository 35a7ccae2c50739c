"""A small export of a format, written from its layout: what a reader shows to be held to the kit.

Each reader has a module in samples/ by its own name, whose ``SAMPLES`` are these.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path

from ingest.reading import Export
from ingest.recognize import all_readers
from ingest.sidecar import sidecar_of


@dataclass(frozen=True)
class Sample:
    """An export as it should be, and how it may be damaged."""

    name: str
    """Name of the file."""
    content: bytes
    """What it holds."""
    spared: int = 0
    """Bytes at its beginning by which the reader knows it: damage begins behind them."""
    head: int = 0
    """Bytes in which damage tells the most, where that is worth a share of its own."""
    encoding: str = "latin-1"
    """What is damaged are characters of this; in latin-1 that is every byte."""
    beside: Mapping[str, bytes] = field(default_factory=dict)
    """Files that lie beside it, by their names."""
    read: str | None = None
    """Name of the file that is read, where it is one beside the damaged one."""
    lessons: tuple[bytes, ...] = ()
    """Damaged contents that once were neither read nor refused."""

    @property
    def text(self) -> str:
        """Return what may be damaged, behind what is spared."""
        return self.content[self.spared :].decode(self.encoding)

    def with_text(self, text: str) -> bytes:
        """Return the content with another text behind what is spared."""
        return self.content[: self.spared] + text.encode(self.encoding)

    def written(self, folder: Path, content: bytes) -> Export:
        """Write it and what lies beside it, with this content, and return what is read."""
        for name, beside in {**self.beside, self.name: content}.items():
            (folder / name).write_bytes(beside)
        path = folder / (self.read or self.name)
        return Export(path, path.name, path.read_bytes()[:4096], path, sidecar_of(path))


@cache
def samples() -> Mapping[str, tuple[Sample, ...]]:
    """Return the samples of every reader by its name."""
    modules = {
        reader.name: import_module(f"tests.ingest.readers.samples.{reader.name}")
        for reader in all_readers()
    }
    return {name: module.SAMPLES for name, module in modules.items()}
