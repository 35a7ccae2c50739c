"""A link carries the snapshot it was made at; opened later, a page says what has changed since."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request

from schema.error import InvalidArgument
from service.page.address import SEEN
from service.page.ask import ask

_WORDS: Final = (
    ("addedCount", "added"),
    ("supersededCount", "changed"),
    ("removedCount", "removed"),
)
_THINGS: Final = ("tests", "cells", "materials", "claims")


async def changed_since(request: Request) -> str:
    """Return what has changed since a link was made, in words; empty where it carries no snapshot.

    Raises:
        InvalidArgument: when what it carries is no snapshot.
    """
    given = request.query_params.get(SEEN)
    if given is None:
        return ""
    if not (given.isascii() and given.isdigit() and len(given) <= 18):
        raise InvalidArgument(SEEN, given, "the number of a snapshot")
    asked = await ask(request, "since", snapshot=int(given))
    changes: Mapping[str, Any] | None = asked.data.get("changesSince")
    if changes is None:
        return next(iter(asked.faults.values()), "")
    changed = [
        f"{count} {thing if count > 1 else thing[:-1]} {word}"
        for thing in _THINGS
        for name, word in _WORDS
        if (count := changes[thing][name])
    ]
    return (
        f"{', '.join(changed)} since this link was made"
        if changed
        else "nothing has changed since this link was made"
    )


def link_at(address: str, snapshot: int | None) -> str:
    """Return an address with the snapshot that it is seen at."""
    path, _, query = address.partition("?")
    pairs = [each for each in parse_qsl(query) if each[0] != SEEN]
    return f"{path}?{urlencode([*pairs, (SEEN, str(snapshot or 0))], safe='/:,')}"
