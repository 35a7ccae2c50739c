"""What a publisher remembers from one publication to the next, as long as its store is open.

It serves one publication at a time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from service.publish.star import PublishedTable
from service.store.store import Store


@dataclass(frozen=True, slots=True)
class OfTests:
    """What a kept metric was computed of, test by test.

    Attributes:
        fingerprints: of these tests, see subject.py.
        filled: those that it has rows of.
    """

    fingerprints: pa.Table
    filled: frozenset[int]


@dataclass(frozen=True, slots=True)
class OfAll:
    """What a kept metric was computed of at once.

    Attributes:
        inputs: the states of all that it reads, see kept.py.
        state: its own.
    """

    inputs: str
    state: str


class Memory:
    """Metrics kept in a database of the store's own DuckDB, and what was published where.

    Attributes:
        store: whose DuckDB it is.
        of_tests, of_all: what stands in the tables of metrics, by their place.
        published: when a target was last written to, and the states of its tables.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.of_tests: dict[str, OfTests] = {}
        self.of_all: dict[str, OfAll] = {}
        self.published: dict[str, tuple[datetime, Mapping[str, str]]] = {}
        with store.cursor() as cursor:
            cursor.execute("ATTACH IF NOT EXISTS ':memory:' AS kept (COMPRESS)")


def place_of(table: PublishedTable) -> str:
    """Return the name that a metric is kept under: another version of it has another."""
    return f'kept."{table.name}_{table.version}"'
