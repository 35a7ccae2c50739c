"""Numbers as they are written for people: with their error, to the place that it leaves sure."""

from math import floor, isfinite, log10
from typing import Final

from service.page.figure.tick import minus, power_of_ten

DIGITS: Final = 4
"""Digits of a number without an error."""
_MOST_DIGITS: Final = 6
ABSENT: Final = "–"
_NARROW_SPACE: Final = "\u202f"
_GROUP: Final = 3
_PLAIN: Final = (-3, 6)
"""Powers of ten from and below which a number is written without one."""
_MOST_PLACES: Final = 15
_NOTHING: Final = 1e-300
"""What is smaller has no power of ten that a float can tell."""


def number(value: float | None, error: float | None = None, digits: int = DIGITS) -> str:
    """Return a number as text, ``162.1 ± 1.8``: the error to two digits, the value to its place."""
    if value is None or value != value:  # noqa: PLR0124 # not a number
        return ABSENT
    if not isfinite(value):
        return minus("∞" if value > 0 else "-∞")
    if abs(value) < _NOTHING:
        value = 0.0
    if error is None or not isfinite(error) or error < _NOTHING:
        return _written(value, None, _place(value) - digits + 1)
    # a value far within its error is still written to the place of the error
    return _written(value, error, _place(error) - 1)


def entered(value: float | None) -> str:
    """Return a number as somebody entered or counted it: no digit is added, at most six written."""
    if value is None or not isfinite(value):
        return number(value)
    rounded = float(f"{value:.{_MOST_DIGITS}g}")
    digits = (each for each in range(1, _MOST_DIGITS) if float(f"{rounded:.{each}g}") == rounded)
    return number(rounded, digits=next(digits, _MOST_DIGITS)) if rounded else "0"


def count(value: int | None) -> str:
    """Return how many there are, with every digit."""
    return ABSENT if value is None else _grouped(value, 0)


def interval(value: float | None, low: float | None, high: float | None, level: str = "") -> str:
    """Return a number with what it lies between: ``462 (95 %: 441 to ∞)``.

    ``level`` says what the ends are; without it they are bounds, and no probability is stated.
    """
    if (low is None and high is None) or low == high == value:
        return number(value)
    start = number(low) if low is not None else "−∞"
    end = number(high) if high is not None else "∞"
    return f"{number(value)} ({level}{': ' if level else ''}{start} to {end})"


def _place(value: float) -> int:
    """Return the power of ten of the first digit."""
    return floor(log10(abs(value))) if value else 0


def _written(value: float, error: float | None, last: int) -> str:
    power = _place(value) if value else _place(error or 1.0)
    outside = power if not _PLAIN[0] <= power < _PLAIN[1] else 0
    scale = 10.0**outside
    places = min(max(outside - last, 0), _MOST_PLACES)
    text = _grouped(round(value / scale, outside - last), places)
    if error is not None:
        text = f"{text} ± {_grouped(round(error / scale, outside - last), places)}"
    if not outside:
        return text
    return (
        f"({text}) × {power_of_ten(outside)}"
        if error is not None
        else f"{text} × {power_of_ten(outside)}"
    )


def _grouped(value: float, places: int) -> str:
    whole, dot, fraction = f"{abs(value):.{places}f}".partition(".")
    if len(whole) > _GROUP + 1:
        first = len(whole) % _GROUP
        groups = [whole[:first]] if first else []
        groups += [whole[each : each + _GROUP] for each in range(first, len(whole), _GROUP)]
        whole = _NARROW_SPACE.join(groups)
    return f"{'−' if value < 0 else ''}{whole}{dot}{fraction}"
