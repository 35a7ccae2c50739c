"""Where the star is published: whatever can be brought from one state to the next, whole or not."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Protocol

import numpy as np
import pyarrow as pa

from schema.error import PublicationFailed
from service.publish.star import PublishedTable

FINGERPRINTS: Final = pa.schema([("test_id", pa.int64()), ("fingerprint", pa.int64())])
"""What the rows of tests rest on, as a target remembers it."""
Status = Literal["published", "failed"]


@dataclass(frozen=True, slots=True)
class Standing:
    """What a target holds.

    Attributes:
        snapshot: of the catalog that it states, None when it is empty.
        published_at: when that was published, which tells publications apart.
        fingerprints: of the tests it holds.
        versions: of the tables that are up to date with that snapshot, by name.
    """

    snapshot: int | None
    published_at: datetime | None
    fingerprints: pa.Table
    versions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a table: rows it has now, and why it failed."""

    table: PublishedTable
    status: Status
    row_count: int | None
    reason: str | None = None


class Writing(Protocol):
    """A target being brought to its next state; readers see the former until it ends well."""

    @property
    def standing(self) -> Standing:
        """Return what it holds."""

    def put(
        self, table: PublishedTable, rows: pa.RecordBatchReader, tests: Sequence[int] | None
    ) -> int:
        """Replace the rows of these tests, or with None the whole table; return how many it has.

        Raises:
            PublishedTableRefused: when the table cannot take them; it stands as it stood.
            PublicationFailed: when nothing more can be done.
        """

    def end(
        self,
        snapshot: int,
        published_at: datetime,
        fingerprints: pa.Table,
        outcomes: Sequence[Outcome],
    ) -> None:
        """Note what was done and let readers see it, all of it at once.

        Raises:
            PublicationFailed: when that cannot be.
        """


class Target(Protocol):
    """A place that the star is published to."""

    @property
    def name(self) -> str:
        """Return what it is called in messages, without a password."""

    def writing(self, star: Sequence[PublishedTable]) -> AbstractContextManager[Writing]:
        """Begin, with all tables there are to be; leaving without ``end`` changes nothing.

        Raises:
            PublicationFailed: when it cannot be reached, somebody else is publishing there, or what
                was published was changed by hand.
        """


def changed_tests(before: pa.Table, now: pa.Table) -> list[int]:
    """Return the tests that came, went or rest on something else, rising."""
    tests = np.union1d(before["test_id"], now["test_id"])
    numbers = np.full((2, len(tests)), -1)  # which no fingerprint is
    for some, table in zip(numbers, (before, now), strict=True):
        some[np.searchsorted(tests, table["test_id"])] = table["fingerprint"]
    found: list[int] = tests[numbers[0] != numbers[1]].tolist()
    return found


def refuse_changed(target: str, table: str, has: Sequence[str], had: Sequence[str]) -> None:
    """Refuse to go on where a table has other columns than it was published with.

    Raises:
        PublicationFailed: naming both.
    """
    if has != had:
        raise PublicationFailed(
            target,
            f"{table} was changed by hand: it has ({', '.join(has)}), it was published with "
            f"({', '.join(had)}); undo that, or drop the table, and publish again",
        )
