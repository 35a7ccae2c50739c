"""What a store stands at: its state and the base below it, the former or the next, never between.

Whoever changes it does so under ``changing``, in a transaction that ``exchange`` ends.
"""

from threading import Lock, RLock

import duckdb

from service.store.base import Base
from service.store.state import StoreState


class Current:
    """State and base of a store.

    Args:
        state: before the first refresh.
    """

    def __init__(self, state: StoreState) -> None:
        self.changing, self._committing = RLock(), Lock()
        self._state = state
        self._base: Base | None = None

    @property
    def state(self) -> StoreState:
        """Return what the store holds."""
        return self._state

    @property
    def base(self) -> Base | None:
        """Return the base it stands on."""
        return self._base

    def begin(self, cursor: duckdb.DuckDBPyConnection) -> StoreState:
        """Fix a cursor to what the store holds now; return that."""
        with self._committing:
            cursor.begin()
            # to read anything begins a transaction; a base that nobody reads in one may go
            about = f", {self._base.name}.about" if self._base else ""
            cursor.execute(f"SELECT 1 FROM delta.changed_test_id{about} LIMIT 1").fetchall()
            return self._state

    def exchange(
        self, cursor: duckdb.DuckDBPyConnection, state: StoreState, base: Base | None
    ) -> None:
        """Commit a transaction, and stand at what it made."""
        with self._committing:
            cursor.commit()
            self._state, self._base = state, base
