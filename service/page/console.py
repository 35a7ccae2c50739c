"""The console: GraphiQL, with the query of its address."""

from collections.abc import Sequence
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from service.page.address import Field, read_address, word
from service.page.render import page as rendered

FIELDS: Final[Sequence[Field]] = (
    word("query", "a GraphQL document"),
    word("variables", "its variables, as JSON"),
)


async def page(request: Request) -> Response:
    """Answer with the console; the browser reads query and variables from the address."""
    read_address("/graphql", request.query_params, FIELDS)
    return rendered(request, "console.html")
