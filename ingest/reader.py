"""What a reader is: how an instrument format is recognized and read."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from ingest.reading import Export, Reading
from ingest.release import RULES


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What is to be known of a reader before its numbers are relied on."""

    instrument: str
    """Whose files it reads."""
    counters: str
    """What the counters of charge and energy count over."""
    gaps: tuple[str, ...]
    """What of such files is not read, or not for certain; one phrase each."""
    real_files: int
    """How many files of instruments the tests read with it."""
    tested: str
    """What its numbers are compared with."""


@dataclass(frozen=True, slots=True)
class Reader:
    """An instrument format: how it is recognized and how it is read.

    ``read`` raises EmptyExport when there is no record and UnreadableExport with a place when it
    cannot go on; it never guesses. Raise the version whenever the numbers it gives could change:
    the same bytes are then read again.
    """

    name: str
    version: str
    title: str
    suffixes: tuple[str, ...]
    knows: Callable[[Export], bool]
    read: Callable[[Export], list[Reading]]
    takes_sidecar: bool = False
    """Whether it reads by a sidecar; a changed sidecar then means reading again."""
    order: int = 0
    """Readers of plain text ask last: higher comes later."""
    join: Callable[[str, Mapping[str, str]], tuple[str, Collection[str]]] | None = None
    """Brings what other sheets of a workbook have of the same records into the table of one.

    It is given that table and the others by name, as comma-separated text, and returns the table
    and the names of those it used.
    """
    whole_bytes: Callable[[Export], int | None] | None = None
    """Says how far a file that is still written to consists of whole records, None of which nobody
    can tell. What ``read`` makes of so many bytes begins what it makes of the finished file. A
    reader without it takes finished files only.
    """
    states: Mapping[str, str] = field(default_factory=dict)
    """Which of its facts is which column of a test, see ingest/statement.py."""
    about: str = ""
    """What the page of readers says of it, where its module does not."""

    account: Account | None = None
    """What the page states of how far it goes; ours all have one."""

    @property
    def release(self) -> str:
        """Return the version of the reader and that of the rules: what its numbers rest on."""
        return f"{self.version}/{RULES}"

    def stem(self, name: str) -> str:
        """Return the name of an export without the suffix that such exports have."""
        small = name.lower()
        known = [s for s in self.suffixes if small.endswith(s.lower()) and small != s]
        return name[: -len(max(known, key=len))] if known else name
