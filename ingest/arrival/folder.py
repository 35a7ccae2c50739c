"""What lies in a watched folder: each file that is meant, with its size and time."""

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from stat import S_ISREG
from threading import Event
from typing import Final

UNFINISHED: Final = ("*.tmp", "*.part", "*.partial", "*.filepart", "*.crdownload", "~$*")
"""What copies, downloads and office programs call files that are none yet."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(9999, 12, 31, tzinfo=UTC) - _EPOCH


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells whether a file changes: its size, and when it was written to."""

    bytes: int
    modified_at: datetime

    @classmethod
    def of(cls, status: os.stat_result) -> "Stamp":
        """Return the stamp of what the system says of a file; no date is refused."""
        microseconds = status.st_mtime_ns // 1000
        latest = _LATEST // timedelta(microseconds=1)
        age = timedelta(microseconds=min(max(microseconds, 0), latest))
        return cls(status.st_size, _EPOCH + age)


def stamp_of(path: Path) -> Stamp | None:
    """Return the stamp of a file, None where none lies.

    Raises:
        OSError: when that cannot be known now.
    """
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return Stamp.of(status) if S_ISREG(status.st_mode) else None


@dataclass(frozen=True, slots=True)
class Patterns:
    """Which files are meant; hidden ones never are.

    Attributes:
        include: a file must be like one of these, in its name or its path below the folder.
        exclude: and like none of these.
        skipped: folders that are never looked into, such as the warehouse itself.
    """

    include: Collection[str] = ("*",)
    exclude: Collection[str] = UNFINISHED
    skipped: Collection[Path] = ()

    def want(self, path: Path, folder: Path) -> bool:
        """Return whether a file that lies in a folder is meant."""
        below = path.relative_to(folder)
        meant = _like(below, self.include) and not _like(below, self.exclude)
        return meant and self.admit(path, folder)

    def admit(self, path: Path, folder: Path) -> bool:
        """Return whether a file or a folder is neither hidden nor in one that is skipped."""
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        return not hidden and not any(path.is_relative_to(each) for each in self.skipped)


def _like(below: Path, patterns: Collection[str]) -> bool:
    texts = (below.name, below.as_posix())
    return any(fnmatchcase(text, each) for each in patterns for text in texts)


@dataclass(slots=True)
class Listing:
    """What was seen in a folder.

    Attributes:
        files: those that are meant.
        unknown: what could not be looked at, with the reason; what lies below may be there or not.
        is_empty: whether nothing at all is in the folder.
    """

    files: dict[Path, Stamp] = field(default_factory=dict)
    unknown: dict[Path, str] = field(default_factory=dict)
    is_empty: bool = False

    def knows(self, path: Path) -> bool:
        """Return whether it could be seen whether a path is there."""
        return not any(path.is_relative_to(each) for each in self.unknown)


def list_files(top: Path, folder: Path, patterns: Patterns, stop: Event) -> Listing:
    """Return what lies below a folder that is watched, or below one within it; stopped, not all."""
    listing, waiting = Listing(), [top]
    while waiting and not stop.is_set():
        current = waiting.pop()
        try:
            entries = sorted(os.scandir(current), key=lambda entry: entry.name)
        except FileNotFoundError:
            continue  # it went meanwhile
        except OSError as fault:
            listing.unknown[current] = fault.strerror or str(fault)
            continue
        if current == top:
            listing.is_empty = not entries
        waiting.extend(_look_at(entries, folder, patterns, listing))
    return listing


def _look_at(
    entries: Collection["os.DirEntry[str]"], folder: Path, patterns: Patterns, listing: Listing
) -> Iterator[Path]:
    """Enter the files among entries; yield the folders that are to be looked into."""
    for entry in entries:
        path = Path(entry.path)
        if entry.name.startswith(".") or path in patterns.skipped:
            continue
        try:
            if entry.is_dir(follow_symlinks=False):
                yield path
                continue
            status = entry.stat()
        except FileNotFoundError:
            continue  # it went meanwhile, or is a link to nothing
        except OSError as fault:
            listing.unknown[path] = fault.strerror or str(fault)
            continue
        if S_ISREG(status.st_mode) and patterns.want(path, folder):
            listing.files[path] = Stamp.of(status)
