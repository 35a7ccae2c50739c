"""Chosen sweeps of a series over one another."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request

from service.page.address import Address
from service.page.ask import ask, floats
from service.page.figure.palette import ramp_class
from service.page.figures.nyquist import Trace, nyquist
from service.page.section import Content
from service.page.sections.sweep_figure import whole_of
from service.page.sections.sweep_series import Sweep


async def overlaid(
    request: Request, address: Address, chosen: Sequence[Sweep], area: float | None
) -> Content:
    """Return the chosen sweeps over one another, a ramp by temperature or age."""
    asked = await ask(request, "spectrum_overlay", ids=[each.id for each in chosen])
    if not chosen:
        return Content(asked.query, empty="No sweep is chosen, or none is as asked for.")
    answers = {int(node["id"]): node for node in asked.data["spectra"]["nodes"]}
    traces = [
        _trace(each, answers[each.id], ramp_class(number, len(chosen)))
        for number, each in enumerate(chosen)
    ]
    by_area = address["by_area"] and area is not None
    framed = nyquist(
        traces,
        whole=address["whole"],
        factor=(area or 1.0) if by_area else 1.0,
        unit="Ω·cm²" if by_area else "Ω",
        width=address["width"] or "half",
    )
    return Content(asked.query, (framed.drawing,), {"beyond": framed.beyond})


def _trace(sweep: Sweep, answer: Mapping[str, Any], kind: str) -> Trace:
    fit = answer["fit"]
    curve = fit["curve"] if fit else None
    return Trace(
        sweep.name,
        floats(answer["frequencyHertz"]),
        floats(answer["realImpedanceOhm"]),
        floats(answer["imaginaryImpedanceOhm"]),
        kind,
        kind,
        floats(curve["realImpedanceOhm"]) if curve else None,
        floats(curve["imaginaryImpedanceOhm"]) if curve else None,
        fit["circuit"] if fit else "",
        whole_of(fit),
        sweep=sweep.id,
    )
