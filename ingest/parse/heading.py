"""Headings of columns: a name, and the unit where one is stated.

``Current(mA)``, ``Current [mA]``, ``Current/mA`` and ``Current / mA`` are one name in one unit.
Characters lost on the way (µ, ° and Ω written as ``?``, O or o) are restored where only one unit is
meant.
"""

import re
from typing import Final

from ingest.parse.unit import Unit, unit_for
from schema.error import UnknownUnit
from schema.quantity import quantities

_HEADING: Final = re.compile(r"(?P<name>[^(\[（]+?)\s*(?:[(\[（](?P<unit>[^)\]）]*)[)\]）])?")
_CLOCK_UNIT: Final = re.compile(r"(?:hours in )?h+:m(?:m|in)?:s+(?:\.(?:m?s+|x+))?", re.IGNORECASE)
_WORDS: Final = {
    **dict.fromkeys(("sec", "second", "seconds"), "s"),
    **dict.fromkeys(("min", "minute", "minutes"), "min"),
    **dict.fromkeys(("hr", "hour", "hours"), "h"),
    **dict.fromkeys(("ohm", "ohms"), "Ohm"),
    "mohm": "mohm",
}
"""Units written out, or in capitals."""
_LOST: Final = ("?", "\N{REPLACEMENT CHARACTER}", "O", "o")
_MEANT: Final = ("µ", "°", "Ω", "°C")


def parted(heading: str, *, slash: bool = True) -> tuple[str, str | None]:
    """Return name and unit of a heading, None where it tells no unit.

    Whose vendor writes units between brackets only, parts them by no ``slash``.
    """
    found = _HEADING.fullmatch(heading.strip())
    if slash and (found is None or found["unit"] is None):
        name, _, unit = heading.strip().rpartition("/")
        return (name.strip(), unit.strip()) if name.strip() else (heading.strip(), None)
    return (found["name"], found["unit"]) if found else (heading.strip(), None)


def unit_of(spelling: str | None, quantity: str) -> Unit | None:
    """Return the unit of a heading; None where it has none or is a clock.

    Raises:
        UnknownUnit: when nobody declared it.
    """
    if spelling is None or (quantities()[quantity].unit == "s" and _CLOCK_UNIT.fullmatch(spelling)):
        return None
    candidates = [spelling.replace(lost, meant) for lost in _LOST for meant in _MEANT]
    words = _WORDS.get(spelling.casefold(), spelling)
    for candidate in (spelling, *candidates, f"°{spelling}", words):
        try:
            return unit_for(candidate, quantity)
        except UnknownUnit:
            continue
    return unit_for(spelling, quantity)
