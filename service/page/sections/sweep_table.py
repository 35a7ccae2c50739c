"""The tables of one sweep: its arcs, its resistances, what was tried, and whether it is valid."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from service.page.address import Address
from service.page.figures.nyquist import hertz
from service.page.number import ABSENT, number
from service.page.section import Content
from service.page.sections.sweep_figure import Sweep
from service.page.status import Value, valued
from service.page.table import Column, Table
from service.page.unit import prefixed, quantity

Answer = Mapping[str, Any]
_RESISTANCE: Final = ("resistanceOhm", "resistanceErrorOhm")
_CAPACITANCE: Final = ("capacitanceFarad", "capacitanceErrorFarad")


def arcs_of(sweep: Sweep, address: Address) -> Content:
    """Return the arcs of the drawn fit, and beside them what they come to by object."""
    fit = sweep.fit
    if fit is None:
        return Content(sweep.asked.query, empty="No circuit was kept for this sweep.")
    factor, unit = sweep.scale(address)
    lowest = sweep.spectrum["lowestFrequencyHertz"]
    arcs = fit["arcs"]
    table = _arcs(arcs, fit, lowest, factor, unit) if arcs else None
    context = {"circuit": fit["circuit"], "resistances": _resistances(sweep, factor, unit)}
    return Content(sweep.asked.query, context=context, table=table)


def fits_of(sweep: Sweep, _address: Address) -> Content:
    """Return the circuits that were tried, the chosen first."""
    fits = sweep.spectrum["fits"] or []
    if not fits:
        return Content(sweep.asked.query, empty="No circuit was tried on this sweep.")
    rows = [(each, _status(each)) for each in fits]
    shown = sweep.fit["circuit"] if sweep.fit else None
    return Content(sweep.asked.query, context={"rows": rows, "shown": shown}, table=_fits(fits))


def validity_of(sweep: Sweep, _address: Address) -> Content:
    """Return whether the sweep is to be trusted, and what speaks against it."""
    test = sweep.spectrum["kramersKronig"]
    row = row_of(sweep.spectrum["test"]["impedanceValidity"], sweep.spectrum["spectrumCount"])
    if test is None and row is None:
        return Content(sweep.asked.query, empty="This sweep was not tested.")
    pairs: list[tuple[str, str]] = []
    if test:
        pairs += [
            ("Kramers-Kronig", (test["verdict"] or "not tested").replace("_", " ")),
            ("Why", test["reason"] or "nothing is held against it"),
            ("It leaves", _percent(test["rmsResidual"])),
            ("Noise", _percent(test["noise"])),
            ("Going on along frequency", _percent(test["structure"])),
            ("Points within 1 % or 3 × the noise", _percent(test["validShare"])),
            ("Outliers", str(test["outlierCount"])),
            ("Units", f"{test['unitCount']}, µ = {number(test['mu'])}"),
        ]
    if row:
        pairs += [
            ("The fit leaves", _percent(row["fitRms"])),
            ("Arcs resolved", f"{row['identifiedArcCount']} of {row['arcCount']}"),
            ("Held against its resistances", _words(row["resistanceDoubt"] or "nothing")),
            ("Status", row["status"].replace("_", " ") + _why(row["reason"])),
        ]
    return Content(sweep.asked.query, context={"pairs": pairs})


def row_of(answer: Any, spectrum_count: int) -> Answer | None:  # noqa: ANN401 # a metric's columns
    """Return the first row of a metric of a test that is of this sweep."""
    return next(iter(_rows_of(answer, spectrum_count)), None)


def _rows_of(answer: Any, spectrum_count: int) -> list[Answer]:  # noqa: ANN401 # a metric's columns
    if not answer:
        return []
    names = list(answer)
    rows = zip(*(list(answer[name]) for name in names), strict=True)
    named = (dict(zip(names, row, strict=True)) for row in rows)
    return [row for row in named if row["spectrumCount"] == spectrum_count]


def _arcs(arcs: Sequence[Answer], fit: Answer, lowest: float, factor: float, unit: str) -> Table:
    ohms = [each["resistanceOhm"] for each in arcs]
    scale, prefix = prefixed([(each or 0) * factor for each in ohms], unit)
    farads, farad = prefixed([each["capacitanceFarad"] or 0 for each in arcs], "F")
    plain = "ohm" if unit == "Ω" else "ohm_cm2"
    elements = [each["element"] for each in arcs]
    resistances = [_arc_value(each, _RESISTANCE, fit, lowest, factor * scale) for each in arcs]
    # why a number is in doubt stands beside the first of its row
    capacitances = [
        replace(_arc_value(each, _CAPACITANCE, fit, lowest, farads), reason="") for each in arcs
    ]
    peaks = [each["peakFrequencyHertz"] for each in arcs]
    exponents = [each["exponent"] for each in arcs]
    scaled = [None if each is None else each * factor for each in ohms]
    errors = [each["resistanceErrorOhm"] for each in arcs]
    return Table(
        (
            Column("element", "Element", elements, elements, numeric=False),
            Column(
                "assignment",
                "Taken for",
                [each["assignment"] for each in arcs],
                [_taken(each) for each in arcs],
                numeric=False,
            ),
            Column(f"resistance_{plain}", quantity("R", prefix), scaled, resistances),
            Column("error", "", [None if each is None else each * factor for each in errors]),
            Column(
                "capacitance_farad",
                quantity("C", farad),
                [each["capacitanceFarad"] for each in arcs],
                capacitances,
            ),
            Column(
                "peak_frequency_hertz",
                "f of its peak",
                peaks,
                [ABSENT if each is None else hertz(each) for each in peaks],
            ),
            Column("exponent", "n (no error)", exponents, [number(each) for each in exponents]),
            Column("fit_status", "", [fit["status"]] * len(arcs)),
            Column("fit_reason", "", [fit["reason"]] * len(arcs)),
        )
    )


def _taken(arc: Answer) -> str:
    taken = (arc["assignment"] or "not stated").replace("_", " ")
    return f"{taken}: {arc['unassigned']}" if arc["unassigned"] else taken


def _arc_value(
    arc: Answer, names: tuple[str, str], fit: Answer, lowest: float, factor: float
) -> Value:
    """Return a number of an arc: none where only its sum with another is known."""
    if arc["assignment"] == "not_identifiable":
        return Value("", "", "not_computable", arc["unassigned"] or "only a sum is known")
    status, reason = fit["status"], fit["reason"]
    if status == "ok" and (arc["peakFrequencyHertz"] or lowest) < lowest:
        status, reason = "low_quality", "its peak lies below the band"
    return valued(
        arc[names[0]],
        error=arc[names[1]],
        status=status,
        reason=reason,
        factor=factor,
    )


def _resistances(sweep: Sweep, factor: float, unit: str) -> Table | None:
    """Return what the chosen circuit makes of resistances by object, None where of another."""
    if not sweep.fit or not sweep.fit["chosen"]:
        return None
    rows = _rows_of(sweep.spectrum["test"]["fittedResistance"], sweep.spectrum["spectrumCount"])
    if not rows:
        return None
    values = [each["resistanceOhm"] for each in rows]
    scale, prefix = prefixed([(each or 0) * factor for each in values], unit)
    shown = [
        valued(
            each["resistanceOhm"],
            error=each["resistanceErrorOhm"],
            status=each["status"],
            reason=each["reason"],
            factor=factor * scale,
        )
        for each in rows
    ]
    things = [each["object"] for each in rows]
    names = [each.replace("_", " ") for each in things]
    return Table(
        (
            Column("object", "Object", things, names, numeric=False),
            Column("resistance_ohm", quantity("R", prefix), values, shown),
        )
    )


def _fits(fits: Sequence[Answer]) -> Table:
    """Return what was tried as a table for files; people have links in theirs."""
    names = ("circuit", "chosen", "aicc", "chiSquare", "rmsResidual", "status", "reason")
    written = ("circuit", "chosen", "aicc", "chi_square", "rms_residual", "status", "reason")
    return Table(
        tuple(
            Column(name, "", [each[key] for each in fits])
            for key, name in zip(names, written, strict=True)
        )
    )


def _status(fit: Answer) -> str:
    return str(fit["status"]).replace("_", " ")


def _percent(share: float | None) -> str:
    return ABSENT if share is None else f"{number(share * 100, digits=3)} %"


def _why(reason: str | None) -> str:
    return f": {_words(reason)}" if reason else ""


def _words(reason: str) -> str:
    return reason.replace("_", " ")
