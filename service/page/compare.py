"""Cells beside each other: some of them over each other, or groups of any size."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from service.page import cells
from service.page.address import Address, read_address
from service.page.answer import NotThere
from service.page.ask import ask, ask_text
from service.page.cell_facet import Where
from service.page.comparison import FIELDS, treatment, which
from service.page.render import page as rendered
from service.page.section import Section, as_file, placed
from service.page.sections import (
    compare_cells,
    compare_differences,
    compare_groups,
    compare_survival,
)
from service.page.treatment import Treatment, read_treatment

_ADDRESS: Final = "/compare"
_MOST_PROPOSED: Final = 40
_SIZES: Final = {
    "LAYER_THICKNESS_UM": "thickness_um",
    "LAYER_LOADING_MG_PER_CM2": "loading_mg_per_cm2",
}
_ROLES: Final = ("negative", "wetting", "interlayer", "electrolyte", "positive")


async def page(request: Request) -> Response:
    """Answer with a comparison, or with what there is to be compared by."""
    address = read_address(_ADDRESS, request.query_params, FIELDS)
    sections = _sections(address)
    total, proposed, query = await _proposed(request, address)
    return rendered(
        request,
        "compare.html",
        total=total,
        proposed=proposed,
        by=treatment(address),
        listed=_listed(address),
        sections=await placed(request, 0, address, sections),
        query=query,
        address=address,
    )


async def part(request: Request) -> Response:
    """Answer with one section of a comparison alone, or with a figure of it as a file."""
    name = request.path_params["section"]
    address = read_address(_ADDRESS, request.query_params, FIELDS)
    sections = _sections(address)
    if not sections:
        raise NotThere(f"section {name}")
    if (file := await as_file(request, 0, address, sections, name)) is not None:
        return file
    above = ("Compare", address.link())
    return rendered(
        request,
        "section.html",
        above=above,
        sections=await placed(request, 0, address, sections, name),
    )


def _sections(address: Address) -> Sequence[Section]:
    if treatment(address) is not None:
        return (compare_groups.SECTION, compare_survival.SECTION, compare_differences.SECTION)
    return (compare_cells.SECTION,) if address["cells"] else ()


def _listed(address: Address) -> str:
    """Return the address of the list of these cells, picked as they are here."""
    names = {field.name for field in cells.FIELDS}
    chosen = {name: value for name, value in address.values.items() if name in names}
    default = {field.name: () if field.many else field.default for field in cells.FIELDS}
    there = Address("/cells", cells.FIELDS, {**default, **chosen, "pick": address["cells"]})
    return there.link()


async def _proposed(request: Request, address: Address) -> tuple[int, list[Treatment], str]:
    """Return how many cells there are, what they could be grouped by, and the question.

    That is what some of them state.
    """
    where = which(address)
    asked = await ask(request, "compare_proposals", where=where)
    facets = {each["name"]: each for each in asked.data["cellFacets"]}
    names = ["configuration"]
    for name, ending in _SIZES.items():
        names += [f"{each['value']}.{ending}" for each in facets[name]["choices"]]
    names += [f"{role}.substance" for role in _ROLES]
    parameters = {
        f"{process['kind']}.{each['name']}"
        for process in asked.data["processes"]["nodes"]
        for each in process["parameters"]
        if process["kind"]
    }
    proposed = [read_treatment(each) for each in [*names, *sorted(parameters)]][:_MOST_PROPOSED]
    found = await ask_text(request, *_said(proposed, where))
    counts = [found.data[f"t{place}"]["totalCount"] for place in range(len(proposed))]
    some = [each for each, count in zip(proposed, counts, strict=True) if count]
    return asked.data["cells"]["totalCount"], some, asked.query


def _said(proposed: Sequence[Treatment], where: Where | None) -> tuple[str, Mapping[str, Any]]:
    """Return what asks how many cells state each."""
    given = [where] if where else []
    variables = {f"w{place}": {"and": [*given, by.said]} for place, by in enumerate(proposed)}
    declared = ", ".join(f"${name}: CellWhere" for name in variables)
    asked = "\n".join(
        f"  t{place}: cells(first: 1, where: ${name}) {{ totalCount }}"
        for place, name in enumerate(variables)
    )
    return f"query Told({declared}) {{\n{asked}\n}}\n", variables
