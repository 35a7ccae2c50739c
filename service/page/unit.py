"""One prefix for a whole column or axis, and units as they are written."""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from service.page.number import ABSENT, count

_PREFIXES: Final = {12: "T", 9: "G", 6: "M", 3: "k", 0: "", -3: "m", -6: "µ", -9: "n", -12: "p"}
_TAKES_PREFIX: Final = ("A·h", "A", "V", "W·h", "W", "Ω", "Ω·cm²", "F", "Hz", "S", "s")
"""Units, and first parts of units, that are shown with a prefix."""


def prefixed(values: ArrayLike, unit: str) -> tuple[float, str]:
    """Return what to multiply values by, and their unit then, for all of them alike.

    The prefix is that of the middle of the magnitudes; a unit that takes none stays as it is.
    """
    head, slash, rest = unit.partition("/")
    numbers = np.abs(np.asarray(values, float))
    numbers = numbers[np.isfinite(numbers) & (numbers > 0)]
    if head not in _TAKES_PREFIX or not numbers.size:
        return 1.0, unit
    # a little below the power: 0.9 A is shown as 900 mA, 0.999999 A as 1 A
    power = int(np.clip(np.floor((np.log10(np.median(numbers)) + 1e-6) / 3) * 3, -12, 12))
    return 10.0**-power, f"{_PREFIXES[power]}{head}{slash}{rest}"


def quantity(name: str, unit: str) -> str:
    """Return ``Quantity / unit`` as axes and heads are labeled."""
    return f"{name} / {unit}" if unit else name


def of_time(hours: ArrayLike) -> tuple[float, str]:
    """Return what to multiply hours by, and the unit then: s, h or d by the span."""
    numbers = np.asarray(hours, float)
    numbers = numbers[np.isfinite(numbers)]
    span = float(np.ptp(numbers)) if numbers.size else 0.0
    if span < 0.5:
        return 3600.0, "s"
    return (1.0, "h") if span < 480 else (1 / 24, "d")


_SECOND_PLACES: Final = {"s": 2, "h": 4, "d": 5}
"""Places of a time that tell parts of a second apart, in each unit."""


def time_text(time: float, unit: str) -> str:
    """Return a time of a long test as text: to parts of a second, wherever in the test it is."""
    if not np.isfinite(time):
        return ABSENT
    whole, _, part = f"{time:.{_SECOND_PLACES[unit]}f}".partition(".")
    return f"{count(int(whole))}.{part}"
