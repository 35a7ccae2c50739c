"""How often a technique of BioLogic ran: at which records its loops begin.

Linked techniques run in turn, again and again; one file holds all loops of one of them. A .mpr has
a module of it, a .mpt says it in its header, both count records from 0. A technique that ran once
has no such column.
"""

import re
import struct
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.reading import Finding

LOOP: Final = "loop number"
"""Column that states the loop of each record, from 0 as EC-Lab counts them."""
_LINE: Final = re.compile(r"Loop (\d{1,9}) from point number (\d{1,15}) to (\d{1,15})\s*")

Loops = NDArray[np.int64]


def module_bytes(records: int) -> int:
    """Return how long a module of loops may be: each holds a record or more."""
    return 4 * (records + 2)


def starts_by_module(body: bytes) -> list[int]:
    """Return the first record of each loop: their number and one, then their bounds."""
    words = struct.unpack(f"<{len(body) // 4}I", body[: len(body) // 4 * 4])
    return list(words[1 : words[0]]) if words else []


def starts_by_header(header: Sequence[str]) -> list[int]:
    """Return the first record of each loop."""
    return [int(found[2]) for found in map(_LINE.fullmatch, header) if found]


def loops_of(starts: Sequence[int], count: int) -> tuple[dict[str, Loops], tuple[Finding, ...]]:
    """Return the loop of each record as a column, none where the technique ran once.

    Args:
        starts: first record of each loop, as the file states them.
        count: how many records the file holds; it may be cut.
    """
    if len(starts) < 2:
        return {}, ()
    first = np.asarray(starts, dtype=np.int64)
    if first[0] != 0 or (np.diff(first) <= 0).any():
        detail = f"{first.size} loops are told, which do not begin one after another: none is kept"
        return {}, (Finding("loops_disordered", detail),)
    begun = first[first < count]
    if begun.size < 2:
        return {}, ()
    return {LOOP: np.repeat(np.arange(begun.size), np.diff(begun, append=count))}, ()
