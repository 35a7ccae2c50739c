"""GET /arrow: what can be asked for, for programs that look before they ask."""

from collections.abc import Iterable, Mapping
from importlib.metadata import version
from typing import Any, Final

from schema.relation import CYCLE, POINTS, SPECTRUM, STEP, Column
from schema.structure import DIFFRACTION, PHOTOEMISSION
from service.download import FORMATS
from service.metric.metric import Metric
from service.metric.relation import RELATIONS
from service.shown import shown
from service.state import State

INTERFACE: Final = 1
"""Counts the changes after which programs written for the former do not understand the answer."""
_ROWS: Final[Mapping[str, str]] = {
    "points": POINTS.name,
    "steps": STEP.name,
    "cycles": CYCLE.name,
    "spectra": SPECTRUM.name,
    "diffraction": DIFFRACTION.name,
    "photoemission": PHOTOEMISSION.name,
    "tests": "test",
    "cells": "cell",
}
"""The relation of each route."""


def index(state: State) -> Mapping[str, Any]:
    """Return what there is: rows and metrics with their columns, forms, version and snapshot."""
    return {
        "program": "leyden",
        "version": version("leyden"),
        "interface": INTERFACE,
        "snapshot": state.store.refresh(),
        "formats": list(FORMATS),
        "rows": [
            {
                "name": name,
                "path": f"/arrow/{name}",
                "meaning": RELATIONS[relation].meaning,
                "columns": _columns(RELATIONS[relation].columns),
            }
            for name, relation in _ROWS.items()
        ],
        "metrics": [_metric(each) for each in shown(state.metrics).values()],
    }


def _metric(metric: Metric) -> Mapping[str, Any]:
    return {
        "name": metric.name,
        "path": f"/arrow/metrics/{metric.name}",
        "title": metric.title,
        "meaning": metric.description,
        "version": metric.version,
        "main": metric.main,
        **metric.beside,
        "grain": metric.grain,
        "columns": _columns(metric.answer),
        "arguments": [
            {
                "name": each.name,
                "takes": each.takes,
                "default": each.default,
                "meaning": each.meaning,
            }
            for each in metric.takes
        ],
    }


def _columns(columns: Iterable[Column]) -> list[Mapping[str, str]]:
    return [
        {"name": each.name, "kind": each.kind, "unit": each.unit, "meaning": each.meaning}
        for each in columns
    ]
