"""Patterns of file names and paths: `*_cell0*.csv`, `batch-3/**`, `{batch}_{cell}_*.mpr`.

A pattern without `/` is held against the name of a file, else of a test; one with `/` against the
end of its path, folder by folder. `*` is anything within a name, `?` one character of it, `[ab]`
one of these, `[!ab]` any other, `**` as a whole folder any number of them. A named part, where
there are any, is at least one character, and ends where the pattern goes on: `{batch}_` at the
first `_`.
"""

import re
from dataclasses import dataclass
from typing import Final

from schema.error import InvalidArgument

PART: Final = re.compile(r"\{([^{}]*)\}")
"""A named part, in a pattern and in what is made of it."""
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_WILD: Final = "*?["


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern, read.

    Attributes:
        text: as it was written.
        parts: names of its parts, in their order.
    """

    text: str
    parts: tuple[str, ...]
    _expression: re.Pattern[str]

    @property
    def of_path(self) -> bool:
        """Return whether it is held against the path of a file and not its name."""
        return "/" in self.text

    def match(self, name: str) -> dict[str, str] | None:
        """Return what its parts are in a name or path, None where it does not match."""
        found = self._expression.fullmatch(name)
        return None if found is None else found.groupdict()


def is_pattern(text: str) -> bool:
    """Return whether a name would stand for several files."""
    return any(sign in text for sign in _WILD)


def parse_pattern(text: str, *, named: bool) -> Pattern:
    """Read a pattern; braces are named parts, or characters as any.

    Raises:
        InvalidArgument: when a part has no name, or nothing says where it ends.
    """
    parts: dict[str, None] = {}
    expression = "(?:.*/)?" if "/" in text else ""
    place = 0
    while place < len(text):
        part = PART.match(text, place) if named else None
        if part is not None:
            expression += _part(text, part, parts)
            parts.setdefault(part[1])
            place = part.end()
        elif named and text[place] in "{}":
            raise InvalidArgument("pattern", text, "parts with a name each, e.g. {cell}")
        else:
            piece, length = _piece(text, place)
            expression += piece
            place += length
    if "**" in text.split("/") and PART.search(text.partition("/")[0]) and named:
        takes = "a folder of a known name at its beginning: ** may be any number of folders"
        raise InvalidArgument("pattern", text, takes)
    try:
        return Pattern(text, tuple(parts), re.compile(expression, re.DOTALL))
    except re.error as fault:
        raise InvalidArgument("pattern", text, f"characters in brackets: {fault}") from fault


def _part(text: str, part: re.Match[str], known: dict[str, None]) -> str:
    """Return the expression of a named part; one that is there twice is the same text twice."""
    name = part[1]
    if not _NAME.fullmatch(name):
        takes = "parts named by small letters, digits and _, e.g. {cell}"
        raise InvalidArgument("pattern", text, takes)
    if name in known:
        return f"(?P={name})"
    follows = text[part.end() : part.end() + 1]
    if follows and follows in "*?[{":
        takes = f"a character behind {{{name}}} that says where it ends, e.g. {{{name}}}_"
        raise InvalidArgument("pattern", text, takes)
    return f"(?P<{name}>[^/{re.escape(follows)}]+)"


def _piece(text: str, place: int) -> tuple[str, int]:
    """Return the expression of what stands at a place, and how many characters that is."""
    begins_folder = place == 0 or text[place - 1] == "/"
    if begins_folder and text.startswith("**/", place):
        return "(?:[^/]+/)*", 3
    if begins_folder and text[place:] == "**":
        return ".+", 2
    if text[place] == "*":
        return "[^/]*", 1
    if text[place] == "?":
        return "[^/]", 1
    # a bracket closes nothing where it comes first: []] is one
    end = text.find("]", place + 2 + text.startswith("[!", place)) if text[place] == "[" else -1
    if end < 0:
        return re.escape(text[place]), 1
    inner = text[place + 1 : end]
    signs = re.sub(r"([\\\[\]^&~|])", r"\\\1", inner.removeprefix("!"))
    excluded = "^/" if inner.startswith("!") else ""
    return f"(?!/)[{excluded}{signs}]", end + 1 - place
