"""Publishing again and again, on its own or beside a running service."""

import re
from collections.abc import Callable
from threading import Event, Thread
from time import monotonic
from typing import Final

import duckdb
from sqlalchemy.exc import SQLAlchemyError

from schema.error import InvalidArgument, LeydenError
from service.publish.publication import Publication

_SPAN: Final = re.compile(r"(\d+(?:\.\d+)?) ?(s|min|h)")
_SECONDS: Final = {"s": 1.0, "min": 60.0, "h": 3600.0}


def seconds(text: str) -> float:
    """Return the seconds of a span of time, e.g. 60s, 5min, 1h.

    Raises:
        InvalidArgument: when it is none, or no time at all.
    """
    found = _SPAN.fullmatch(text.strip())
    span = float(found[1]) * _SECONDS[found[2]] if found else 0.0
    if span <= 0.0:
        raise InvalidArgument("every", text, "a span of time such as 60s, 5min or 1h")
    return span


def keep_publishing(
    publish: Callable[[], Publication],
    every_second: float,
    stop: Event,
    report: Callable[[Publication | Exception], object],
) -> None:
    """Publish at this pace until asked to stop; a failure is reported, and tried again later."""
    while not stop.is_set():
        began = monotonic()
        try:
            report(publish())
        except (LeydenError, SQLAlchemyError, duckdb.Error) as fault:
            report(fault)
        stop.wait(max(0.0, every_second - (monotonic() - began)))


class Publishing:
    """Publishes in a thread of its own until it is closed."""

    def __init__(
        self,
        publish: Callable[[], Publication],
        every_second: float,
        report: Callable[[Publication | Exception], object],
    ) -> None:
        self._stop = Event()
        arguments = publish, every_second, self._stop, report
        self._thread = Thread(target=keep_publishing, args=arguments, name="publisher")
        self._thread.start()

    def close(self) -> None:
        """Wait for a publication that is under way; begin no other."""
        self._stop.set()
        self._thread.join()
