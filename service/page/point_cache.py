"""Decoded parts of points, kept while there is room: a zoom reads nothing that was just read."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

MOST_BYTES: Final = 256 * 1024**2
"""Of all parts together; the one asked for longest ago goes first."""


class PointCache:
    """Arrays by what they are part of: a file of the lake, which is never written over."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most, self._bytes = most_bytes, 0
        self._parts: OrderedDict[Hashable, NDArray[Any]] = OrderedDict()
        self._lock = Lock()

    @property
    def bytes(self) -> int:
        """Return how much it holds."""
        return self._bytes

    def get(self, key: Hashable) -> NDArray[Any] | None:
        """Return a part, None where it is not cached."""
        with self._lock:
            if key in self._parts:
                self._parts.move_to_end(key)
            return self._parts.get(key)

    def put(self, key: Hashable, part: NDArray[Any]) -> NDArray[Any]:
        """Cache a part, which nobody may change from here on; return it."""
        array = np.ascontiguousarray(part)
        array.flags.writeable = False
        with self._lock:
            if key not in self._parts and array.nbytes <= self._most:
                self._parts[key] = array
                self._bytes += array.nbytes
                while self._bytes > self._most:
                    _, gone = self._parts.popitem(last=False)
                    self._bytes -= gone.nbytes
        return array
