"""What is measured once a cycle, over cycles: kinds of cycle apart, errors as bars, CE above."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from service.page.drawing import Drawing, Key
from service.page.figure.axis import spanning
from service.page.figure.figure import WIDTHS, Figure
from service.page.figure.palette import SERIES, series_class
from service.page.figure.panel import Panel
from service.page.figures.course import (
    MOST_MARKS,
    Chosen,
    Course,
    Floats,
    Measured,
    at_bottom,
    few,
    notes,
    placed,
    whole,
)
from service.page.figures.efficiency import KIND, draw_efficiencies, upper_panel
from service.page.status import Value, counted, valued
from service.page.table import Column, Table
from service.page.unit import prefixed, quantity

MOST_ROWS: Final = 1_000
"""Rows of a table for people; files have all."""
_SHAPES: Final = ("circle", "square", "triangle", "down")


def capacity(
    course: Course,
    measured: Measured,
    efficiency: Measured,
    *,
    width: str = "wide",
    from_zero: bool = False,
    loss: bool = False,
) -> Drawing:
    """Return both panels over cycles.

    Marks of low quality are hollow, what is not comparable is a hollow diamond on the axis, what is
    not computable has no mark and is counted. ``loss`` draws 100 % less the efficiency, on a
    logarithmic axis.
    """
    factor, unit = prefixed(measured.value, measured.unit)
    with np.errstate(over="ignore"):
        values, errors = measured.value * factor, measured.error * factor
    figure = Figure(
        "capacity",
        f"{measured.label} and Coulombic efficiency",
        _in_words(values, unit, measured),
        WIDTHS[width],
    )
    start = 0 if course.from_first and len(course.along) else None
    across = spanning(course.along_label, [course.along], low=start)
    above, left_out = upper_panel(figure, across, efficiency, loss=loss)
    level = [] if course.level is None else [course.level[0] * factor]
    drawn = placed(measured.status)
    below = figure.panel(
        across,
        spanning(
            quantity(measured.label, unit),
            [(values - _known(errors))[drawn], (values + _known(errors))[drawn]],
            low=0 if from_zero else None,
            include=level,
        ),
        240,
    )
    draw_efficiencies(above, course, efficiency, loss=loss)
    if course.level is not None:
        below.level(level[0], course.level[1])
    if course.knee is not None:
        at, low, high = course.knee
        below.shade(
            low if np.isfinite(low) else across.low, high if np.isfinite(high) else across.high
        )
        below.upright(at, "knee")
    keys = _draw_kinds(below, course, measured, values, errors)
    _ring(below, course, values, drawn)
    keys += _legend(course, measured, efficiency, loss=loss)
    said, count = counted(measured.status), len(values)
    thinned = f"Of {count:,} cycles the least and greatest of each stretch are drawn."
    caption = [
        "Bars: the most that a value may be off."
        if np.isfinite(errors).any()
        else "It is given without an error.",
        *([f"{said.capitalize()}."] if said else []),
        *([thinned] if count > MOST_MARKS else []),
        *left_out,
        *course.notes,
    ]
    shown = _values(values, errors, measured, min(len(values), MOST_ROWS))
    table = _table(course, measured, efficiency, quantity(measured.label, unit), shown)
    return Drawing(figure, table, " ".join(caption), keys)


def _draw_kinds(
    panel: Panel, course: Course, measured: Measured, values: Floats, errors: Floats
) -> list[Key]:
    keys = []
    status = np.array([each or "" for each in measured.status], dtype=object)
    stands = placed(measured.status)
    kinds = list(dict.fromkeys(course.kind))
    for number, kind in enumerate(kinds):
        of_kind = np.array([each == kind for each in course.kind], bool)
        look, shape = series_class(_color(number)), _SHAPES[number % len(_SHAPES)]
        for hollow in (False, True):
            seen = of_kind & stands & ((status != "ok") == hollow)
            some = few(seen, values)
            at = course.along[some], values[some]
            panel.marks(*at, look, shape, hollow=hollow, error=errors[some])
        some = few(of_kind, values)
        panel.read(
            kind or "kind not known",
            course.along[some],
            values[some],
            look,
            error=errors[some],
            note=notes(course, measured, some),
            pick=whole(course.number[some]),
        )
        roles = {role for role, is_in in zip(course.role, of_kind, strict=True) if is_in and role}
        named = ", ".join(sorted(roles)).replace("_", " ")
        said = f" ({named})" if len(kinds) > 1 and named else ""
        cycles = int(of_kind.sum())
        keys.append(
            Key(
                look,
                shape,
                f"{kind or 'kind not known'}{said}: {cycles} cycle{'' if cycles == 1 else 's'}",
            )
        )
    aside = status == "not_comparable"
    some = few(aside, course.along)
    panel.marks(course.along[some], at_bottom(panel, some), "muted", "diamond", hollow=True)
    return keys


def _legend(
    course: Course, measured: Measured, efficiency: Measured, *, loss: bool
) -> Sequence[Key]:
    keys = []
    if any(each not in {"ok", "not_comparable", "not_computable"} for each in measured.status):
        keys.append(Key("muted", "circle", "hollow: low quality, reason in the table", hollow=True))
    if "not_comparable" in (*measured.status, *efficiency.status):
        keys.append(Key("muted", "diamond", "on the axis: not comparable", hollow=True))
    off = "" if loss else "; ▲ ▼ off the scale"
    keys.append(Key(KIND, "diamond", f"Coulombic efficiency{off}"))
    if set(course.picked) & set(whole(course.number)):
        keys.append(Key("muted", "circle", "ring: chosen, its voltage is drawn below", hollow=True))
    return keys


def _ring(panel: Panel, course: Course, values: Floats, drawn: Chosen) -> None:
    """Draw a ring around the cycles that were chosen."""
    seen = np.isin(course.number, list(course.picked)) & drawn
    panel.marks(course.along[seen], values[seen], "muted", "circle", hollow=True, radius=6)


def _color(number: int) -> int:
    """Return the color of a kind: that of the efficiencies is left to them."""
    others = [each for each in range(len(SERIES)) if series_class(each) != KIND]
    return others[number % len(others)]


def _known(errors: Floats) -> Floats:
    return np.nan_to_num(errors, nan=0.0, posinf=0.0)


def _table(
    course: Course, measured: Measured, efficiency: Measured, head: str, shown: Sequence[Value]
) -> Table:
    rows = len(shown)
    cycles = [int(each) if np.isfinite(each) else None for each in course.number.tolist()]
    along = (
        ()
        if course.along_label == "Cycle"
        else (
            Column(
                _plain(course.along_label),
                course.along_label,
                course.along,
                [f"{each:.5g}" for each in course.along[:rows]],
            ),
        )
    )
    return Table(
        (
            Column("cycle", "Cycle", cycles, cycles[:rows]),
            *along,
            Column("kind", "Kind", course.kind, course.kind[:rows], numeric=False),
            Column(measured.name, head, measured.value, shown),
            Column("error", "", measured.error),
            Column("status", "", measured.status),
            Column("reason", "", measured.reason),
            Column(
                "coulombic_efficiency",
                "CE / %",
                efficiency.value,
                _values(efficiency.value * 100, efficiency.error * 100, efficiency, rows),
            ),
            Column("coulombic_efficiency_error", "", efficiency.error),
            Column("coulombic_efficiency_status", "", efficiency.status),
            Column("coulombic_efficiency_reason", "", efficiency.reason),
        ),
        cut=rows < len(cycles),
    )


def _values(values: Floats, errors: Floats, measured: Measured, rows: int) -> list[Value]:
    return [
        valued(_number(value), error=_number(error), status=status, reason=reason)
        for value, error, status, reason in zip(
            values[:rows].tolist(),
            errors[:rows].tolist(),
            measured.status[:rows],
            measured.reason[:rows],
            strict=True,
        )
    ]


def _plain(label: str) -> str:
    """Return a label as a name in a file: ``Time / h`` is time_h."""
    letters = [each.lower() if each.isalnum() else "_" for each in label.replace("·", "")]
    return "_".join(filter(None, "".join(letters).split("_")))


def _number(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _in_words(values: Floats, unit: str, measured: Measured) -> str:
    numbers = values[np.isfinite(values)]
    if not numbers.size:
        return f"{len(values)} cycles, none with a value"
    said = counted(measured.status)
    span: list[Any] = [f"{len(values)} cycles", f"{numbers[0]:.4g} to {numbers[-1]:.4g} {unit}"]
    return ", ".join([*span, said] if said else span)
