"""Cycles as people write them: "1-4, 6"."""

import re
from typing import Final

from schema.error import InvalidArgument

_RANGE: Final = re.compile(r"(\d+)(?:\s*[-–]\s*(\d+))?")


def cycle_ranges(text: str) -> tuple[tuple[int, int], ...]:
    """Return first and last cycle of each range.

    Raises:
        InvalidArgument: when a part is no cycle and no range of them.
    """
    found = []
    for part in text.split(","):
        match = _RANGE.fullmatch(part.strip())
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 1 <= first <= last:
            raise InvalidArgument("cycles", text, "cycles from 1 and ranges of them, e.g. 1-4, 6")
        found.append((first, last))
    return tuple(found)
