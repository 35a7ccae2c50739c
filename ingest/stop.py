"""What tells workers to stop, from a signal or another thread, and wakes those that wait."""

from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait


class Stop:
    """Asked for once, it stays asked for."""

    def __init__(self) -> None:
        self._is_set = False
        self.signal: int | None = None
        self.heard: Connection
        self.heard, self._says = Pipe(duplex=False)

    def set(self, signal: int | None = None) -> None:
        """Ask whoever looks or waits to stop; ``signal`` is what asked first."""
        if not self._is_set:
            self._is_set, self.signal = True, signal
            self._says.send_bytes(b"stop")

    def is_set(self) -> bool:
        """Return whether it was asked for."""
        return self._is_set

    def wait(self, second: float) -> bool:
        """Wait until it is asked for, or so long; return whether it was."""
        wait([self.heard], second)
        return self._is_set
