"""What was found of regions, as rows of schema.analysis.photoemission: nan is null."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

import numpy as np
import pyarrow as pa

from ingest.analysis.photoemission.area import SHIRLEY, TOUGAARD, Area, areas
from ingest.analysis.photoemission.component import Components, components
from ingest.analysis.photoemission.region import Region, Regions
from ingest.analysis.photoemission.strength import OTHER_BACKGROUND, Strength, strength
from ingest.analysis.photoemission.window import Window, looked_for
from schema.analysis.layout import Layout
from schema.analysis.photoemission import PHOTOEMISSION_LAYOUTS
from schema.photoemission.line import Line, Sensitivity, lines

Row = dict[str, Any]

_LAYOUT: Layout = PHOTOEMISSION_LAYOUTS["emission"]
_SURE = 3.0
"""By how many errors a line of a survey must stand out to have an area."""


def emission_rows(regions: Regions, known: Sensitivity) -> pa.Table:
    """Return a row per region."""
    with np.errstate(all="ignore"):  # damaged numbers show in what comes of them
        rows = [_row(each, known) for each in regions.regions]
    return pa.Table.from_pylist(rows, schema=_LAYOUT.arrow)


def _row(region: Region, known: Sensitivity) -> Row:
    row: Row = {
        "region_count": region.count,
        "survey": region.line is None,
        "line": region.line.name if region.line else None,
        "gain": region.gain,
        "energy_shift_ev": region.shift_ev,
        "status": "ok",
        **{each.name: [] for each in _LAYOUT.lists},
    }
    if region.fault:
        return _known({**row, "status": "not_computable", "reason": region.fault})
    if region.count_scale == "none":
        row |= {"status": "low_quality", "reason": "no_counting_statistics"}
    elif region.count_scale == "estimated":
        row |= {"status": "low_quality", "reason": "count_scale_estimated"}
    divided = {line.name: strength(region, line, known) for line in lines()}
    windows = [each for each in (looked_for(region, line) for line in lines()) if each]
    found = [each for line in _measured(region, windows) for each in _areas(region, line)]
    chosen = _chosen(found, known.background)
    resolved = {
        id(area): components(region, area)
        for area in found
        if region.line is area.line and area.background == SHIRLEY
    }
    return _known(
        {
            **row,
            "emission_area": [
                _area(region, each, divided[each.line.name], known, chosen=each in chosen)
                for each in found
            ],
            "emission_background": [
                one for each in found for one in _levels(region, each, resolved.get(id(each)))
            ],
            "emission_window": [_window(region, each, divided[each.line.name]) for each in windows],
            "emission_component": [
                one for each in resolved.values() if each is not None for one in _parts(each)
            ],
        }
    )


def _measured(region: Region, windows: Sequence[Window]) -> list[Line]:
    """Return lines that have an area: that of the region, or those that a survey shows."""
    if region.line is not None:
        return [region.line] if region.covers(*_heart(region.line)) else []
    return [
        each.line
        for each in windows
        if not each.reason
        and each.net > _SURE * each.net_error
        and region.covers(each.line.lowest_ev, each.line.highest_ev)
    ]


def _heart(line: Line) -> tuple[float, float]:
    """Return what a region must cover to have a line at all."""
    return line.binding_energy_ev - line.width_ev, line.binding_energy_ev + line.width_ev


def _areas(region: Region, line: Line) -> list[Area]:
    return areas(region, line, whole=region.line is line)


def _chosen(found: Sequence[Area], background: str) -> list[Area]:
    """Return one area of each line: by that background, any is Tougaard's, where it can be had."""
    preferred = TOUGAARD if background == "any" else background
    best: dict[str, Area] = {}
    for each in found:
        if each.status != "not_computable" and (
            each.line.name not in best or each.background == preferred
        ):
            best[each.line.name] = each
    return list(best.values())


def _area(
    region: Region, area: Area, divided: Strength, known: Sensitivity, *, chosen: bool
) -> Row:
    energy = region.binding_ev[area.points]
    other = known.background not in {"any", area.background}
    reasons = (area.reason, divided.reason, OTHER_BACKGROUND if other else "")
    doubts = [each for each in reasons if each]
    verdict = area.status
    if doubts and verdict == "ok":
        verdict = "low_quality"
    return _known(
        {
            "emission_line": area.line.name,
            "line_element": area.line.element,
            "background": area.background,
            "chosen": chosen,
            "lowest_ev": float(energy[0]) if energy.size else None,
            "highest_ev": float(energy[-1]) if energy.size else None,
            "area": area.value,
            "area_error": area.error,
            "background_gain": area.gain,
            "sensitivity_set": known.name,
            "sensitivity": divided.sensitivity,
            "transmission": divided.transmission,
            "transmission_told": divided.transmission_told,
            "path_model": divided.path_model,
            "path": divided.path,
            "angular_factor": divided.angular_factor,
            "counting_time_second": divided.counting_time_second,
            "amount": area.value / divided.divisor,
            "amount_error": area.error / divided.divisor,
            "amount_systematic": divided.systematic,
            "verdict": verdict,
            "doubt": "; ".join(doubts) or None,
        }
    )


def _levels(region: Region, area: Area, resolved: Components | None) -> list[Row]:
    if not area.level.size:
        return []
    energy = (region.binding_ev[area.points] - region.shift_ev).tolist()
    model = [None] * len(energy) if resolved is None else resolved.model.tolist()
    return [
        {
            "emission_line": area.line.name,
            "background": area.background,
            "binding_energy_ev": at,
            "level": level,
            "model": whole,
        }
        for at, level, whole in zip(energy, area.level.tolist(), model, strict=True)
    ]


def _window(region: Region, window: Window, divided: Strength) -> Row:
    counted = not window.reason
    return _known(
        {
            "emission_line": window.line.name,
            "line_element": window.line.element,
            "overlapped_by": ",".join(window.line.overlapped_by) or None,
            "lowest_ev": window.lowest_ev,
            "highest_ev": window.highest_ev,
            "channel_count": window.channels if counted else None,
            "side_count": window.sides if counted else None,
            "net_count": window.net,
            "net_error_count": window.net_error,
            "sensitivity": divided.sensitivity,
            "amount_per_count": region.gain * region.step_ev / divided.divisor,
            "scanned": counted,
            "doubt": window.reason or None,
        }
    )


def _parts(found: Components) -> list[Row]:
    whole = float(found.area.sum())
    return [
        _known(
            {
                "emission_line": found.line.name,
                "line_element": found.line.element,
                "component_count": place + 1,
                "energy_ev": float(found.energy_ev[place]),
                "energy_error_ev": float(found.energy_error_ev[place]),
                "area": float(found.area[place]),
                "area_error": float(found.area_error[place]),
                "area_share": float(found.area[place]) / whole,
                "width_ev": found.width_ev,
                "width_error_ev": found.width_error_ev,
                "lorentz_share": found.share,
                "chi_square": found.chi_square,
                "aicc": found.criterion,
                "doubt": found.doubt or None,
            }
        )
        for place in range(len(found.area))
    ]


def _known(row: Mapping[str, Any]) -> Row:
    """Return a row whose numbers that are none are null."""
    return {
        name: None if isinstance(value, float) and not isfinite(value) else value
        for name, value in row.items()
    }
