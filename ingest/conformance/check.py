"""A reader held to what all of them are held to, by a sample of its format.

A file as it should be is known by one reader, read the same twice, its columns of one length under
known names, and every number of it rests in the lake. Whatever becomes of it (cut, flipped,
doubled, reordered) is read, or refused by its place, in bounded time and memory.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from ingest.companion import log_of
from ingest.conformance.bound import Bounded
from ingest.conformance.damage import damage
from ingest.conformance.sound import judged
from ingest.reader import Reader
from ingest.reading import HEAD_BYTES, Export
from ingest.sidecar import sidecar_of

_PATIENCE_SECOND: Final = 5.0
_WHOLE_PATIENCE_SECOND: Final = 60.0
"""For reading twice, and writing twice what is made of it."""
_FREE_BYTES: Final = 200_000_000
_BYTES_PER_BYTE: Final = 3
"""A reading may take so much more than the file, for each byte of it."""
_UNBOUND_BYTES: Final = 1 << 62
_WHOLE: Final = "whole"
_COMPANION: Final = 4
"""Where a sidecar or a log lies beside a file, one damage in so many is done to that."""
Advance = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a reader is not as it should be."""

    of: str
    """What was read: ``whole``, or how it was damaged."""
    what: str

    def __str__(self) -> str:
        return f"{self.of}: {self.what}"


def export_of(path: Path) -> Export:
    """Return a file as it is read where it lies, with the sidecar or the log beside it."""
    return Export.at(path, sidecar_of(path) or log_of(path))


def check_reader(
    reader: Reader,
    sample: Path,
    *,
    damaged: int = 200,
    seed: int = 0,
    first: int = 1,
    keep: Path | None = None,
    advance: Advance = lambda _done, _total: None,
) -> list[Fault]:
    """Return what is amiss with a reader, by a sample of its format.

    Args:
        reader: that is held to it; it need not be one of ours. It travels to another process, so
            its functions are those of a module.
        sample: a file as it should be, with the sidecar or the log beside it that it is read by.
        damaged: how many damaged ones are tried.
        seed: of the damage; a fault names it, and the number of the damage.
        first: number of the first damage; ``damaged=1`` tries a single one again.
        keep: folder that gets the damaged files of which anything is amiss, under names that begin
            with the reader, the seed and the number of the damage; None keeps none.
        advance: is given how many are done, and of how many.
    """
    export = export_of(sample)
    faults: list[Fault] = []
    with (
        TemporaryDirectory(prefix="leyden-check-") as folder,
        Bounded(partial(judged, reader)) as read,
    ):
        spoilt = _spoilt(export, Path(folder), seed, range(first, first + damaged))
        for done, (number, of, path, one) in enumerate(spoilt):
            most_bytes = _FREE_BYTES + _BYTES_PER_BYTE * one.path.stat().st_size
            amiss = read((one, False), patience_second=_PATIENCE_SECOND, most_bytes=most_bytes)
            faults.extend(Fault(of, what) for what in amiss)
            if amiss and keep is not None:
                keep.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, keep / f"{reader.name}-{seed}-{number}-{path.name}")
            advance(done, damaged)
        amiss = read(
            (export, True), patience_second=_WHOLE_PATIENCE_SECOND, most_bytes=_UNBOUND_BYTES
        )
    return list(dict.fromkeys((*(Fault(_WHOLE, what) for what in amiss), *faults)))


def _spoilt(
    export: Export, folder: Path, seed: int, numbers: range
) -> Iterator[tuple[int, str, Path, Export]]:
    """Yield the file as it is, and as whatever may become of it or of what lies beside it.

    With each goes the number of the damage, what it is called, and which file it was done to.
    """
    place = folder / export.name
    _put(place, content := export.path.read_bytes())
    yield 0, _WHOLE, place, replace(export, path=place)
    companion = export.sidecar
    beside = b"" if companion is None else companion.read_bytes()
    for number in numbers:
        if companion is not None and number % _COMPANION == 0:
            how, spoilt = damage(beside, seed, number)
            path = folder / companion.name
            how = f"{companion.name}: {how}"
            _put(place, content)
            one = replace(export, path=place, sidecar=path)
        else:
            path = place
            how, spoilt = damage(content, seed, number)
            one = replace(export, path=place, head=spoilt[:HEAD_BYTES])
        _put(path, spoilt)
        yield number, f"damage {number} of seed {seed} ({how})", path, one


def _put(path: Path, content: bytes) -> None:
    """Write a new file: one that is cut to nothing and filled again is flushed, which takes ms."""
    path.unlink(missing_ok=True)
    path.write_bytes(content)
