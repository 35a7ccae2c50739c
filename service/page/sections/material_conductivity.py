"""Ionic conductivity of a material, of every impedance sweep on it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.requests import Request

from service.page.address import Address
from service.page.answer import NotThere
from service.page.ask import ask, floats
from service.page.entry.material import entered_at
from service.page.number import number
from service.page.section import Content, Section
from service.page.status import Value, valued
from service.page.table import Column, Table
from service.page.unit import prefixed, quantity

_FACTS: Final = ("thicknessUm", "areaCm2")
"""What a conductivity takes of a material."""


async def _show(request: Request, material: int, _address: Address) -> Content:
    asked = await ask(request, "material_conductivity", id=material)
    found = asked.data.get("material")
    if found is None:
        raise NotThere("material")
    nodes = asked.data["tests"]["nodes"]
    rows = [(test, index) for test in nodes for index in range(len(_conductivity(test)["status"]))]
    if not rows:
        return Content(asked.query, empty="No impedance sweep was run on it outside a cell.")
    fault = next(iter(asked.faults.values()), None)
    context = {
        "table": _table(rows, _mend(found)),
        "shown": len(nodes),
        "total": asked.data["tests"]["totalCount"],
    }
    return Content(asked.query, context=context, fault=fault)


def _mend(material: Mapping[str, Any]) -> str:
    """Return where the first fact that is missing is entered, empty where none is."""
    missing = next((each for each in _FACTS if material[each] is None), "")
    return entered_at(material["id"], missing) if missing else ""


def _conductivity(test: Mapping[str, Any]) -> Mapping[str, Sequence[Any]]:
    found: Mapping[str, Sequence[Any]] = test["ionicConductivity"] or {"status": ()}
    return found


def _table(rows: Sequence[tuple[Mapping[str, Any], int]], mend: str) -> Table:
    def column(name: str) -> list[Any]:
        return [_conductivity(test)[name][index] for test, index in rows]

    tests = [test["name"] for test, _ in rows]
    objects = [str(each).replace("_", " ") for each in column("object")]
    temperatures = column("temperatureCelsius")
    methods = [each or "–" for each in column("method")]
    values, errors = column("conductivitySPerCm"), column("conductivityErrorSPerCm")
    factor, unit = prefixed(floats(values), "S/cm")
    shown = [
        _value(value, error, status, reason, mend=mend, factor=factor)
        for value, error, status, reason in zip(
            values, errors, column("status"), column("reason"), strict=True
        )
    ]
    return Table(
        (
            Column("test", "Test", tests, tests, numeric=False),
            Column("spectrum_count", "Sweep", column("spectrumCount"), column("spectrumCount")),
            Column("object", "Of", objects, objects, numeric=False),
            Column(
                "temperature_celsius",
                "Temperature / °C",
                temperatures,
                [number(each) for each in temperatures],
            ),
            Column("conductivity_s_per_cm", quantity("Conductivity", unit), values, shown),
            Column("method", "By", methods, methods, numeric=False),
        )
    )


def _value(
    value: float | None,
    error: float | None,
    status: str,
    reason: str | None,
    *,
    mend: str,
    factor: float,
) -> Value:
    if value is None and mend:
        return Value("", "", "not_computable", reason or "", mend)
    return valued(value, error=error, status=status, reason=reason, factor=factor)


SECTION: Final = Section(
    "conductivity",
    "Ionic conductivity",
    _show,
    "section/material_conductivity.html",
    eager=True,
    width="whole",
)
