"""What a diffraction scan shows: its pattern, phases and their cells, lines, and what may hide."""

from collections.abc import Callable
from typing import Final

from starlette.requests import Request

from service.page.address import Address
from service.page.ask import ask, floats
from service.page.figures.diffraction import Lines, Pattern, diffraction
from service.page.section import Content, Section, Show
from service.page.sections.metric_table import (
    Rows,
    in_files,
    listed,
    numbers,
    rows_of,
    traces,
    why,
    words,
)
from service.page.table import Column, Table

_QUERY: Final = "diffraction_lines"
_ROOT: Final = "diffractionScan"
_PLACE: Final = "scanCount"


def _listed(metric: str, empty: str, table: Callable[[Rows], Table]) -> Show:
    return listed(_QUERY, _ROOT, _PLACE, metric, empty=empty, table=table)


async def _pattern(request: Request, scan: int, address: Address) -> Content:
    asked = await ask(request, _QUERY, id=scan)
    for metric in ("xrdPeak", "phaseMatch"):
        if fault := asked.fault(_ROOT, "test", metric):
            return Content(asked.query, fault=fault)
    found = asked.data[_ROOT]
    angle = floats(found["twoThetaDegree"])
    if not (angle == angle).any():  # noqa: PLR0124 # none is a number
        return Content(asked.query, empty="What moved is not 2θ, or nobody says that it is.")
    lines = rows_of(asked, _ROOT, _PLACE, "xrdPeak")
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
    matched = rows_of(asked, _ROOT, _PLACE, "phaseMatch")
    present = [row["phase"] for row in matched if row["verdict"] == "present"]
    drawn = diffraction(pattern, present, scale=address["scale"])
    return Content(asked.query, (drawn,), traces=traces(asked, _ROOT, "xrdPeak"))


def _phases(rows: Rows) -> Table:
    found = sorted(rows, key=lambda row: (row["verdict"] != "present", -(row["merit"] or 0.0)))
    matched = [f"{row['matchedCount']} of {row['expectedCount']}" for row in found]
    return Table(
        (
            words(found, "phase", "phase", "Phase"),
            words(found, "title", "title", "What it is"),
            words(found, "verdict", "verdict", "Verdict"),
            numbers(found, "merit", "merit", "Strength of its lines that is there (no error)"),
            Column(
                "matched_count", "Lines matched", [row["matchedCount"] for row in found], matched
            ),
            words(found, "source", "source", "Reference"),
            *why(found),
        )
    )


def _cells(found: Rows) -> Table:
    lengths = (("a", "aAngstrom", "aErrorAngstrom"), ("c", "cAngstrom", "cErrorAngstrom"))
    return Table(
        (
            words(found, "phase", "phase", "Phase"),
            *(
                numbers(found, f"{name}_angstrom", field, f"{name} / Å", error)
                for name, field, error in lengths
            ),
            *in_files(found, a_error_angstrom="aErrorAngstrom", c_error_angstrom="cErrorAngstrom"),
            numbers(found, "volume_angstrom3", "volumeAngstrom3", "V / Å³", "volumeErrorAngstrom3"),
            *why(found),
        )
    )


def _lines(found: Rows) -> Table:
    return Table(
        (
            numbers(found, "two_theta_degree", "twoThetaDegree", "2θ / °", "twoThetaErrorDegree"),
            *in_files(found, two_theta_error_degree="twoThetaErrorDegree"),
            numbers(found, "d_angstrom", "dAngstrom", "d / Å", "dErrorAngstrom"),
            numbers(found, "relative_area_percent", "relativeAreaPercent", "Area / % (no error)"),
            numbers(found, "width_degree", "widthDegree", "Width / °", "widthErrorDegree"),
            words(found, "phase", "phase", "Phase"),
            words(found, "hkl", "hkl", "hkl"),
            words(found, "kind", "kind", "Taken for"),
            *why(found),
        )
    )


def _limits(found: Rows) -> Table:
    return Table(
        (
            words(found, "phase", "phase", "Phase"),
            words(found, "verdict", "verdict", "Verdict"),
            words(found, "hkl", "hkl", "Told by line"),
            numbers(found, "weight_percent", "weightPercent", "Weight / %", "errorPercent"),
            numbers(found, "critical_percent", "criticalPercent", "Critical / % (no error)"),
            numbers(found, "detectable_percent", "detectablePercent", "Detectable / % (no error)"),
            *why(found),
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
