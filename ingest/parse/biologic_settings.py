"""The settings that EC-Lab ran tests by, a .mps: a header, then each linked technique in order.

``a.mps`` is run on channel 9 into ``a_C09.mpr``, or its third technique into ``a_03_GCPL_C09.mpr``.
"""

import re
from pathlib import PurePath
from typing import Final

BANNER: Final = "EC-LAB SETTING FILE"
_RUN: Final = re.compile(r"(?:_(?P<number>\d\d)_[A-Za-z]+\d*)?_C[A-Z]?\d+", re.IGNORECASE)
_TECHNIQUE: Final = re.compile(r"Technique : (\d{1,4})\s*")


def settings_name(data: PurePath) -> str:
    """Return what the settings of a .mpr are called, without a suffix."""
    found = re.search(rf"{_RUN.pattern}$", data.stem, _RUN.flags)
    return data.stem[: found.start()] if found else data.stem


def settings_of_technique(text: str, data: PurePath) -> list[str]:
    """Return the lines of settings that are of the technique a .mpr holds, and those of all.

    There are none where several are linked and its name does not tell which of them it is.
    """
    lines = text.splitlines()
    found = re.search(rf"{_RUN.pattern}$", data.stem, _RUN.flags)
    begins = {
        int(match[1]): place
        for place, line in enumerate(lines)
        if (match := _TECHNIQUE.fullmatch(line))
    }
    number = int(found["number"]) if found and found["number"] else 1
    if number not in begins or (len(begins) > 1 and not (found and found["number"])):
        return []
    later = [place for place in begins.values() if place > begins[number]]
    return lines[: min(begins.values())] + lines[begins[number] : min(later, default=len(lines))]
