"""All of one cell: what it is, what was run on it, how it did."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from service.page.address import Address, Field, amount, choice, read_address, switch, whole, wholes
from service.page.answer import NotThere
from service.page.ask import ask
from service.page.headline import facts, traces
from service.page.render import page as rendered
from service.page.section import Section, as_file, placed
from service.page.sections import (
    cell_ancestry,
    cell_arrhenius,
    cell_capacity,
    cell_claims,
    cell_critical_current,
    cell_differential,
    cell_differential_voltage,
    cell_diffusion,
    cell_life,
    cell_peaks,
    cell_polarization,
    cell_rates,
    cell_resistance,
    cell_tests,
    cell_voltage,
)

FIELDS: Final[Sequence[Field]] = (
    choice("show", *cell_capacity.SHOWN),
    choice("per", "plain", "gram", "area"),
    choice("x", "cycle", "time", "throughput"),
    whole("from"),
    whole("to"),
    wholes("cycles", "cycles as 1 2 50-60"),
    switch("zero"),
    switch("loss"),
    switch("electrodes"),
    choice("convention", "half", "gap"),
    choice("scale", "auto", "linear", "log"),
    whole("capacity_retention.reference"),
    amount("differential_capacity.voltage_step_volt", "a width in volt, as 0.005"),
    *cell_resistance.FIELDS,
    *cell_arrhenius.FIELDS,
    choice("width", "", "narrow", "half", "wide"),
)
_FIRST: Final = (cell_life.SECTION, cell_ancestry.SECTION, cell_tests.SECTION)
_CURVES: Final = (cell_voltage.SECTION, cell_differential.SECTION)
_FOLLOWED: Final = (cell_peaks.SECTION, cell_differential_voltage.SECTION)
_ENDURED: Final = (cell_polarization.SECTION, cell_critical_current.SECTION)
_CYCLED: Final = (
    cell_capacity.SECTION,
    *_CURVES,
    *_FOLLOWED,
    cell_rates.SECTION,
    cell_diffusion.SECTION,
)
_LAST: Final = (cell_resistance.SECTION, cell_arrhenius.SECTION, cell_claims.SECTION)


async def page(request: Request) -> Response:
    """Answer with the page of a cell."""
    cell, address, named = await _named(request)
    symmetric = bool(named["symmetric"])
    asked = await ask(request, "cell", id=cell, cycled=not symmetric, endured=symmetric)
    found = asked.data["cell"]
    response = rendered(
        request,
        "cell.html",
        cell=found,
        facts=facts(found, f"/cells/{cell}/edit"),
        traces=traces(found),
        faults=sorted(set(asked.faults.values())),
        sections=await placed(request, cell, address, _sections(found)),
        query=asked.query,
        address=address,
    )
    if "#" in request.headers.get("HX-Target", ""):
        response.headers["HX-Push-Url"] = address.link()  # a form sends its empty fields too
    return response


async def part(request: Request) -> Response:
    """Answer with one section of a cell alone, or with a figure of it as a file."""
    cell, address, named = await _named(request)
    name, sections = request.path_params["section"], _sections(named)
    if (file := await as_file(request, cell, address, sections, name)) is not None:
        return file
    shown = await placed(request, cell, address, sections, name)
    above = (named["name"], f"/cells/{cell}")
    return rendered(request, "section.html", above=above, sections=shown)


async def _named(request: Request) -> tuple[int, Address, Mapping[str, Any]]:
    """Return which cell is looked at, how, its name and whether it is symmetric."""
    cell = request.path_params["cell"]
    address = read_address(f"/cells/{cell}", request.query_params, FIELDS)
    asked = await ask(request, "cell_name", id=cell)
    if asked.data.get("cell") is None:
        raise NotThere("cell")
    return cell, address, asked.data["cell"]


def _sections(cell: Mapping[str, Any]) -> Sequence[Section]:
    """Return the sections of a cell: what matters most for one of its kind first."""
    if cell["symmetric"]:
        return (*_FIRST, *_ENDURED, cell_capacity.LATER, *_CURVES, *_LAST)
    unsure = (cell_polarization.LATER,) if cell["symmetric"] is None else ()
    return (*_FIRST, *_CYCLED, *unsure, *_LAST)
