"""All of one cell: what it is, what was run on it, how it did."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from service.page.address import Field, choice, read_address, switch
from service.page.answer import NotThere
from service.page.ask import ask
from service.page.number import entered
from service.page.render import page as rendered
from service.page.section import Section, as_file, placed
from service.page.sections import cell_capacity, cell_polarization
from service.page.status import Value, valued

FIELDS: Final[Sequence[Field]] = (
    choice("per", "plain", "gram", "area"),
    switch("zero"),
    choice("convention", "half", "gap"),
    choice("scale", "auto", "linear", "log"),
    choice("width", "", "narrow", "half", "wide"),
)


async def page(request: Request) -> Response:
    """Answer with the page of a cell."""
    cell = request.path_params["cell"]
    address = read_address(f"/cells/{cell}", request.query_params, FIELDS)
    asked = await ask(request, "cell", id=cell)
    found = asked.data.get("cell")
    if found is None:
        raise NotThere("cell")
    return rendered(
        request,
        "cell.html",
        cell=found,
        facts=_facts(found, cell),
        sections=await placed(request, cell, address, _sections(found)),
        query=asked.query,
        address=address,
    )


async def part(request: Request) -> Response:
    """Answer with one section of a cell alone, or with a figure of it as a file."""
    cell, name = request.path_params["cell"], request.path_params["section"]
    address = read_address(f"/cells/{cell}", request.query_params, FIELDS)
    asked = await ask(request, "cell", id=cell)
    found = asked.data.get("cell")
    if found is None:
        raise NotThere("cell")
    if (file := await as_file(request, cell, address, _sections(found), name)) is not None:
        return file
    sections = await placed(request, cell, address, _sections(found), name)
    return rendered(
        request, "section.html", above=(found["name"], f"/cells/{cell}"), sections=sections
    )


def _sections(cell: Mapping[str, Any]) -> Sequence[Section]:
    """Return the sections of a cell: what matters most for one of its kind first."""
    return (cell_polarization.SECTION,) if cell["symmetric"] else (cell_capacity.SECTION,)


def _facts(cell: Mapping[str, Any], number: int) -> list[tuple[str, Value | str]]:
    entry = f"/cells/{number}/edit"
    told: list[tuple[str, Value | str]] = []
    if cell["configuration"]:
        told.append(("Configuration", cell["configuration"]))
    told.append(
        ("Area", _known(cell["areaCm2"], cell["areaErrorCm2"], "cm²", "area not told", entry))
    )
    if not cell["symmetric"]:
        mass = cell["activeMassGram"]
        milligram = None if mass is None else mass * 1000
        told.append(("Active mass", _known(milligram, None, "mg", "mass not told", entry)))
        told.append(("Cycle life to 80 %", _life(cell["cycleLife"])))
    return told


def _known(value: float | None, error: float | None, unit: str, missing: str, entry: str) -> Value:
    if value is None:
        return Value("", "", "not_computable", missing, entry)
    return valued(value, error=error, unit=unit) if error else Value(entered(value), unit)


def _life(life: Mapping[str, Any] | None) -> Value:
    """Return the life of the main kind of cycle, the last told."""
    if not life or not len(life["cycleLife"]):
        return Value("", "", "not_computable", "no cycle is known")
    first = {name: next(iter(values)) for name, values in life.items() if name != "trace"}
    status = "censored" if first["censored"] else first["status"]
    if first["cycleLife"] is None or status == "not_computable":
        return Value("", "", "not_computable", first["reason"] or "")
    if status == "censored":
        return Value(entered(first["cycleLife"]), "cycles", status, first["reason"] or "")
    return valued(
        first["cycleLife"],
        low=first["cycleLifeLow"],
        high=first["cycleLifeHigh"],
        unit="cycles",
        status=status,
        reason=first["reason"],
    )
