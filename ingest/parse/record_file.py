"""Records of one width in a file, dealt out to columns.

Columns that are computed with are dealt out whole, a block that fits the cache at a time; what is
derived of a block and what is scaled is so while the block is there. All others stay in the file,
which is read once more when they are written: memory is dearer than the file, which is cached.
"""

import os
from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import local
from typing import Any, Final, Protocol
from weakref import finalize

import numpy as np
from numpy.typing import NDArray

from ingest.later import Later
from ingest.reading import Export
from schema.error import ChangedWhileRead

_BLOCK_BYTES: Final = 1 << 20
"""Dealt out together: few enough to stay in the cache."""
_MOST_RECORDS: Final = 1 << 17
"""Read together at most; what is written together is less, and so is read once for all columns."""

Block = NDArray[np.void]
Columns = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where records are and what is in them.

    Attributes:
        start: byte of the first.
        count: how many.
        dtype: of each.
        bits: columns that share the byte ``flags``, each with its mask.
    """

    start: int
    count: int
    dtype: np.dtype[np.void]
    bits: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Becoming:
    """What a column of records becomes: its type, times what, and whether it may wait."""

    dtype: np.dtype[Any]
    scale: float = 1.0
    waits: bool = False

    def fill(self, own: NDArray[Any], values: NDArray[Any]) -> None:
        """Lay raw values down as they become; what is infinite or signals is reported later."""
        with np.errstate(over="ignore", invalid="ignore"):
            if self.scale == 1.0:
                own[:] = values
            else:
                np.multiply(values, self.scale, out=own, dtype=np.float64)


class Derivation(Protocol):
    """How a column comes about that is not stored; it may hang on the record before too."""

    @property
    def name(self) -> str:
        """Return what it is called."""
        ...

    @property
    def sources(self) -> tuple[str, ...]:
        """Return the columns it hangs on."""
        ...

    def of(self, columns: Columns) -> NDArray[Any]:
        """Return the column of a block."""
        ...


class _Last(local):
    """The records that a thread asked for last, in memory it will use again."""

    def __init__(self, dtype: np.dtype[np.void]) -> None:
        self.span: tuple[int, int] | None = None
        self.room: Block = np.empty(0, dtype)


class RecordFile:
    """Records in a file, which stays open as long as somebody may ask for them."""

    def __init__(self, export: Export, layout: Layout) -> None:
        self.layout = layout
        self._origin = export.origin
        self._number = os.open(export.path, os.O_RDONLY)
        self._last = _Last(layout.dtype)
        finalize(self, os.close, self._number)

    def block(self, start: int, stop: int) -> Block:
        """Return records; they are there until this thread asks for others.

        Raises:
            ChangedWhileRead: when the file has become shorter.
        """
        last, dtype = self._last, self.layout.dtype
        if last.room.size < stop - start:
            last.room, last.span = np.empty(stop - start, dtype), None
        records = last.room[: stop - start]
        if last.span != (start, stop):  # all columns of a stretch are asked for one after another
            last.span = None
            room, place = records.view(np.uint8).data, self.layout.start + start * dtype.itemsize
            if os.preadv(self._number, [room], place) != room.nbytes:
                raise ChangedWhileRead(self._origin)
            last.span = (start, stop)
        return records

    def column(self, block: Block, name: str) -> NDArray[Any]:
        """Return a column of a block as the file has it."""
        mask = self.layout.bits.get(name)
        if mask is None:
            return block[name]
        return (np.ascontiguousarray(block["flags"]) & mask) >> ((mask & -mask).bit_length() - 1)


@dataclass(frozen=True, slots=True)
class Waiting(Later):
    """A column that stays in its file until it is written."""

    file: RecordFile
    name: str
    becomes: Becoming

    @property
    def dtype(self) -> np.dtype[Any]:
        """Return the type its values become."""
        return self.becomes.dtype

    def __len__(self) -> int:
        """Return the number of records."""
        return self.file.layout.count

    def part(self, start: int, stop: int) -> NDArray[Any]:
        """Return the values of some records, scaled."""
        values = np.empty(stop - start, self.dtype)
        for begin in range(start, stop, _MOST_RECORDS):
            block = self.file.block(begin, min(begin + _MOST_RECORDS, stop))
            own = values[begin - start : begin - start + block.size]
            self.becomes.fill(own, self.file.column(block, self.name))
        return values


def deal(
    file: RecordFile, columns: Mapping[str, Becoming], rules: Collection[Derivation]
) -> dict[str, NDArray[Any] | Later]:
    """Return the columns of all records: in memory, or waiting in the file where they may.

    What is not finite throughout never waits: somebody will have to look at it.

    Args:
        file: the records.
        columns: what is wanted, stored or derived.
        rules: how the columns come about that are not stored.

    Raises:
        ChangedWhileRead: when the file has become shorter.
    """
    count, width = file.layout.count, file.layout.dtype.itemsize
    in_memory = _empty(
        {name: each.dtype for name, each in columns.items() if not each.waits}, count
    )
    stored = [name for name in in_memory if name not in {rule.name for rule in rules}]
    numbers = [
        name
        for name in columns.keys() - in_memory.keys()
        if name not in file.layout.bits and file.layout.dtype[name].kind == "f"
    ]
    length = max(1, min(count, _BLOCK_BYTES // width))

    def deal_blocks(starts: Iterable[int]) -> set[str]:
        infinite: set[str] = set()
        for start in starts:
            stop = min(start + length, count)
            lead = 1 if start else 0  # the record before: a derived value may hang on it
            block = file.block(start - lead, stop)
            dealt = {name: file.column(block, name) for name in stored}
            for rule in rules:
                dealt[rule.name] = rule.of(_sources(file, block, rule, dealt))
            for name, values in dealt.items():
                columns[name].fill(in_memory[name][start:stop], values[lead:])
            infinite.update(name for name in numbers if not _finite(block[name]))
        return infinite

    blocks = range(0, count, length)
    with ThreadPoolExecutor(2) as pool:
        infinite = set().union(*pool.map(deal_blocks, (blocks[::2], blocks[1::2])))
    waiting = {
        name: Waiting(file, name, columns[name]) for name in columns.keys() - in_memory.keys()
    }
    return {
        name: in_memory[name]
        if name in in_memory
        else np.asarray(waiting[name])
        if name in infinite
        else waiting[name]
        for name in columns
    }


def _sources(
    file: RecordFile, block: Block, rule: Derivation, dealt: Columns
) -> dict[str, NDArray[Any]]:
    """Return what a column is derived of: numbers in double precision."""
    sources = {
        name: dealt[name] if name in dealt else file.column(block, name) for name in rule.sources
    }
    with np.errstate(invalid="ignore"):  # a missing value may be one that signals
        return {
            name: values.astype(np.float64) if values.dtype.kind == "f" else values
            for name, values in sources.items()
        }


def _finite(values: NDArray[Any]) -> bool:
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(np.isfinite(np.add.reduce(values)))


def _empty(kinds: Mapping[str, np.dtype[Any]], count: int) -> dict[str, NDArray[Any]]:
    """Return empty columns, all in one piece of memory: it is had much faster than many pieces."""
    widest_first = sorted(kinds, key=lambda name: -kinds[name].itemsize)
    memory = np.empty(count * sum(kind.itemsize for kind in kinds.values()), np.uint8)
    columns, start = dict.fromkeys(kinds, memory), 0
    for name in widest_first:  # so that each begins at a multiple of its width
        stop = start + count * kinds[name].itemsize
        columns[name] = memory[start:stop].view(kinds[name])
        start = stop
    return columns
