"""Current against potential of a test that scans it, and the peaks that are found in it."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from starlette.requests import Request

from service.page.address import Address
from service.page.ask import ask, floats
from service.page.figures.voltammogram import Found, Scans, voltammogram
from service.page.section import Content, Section
from service.page.status import Value, valued
from service.page.table import Column, Table
from service.page.unit import prefixed, quantity

TECHNIQUES: Final = frozenset({"CV", "LSV"})
"""What scans a potential, in the one vocabulary of techniques."""


async def _show(request: Request, test: int, _address: Address) -> Content:
    asked = await ask(request, "test_voltammogram", id=test)
    for name in ("series", "steps", "voltammetryPeak", "voltammetryCouple"):
        if fault := asked.fault("test", name):
            return Content(asked.query, fault=fault)
    found = asked.data["test"]
    scans = _scans(found)
    if scans is None:
        return Content(asked.query, empty="It has no scan with potential and current.")
    peaks = found["voltammetryPeak"]
    drawn = voltammogram(scans, _found(peaks), notes=_couples(found["voltammetryCouple"]))
    table = _table(peaks) if len(peaks["status"]) else None
    traces = [found[each]["trace"] for each in ("voltammetryPeak", "voltammetryCouple")]
    return Content(asked.query, (drawn,), table=table, traces=traces)


def _scans(found: Mapping[str, Any]) -> Scans | None:
    """Return the points of the steps that scan, None where there are none."""
    series, steps = found["series"], found["steps"]
    if not series or series["currentAmpere"] is None:
        return None
    working = "working_potential_volt" in series["columnNames"]
    volt = series["workingPotentialVolt" if working else "voltageVolt"]
    if volt is None:
        return None
    scan_of = {
        int(step): int(cycle)
        for step, cycle, mode in zip(
            steps["stepCount"], steps["cycleCount"], steps["mode"], strict=True
        )
        if mode == "voltammetry"
    }
    step = np.asarray(series["stepCount"], np.int64)
    scanned = np.isin(step, list(scan_of))
    if not scanned.any():
        return None
    number = np.array([scan_of[each] for each in step[scanned].tolist()], np.int64)
    return Scans(number, floats(volt)[scanned], floats(series["currentAmpere"])[scanned])


def _found(peaks: Mapping[str, Any]) -> list[Found]:
    columns = ("cycleCount", "status")
    numbers = ("peakVolt", "topAmpere", "baselineAmpere")
    rows = zip(
        *(list(peaks[name]) for name in columns),
        *(floats(peaks[name]).tolist() for name in numbers),
        strict=True,
    )
    return [
        Found(place, int(scan), volt, top, baseline, status)
        for place, (scan, status, volt, top, baseline) in enumerate(rows, 1)
    ]


def _couples(couples: Mapping[str, Any]) -> list[str]:
    """Return what is to be said of the first couple, and how many others there are."""
    count = len(couples["status"])
    if not count:
        return []
    middle, error, apart = (
        floats(couples[name])[0] for name in ("halfWaveVolt", "halfWaveErrorVolt", "separationVolt")
    )
    text = f"E½ {_voltage(middle, error).text} V, peaks {1000 * apart:.3g} mV apart"
    doubt = "" if couples["status"][0] == "ok" else f" ({couples['reason'][0]})"
    more = f", and {count - 1} couple{'s' if count > 2 else ''} more" if count > 1 else ""
    return [f"{text}{doubt}{more}."]


def _table(peaks: Mapping[str, Any]) -> Table:
    count = len(peaks["status"])
    scale, unit = prefixed(floats(peaks["topAmpere"]), "A")
    ampere, error = floats(peaks["peakAmpere"]), floats(peaks["peakErrorAmpere"])
    volt, volt_error = floats(peaks["peakVolt"]), floats(peaks["peakErrorVolt"])
    half = floats(peaks["halfWidthVolt"])
    rate = floats(peaks["scanRateVoltPerSecond"])
    status, reason = list(peaks["status"]), list(peaks["reason"])
    currents = [
        valued(_known(a), error=_known(e), status=s, reason=r, factor=scale)
        for a, e, s, r in zip(ampere.tolist(), error.tolist(), status, reason, strict=True)
    ]
    scans, modes = list(peaks["cycleCount"]), list(peaks["mode"])
    methods = [each or "" for each in peaks["method"]]
    return Table(
        (
            Column("number", "Peak", list(range(1, count + 1)), list(range(1, count + 1))),
            Column("scan", "Scan", scans, scans),
            Column("way", "Way", modes, modes, numeric=False),
            Column(
                "peak_volt",
                quantity("Peak", "V"),
                volt,
                [_voltage(*each) for each in zip(volt.tolist(), volt_error.tolist(), strict=True)],
            ),
            Column("peak_ampere", quantity("Peak", unit), ampere, currents),
            Column(
                "half_width_volt",
                "|Ep − Ep/2| / V",
                half,
                [_voltage(each) if np.isfinite(each) else "" for each in half.tolist()],
            ),
            Column("method", "From", methods, methods, numeric=False),
            Column(
                "scan_rate_volt_per_second",
                "Scan rate / mV/s",
                rate,
                [f"{1000 * each:.4g}" if np.isfinite(each) else "" for each in rate.tolist()],
            ),
            Column("peak_error_volt", "", volt_error),
            Column("peak_error_ampere", "", error),
            Column("status", "", status),
            Column("reason", "", reason),
        )
    )


def _voltage(value: float, error: float = np.nan) -> Value:
    """Return a number for people; one that is not known says so."""
    return valued(_known(value), error=_known(error))


def _known(value: float) -> float | None:
    return value if np.isfinite(value) else None


SECTION: Final = Section("voltammogram", "Voltammogram", _show, width="whole")
