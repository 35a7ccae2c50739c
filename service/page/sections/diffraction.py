"""What a diffraction scan shows: its pattern, phases and their cells, lines, and what may hide."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from starlette.requests import Request

from service.page.address import Address
from service.page.ask import Asked, ask, floats
from service.page.figures.diffraction import Lines, Pattern, diffraction
from service.page.headline import rows
from service.page.section import Content, Section
from service.page.status import valued
from service.page.table import Column, Table

Rows = Sequence[Mapping[str, Any]]
_QUERY: Final = "diffraction_lines"
_METRICS: Final = ("xrdPeak", "phaseMatch", "unitCell", "phaseLimit", "crystalliteSize")


async def _asked(request: Request, scan: int) -> tuple[Asked, str | None]:
    asked = await ask(request, _QUERY, id=scan)
    faults = (asked.fault("diffractionScan", "test", name) for name in _METRICS)
    return asked, next((each for each in faults if each), None)


def _of(asked: Asked, metric: str) -> Rows:
    """Return the rows of a metric that are of this scan."""
    found = asked.data["diffractionScan"]
    told = rows((found["test"] or {}).get(metric))
    return [row for row in told if row["scanCount"] == found["scanCount"]]


async def _pattern(request: Request, scan: int, address: Address) -> Content:
    asked, fault = await _asked(request, scan)
    if fault:
        return Content(asked.query, fault=fault)
    found = asked.data["diffractionScan"]
    angle = floats(found["twoThetaDegree"])
    if not (angle == angle).any():  # noqa: PLR0124 # none is a number
        return Content(asked.query, empty="What moved is not 2θ, or nobody says that it is.")
    lines = _of(asked, "xrdPeak")
    pattern = Pattern(
        angle,
        floats(found["intensity"]),
        found["intensityUnit"] or "as written",
        floats(found["dAngstrom"]),
        Lines(
            floats([row["twoThetaDegree"] for row in lines]),
            [row["kind"] for row in lines],
            [row["phase"] for row in lines],
            [row["hkl"] for row in lines],
        ),
    )
    present = [row["phase"] for row in _of(asked, "phaseMatch") if row["verdict"] == "present"]
    drawn = diffraction(pattern, present, scale=address["scale"])
    return Content(asked.query, (drawn,), traces=_trace(asked, "xrdPeak"))


def _listed(
    metric: str, empty: str, table: Callable[[Rows], Table]
) -> Callable[[Request, int, Address], Any]:
    """Return what shows the rows of a metric as a table."""

    async def show(request: Request, scan: int, _address: Address) -> Content:
        asked, fault = await _asked(request, scan)
        if fault:
            return Content(asked.query, fault=fault)
        found = _of(asked, metric)
        if not found:
            return Content(asked.query, empty=empty)
        return Content(asked.query, table=table(found), traces=_trace(asked, metric))

    return show


def _trace(asked: Asked, metric: str) -> Sequence[Mapping[str, Any]]:
    answer = (asked.data["diffractionScan"]["test"] or {}).get(metric)
    return [answer["trace"]] if answer else []


def _words(found: Rows, name: str, field: str, head: str) -> Column:
    values = [row[field] for row in found]
    return Column(name, head, values, [each or "–" for each in values], numeric=False)


def _numbers(found: Rows, name: str, field: str, head: str, error: str | None = None) -> Column:
    values = [row[field] for row in found]
    shown = [
        valued(
            row[field],
            error=row[error] if error else None,
            status=row["status"],
            reason=row["reason"],
        )
        for row in found
    ]
    return Column(name, head, values, shown)


def _errors(found: Rows, name: str, field: str) -> Column:
    return Column(name, "", [row[field] for row in found])


def _why(found: Rows) -> Sequence[Column]:
    return [Column(name, "", [row[name] for row in found]) for name in ("status", "reason")]


def _phases(listed: Rows) -> Table:
    found = sorted(listed, key=lambda row: (row["verdict"] != "present", -(row["merit"] or 0.0)))
    told = [f"{row['matchedCount']} of {row['expectedCount']}" for row in found]
    return Table(
        (
            _words(found, "phase", "phase", "Phase"),
            _words(found, "title", "title", "What it is"),
            _words(found, "verdict", "verdict", "Verdict"),
            _numbers(found, "merit", "merit", "Strength of its lines that is there (no error)"),
            Column("matched_count", "Lines matched", [row["matchedCount"] for row in found], told),
            _words(found, "source", "source", "Reference"),
            *_why(found),
        )
    )


def _cells(found: Rows) -> Table:
    lengths = (("a", "aAngstrom", "aErrorAngstrom"), ("c", "cAngstrom", "cErrorAngstrom"))
    return Table(
        (
            _words(found, "phase", "phase", "Phase"),
            *(
                _numbers(found, f"{name}_angstrom", field, f"{name} / Å", error)
                for name, field, error in lengths
            ),
            *(_errors(found, f"{name}_error_angstrom", error) for name, _, error in lengths),
            _numbers(
                found, "volume_angstrom3", "volumeAngstrom3", "V / Å³", "volumeErrorAngstrom3"
            ),
            *_why(found),
        )
    )


def _lines(found: Rows) -> Table:
    return Table(
        (
            _numbers(found, "two_theta_degree", "twoThetaDegree", "2θ / °", "twoThetaErrorDegree"),
            _errors(found, "two_theta_error_degree", "twoThetaErrorDegree"),
            _numbers(found, "d_angstrom", "dAngstrom", "d / Å", "dErrorAngstrom"),
            _numbers(found, "relative_area_percent", "relativeAreaPercent", "Area / % (no error)"),
            _numbers(found, "width_degree", "widthDegree", "Width / °", "widthErrorDegree"),
            _words(found, "phase", "phase", "Phase"),
            _words(found, "hkl", "hkl", "hkl"),
            _words(found, "kind", "kind", "Taken for"),
            *_why(found),
        )
    )


def _limits(found: Rows) -> Table:
    return Table(
        (
            _words(found, "phase", "phase", "Phase"),
            _words(found, "verdict", "verdict", "Verdict"),
            _words(found, "hkl", "hkl", "Told by line"),
            _numbers(found, "weight_percent", "weightPercent", "Weight / %", "errorPercent"),
            _numbers(found, "critical_percent", "criticalPercent", "Critical / % (no error)"),
            _numbers(found, "detectable_percent", "detectablePercent", "Detectable / % (no error)"),
            *_why(found),
        )
    )


SECTIONS: Final = (
    Section(
        "pattern",
        "Pattern",
        _pattern,
        "section/diffraction_pattern.html",
        eager=True,
        width="whole",
    ),
    Section(
        "phases",
        "Phases",
        _listed("phaseMatch", "No reference was held against it.", _phases),
        width="whole",
    ),
    Section(
        "unit-cells",
        "Unit cells",
        _listed("unitCell", "No phase of known cell is present.", _cells),
    ),
    Section(
        "limits",
        "What may hide",
        _listed(
            "phaseLimit", "Without a main phase nothing tells how much would be seen.", _limits
        ),
        width="whole",
    ),
    Section("lines", "Lines", _listed("xrdPeak", "No line was found.", _lines), width="whole"),
)
