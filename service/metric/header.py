"""The header of a metric file: title, description, and lines of ``key: value``."""

import re
from dataclasses import dataclass
from typing import Final

_KEYS: Final = (
    *("formula", "grain", "column", "main", "shown", "scope", "materialized"),
    *("only", "takes", "inherits", "needs", "reference", "summary"),
)
_BESIDE: Final[tuple[set[str], ...]] = (set(), {"error"}, {"low", "high"})
_KEY: Final = re.compile(r"([a-z]+):\s*(.*)")


def read_header(lines: list[str]) -> tuple[str, str, dict[str, list[str]]]:
    """Return title, description and the entries of each key, out of comment lines.

    Raises:
        ValueError: when title, description, grain, column, main, needs or reference is missing.
    """
    prose: list[str] = []
    entries: dict[str, list[str]] = {key: [] for key in _KEYS}
    last: list[str] | None = None
    for line in (raw.removeprefix("--").strip() for raw in lines):
        found = _KEY.fullmatch(line)
        if found and found[1] in entries:
            last = entries[found[1]]
            last.append(found[2].strip())
        elif last is None:
            prose.append(line)
        elif line:
            last[-1] = f"{last[-1]} {line}"
    for key in ("grain", "column", "main", "needs", "reference"):
        if not entries[key]:
            raise ValueError(f"its header has no `{key}:`")
    title = prose[0] if prose else ""
    description = "\n".join(prose[1:]).strip()
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


@dataclass(frozen=True, slots=True)
class Main:
    """The column a metric is asked for, and the columns that state how sure it is."""

    column: str
    error: str | None = None
    """Half width or standard error, as the column's own meaning says."""
    low: str | None = None
    high: str | None = None


def read_main(entries: list[str]) -> Main:
    """Return what ``main: ratio, error: ratio_error`` names.

    Raises:
        ValueError: when it names anything but an error, or else a low and a high end.
    """
    if len(entries) > 1:
        raise ValueError("it has one main column, not several `main:`")
    column, *beside = (part.strip() for part in entries[0].split(","))
    named = {key.strip(): name.strip() for key, _, name in (part.partition(":") for part in beside)}
    if not column or set(named) not in _BESIDE or not all(named.values()):
        raise ValueError("write `main: column`, `, error: column` or `, low: column, high: column`")
    return Main(column, **named)


def read_scope(entries: list[str]) -> str | None:
    """Return why the rows of a test hang on more than its cell, None where they do not.

    Raises:
        ValueError: when ``scope:`` says anything but whole and why.
    """
    return _reason("scope", "whole", entries)


def read_materialized(entries: list[str]) -> str | None:
    """Return why the rows are computed when asked for and not before, None where they rest.

    Raises:
        ValueError: when ``materialized:`` says anything but no and why.
    """
    return _reason("materialized", "no", entries)


def _reason(key: str, word: str, entries: list[str]) -> str | None:
    if not entries:
        return None
    said, why = cells(entries[0], 2)
    if len(entries) > 1 or said != word or not why:
        raise ValueError(f"`{key}:` is `{word} | why`, or is left out")
    return why


def read_shown(entries: list[str]) -> bool:
    """Return whether anybody asks for the metric by itself.

    Raises:
        ValueError: when ``shown:`` says anything but no.
    """
    if entries and entries != ["no"]:
        raise ValueError("`shown:` is no, or is left out")
    return not entries
