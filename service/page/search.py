"""Search over everything by a part of its name, its substances, its technique."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.page.address import Field, choice, read_address, word
from service.page.ask import ask
from service.page.render import page as rendered

ROOMS: Final = {
    "cell": "cells",
    "test": "tests",
    "material": "materials",
    "substance": "substances",
    "process": "processes",
    "file": "files",
    "study": "studies",
    "claim": "claims",
}
"""Where each kind of thing stands."""
FIELDS: Final[Sequence[Field]] = (
    word("q", "a part of a name, a substance, a technique, at most 200 characters"),
    choice("kind", "", *ROOMS),
)
_USUAL: Final = 10
_MOST: Final = 500


async def page(request: Request) -> Response:
    """Answer with what was found by kind; one thing of that very name goes there."""
    address = read_address("/search", request.query_params, FIELDS)
    text, kind = address["q"], address["kind"]
    if not text:
        return rendered(request, "search.html", address=address, groups=[], fault=None, query="")
    asked = await ask(
        request,
        "search",
        text=text,
        kinds=[kind.upper()] if kind else None,
        first=_MOST if kind else _USUAL,
    )
    groups = [_placed(each) for each in asked.data.get("search") or ()]
    groups = [each for each in groups if each["hits"]]
    hits = [hit for group in groups for hit in group["hits"]]
    exact = [each for each in hits if each["name"] == text]
    if len(exact) == 1:
        return RedirectResponse(exact[0]["address"], 303)
    return rendered(
        request,
        "search.html",
        address=address,
        groups=groups,
        fault=asked.fault("search"),
        query=asked.query,
    )


def _placed(group: Mapping[str, Any]) -> dict[str, Any]:
    """Return a group with where each of its hits stands."""
    kind = str(group["kind"]).lower()
    hits = [{**each, "address": f"/{ROOMS[kind]}/{each['id']}"} for each in group["hits"]]
    return {"kind": kind, "room": ROOMS[kind], "more": group["hasMore"], "hits": hits}
