"""What came in lately, and what wants a look."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from service.page.address import Address, Field, read_address
from service.page.ask import ask
from service.page.render import page as rendered
from service.page.section import Content, Section, placed

FIELDS: Final[Sequence[Field]] = ()
_WEEK: Final = timedelta(days=7)


async def page(request: Request) -> Response:
    """Answer with counts, the newest tests, and the findings of the week."""
    read_address("/", request.query_params, FIELDS)
    address = Address("/home", FIELDS, {})
    # a whole hour: the same question within it is the same
    since = (datetime.now(UTC) - _WEEK).replace(minute=0, second=0, microsecond=0)
    asked = await ask(request, "home", since=since.isoformat())
    return rendered(
        request,
        "home.html",
        found=asked.data,
        faults=list(asked.faults.values()),
        sections=await placed(request, 0, address, SECTIONS),
        query=asked.query,
    )


async def part(request: Request) -> Response:
    """Answer with one section of the first page alone."""
    address = read_address("/home", request.query_params, FIELDS)
    sections = await placed(request, 0, address, SECTIONS, request.path_params["section"])
    return rendered(request, "section.html", above=("Home", "/"), sections=sections)


async def _contradicted(request: Request, _subject: int, _address: Address) -> Content:
    asked = await ask(request, "home_claims")
    if fault := asked.fault("claims"):
        return Content(asked.query, fault=fault)
    claims = asked.data["claims"]["nodes"]
    against = [each for each in claims if str(each["verdict"]).lower() == "contradicted"]
    if not claims:
        return Content(asked.query, empty="No claim is entered.")
    if not against:
        return Content(asked.query, empty=f"None of {len(claims)} claims is contradicted.")
    return Content(asked.query, context={"claims": against})


# verdicts rest on the whole warehouse: they come when somebody scrolls to them
SECTIONS: Final = (
    Section("contradicted", "Claims contradicted", _contradicted, "section/home_claims.html"),
)
