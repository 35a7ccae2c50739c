"""One .duckdb file: brought up to date beside itself, and put in its place whole.

Work is done on a hidden copy in the same folder. Who holds the former file open goes on reading it;
a process sees the new one once it has closed all its connections to the former. What a killed
publisher left is swept up by the next.

Tables stand in the schema ``main``; what only the publisher reads stands in ``bi_store``. Tables
that are always written whole have a primary key. Those of which the rows of some tests are replaced
have none: an index makes five million rows six times as slow to write (2.3 s to 15 s), and DuckDB
refuses a key that was deleted earlier in the same transaction. There are no foreign keys, for a
table that is referred to cannot be replaced. DuckDB 1.1 and later read the file: 1.0 knows
no primary keys of a newer one.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path

from schema.error import PublicationFailed
from service.publish.duckdb_file.writing import DuckdbWriting
from service.publish.star import PublishedTable


@dataclass(frozen=True, slots=True)
class DuckdbFile:
    """A .duckdb file, by its path."""

    path: Path

    @property
    def name(self) -> str:
        """Return the path."""
        return str(self.path)

    @contextmanager
    def writing(self, star: Sequence[PublishedTable]) -> Iterator[DuckdbWriting]:
        """Begin; see target.Target."""
        rest = Path(os.path.realpath(self.path))  # a link to the file goes on being one
        with _alone(self.name, rest), closing(DuckdbWriting(self.name, rest, star)) as writing:
            yield writing


@contextmanager
def _alone(name: str, rest: Path) -> Iterator[None]:
    """Keep other publishers away; the empty file it is done with stays."""
    try:
        lock = rest.with_name(f".{rest.name}.lock").open("w")
    except OSError as fault:
        raise PublicationFailed(name, f"{rest.parent}: {fault.strerror}") from fault
    with lock:
        try:
            flock(lock, LOCK_EX | LOCK_NB)
        except BlockingIOError as fault:
            raise PublicationFailed(name, "somebody else is publishing there") from fault
        yield
