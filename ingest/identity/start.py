"""Whether two tests can have started at one instant, as far as their exports say.

Clocks of instruments name their zone or not, and zones are whole quarters of an hour apart: where
two name different ones, or only one does, starts are compared within their quarter.
"""

from datetime import datetime, timedelta
from typing import Final, Literal

QUARTER_SECOND: Final = 900
FURTHEST: Final = timedelta(hours=26)
"""Between the clocks of the easternmost and the westernmost zone."""
_NEAR_SECOND: Final = 1.0
"""Some write whole seconds of a start, cut off or rounded."""

Compared = Literal["same", "another", "unknown"]


def start_second(started_at: datetime | None) -> int | None:
    """Return the second of its quarter of an hour at which a test started."""
    return None if started_at is None else int(_second(started_at) % QUARTER_SECOND)


def start_seconds(started_at: datetime) -> list[int]:
    """Return the seconds of a quarter at which a test may have started by another's words."""
    second = int(_second(started_at) % QUARTER_SECOND)
    near = {second - 1, second, second + 1, second - second % 60}
    if _shows_minutes(started_at):
        near |= set(range(second, second + 60))
    return sorted({each % QUARTER_SECOND for each in near})


def _second(started_at: datetime) -> float:
    naive = started_at.replace(tzinfo=None)
    return (naive - datetime.min).total_seconds()  # noqa: DTZ901 # of a clock that names no zone


def compared(
    one: datetime | None, zone: str | None, other: datetime | None, other_zone: str | None
) -> Compared:
    """Return whether two starts, each on its own clock, are the same instant."""
    if one is None or other is None:
        return "unknown"
    apart = _second(one) - _second(other)
    if zone != other_zone:
        if abs(apart) > FURTHEST.total_seconds():
            return "another"
        apart = (apart + QUARTER_SECOND / 2) % QUARTER_SECOND - QUARTER_SECOND / 2
    if abs(apart) < _NEAR_SECOND:
        return "same"
    # a clock that shows minutes says nothing of seconds
    for shown, full, ahead in ((one, other, -apart), (other, one, apart)):
        if _shows_minutes(shown) and not _shows_minutes(full) and 0.0 <= ahead < 60.0:
            return "same"
    return "another"


def _shows_minutes(started_at: datetime) -> bool:
    return started_at.second == 0 and started_at.microsecond == 0
