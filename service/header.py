"""The header of a metric file: title, description, and lines of ``key: value``."""

import re
from typing import Final

_KEYS: Final = ("grain", "column", "takes", "needs", "reference")
_KEY: Final = re.compile(r"([a-z]+):\s*(.*)")


def read_header(lines: list[str]) -> tuple[str, str, dict[str, list[str]]]:
    """Return title, description and the entries of each key, out of comment lines.

    Raises:
        ValueError: when one of them is missing; ``takes`` may be.
    """
    told: list[str] = []
    entries: dict[str, list[str]] = {key: [] for key in _KEYS}
    last: list[str] | None = None
    for line in (raw.removeprefix("--").strip() for raw in lines):
        found = _KEY.fullmatch(line)
        if found and found[1] in entries:
            last = entries[found[1]]
            last.append(found[2].strip())
        elif last is None:
            told.append(line)
        elif line:
            last[-1] = f"{last[-1]} {line}"
    for key in ("grain", "column", "needs", "reference"):
        if not entries[key]:
            raise ValueError(f"its header has no `{key}:`")
    title = told[0] if told else ""
    description = "\n".join(told[1:]).strip()
    if not title or not description:
        raise ValueError("its header begins with a title, an empty line and a description")
    return title, description, entries


def names(entries: list[str]) -> tuple[str, ...]:
    """Return the names of entries such as ``test_id, cycle_count``."""
    return tuple(part.strip() for each in entries for part in each.split(","))


def cells(entry: str, count: int) -> list[str]:
    """Return the parts of an entry between its bars.

    Raises:
        ValueError: when it has too few.
    """
    parts = [part.strip() for part in entry.split("|", count - 1)]
    if len(parts) != count:
        raise ValueError(f"`{entry}` has {len(parts)} parts, not {count}")
    return parts
