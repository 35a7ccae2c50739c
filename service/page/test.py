"""One test: the record as it is, what was noticed in it, and what it rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import Any, Final

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from service.page import series
from service.page.address import Address, Field, choice, read_address, whole
from service.page.answer import NotThere, formed_table
from service.page.ask import ask
from service.page.landmark import landmarks, pointed_at
from service.page.number import count, entered
from service.page.panel_choice import PanelQuantity, chosen
from service.page.render import page as rendered
from service.page.section import Section, as_file, placed
from service.page.sections import (
    test_cycles,
    test_photoemission,
    test_steps,
    test_surface,
    test_voltammogram,
)
from service.page.status import Value
from service.page.unit import of_time

ROWS: Final = 200
"""Steps, or cycles, up to which a table comes with the page."""
TABLES: Final = {"steps": test_steps.table, "cycles": test_cycles.table}
"""What lists a section whole, as a file."""
FIELDS: Final[Sequence[Field]] = (
    *(each for each in series.FIELDS if each.name in {"from", "to", "panels"}),
    whole("step", default=1),
    whole("cycle", default=1),
    whole("region", default=0),
    choice("width", "", "narrow", "half", "wide"),
)
_AROUND: Final = 0.01
"""Part of the test that is seen around a finding, either way."""
_LEAST_SECOND: Final = 10.0
_LENGTHS: Final = 0.5
"""Lengths of a gap that are seen around it, either way."""


async def page(request: Request) -> Response:
    """Answer with the page of a test."""
    test = request.path_params["test"]
    address = read_address(f"/tests/{test}", request.query_params, FIELDS)
    asked = await ask(request, "test", id=test)
    found = asked.data.get("test")
    if found is None:
        raise NotThere("test")
    drawn = await _drawn(request, test, address, found) if found["stepCount"] else None
    return rendered(
        request,
        "test.html",
        test=found,
        facts=_facts(found),
        drawn=drawn,
        grows=drawn is not None,
        findings=_findings(found, drawn),
        sections=await placed(request, test, address, _sections(found)),
        query=asked.query,
        address=address,
    )


async def part(request: Request) -> Response:
    """Answer with one section of a test alone, or with its table as a file."""
    test, name = request.path_params["test"], request.path_params["section"]
    address = read_address(f"/tests/{test}", request.query_params, FIELDS)
    asked = await ask(request, "test", id=test)
    found = asked.data.get("test")
    if found is None:
        raise NotThere("test")
    if name.startswith(test_voltammogram.SECTION.name):  # its figure is a file too
        file = await as_file(request, test, address, _sections(found), name)
        if file is not None:
            return file
    stem, _, form = name.rpartition(".")
    if stem in TABLES and form in {"csv", "json"}:
        return formed_table(await TABLES[stem](request, test), form, f"tests-{test}-{stem}")
    if drawing := _drawing(found):
        drawn = await as_file(request, test, address, drawing, name)
        if drawn is not None:
            return drawn
    above = (found["name"], f"/tests/{test}")
    sections = await placed(request, test, address, _sections(found), name)
    return rendered(request, "section.html", above=above, sections=sections)


def _sections(test: Mapping[str, Any]) -> Sequence[Section]:
    if test["diffractionScans"] or test["images"]:  # it has neither steps nor cycles
        return ()
    if drawing := _drawing(test):
        return drawing
    scanned = test["technique"] in test_voltammogram.TECHNIQUES
    return (
        *((test_voltammogram.SECTION,) if scanned else ()),
        replace(test_steps.SECTION, eager=test["stepCount"] <= ROWS),
        replace(test_cycles.SECTION, eager=test["numberOfCycles"] <= ROWS),
    )


def _drawing(test: Mapping[str, Any]) -> Sequence[Section]:
    """Return the sections of a test that has no steps, but regions to be drawn."""
    sections = (test_photoemission.SECTION, test_surface.SECTION)
    return sections if test["photoemissionRegions"] else ()


async def _drawn(
    request: Request, test: int, address: Address, found: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Return what the plot of the series begins with, None where no point with a time is here."""
    try:
        points, known = await series.opened(request, test)
    except NotThere:  # its steps, cycles and findings are
        return None
    if points.start_second > points.end_second or not known:
        return None
    marks = await landmarks(request, test, points)
    spots = await to_thread.run_sync(pointed_at, found["findings"], marks, points)
    start, end = points.start_second / 3600.0, points.end_second / 3600.0
    factor, unit = of_time([start, end])
    quantities = chosen(known, address["panels"])
    flags = [
        (number, spot[0] / 3600.0, _link(address, *_around(spot, start, end)), each["kind"])
        for number, (spot, each) in enumerate(zip(spots, found["findings"], strict=True), start=1)
        if spot is not None
    ]
    window_free = address.but(**{"from": None, "to": None, "step": 1, "cycle": 1})
    return {
        "frame": {
            "address": window_free.link(f"/tests/{test}/series.json"),
            "start": start,
            "end": end,
            "factor": factor,
            "unit": unit,
            "flags": [
                [hour, number, link, f"Finding {number}: {kind.replace('_', ' ')}"]
                for number, hour, link, kind in sorted(flags, key=itemgetter(1))
            ],
        },
        "labels": ", ".join(each.label for each in quantities),
        "known": _choices(known, quantities),
        "links": {number: link for number, _, link, _ in flags},
        "forms": {
            form: address.link(f"/tests/{test}/series.{form}", step=1, cycle=1)
            for form in ("svg", "csv", "json")
        },
    }


def _choices(
    known: Mapping[str, PanelQuantity], quantities: Sequence[PanelQuantity]
) -> list[tuple[PanelQuantity, bool]]:
    return [(each, each in quantities) for each in known.values()]


def _around(spot: tuple[float, float], start: float, end: float) -> tuple[float, float]:
    """Return the window, in hours, in which a finding is seen with what is around it."""
    low, high = spot[0] / 3600.0, spot[1] / 3600.0
    room = max((high - low) * _LENGTHS, (end - start) * _AROUND / 2, _LEAST_SECOND / 3600.0)
    return max(low - room, start), min(high + room, end)


def _link(address: Address, low: float, high: float) -> str:
    return f"{address.but(**{'from': low, 'to': high}).link()}#series"


def _findings(
    found: Mapping[str, Any], drawn: Mapping[str, Any] | None
) -> list[tuple[int, Mapping[str, Any], str]]:
    """Return the findings with their numbers, and where each is seen."""
    links = drawn["links"] if drawn else {}
    return [
        (number, each, links.get(number, ""))
        for number, each in enumerate(found["findings"], start=1)
    ]


def _facts(found: Mapping[str, Any]) -> list[tuple[str, Value | str]]:
    technique, label = found["technique"], found["techniqueLabel"]
    missing = Value("", "", "not_computable", "not stated")
    words = " ".join(
        each for each in (technique, f"({label})" if label != technique else "") if each and label
    )
    pairs: list[tuple[str, Value | str]] = [("Technique", words or technique or label or missing)]
    pairs += [
        (name, str(found[field]))
        for name, field in (
            ("Instrument", "instrument"),
            ("Serial", "instrumentSerial"),
            ("Channel", "channel"),
        )
        if found[field]
    ]
    pairs.append(("Points", count(found["pointCount"])))
    pairs += [
        (name, count(found[field]))
        for name, field in (
            ("Steps", "stepCount"),
            ("Cycles", "numberOfCycles"),
            ("Sweeps", "spectrumCount"),
        )
        if found[field]
    ]
    pairs.append(("Started", _started(found) or missing))
    pairs.append(("Lasted", _lasted(found["durationSecond"]) or missing))
    pairs += [
        (name, str(found[field]))
        for name, field in (
            ("Program", "programName"),
            ("Operator", "operator"),
            ("Specimen", "specimen"),
            ("Comment", "comment"),
        )
        if found[field]
    ]
    mass = found["statedMassGram"]
    pairs += [
        (f"{name} as stated", f"{entered(value)} {unit}")
        for name, value, unit in (
            ("Mass", None if mass is None else mass * 1000, "mg"),
            ("Area", found["statedAreaCm2"], "cm²"),
            ("Capacity", found["statedCapacityAh"], "A·h"),
        )
        if value is not None
    ]
    return pairs


def _started(found: Mapping[str, Any]) -> str:
    if not found["startedAt"]:
        return ""
    moment = str(found["startedAt"])[:16].replace("T", " ")
    return f"{moment} {found['timeZone'] or 'instrument clock, zone not stated'}"


def _lasted(second: float | None) -> str:
    if second is None:
        return ""
    factor, unit = of_time([0, second / 3600.0])
    return f"{entered(second / 3600.0 * factor)} {unit}"
