"""Colors: what SVG carries as attributes, for print; leyden.css recolors the classes by theme."""

from typing import Final

SERIES: Final = ("#0064a8", "#d95300", "#12946c", "#6b1fb0", "#5c3a00", "#c25a9b")
"""Things side by side, class s0 to s5."""
RAMP: Final = ("#10087c", "#5402a0", "#8a0fa2", "#b23488", "#cc5468", "#d46a35")
"""Things in an order, class r0 to r5, from the first to the last."""
MUTED: Final = "#5b6370"
"""What is beside the point, class muted."""
DASHES: Final = ("", "6 3", "2 2", "8 2 2 2")
"""Beyond six series the dash changes too."""


def series_class(number: int) -> str:
    """Return the class of the n-th of things side by side."""
    return f"s{number % len(SERIES)}"


def ramp_class(number: int, count: int) -> str:
    """Return the class of the n-th of so many things in an order."""
    last = len(RAMP) - 1
    return f"r{round(number * last / (count - 1)) if count > 1 else 0}"


def color(name: str) -> str:
    """Return the print color of a class."""
    if name[:1] in {"s", "r"} and name[1:].isdigit():
        return (SERIES if name[0] == "s" else RAMP)[int(name[1:])]
    return MUTED
