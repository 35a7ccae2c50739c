"""Round values to mark an axis at, and what is written beside them."""

import itertools
from math import ceil, floor, isfinite, log10
from typing import Final

_STEPS: Final = (1.0, 2.0, 5.0, 10.0)
_SUPERSCRIPT: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_PLAIN_DECADES: Final = (-2, 4)
"""Decades of which a logarithmic axis writes the number and not the power."""


def linear_ticks(low: float, high: float, most: int) -> list[float]:
    """Return the multiples of 1, 2 or 5 times a power of ten within a span, at most so many."""
    span = high - low
    if not (isfinite(span) and span > 0):
        return [low]
    rough = span / max(most, 1)
    power = 10.0 ** floor(log10(rough)) if rough > 0 else 0.0
    if not power:  # a span at the end of what a float can tell apart
        return [low]
    step = power * next(each for each in _STEPS if each * power >= rough * (1 - 1e-9))
    first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
    return [number * step for number in range(first, last + 1)][: most + 1]


def log_ticks(low: float, high: float, most: int) -> list[float]:
    """Return the powers of ten within a positive span, thinned to so many; 2 and 5 within few."""
    first, last = ceil(log10(low) - 1e-9), floor(log10(high) + 1e-9)
    stride = max(1, ceil((last - first + 1) / max(most, 1)))
    decades = [10.0**power for power in range(first, last + 1, stride)]
    if len(decades) > 2 or stride > 1:
        return decades
    below = floor(log10(low))
    some = [each * 10.0**power for power in range(below, last + 1) for each in (1, 2, 5)]
    within = [each for each in some if low * (1 - 1e-9) <= each <= high * (1 + 1e-9)]
    return within if len(within) > 2 else linear_ticks(low, high, most)


def minus(text: str) -> str:
    """Return a number with a true minus sign."""
    return text.replace("-", "−")


def power_of_ten(power: int) -> str:
    """Return a power of ten as written."""
    return f"10{str(power).translate(_SUPERSCRIPT)}"


def linear_labels(ticks: list[float]) -> list[str]:
    """Return what is written beside ticks, all to the same place."""
    largest = max((abs(each) for each in ticks), default=0.0)
    if largest and not 1e-4 <= largest < 1e6:
        power = floor(log10(largest))
        rest = linear_labels([each / 10.0**power for each in ticks])
        return [
            "0" if not tick else f"{label}·{power_of_ten(power)}"
            for tick, label in zip(ticks, rest, strict=True)
        ]
    gaps = [abs(b - a) for a, b in itertools.pairwise(ticks)]
    gap = min(gaps, default=largest) or 1.0
    places = min(max(0, -floor(log10(gap) + 1e-9)), 12)
    return [minus(f"{each + 0.0:.{places}f}") for each in ticks]


def log_labels(ticks: list[float]) -> list[str]:
    """Return what is written beside ticks of a logarithmic axis."""
    powers = [log10(each) for each in ticks if each > 0]
    few = powers and _PLAIN_DECADES[0] <= min(powers) and max(powers) <= _PLAIN_DECADES[1]
    whole = all(abs(each - round(each)) < 1e-9 for each in powers)
    if few or not whole:
        return [minus(f"{each:.4g}") for each in ticks]
    return [power_of_ten(round(each)) for each in powers]
