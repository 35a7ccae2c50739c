"""What every reader is held to, ours and others': ``leyden reader check`` and ``check_reader``.

A file as it should be is known by one reader, and read the same twice, its columns of one length
under known names. Whatever becomes of it (cut, flipped, doubled, reordered) is read, or refused by
its place, in bounded time.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

import numpy as np
import pyarrow as pa

from ingest.draft import draft
from ingest.reader import Reader
from ingest.reading import HEAD_BYTES, Export, Reading
from ingest.recognize import all_readers
from schema.error import EmptyExport, RefusedExport
from schema.quantity import quantities

_PATIENCE_SECOND: Final = 5.0
Advance = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a reader is not as it should be."""

    of: str
    """What was read: ``whole``, or how it was damaged."""
    what: str

    def __str__(self) -> str:
        return f"{self.of}: {self.what}"


def check_reader(
    reader: Reader,
    sample: Path,
    *,
    damaged: int = 200,
    seed: int = 0,
    advance: Advance = lambda _done, _total: None,
) -> list[Fault]:
    """Return what is amiss with a reader, by a sample of its format.

    Args:
        reader: that is held to it; it need not be one of ours.
        sample: a file as it should be.
        damaged: how many damaged ones are tried.
        seed: of the damage.
        advance: is told how many are done, and of how many.
    """
    export = _export(sample, sample.name, sample)
    faults = [*_whole(reader, export)]
    content = sample.read_bytes()
    with TemporaryDirectory(prefix="leyden-check-") as folder:
        path = Path(folder) / sample.name
        for done, (how, spoilt) in enumerate(_damage(content, damaged, seed), 1):
            path.write_bytes(spoilt)
            faults.extend(_spoilt(reader, _export(path, sample.name, path), how))
            advance(done, damaged)
    return faults


def _export(path: Path, name: str, origin: Path) -> Export:
    with path.open("rb") as file:
        return Export(path, name, file.read(HEAD_BYTES), origin)


def _whole(reader: Reader, export: Export) -> Iterator[Fault]:
    known = [each.name for each in all_readers() if each.knows(export)]
    others = [name for name in known if name != reader.name]
    if not reader.knows(export):
        yield Fault("whole", "it does not know its own sample")
    if others:
        yield Fault("whole", f"it is known by {', '.join(others)} too")
    try:
        readings, again = reader.read(export), reader.read(export)
    except RefusedExport as refusal:
        yield Fault("whole", f"its own sample is refused: {refusal}")
        return
    except Exception as fault:  # noqa: BLE001 # whatever it is, no export may raise it
        yield Fault("whole", f"{type(fault).__name__}: {fault}")
        return
    if not readings:
        yield Fault("whole", "it gives no reading")
    if len(readings) != len(again):
        yield Fault("whole", "it gives other tests when it is asked twice")
    for reading, twin in zip(readings, again, strict=False):
        amiss = [*_sound(reading, "whole")]
        yield from amiss
        if not _same(reading, twin):
            yield Fault("whole", "it gives other numbers when it is asked twice")
        if not amiss:
            draft(reading)  # what is derived of it may not fail


def _sound(reading: Reading, of: str) -> Iterator[Fault]:
    if not reading.row_count:
        yield Fault(of, "a reading has no record: it should be an EmptyExport")
    lengths = {len(raw.values) for raw in reading.columns}
    if len(lengths) > 1:
        yield Fault(of, f"its columns have {sorted(lengths)} records")
    for raw in reading.columns:
        if raw.quantity is not None and raw.quantity not in quantities():
            yield Fault(of, f"{raw.name}: nobody knows the quantity {raw.quantity}")
        if not isfinite(raw.scale) or raw.scale == 0.0:
            yield Fault(of, f"{raw.name}: its scale is {raw.scale}")
    names = [raw.name for raw in reading.columns]
    if twice := {name for name in names if names.count(name) > 1}:
        yield Fault(of, f"several columns are called {', '.join(sorted(twice))}")


def _same(one: Reading, other: Reading) -> bool:
    if len(one.columns) != len(other.columns):
        return False
    return all(
        a.name == b.name and _alike(a.values, b.values)
        for a, b in zip(one.columns, other.columns, strict=True)
    )


def _alike(one: object, other: object) -> bool:
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return one.dtype == other.dtype and one.tobytes() == other.tobytes()
    return isinstance(one, pa.Array) and one.equals(other)


def _spoilt(reader: Reader, export: Export, how: str) -> Iterator[Fault]:
    began = perf_counter()
    try:
        for reading in reader.read(export) if reader.knows(export) else ():
            yield from _sound(reading, how)
    except EmptyExport:
        pass
    except RefusedExport as refusal:
        if not refusal.place or not refusal.reason:
            yield Fault(how, f"it is refused without a place or a reason: {refusal}")
    except Exception as fault:  # noqa: BLE001 # whatever it is, no export may raise it
        yield Fault(how, f"{type(fault).__name__}: {fault}")
    if (second := perf_counter() - began) > _PATIENCE_SECOND:
        yield Fault(how, f"it takes {second:.1f} s")


def _damage(content: bytes, count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Yield what may become of a file, and how."""
    chance = random.Random(seed)  # noqa: S311 # damage needs no secret
    lines = content.split(b"\n")
    for _ in range(count):
        at, to = sorted(chance.randrange(len(content) + 1) for _ in range(2))
        match chance.randrange(5):
            case 0:
                yield f"cut at byte {at}", content[:at]
            case 1:
                byte = bytes([chance.randrange(256)])
                yield f"byte {at} is {byte!r}", content[:at] + byte + content[at + 1 :]
            case 2:
                yield f"bytes {at} to {to} twice", content[:to] + content[at:]
            case 3:
                yield f"without bytes {at} to {to}", content[:at] + content[to:]
            case _:
                one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
                swapped = list(lines)
                swapped[one], swapped[other] = swapped[other], swapped[one]
                yield f"lines {one + 1} and {other + 1} change places", b"\n".join(swapped)
