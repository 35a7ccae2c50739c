"""Voltage against the charge of half-cycles: each from 0, charge and discharge alike solid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.downsample import Method, chosen
from service.page.drawing import Drawing, Key
from service.page.figure.axis import spanning
from service.page.figure.figure import WIDTHS, Figure
from service.page.figure.palette import ramp_class
from service.page.number import number
from service.page.status import valued
from service.page.table import Column, Table
from service.page.unit import prefixed, quantity

Floats = NDArray[np.float64]
MOST_POINTS: Final = 30_000
"""Points of a figure; of more, the least and the greatest voltage of each stretch are drawn."""
_READ: Final = 200
"""Points of a curve that are read off."""
_DASHES: Final = {"working": "6 3", "counter": "2 2"}
_DOUBTFUL: Final = "8 2 2 2"
_ROUNDING: Final = 1e-9
"""What a sum of many intervals may differ from that of their steps, as a share."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A half-cycle: charge from 0 and voltage, and the capacity that the metric has of it."""

    cycle: int
    mode: str
    charge_ah: Floats
    volt: Floats
    capacity_ah: float
    error_ah: float
    status: str | None
    reason: str | None
    electrodes: Mapping[str, Floats] = field(default_factory=dict)
    """Own potentials of the electrodes, by which one."""

    @property
    def ends_at_its_capacity(self) -> bool:
        """Return whether it ends where the metric says, within the error stated there."""
        room = max(np.nan_to_num(self.error_ah), _ROUNDING * abs(self.capacity_ah))
        with np.errstate(invalid="ignore"):  # no end is at an infinite capacity
            return bool(abs(self.charge_ah[-1] - self.capacity_ah) <= room)


def voltage_capacity(
    curves: Sequence[Curve],
    unit: str,
    factor: float,
    *,
    notes: Sequence[str] = (),
    width: str = "half",
) -> Drawing:
    """Return curves in a unit, one color a cycle; what is doubtful is dashed and said."""
    scale, unit = prefixed([each.charge_ah[-1] * factor for each in curves], unit)
    factor *= scale
    cycles = sorted({each.cycle for each in curves})
    looks = {each: ramp_class(place, len(cycles)) for place, each in enumerate(cycles)}
    figure = Figure(
        "voltage",
        "Voltage against capacity",
        _in_words(curves, factor, unit, cycles),
        WIDTHS[width],
    )
    panel = figure.panel(
        spanning(quantity("Capacity", unit), [each.charge_ah * factor for each in curves], low=0),
        spanning(
            quantity("Voltage", "V"),
            [part for each in curves for part in (each.volt, *each.electrodes.values())],
        ),
        330,
    )
    most = MOST_POINTS // len(curves)
    points = sum(len(each.volt) for each in curves)
    for curve in curves:
        along, look = curve.charge_ah * factor, looks[curve.cycle]
        doubtful = curve.status != "ok" or not curve.ends_at_its_capacity
        few = _few(curve.volt, most if points > MOST_POINTS else len(curve.volt))
        dash = _DOUBTFUL if doubtful else ""
        panel.line(along[few], curve.volt[few], look, dash=dash)
        for name, potential in curve.electrodes.items():
            panel.line(along[few], potential[few], look, dash=_DASHES[name], width=1.1)
        some = _few(curve.volt, _READ)
        note = [_doubt(curve)] * len(some) if doubtful else None
        panel.read(
            f"cycle {curve.cycle}, {curve.mode}", along[some], curve.volt[some], look, note=note
        )
    keys = [Key(looks[each], "line", f"cycle {each}") for each in cycles]
    caption = _caption(curves, factor, unit, points, notes)
    return Drawing(figure, _table(curves, factor, unit), caption, keys)


def _few(values: Floats, most: int) -> NDArray[np.int64]:
    thinned = chosen([values], len(values), max(most, 8), Method.MINMAX)
    return np.arange(len(values)) if thinned is None else thinned


def _doubt(curve: Curve) -> str:
    """Return why a curve is doubtful."""
    if curve.status != "ok":
        return f"{curve.status}: {curve.reason}".replace("_", " ")
    return "it does not end at the capacity of its half-cycle, some of which it does not show"


def _caption(
    curves: Sequence[Curve], factor: float, unit: str, points: int, notes: Sequence[str]
) -> str:
    sentences = ["Each half-cycle from 0, rests left out."]
    sentences += ["By trapezoid within a step, to the charge that the step passed.", *notes]
    if any(each.electrodes for each in curves):
        sentences.append(
            "Dashed: the working electrode against the reference; dotted: the counter."
        )
    if points > MOST_POINTS:
        sentences.append(f"Of {points:,} points the least and greatest of each stretch are drawn.")
    for each in curves:
        if each.status != "ok" or not each.ends_at_its_capacity:
            ends = f"ends at {number(each.charge_ah[-1] * factor)} {unit}"
            sentences.append(
                f"Cycle {each.cycle}, {each.mode} (dash and dot) {ends}: {_doubt(each)}."
            )
    return " ".join(sentences)


def _table(curves: Sequence[Curve], factor: float, unit: str) -> Table:
    """Return all points for files, and a row a half-cycle for people."""
    sizes = [len(each.volt) for each in curves]

    def repeated(values: Sequence[object]) -> list[object]:
        pairs = zip(values, sizes, strict=True)
        return [value for value, size in pairs for _ in range(size)]

    shown = [
        valued(
            each.capacity_ah * factor if np.isfinite(each.capacity_ah) else None,
            error=each.error_ah * factor if np.isfinite(each.error_ah) else None,
            status=each.status,
            reason=each.reason,
        )
        for each in curves
    ]
    charges = np.concatenate([each.charge_ah for each in curves])
    electrodes = {name for each in curves for name in each.electrodes}
    return Table(
        (
            Column(
                "cycle",
                "Cycle",
                repeated([each.cycle for each in curves]),
                [each.cycle for each in curves],
            ),
            Column(
                "way",
                "Way",
                repeated([each.mode for each in curves]),
                [each.mode for each in curves],
                numeric=False,
            ),
            Column("charge_ah", quantity("Capacity", unit), charges, shown),
            Column(
                "ends_at",
                f"{quantity('The curve ends at', unit)} (no error)",
                np.concatenate([np.full(len(each.volt), each.charge_ah[-1]) for each in curves]),
                [number(each.charge_ah[-1] * factor) for each in curves],
            ),
            Column("voltage_volt", "", np.concatenate([each.volt for each in curves])),
            *(
                Column(
                    f"{name}_potential_volt",
                    "",
                    np.concatenate(
                        [
                            each.electrodes.get(name, np.full(len(each.volt), np.nan))
                            for each in curves
                        ]
                    ),
                )
                for name in _DASHES
                if name in electrodes
            ),
        )
    )


def _in_words(curves: Sequence[Curve], factor: float, unit: str, cycles: Sequence[int]) -> str:
    ends = "; ".join(
        f"cycle {each.cycle} {each.mode} to {each.charge_ah[-1] * factor:.4g} {unit}"
        for each in curves
    )
    return f"{len(cycles)} cycles. {ends}"
