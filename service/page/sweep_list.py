"""All sweeps in pages, whatever they were taken of."""

from collections.abc import Sequence
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from schema.error import InvalidArgument
from service.page.address import Field, read_address, whole, word
from service.page.answer import listed
from service.page.ask import Asked, ask
from service.page.figures.nyquist import hertz
from service.page.render import page as rendered
from service.page.sections.sweep_column import judged, temperature
from service.page.sections.sweep_series import moment
from service.page.table import Column, Table

OF: Final = (whole("cell"), whole("test"))
"""Of which cell or test they are: with one of these it is a series."""
FIELDS: Final[Sequence[Field]] = (*OF, word("after", "the end of the page before"))


async def page(request: Request) -> Response:
    """Answer with a page of all sweeps, the newest first."""
    address = read_address("/spectra", request.query_params, FIELDS)
    asked = await ask(request, "spectra", after=address["after"])
    if fault := asked.fault("spectra"):
        raise InvalidArgument("after", address["after"], f"the end of a page before: {fault}")
    found = asked.data["spectra"]
    table = _table(asked)
    return rendered(
        request,
        "spectra_list.html",
        rows=list(zip(found["nodes"], table.rows(), strict=True)),
        table=table,
        older=found["pageInfo"]["endCursor"] if found["pageInfo"]["hasNextPage"] else None,
        query=asked.query,
        address=address,
    )


async def download(request: Request) -> Response:
    """Answer with the same rows as CSV."""
    address = read_address("/spectra", request.query_params, FIELDS)
    asked = await ask(request, "spectra", after=address["after"])
    return listed(_table(asked), "csv", "spectra")


def _table(asked: Asked) -> Table:
    nodes = asked.data["spectra"]["nodes"]
    tests = [each["test"] for each in nodes]
    starts = [moment(each["test"]["startedAt"], each["startTimeSecond"]) for each in nodes]
    verdicts = [(each["kramersKronig"] or {}).get("verdict") for each in nodes]
    circuits = [(each["fit"] or {}).get("circuit") for each in nodes]
    lowest = [each["lowestFrequencyHertz"] for each in nodes]
    highest = [each["highestFrequencyHertz"] for each in nodes]
    return Table(
        (
            Column("sweep", "", [each["id"] for each in nodes]),
            Column("test_id", "", [each["id"] for each in tests]),
            Column("test", "", [each["name"] for each in tests]),
            Column("cell_id", "", [(each["cell"] or {}).get("id") for each in tests]),
            Column("cell", "", [(each["cell"] or {}).get("name") for each in tests]),
            Column("start", "Start", starts, starts, numeric=False),
            temperature([each["temperatureCelsius"] for each in nodes]),
            Column("lowest_frequency_hertz", "from", lowest, [hertz(each) for each in lowest]),
            Column("highest_frequency_hertz", "to", highest, [hertz(each) for each in highest]),
            *judged(verdicts, circuits),
        )
    )
