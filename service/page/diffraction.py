"""One diffraction scan: how it was taken, its pattern, and what was made of it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from service.page.address import Address, Field, choice, read_address
from service.page.answer import NotThere
from service.page.ask import ask
from service.page.number import count, entered
from service.page.render import page as rendered
from service.page.section import as_file, placed
from service.page.sections.diffraction import SECTIONS
from service.page.status import Value

FIELDS: Final[Sequence[Field]] = (
    choice("scale", "square_root", "linear", "log", default="square_root"),
)


async def page(request: Request) -> Response:
    """Answer with the page of a scan."""
    scan, address = _address(request)
    asked = await ask(request, "diffraction", id=scan)
    found = asked.data.get("diffractionScan")
    if found is None:
        raise NotThere("diffraction scan")
    return rendered(
        request,
        "diffraction.html",
        scan=found,
        test=found["test"],
        facts=_facts(found),
        sections=await placed(request, scan, address, SECTIONS),
        query=asked.query,
        address=address,
    )


async def part(request: Request) -> Response:
    """Answer with one section of a scan alone, or with a figure or table of it as a file."""
    scan, address = _address(request)
    asked = await ask(request, "diffraction", id=scan)
    found = asked.data.get("diffractionScan")
    if found is None:
        raise NotThere("diffraction scan")
    name = request.path_params["section"]
    if (file := await as_file(request, scan, address, SECTIONS, name)) is not None:
        return file
    above = (f"{found['test']['name']}, scan {found['scanCount']}", address.path)
    shown = await placed(request, scan, address, SECTIONS, name)
    return rendered(request, "section.html", above=above, sections=shown)


def _address(request: Request) -> tuple[int, Address]:
    scan = request.path_params["scan"]
    return scan, read_address(f"/diffraction/{scan}", request.query_params, FIELDS)


def _facts(found: Mapping[str, Any]) -> list[tuple[str, Value | str]]:
    def amount(field: str, unit: str) -> Value | str | None:
        value = found[field]
        return None if value is None else f"{entered(value)} {unit}"

    first, last = found["lowestTwoThetaDegree"], found["highestTwoThetaDegree"]
    span = None if first is None else f"{entered(first)} to {entered(last)} °"
    wave = amount("wavelengthAngstrom", "Å")
    anode = f"{found['anode']}, " if found["anode"] and wave else ""
    pairs: list[tuple[str, Value | str | None]] = [
        ("Scan", found["axis"] or found["label"]),
        ("2θ", span),
        ("Step", amount("stepDegree", "°")),
        ("Points", count(found["pointCount"])),
        ("Wavelength", f"{anode}{wave}" if wave else None),
        ("Radius", amount("radiusMm", "mm")),
        ("Counted for", amount("countingTimeSecond", "s")),
        ("Intensity", found["intensityUnit"]),
        ("Counts", _counts(found)),
        ("Ended", found["state"]),
    ]
    known = [(name, value) for name, value in pairs if value is not None]
    if wave is None:
        missing = Value("", "", "not_computable", "no wavelength: no spacings")
        known.append(("Wavelength", missing))
    return known


def _counts(found: Mapping[str, Any]) -> str | None:
    if found["countScale"] is None:
        return None
    scatter = found["scatter"]
    by = "" if scatter is None else f", scatter {entered(round(scatter, 3))}"
    return f"{found['countScale']}{by}"
