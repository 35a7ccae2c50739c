"""How far a .mpr that EC-Lab still writes to consists of whole records.

Records are added at the end, and the head that counts them is written anew now and then: it may
count more than are there, or fewer. Room laid out ahead is zeros, and no record.
"""

from typing import BinaryIO, Final

import numpy as np

from ingest.parse.record_file import Layout

_MODULE: Final = b"MODULE"
_BLOCK_BYTES: Final = 1 << 20


def whole_records(file: BinaryIO, layout: Layout, size: int) -> int:
    """Return how many whole records there are, whatever the head of their module counts."""
    width = layout.dtype.itemsize
    count = max(0, size - layout.start) // width
    if count > layout.count:
        end = layout.start + layout.count * width
        room = _before_module(file, end, size) - end
        # a module that begins where no record does leaves open what the bytes before it are
        more = room // width if room % width == 0 or end + room == size else 0
        count = layout.count + more
    return _without_zeros(file, layout.start, count, width)


def _before_module(file: BinaryIO, start: int, size: int) -> int:
    """Return where a module begins, from a place on; the end of the file where none does."""
    file.seek(start)
    at, before = start, b""
    while block := file.read(_BLOCK_BYTES):
        offset = (before + block).find(_MODULE)
        if offset >= 0:
            return at - len(before) + offset
        at += len(block)
        before = block[1 - len(_MODULE) :]
    return size


def _without_zeros(file: BinaryIO, start: int, count: int, width: int) -> int:
    """Return how many records there are without the last ones of which nothing is written."""
    stop = count
    while stop:
        begin = max(0, stop - max(1, _BLOCK_BYTES // width))
        file.seek(start + begin * width)
        block = np.frombuffer(file.read((stop - begin) * width), np.uint8).reshape(-1, width)
        written = np.flatnonzero(block.any(axis=1))
        if written.size:
            return begin + int(written[-1]) + 1
        stop = begin
    return 0
