"""One impedance sweep: what was measured, what was made of it, and whether to trust that."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from schema.error import InvalidArgument
from service.page.address import Address, Field, choice, read_address, switch, word
from service.page.answer import NotThere
from service.page.ask import Asked, ask
from service.page.figures.nyquist import hertz
from service.page.number import entered, number
from service.page.render import page as rendered
from service.page.section import Content, Section, Show, as_file, placed
from service.page.sections import sweep_figure, sweep_table
from service.page.sections.sweep_figure import Sweep

FIELDS: Final[Sequence[Field]] = (
    word("circuit", "a circuit that was fitted to it"),
    switch("by_area"),
    switch("whole"),
    choice("way", "non_negative", "ridge"),
    choice("width", "", "narrow", "half", "wide"),
)
_SECTIONS: Final = (
    ("nyquist", "Nyquist", sweep_figure.nyquist_of, "section/nyquist.html", "half"),
    ("bode", "Bode", sweep_figure.bode_of, "", "half"),
    ("residuals", "Residuals", sweep_figure.residuals_of, "", "half"),
    (
        "relaxation",
        "Relaxation times",
        sweep_figure.relaxation_of,
        "section/relaxation.html",
        "half",
    ),
    ("arcs", "Arcs", sweep_table.arcs_of, "section/arcs.html", "half"),
    ("validity", "Validity", sweep_table.validity_of, "section/validity.html", "half"),
    ("fits", "Fits tried", sweep_table.fits_of, "section/fits.html", "whole"),
)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A sweep as an address asks for it."""

    address: Address
    sweep: Sweep
    sections: Sequence[Section]


async def page(request: Request) -> Response:
    """Answer with the page of a sweep."""
    seen = await _seen(request)
    spectrum = seen.sweep.spectrum
    return rendered(
        request,
        "spectrum.html",
        sweep=spectrum,
        title=title_of(spectrum),
        facts=_facts(seen.sweep),
        area=_area(spectrum),
        sections=await placed(request, int(spectrum["id"]), seen.address, seen.sections),
        query=seen.sweep.asked.query,
        address=seen.address,
    )


async def part(request: Request) -> Response:
    """Answer with one section of a sweep alone, or with a figure or table of it as a file."""
    seen, name = await _seen(request), request.path_params["section"]
    number_of = int(seen.sweep.spectrum["id"])
    if (file := await as_file(request, number_of, seen.address, seen.sections, name)) is not None:
        return file
    sections = await placed(request, number_of, seen.address, seen.sections, name)
    above = (title_of(seen.sweep.spectrum), seen.address.link())
    return rendered(request, "section.html", above=above, sections=sections)


def title_of(sweep: Mapping[str, Any]) -> str:
    """Return what a sweep is called: its temperature, or that none is stated."""
    celsius = sweep["temperatureCelsius"]
    at = "temperature not stated" if celsius is None else f"{entered(round(celsius, 1))} °C"
    return f"Impedance, {at}" if celsius is None else f"Impedance at {at}"


async def _seen(request: Request) -> _Seen:
    spectrum = request.path_params["spectrum"]
    address = read_address(f"/spectra/{spectrum}", request.query_params, FIELDS)
    circuit = address["circuit"]
    asked = await ask(
        request,
        "spectrum",
        id=spectrum,
        circuit=circuit,
        other=circuit is not None,
        way=address["way"].upper(),
    )
    found = asked.data.get("spectrum")
    if found is None:
        raise NotThere("sweep")
    sweep = Sweep(asked, _fit(asked, circuit), _area(found))
    sections = [
        Section(
            name,
            title,
            _showing(make, sweep),
            template,
            eager=True,
            width=width,
        )
        for name, title, make, template, width in _SECTIONS
    ]
    return _Seen(address, sweep, sections)


def _showing(make: Callable[[Sweep, Address], Content], sweep: Sweep) -> Show:
    async def show(_request: Request, _subject: int, address: Address) -> Content:
        return make(sweep, address)

    return show


def _fit(asked: Asked, circuit: str | None) -> Mapping[str, Any] | None:
    """Return the fit that is drawn: the chosen, or the one asked for."""
    spectrum = asked.data["spectrum"]
    if circuit is None:
        fit: Mapping[str, Any] | None = spectrum["fit"]
        return fit
    if not spectrum["others"]:
        known = ", ".join(each["circuit"] for each in spectrum["fits"] or ()) or "none was fitted"
        raise InvalidArgument("circuit", circuit, f"one that was fitted to it: {known}")
    other: Mapping[str, Any] = spectrum["others"][0]
    return other


def _area(spectrum: Mapping[str, Any]) -> float | None:
    """Return the area in cm² of what was swept, None where it is not stated."""
    for name in ("cell", "material"):
        if (owner := spectrum["test"][name]) is not None:
            area: float | None = owner["areaCm2"]
            return area
    return None


def _facts(sweep: Sweep) -> list[tuple[str, str]]:
    spectrum = sweep.spectrum
    band = (
        f"{hertz(spectrum['lowestFrequencyHertz'])} to {hertz(spectrum['highestFrequencyHertz'])}"
    )
    facts = [("Frequencies", f"{spectrum['pointCount']}, {band}")]
    if (drift := spectrum["temperatureDriftKelvin"]) is not None:
        facts.append(("Temperature drift", f"{entered(drift)} K"))
    test = spectrum["kramersKronig"]
    verdict = test["verdict"].replace("_", " ") if test else "not tested"
    facts.append(("Kramers-Kronig", verdict))
    facts.append(("Circuit", _circuit(spectrum)))
    if (share := spectrum["stateOfCharge"]) is not None:
        facts.append(("State of charge", f"{number(share * 100, digits=3)} %"))
    return facts


def _circuit(spectrum: Mapping[str, Any]) -> str:
    """Return the chosen circuit and how it was chosen."""
    fits, chosen = spectrum["fits"] or [], spectrum["fit"]
    if chosen is None:
        return f"none kept of {len(fits)}" if fits else "none tried"
    basis = spectrum["fitBasis"]
    if basis and basis["by"] == "PERSON":
        return f"{chosen['circuit']}, chosen by a person"
    doubt = "" if chosen["status"] == "ok" else f", {chosen['status'].replace('_', ' ')}"
    sound = [each["aicc"] for each in fits if each["status"] == "ok" and each["aicc"] is not None]
    lowest = bool(sound) and chosen["aicc"] is not None and chosen["aicc"] <= min(sound)
    how = "lowest AICc of" if lowest else "by AICc and F-test of"
    return f"{chosen['circuit']}, {how} {len(fits)}{doubt}"
