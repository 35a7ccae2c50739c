"""Which base a store moves to next: the newest that is whole and of this catalog."""

from contextlib import suppress
from pathlib import Path
from typing import Final

import duckdb
import structlog
from sqlalchemy.orm import Session

from service.sql import first_line
from service.store.base import Base, attach, committed_at, newest, snapshot_of
from service.store.soundness import forget_hash

log = structlog.get_logger()
_DAMAGED: Final = "Corrupt database file"


def is_damage(fault: duckdb.Error) -> bool:
    """Return whether a fault reports a database file that is damaged."""
    return _DAMAGED in str(fault)


class Succession:
    """The bases of a folder, as one store tries them.

    Args:
        folder: where they rest; None for a store that has none.
        layout: of those that this program makes.
    """

    def __init__(self, folder: Path | None, layout: str) -> None:
        self._folder, self._layout = folder, layout
        self._distrusted: set[Path] = set()
        self._attached = 0

    def newer(self, base: Base | None) -> Path | None:
        """Return a base that is newer than the one stood on and was not found bad."""
        path = newest(self._folder, self._layout) if self._folder else None
        if path is None or path in self._distrusted:
            return None
        if base is None or snapshot_of(path) > base.snapshot:
            return path
        with suppress(FileNotFoundError):  # others have made the next one meanwhile
            if snapshot_of(path) == base.snapshot and path.stat().st_ino != base.inode:
                return path  # made anew
        return None

    def attach(
        self, cursor: duckdb.DuckDBPyConnection, path: Path, session: Session
    ) -> Base | None:
        """Attach a base; None where it is damaged or was made of another catalog."""
        self._attached += 1
        try:
            base = attach(cursor, path, f"base_{self._attached}")
        except (duckdb.Error, OSError, ValueError) as fault:
            self._report(path, first_line(fault))
            return None
        if committed_at(session, base.snapshot) == base.committed_at:
            return base
        cursor.execute(f"DETACH {base.name}")
        self._report(path, "it was made of another catalog")
        return None

    def distrust(self, base: Base | None, fault: duckdb.Error) -> bool:
        """Remove a base where a fault reports that its file is damaged; return whether it does.

        Who has read it so far goes on, nobody else begins.
        """
        if base is None or not (is_damage(fault) or str(base.path) in str(fault)):
            return False
        self._report(base.path, first_line(fault))
        base.path.unlink(missing_ok=True)
        forget_hash(base.path)
        return True

    @property
    def is_wary(self) -> bool:
        """Return whether bases were found bad: the next is to be made out of the lake."""
        return bool(self._distrusted)

    def trust(self) -> None:
        """Try all bases again: one was made anew."""
        self._distrusted.clear()

    def _report(self, path: Path, reason: str) -> None:
        log.warning("base not read", path=str(path), reason=reason)
        self._distrusted.add(path)
