"""A study without its pieces that are amiss, so that all others can be looked at."""

from collections.abc import Iterable
from copy import deepcopy
from typing import Any, Final

from ingest.study.written import Way

_NAMELESS: Final = "a study without a name"


def without(content: dict[str, Any], ways: Iterable[Way]) -> dict[str, Any]:
    """Return the content without the pieces at these ways.

    Of a list that has a piece amiss nothing is left: the others would move up. What is missing is
    missed by the thing that it is missing in, which goes; a study without a name is given one.
    """
    sound = deepcopy(content)
    for way in ways:
        if way == ("study",):
            sound["study"] = _NAMELESS
        else:
            _take_out(sound, way)
    return sound


def _take_out(content: dict[str, Any], way: Way) -> None:
    """Take a piece out, or what would hold it."""
    piece: Any = content
    holder: dict[Any, Any] = content
    key: str | int | None = None
    for step in way:
        if isinstance(piece, dict) and step in piece:
            holder, key = piece, step
            piece = piece[step]
        elif isinstance(piece, list) and isinstance(step, int) and step < len(piece):
            piece = piece[step]
        else:
            break
    if key is not None:
        holder.pop(key, None)
