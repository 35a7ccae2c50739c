"""What the system notifies of changes in folders, as far as it does."""

from collections.abc import Generator, Sequence
from pathlib import Path
from threading import Event
from typing import Final

from watchfiles import Change, watch

_WAIT_MILLISECOND: Final = 250
_GATHER_MILLISECOND: Final = 500
_STEP_MILLISECOND: Final = 50


class Notices:
    """Which paths changed in folders of this machine."""

    def __init__(self, stop: Event) -> None:
        self._stop = stop
        self._changes: Generator[set[tuple[Change, str]], None, None] | None = None
        self._first: set[Path] = set()

    def listen(self, folders: Sequence[Path]) -> None:
        """Listen from now on to these folders, and to no others.

        Raises:
            OSError: when one is not there, or the system can listen to no more of them.
        """
        self.close()
        if not folders:
            return
        self._changes = watch(
            *folders,
            watch_filter=None,
            debounce=_GATHER_MILLISECOND,
            step=_STEP_MILLISECOND,
            stop_event=self._stop,
            rust_timeout=_WAIT_MILLISECOND,
            yield_on_timeout=True,
            raise_interrupt=False,
            force_polling=False,
            ignore_permission_denied=False,  # else no limit that is reached is reported, either
        )
        try:
            self._first = self._next(self._changes)  # it listens only when it is asked
        except RuntimeError as fault:  # so it calls too many listeners on this machine
            self.close()
            raise OSError(str(fault)) from fault
        except OSError:
            self.close()
            raise

    def wait(self) -> set[Path]:
        """Return which paths changed, after a moment where none did or nobody notifies."""
        if self._changes is None:
            self._stop.wait(_WAIT_MILLISECOND / 1000)
            return set()
        first, self._first = self._first, set()
        return first | self._next(self._changes)

    def close(self) -> None:
        """Listen no more."""
        if self._changes is not None:
            self._changes.close()
        self._changes, self._first = None, set()

    @staticmethod
    def _next(changes: Generator[set[tuple[Change, str]], None, None]) -> set[Path]:
        return {Path(path) for _, path in next(changes, ())}
