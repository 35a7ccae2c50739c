"""How far a text that is still written to consists of whole lines."""

import codecs
import os
from typing import BinaryIO, Final

from ingest.reading import Export

_BLOCK_BYTES: Final = 1 << 16
_WIDE: Final = {codecs.BOM_UTF16_LE: b"\n\0", codecs.BOM_UTF16_BE: b"\0\n"}
"""What ends a line where a letter takes two bytes, by the mark such a text begins with."""


def whole_line_bytes(export: Export) -> int | None:
    """Return how many bytes there are up to the end of the last whole line; None of no text.

    A text without any line feed has carriage returns between its lines.
    """
    end = _WIDE.get(export.head[:2])
    if end is None and b"\0" in export.head:
        return None
    with export.path.open("rb") as file:
        if end is not None:
            return _end_of_last(file, end)
        return _end_of_last(file, b"\n") or _end_of_last(file, b"\r")


def _end_of_last(file: BinaryIO, mark: bytes) -> int:
    """Return where the last mark ends that stands at a multiple of its width; 0 without one."""
    width = len(mark)
    stop = file.seek(0, os.SEEK_END) // width * width
    while stop:
        start = max(0, stop - _BLOCK_BYTES)
        file.seek(start)
        block = file.read(stop - start)
        last = block.rfind(mark)
        while last % width and last >= 0:
            last = block.rfind(mark, 0, last + width - 1)
        if last >= 0:
            return start + last + width
        stop = start
    return 0
