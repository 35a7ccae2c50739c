"""Answers about everything, remembered until something they were computed of changes."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Final

import pyarrow as pa

MOST_BYTES: Final = 64 * 1024**2
"""Of all answers together; the one asked for longest ago goes first."""
LARGEST_BYTES: Final = 8 * 1024**2
"""Of an answer that is worth it."""


class Remembered:
    """Answers by what they were computed of and with."""

    def __init__(self) -> None:
        self._answers: OrderedDict[Hashable, pa.Table] = OrderedDict()
        self._lock, self._bytes = Lock(), 0

    def get(self, key: Hashable) -> pa.Table | None:
        """Return an answer, None where there is none."""
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
            return self._answers.get(key)

    def put(self, key: Hashable, answer: pa.Table) -> None:
        """Remember an answer, if it is not too large."""
        if answer.nbytes > LARGEST_BYTES:
            return
        with self._lock:
            if key in self._answers:
                return
            self._answers[key] = answer
            self._bytes += answer.nbytes
            while self._bytes > MOST_BYTES:
                _, gone = self._answers.popitem(last=False)
                self._bytes -= gone.nbytes
