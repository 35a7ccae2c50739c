"""A region of a test by photoemission, with its background, its areas and its components."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from starlette.requests import Request

from service.page.address import Address
from service.page.ask import ask, floats
from service.page.figures.photoemission import Below, RegionSpectrum, photoemission
from service.page.section import Content, Section
from service.page.sections.test_surface import in_words
from service.page.status import Value, valued


async def _show(request: Request, test: int, address: Address) -> Content:
    asked = await ask(request, "test_regions", id=test)
    regions = asked.data["test"]["photoemissionRegions"]
    if not regions:
        return Content(asked.query, empty="It has no photoemission region.")
    chosen = _chosen(regions, address["region"])
    drawn = await ask(request, "test_photoemission_region", id=chosen["id"])
    if fault := drawn.fault("photoemissionRegion"):
        return Content(drawn.query, fault=fault)
    region = drawn.data["photoemissionRegion"]
    figure = photoemission(_spectrum(region), width=address["width"] or "wide")
    context = {
        "region": region,
        "links": _links(regions, chosen, address),
        "areas": [(each, _area(each)) for each in region["areas"] if each["area"] is not None],
        "reference": _reference(region),
    }
    return Content(drawn.query, (figure,), context)


def _chosen(regions: Sequence[Mapping[str, Any]], place: int) -> Mapping[str, Any]:
    """Return the region that is asked for, else the first of a line, else the first."""
    wanted = (each for each in regions if each["regionCount"] == place)
    of_lines = (each for each in regions if each["element"])
    return next(wanted, None) or next(of_lines, regions[0])


def _links(
    regions: Sequence[Mapping[str, Any]], chosen: Mapping[str, Any], address: Address
) -> list[tuple[str, str, bool]]:
    return [
        (
            _name(each),
            f"{address.link(region=each['regionCount'])}#photoemission",
            each is chosen,
        )
        for each in regions
    ]


def _name(region: Mapping[str, Any]) -> str:
    label = region["label"] or f"region {region['regionCount']}"
    return label if region["depthCount"] is None else f"{label}, level {region['depthCount']}"


def _spectrum(region: Mapping[str, Any]) -> RegionSpectrum:
    chosen = {
        (each["emissionLine"], each["background"]) for each in region["areas"] if each["chosen"]
    }
    below = [
        Below(
            each["emissionLine"],
            each["background"],
            _numbers(each["bindingEnergyEv"]),
            _numbers(each["level"]),
            _numbers(each["model"]),
            (each["emissionLine"], each["background"]) in chosen,
        )
        for each in region["backgrounds"]
    ]
    return RegionSpectrum(
        _name(region),
        floats(region["bindingEnergyEv"]),
        floats(region["intensity"]),
        region["intensityUnit"] or "1",
        region["energyShiftEv"] or 0.0,
        below,
        [(each["emissionLine"], each["energyEv"]) for each in region["components"]],
    )


def _numbers(values: Sequence[float | None]) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.array([np.nan if each is None else each for each in values], dtype=np.float64)


def _area(area: Mapping[str, Any]) -> Value:
    return valued(
        area["area"],
        error=area["areaError"],
        status=area["verdict"],
        reason=in_words(area["doubt"]),
    )


def _reference(region: Mapping[str, Any]) -> str:
    """Return what its energies are referred to, in words."""
    if region["energyReference"] in {None, "none"}:
        return "No line of reference was found: energies are as measured."
    shift = f"{region['energyShiftEv']:+.2f}".replace("-", "−")
    doubt = region["referenceDoubt"]
    error = f"{region['energyShiftErrorEv']:.2f}"
    text = f"Referred to {region['energyReference']}: {shift} ± {error} eV"
    return f"{text}, {doubt.replace('_', ' ')}." if doubt else f"{text}."


SECTION: Final = Section(
    "photoemission",
    "Photoemission",
    _show,
    "section/test_photoemission.html",
    eager=True,
    width="whole",
)
