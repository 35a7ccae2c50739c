"""Ctrl-C while workers are at work."""

from collections.abc import Iterator
from contextlib import contextmanager
from signal import SIGINT, SIGTERM, signal

from ingest.stop import Stop


@contextmanager
def stopping(*numbers: int, at_once: bool = False) -> Iterator[Stop]:
    """Yield what Ctrl-C, or another signal, has workers stop by: they end what they have in hand.

    Asked twice, or ``at_once``, the work in this very process breaks off; nothing of a file that is
    half read is committed.
    """
    stop = Stop()

    def ask(number: int, _frame: object) -> None:
        again = stop.is_set()
        stop.set(number)
        if at_once or again:
            raise KeyboardInterrupt

    before = {number: signal(number, ask) for number in numbers or (SIGINT, SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal(number, handler)
