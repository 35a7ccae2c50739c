"""A folder that is watched: shares come and go, and what an empty place shows is not believed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from ingest.arrival.folder import Listing


@dataclass(slots=True)
class Watched:
    """A folder that is watched.

    Attributes:
        folder: where it is, without links.
        polls: whether what is mounted there is polled; asked whenever another folder is there.
        is_polled: whether it is looked through at a pace; else the system notifies.
        next_look: when it is looked through next, on the clock of the watcher.
        identity: of the folder that is there; None while none is.
        looked_at: the identity of what was looked through last; None before, and while it is away.
        is_away: whether somebody was warned that it is.
        unknown: what could not be looked at in it, with the reason.
    """

    folder: Path
    polls: Callable[[Path], bool]
    is_polled: bool = False
    next_look: float = 0.0
    identity: tuple[int, int] | None = None
    looked_at: tuple[int, int] | None = None
    is_away: bool = False
    unknown: dict[Path, str] = field(default_factory=dict)

    def identify(self) -> None:
        """Find out which folder is there, if any, and whether that is polled."""
        try:
            status = self.folder.stat()
            now = (status.st_dev, status.st_ino) if self.folder.is_dir() else None
        except OSError:
            now = None
        if now is not None and now != self.identity:
            self.is_polled = self.polls(self.folder)
        self.identity = now

    def poll(self) -> None:
        """Have it polled from now on, whatever is mounted there."""
        self.polls, self.is_polled = lambda _: True, True

    def is_due(self, clock: float) -> bool:
        """Return whether it is to be looked through: it is time, or another folder is there."""
        return self.next_look <= clock or (not self.is_polled and self.identity != self.looked_at)

    def is_believed(self) -> bool:
        """Return whether the folder is there that was looked through: what lacks in it is gone."""
        self.identify()
        return self.identity is not None and self.identity == self.looked_at

    def seems_unmounted(self, listing: Listing, *, had_files: bool) -> bool:
        """Return whether it is away, or an empty place is there where another had files."""
        if self.identity is None:
            return True
        return listing.is_empty and had_files and self.identity != self.looked_at
