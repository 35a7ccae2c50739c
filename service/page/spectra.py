"""Sweeps of a cell or a test as a series; without either, all of them in pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from schema.error import InvalidArgument
from service.page import sweep_list
from service.page.address import (
    Address,
    Field,
    amount,
    choice,
    read_address,
    switch,
    whole,
)
from service.page.answer import NotThere, listed
from service.page.ask import Asked, ask
from service.page.number import entered
from service.page.render import page as rendered
from service.page.section import Content, Section, as_file, placed
from service.page.sections import cell_arrhenius, cell_resistance
from service.page.sections.sweep_overlay import overlaid
from service.page.sections.sweep_series import (
    MOST_PICKED,
    Sweep,
    as_table,
    picked,
    sweeps_of,
)
from service.page.status import Value, valued
from service.page.sweep_list import OF

_METRICS: Final = ("impedanceValidity", "fittedResistance", "cyclingTime")
FIELDS: Final[Sequence[Field]] = (
    *OF,
    choice("by", "temperature", "age"),
    amount("temperature", "a temperature in °C"),
    amount("from", "hours of cycling"),
    amount("to", "hours of cycling"),
    whole("pick", many=True),
    switch("whole"),
    *cell_arrhenius.FIELDS,
    *cell_resistance.FIELDS,
    choice("width", "", "narrow", "half", "wide"),
)


@dataclass(frozen=True, slots=True)
class _Series:
    """A series as an address asks for it."""

    address: Address
    asked: Asked
    sweeps: Sequence[Sweep]
    owner: Mapping[str, Any]
    """Cell or material, or the test where it is of neither."""
    kind: str
    sections: Sequence[Section]

    @property
    def area(self) -> float | None:
        """Return its area in cm², None where it is not stated."""
        area: float | None = self.owner.get("areaCm2")
        return area

    @property
    def scale(self) -> tuple[float, str]:
        """Return what makes of ohms what is asked for, and its unit."""
        by_area = self.address["by_area"] and self.area is not None
        return (self.area or 1.0, "Ω·cm²") if by_area else (1.0, "Ω")


async def page(request: Request) -> Response:
    """Answer with sweeps: all, or those of a cell or test."""
    if not _is_series(request.query_params):
        return await sweep_list.page(request)
    series = await _series(request)
    factor, unit = series.scale
    chosen = {each.id for each in picked(series.sweeps, series.address)}
    table = as_table(series.sweeps, factor, unit)
    rows = [
        (sweep, sweep.id in chosen, row)
        for sweep, row in zip(series.sweeps, table.rows(), strict=True)
    ]
    return rendered(
        request,
        "spectra.html",
        owner=series.owner,
        kind=series.kind,
        test=series.asked.data.get("test"),
        facts=_facts(series),
        faults=[fault for name in _METRICS if (fault := series.asked.fault(name))],
        table=table,
        rows=rows,
        most=MOST_PICKED,
        more=series.asked.data["spectra"]["pageInfo"]["hasNextPage"],
        all_count=len(series.asked.data["spectra"]["nodes"]),
        sections=await placed(request, 0, series.address, series.sections),
        query=series.asked.query,
        address=series.address,
    )


async def download(request: Request) -> Response:
    """Answer with the same rows as CSV."""
    if not _is_series(request.query_params):
        return await sweep_list.download(request)
    series = await _series(request)
    name = f"spectra-{series.kind}-{series.owner['id']}"
    return listed(as_table(series.sweeps, *series.scale), "csv", name)


async def part(request: Request) -> Response:
    """Answer with one section of a series alone, or with a figure or table of it as a file."""
    name = request.path_params["section"]
    if not _is_series(request.query_params):
        raise NotThere(f"section {name} without a cell or a test")
    series = await _series(request)
    if (file := await as_file(request, 0, series.address, series.sections, name)) is not None:
        return file
    sections = await placed(request, 0, series.address, series.sections, name)
    above = (f"Sweeps of {series.owner['name']}", series.address.link())
    return rendered(request, "section.html", above=above, sections=sections)


def _is_series(given: QueryParams) -> bool:
    return any(given.get(each.name, "").strip() for each in OF)


async def _series(request: Request) -> _Series:
    address = read_address("/spectra", request.query_params, FIELDS)
    cell, test = address["cell"], address["test"]
    if cell is not None and test is not None:
        raise InvalidArgument("test", test, "no cell beside it: the cell of a test is known")
    name, number = ("cell", cell) if cell is not None else ("test", test)
    asked = await ask(
        request,
        "spectrum_series",
        cells=None if cell is None else [cell],
        tests=None if test is None else [test],
        where={name: {"id": {"eq": str(number)}}},
        cell=number,
        test=number,
        ofCell=cell is not None,
        ofTest=test is not None,
    )
    found = asked.data.get(name)
    if found is None:
        raise NotThere(name)
    if fault := asked.fault("spectra"):
        raise HTTPException(503, fault)
    owner, kind = found, name
    if test is not None:
        owner, kind = next(
            ((found[each], each) for each in ("cell", "material") if found[each] is not None),
            (found, "test"),
        )
    sweeps = sweeps_of(asked, address)
    sections = _sections(address, sweeps, owner)
    return _Series(address, asked, sweeps, owner, kind, sections)


def _sections(
    address: Address, sweeps: Sequence[Sweep], owner: Mapping[str, Any]
) -> Sequence[Section]:
    of = {
        "cells": None if address["cell"] is None else [address["cell"]],
        "tests": None if address["test"] is None else [address["test"]],
    }

    async def overlay(request: Request, _subject: int, asked: Address) -> Content:
        return await overlaid(request, asked, picked(sweeps, asked), owner.get("areaCm2"))

    async def arrhenius(request: Request, _subject: int, asked: Address) -> Content:
        return await cell_arrhenius.drawn(request, asked, **of)

    async def resistance(request: Request, _subject: int, asked: Address) -> Content:
        return await cell_resistance.drawn(request, asked, **of)

    return (
        Section("nyquist", "Nyquist of the chosen", overlay, "section/nyquist.html", eager=True),
        Section(
            "resistance",
            cell_resistance.SECTION.title,
            resistance,
            cell_resistance.SECTION.template,
        ),
        Section("arrhenius", "Arrhenius", arrhenius, cell_arrhenius.SECTION.template),
    )


def _facts(series: _Series) -> list[tuple[str, Value | str]]:
    owner, sweeps = series.owner, series.sweeps
    facts: list[tuple[str, Value | str]] = [("Sweeps", str(len(sweeps)))]
    celsius = [each.celsius for each in sweeps if each.celsius is not None]
    if celsius:
        low, high = (entered(round(each, 1)) for each in (min(celsius), max(celsius)))
        facts.append(("Temperatures", f"{low} °C" if low == high else f"{low} to {high} °C"))
    hours = [each.hour for each in sweeps if each.hour is not None]
    if hours:
        low, high = (entered(round(each, 1)) for each in (min(hours), max(hours)))
        facts.append(("Cycled", f"{low} h" if low == high else f"{low} to {high} h"))
    entry = f"/{series.kind}s/{owner['id']}/edit"
    for key, error, name, unit in (
        ("areaCm2", "areaErrorCm2", "Area", "cm²"),
        ("thicknessUm", "thicknessErrorUm", "Thickness", "µm"),
    ):
        if key not in owner:
            continue
        value = owner[key]
        if value is None:
            missing = f"{name.lower()} not stated"
            facts.append(
                (name, Value("", "", "not_computable", missing, f"{entry}#{name.lower()}"))
            )
        elif owner[error]:
            facts.append((name, valued(value, error=owner[error], unit=unit)))
        else:
            facts.append((name, Value(entered(value), unit)))
    return facts
