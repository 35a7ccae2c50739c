"""Watched folders: how many of their files are how far, and what was found in each."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from schema.catalog.arrival import STATES
from service.page.address import Field, choice, read_address, word
from service.page.ask import ask
from service.page.render import page as rendered

FIELDS: Final[Sequence[Field]] = (
    word("folder", "a folder that is watched"),
    choice("state", "", *STATES),
    word("after", "the end of the page before"),
)
OPEN: Final = ("growing", "stable")
"""States that go on by themselves."""


async def page(request: Request) -> Response:
    """Answer with the watched folders, and a page of their files, the last changed first."""
    address = read_address("/watch", request.query_params, FIELDS)
    where = {name: {"in": [address[name]]} for name in ("folder", "state") if address[name]}
    asked = await ask(request, "watch", where=where or None, after=address["after"])
    found = asked.data.get("arrivals")
    if found is None:
        raise HTTPException(400, asked.fault("arrivals") or "These files cannot be listed.")
    folders = asked.data["watchedFolders"]
    return rendered(
        request,
        "watch.html",
        folders=folders,
        files=found["nodes"],
        total=found["totalCount"],
        later=found["pageInfo"]["endCursor"] if found["pageInfo"]["hasNextPage"] else None,
        goes_on=any(each[state] for each in folders for state in OPEN),
        within=within,
        states=STATES,
        address=address,
        query=asked.query,
    )


def within(file: Mapping[str, Any]) -> str:
    """Return the path of a file below its folder."""
    folder = str(file["folder"]).rstrip("/")
    return str(file["path"]).removeprefix(f"{folder}/")
