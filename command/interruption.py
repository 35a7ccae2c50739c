"""Ctrl-C while worker processes are at work."""

from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import active_children
from signal import SIGINT, signal
from typing import NoReturn


@contextmanager
def ending_workers() -> Iterator[None]:
    """Let Ctrl-C end the workers at once: whoever waits for them would wait for all their work.

    What they had in hand is not committed, as after a kill.
    """

    def end(_number: int, _frame: object) -> NoReturn:
        for worker in active_children():
            worker.terminate()
        raise KeyboardInterrupt

    before = signal(SIGINT, end)
    try:
        yield
    finally:
        signal(SIGINT, before)
