"""The surface by photoemission: composition, states, elements there or missing."""

from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request

from service.page.address import Address
from service.page.ask import ask
from service.page.headline import rows
from service.page.section import Content, Section
from service.page.status import Value, counted, valued

_METRICS: Final = ("surfaceComposition", "elementState", "expectedElement", "surfaceState")


async def _show(request: Request, test: int, _address: Address) -> Content:
    asked = await ask(request, "test_surface", id=test)
    found = asked.data["test"]
    for metric in _METRICS:
        if fault := asked.fault("test", metric):
            return Content(asked.query, fault=fault)
    context = {
        "composition": [(row, _percent(row)) for row in rows(found["surfaceComposition"])],
        "states": [(row, _energy(row)) for row in rows(found["surfaceState"])],
        "elements": _elements(found),
    }
    traces = [found[name]["trace"] for name in _METRICS]
    return Content(asked.query, context=context, traces=traces)


def in_words(reason: str | None) -> str | None:
    """Return a reason as it is read: names are written with spaces."""
    return reason.replace("_", " ") if reason else reason


def _percent(row: Mapping[str, Any]) -> Value:
    error, status, reason = row["errorPercent"], row["status"], in_words(row["reason"])
    return valued(row["atomicPercent"], error=error, status=status, reason=reason)


def _energy(row: Mapping[str, Any]) -> Value:
    error, status, reason = row["errorEv"], row["status"], in_words(row["reason"])
    return valued(row["bindingEnergyEv"], error=error, status=status, reason=reason)


def _elements(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return the state of each element, beside what the layers of the cell lead one to expect."""
    expected = {(row["depthCount"], row["element"]): row for row in rows(found["expectedElement"])}
    states = rows(found["elementState"])
    listed = [
        (
            row,
            valued(
                row["detectablePercent"],
                status="ok" if row["detectablePercent"] is not None else "not_computable",
                reason=row["reason"],
            ),
            expected.get((row["depthCount"], row["element"])),
        )
        for row in states
    ]
    return {"rows": listed, "said": counted([row["status"] for row in states])}


SECTION: Final = Section(
    "surface", "Surface", _show, "section/test_surface.html", eager=True, width="whole"
)
