"""Cells beside each other: some of them over each other, or groups of any size."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from service.page import cells
from service.page.address import Address, read_address
from service.page.answer import NotThere
from service.page.ask import ask
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


async def page(request: Request) -> Response:
    """Answer with a comparison, or with what there is to be compared by."""
    address = read_address(_ADDRESS, request.query_params, FIELDS)
    sections = _sections(address)
    asked = await ask(request, "compare_proposals", where=which(address))
    return rendered(
        request,
        "compare.html",
        total=asked.data["cells"]["totalCount"],
        proposed=_proposed(asked.data, treatment(address)),
        by=treatment(address),
        listed=_listed(address),
        sections=await placed(request, 0, address, sections),
        query=asked.query,
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


def _proposed(data: Mapping[str, Any], now: Treatment | None) -> list[Treatment]:
    """Return what these cells could be grouped by, what they are grouped by among it."""
    facets = {each["name"]: each for each in data["cellFacets"]}
    names = ["configuration"]
    for name, ending in (
        ("LAYER_THICKNESS_UM", "thickness_um"),
        ("LAYER_LOADING_MG_PER_CM2", "loading_mg_per_cm2"),
    ):
        for each in facets[name]["choices"]:
            differs = each["least"] != each["greatest"]
            if differs or each["count"] < data["cells"]["totalCount"]:
                names.append(f"{each['value']}.{ending}")
    made = {
        f"{process['kind']}.{each['name']}"
        for process in data["processes"]["nodes"]
        for each in process["parameters"]
        if process["kind"]
    }
    names += sorted(made)
    if now is not None:
        names.append(now.name)
    return [read_treatment(each) for each in dict.fromkeys(names)][:_MOST_PROPOSED]
