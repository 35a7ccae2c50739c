"""The lineage of an export: what it is, who read it, and what came of it."""

from collections.abc import Sequence
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from service.page.address import Field, read_address
from service.page.answer import NotThere
from service.page.ask import ask
from service.page.render import page as rendered

FIELDS: Final[Sequence[Field]] = ()


async def page(request: Request) -> Response:
    """Answer with the page of an export."""
    file = request.path_params["file"]
    read_address(f"/files/{file}", request.query_params, FIELDS)
    asked = await ask(request, "file", id=file)
    found = asked.data.get("file")
    if found is None:
        raise NotThere("file")
    of_it = await ask(request, "tests_of_file", origin=found["origin"])
    return rendered(request, "file.html", file=found, tests=of_it.data["tests"], query=asked.query)
