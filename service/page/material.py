"""What things are made of: a material with its ancestry, a substance, a process."""

from collections.abc import Sequence
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.page.address import Field, read_address
from service.page.answer import NotThere
from service.page.ask import ask
from service.page.number import number
from service.page.render import page as rendered
from service.page.section import as_file, placed
from service.page.sections import material_conductivity
from service.page.status import Value
from service.page.table import Column, Table

FIELDS: Final[Sequence[Field]] = ()
SECTIONS: Final = (material_conductivity.SECTION,)


async def page(request: Request) -> Response:
    """Answer with a material: what it is, what it was made from, where it went."""
    material = request.path_params["material"]
    address = read_address(f"/materials/{material}", request.query_params, FIELDS)
    asked = await ask(request, "material", id=material)
    found = asked.data.get("material")
    if found is None:
        raise NotThere("material")
    swept = any(each["spectrumCount"] for each in asked.data["tests"]["nodes"])
    return rendered(
        request,
        "material.html",
        material=found,
        sections=await placed(request, material, address, SECTIONS if swept else ()),
        properties=_properties(found["properties"]),
        cells=asked.data["cells"],
        tests=asked.data["tests"],
        query=asked.query,
    )


async def part(request: Request) -> Response:
    """Answer with one section of a material alone."""
    material, name = request.path_params["material"], request.path_params["section"]
    address = read_address(f"/materials/{material}", request.query_params, FIELDS)
    if (file := await as_file(request, material, address, SECTIONS, name)) is not None:
        return file
    sections = await placed(request, material, address, SECTIONS, name)
    above = ("Material", f"/materials/{material}")
    return rendered(request, "section.html", above=above, sections=sections)


async def substance(request: Request) -> Response:
    """Answer with a substance; by its name the page is at its id."""
    named = request.path_params["substance"]
    by = {"id": named} if named.isascii() and named.isdigit() else {"name": named}
    found = (await ask(request, "substance_named", **by)).data.get("substance")
    if found is None:
        raise NotThere("substance")
    if "name" in by:
        return RedirectResponse(f"/substances/{found['id']}", 303)
    asked = await ask(request, "substance", id=found["id"], name=found["name"])
    return rendered(
        request,
        "substance.html",
        substance=asked.data["substance"],
        properties=_properties(asked.data["substance"]["properties"]),
        materials=asked.data["materials"],
        cells=asked.data["cells"],
        query=asked.query,
    )


async def process(request: Request) -> Response:
    """Answer with a process: from what to what, under which conditions."""
    asked = await ask(request, "process", id=request.path_params["process"])
    found = asked.data.get("process")
    if found is None:
        raise NotThere("process")
    return rendered(request, "process.html", process=found, query=asked.query)


def _properties(rows: list[dict[str, object]]) -> Table:
    return Table(
        (
            Column(
                "name",
                "Property",
                *_twice([str(each["name"]).replace("_", " ") for each in rows]),
                numeric=False,
            ),
            Column(
                "value",
                "Value",
                [each["value"] for each in rows],
                [_property_value(each) for each in rows],
            ),
            Column(
                "method", "How", *_twice([each["method"] or "–" for each in rows]), numeric=False
            ),
        )
    )


def _twice(texts: list[object] | list[str]) -> tuple[list[object], list[object]]:
    return list(texts), list(texts)


def _property_value(row: dict[str, object]) -> Value:
    """Return a property as it was entered: words, a range, a bound, a number with its deviation."""
    value, low, high = (_float(row[each]) for each in ("value", "lower", "upper"))
    unit = str(row["unit"] or "")
    if row["text"]:
        text = str(row["text"])
    elif value is None and low is not None and high is not None:
        text = f"{number(low)} to {number(high)}"
    else:
        text = number(
            value if value is not None else low if low is not None else high,
            _float(row["standardDeviation"]),
        )
    qualifier = f"{row['qualifier']} " if row["qualifier"] else ""
    return Value(f"{qualifier}{text}", unit, str(row["status"]), str(row["reason"] or ""))


def _float(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
