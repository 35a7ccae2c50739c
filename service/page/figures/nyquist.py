"""Nyquist plot of sweeps: an ohm is as long across as up, and a tail crushes no arc."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.page.drawing import Drawing, Key
from service.page.figure.axis import Axis, finite
from service.page.figure.figure import WIDTHS, Figure
from service.page.figure.label import Labels
from service.page.figure.panel import Panel
from service.page.number import entered
from service.page.table import Column, Table
from service.page.unit import prefixed, quantity

Floats = NDArray[np.float64]
BEYOND_THE_ARCS: Final = 1.5
"""How far the frame reaches, over the sum of what stands in series and the arcs."""
_ROOM: Final = 0.04
_LOWEST: Final = 220
"""Pixels that a panel is high at least."""
_BESIDE: Final = 80
"""Pixels beside a panel, about."""
_NEAR_A_DECADE: Final = 0.15
"""How near to a power of ten a frequency stands for it, in decades."""
_LARGEST: Final = 1e30
"""Ohms beyond which nothing is measured."""
_SHAPES: Final = ("circle", "square", "diamond", "triangle")


@dataclass(frozen=True, slots=True)
class Curve:
    """Another fit of a sweep as a line."""

    name: str
    real: Floats
    imaginary: Floats
    kind: str = "s2"


@dataclass(frozen=True, slots=True)
class Trace:
    """A sweep to be drawn: its points, its fit as a line, and its color."""

    name: str
    frequency: Floats
    real: Floats
    imaginary: Floats
    kind: str = "s0"
    line_kind: str = "s1"
    fit_real: Floats | None = None
    fit_imaginary: Floats | None = None
    circuit: str = ""
    whole: float | None = None
    """What stands in series and all arcs, as the fit has it."""
    doubtful: NDArray[np.bool_] | None = None
    """Points beyond what the Kramers-Kronig test allows, or left out."""
    sweep: int = 0
    beside: Curve | None = None
    """Another circuit fitted to it."""


@dataclass(frozen=True, slots=True)
class Framed:
    """A Nyquist plot, and how many of its points lie beyond the frame."""

    drawing: Drawing
    beyond: int


def nyquist(
    traces: Sequence[Trace],
    *,
    whole: bool = False,
    factor: float = 1.0,
    unit: str = "Ω",
    width: str = "half",
    height: float = 350,
) -> Framed:
    """Return sweeps over one another; ``factor`` makes ohms into what ``unit`` says.

    ``height`` is the most that the panel takes, in pixels.

    Unless ``whole``, the frame holds the arcs and what lies far beyond is counted. Of a single
    sweep the decades of frequency are filled and labeled.
    """
    real, lifted = _all(traces, factor)
    limit = None if whole else _limit(traces, factor)
    scale, prefix = prefixed(_seen(real, lifted, limit), unit)
    figure = Figure("nyquist", "Nyquist plot", "", WIDTHS[width])
    wide = figure.width - _BESIDE
    tall = height / wide
    x, y = _axes(real * scale, lifted * scale, limit and limit * scale, prefix, tall)
    flat = (y.high - y.low) / (x.high - x.low) * wide
    panel = figure.panel(x, y, float(np.clip(flat, _LOWEST, height)), square=True)
    panel.level(0, dashed=False)
    single = len(traces) == 1
    for number, trace in enumerate(traces):
        _draw(panel, trace, factor * scale, "circle" if single else _SHAPES[number // 6 % 4])
    if single:
        _label_decades(panel, traces[0], factor * scale)
    across, up = real * scale, lifted * scale
    beyond = int(((across > panel.x.high) | (up > panel.y.high)).sum())
    figure.description = _in_words(traces, panel, beyond, prefix)
    caption = "An ohm is as long across as up."
    if beyond:
        caption += f" {beyond} points of tails lie beyond the frame."
    return Framed(Drawing(figure, _table(traces, factor, unit), caption, _keys(traces)), beyond)


def _all(traces: Sequence[Trace], factor: float) -> tuple[Floats, Floats]:
    if not traces:
        return np.empty(0), np.empty(0)
    real = finite(np.concatenate([each.real for each in traces])) * factor
    return real, -finite(np.concatenate([each.imaginary for each in traces])) * factor


def _limit(traces: Sequence[Trace], factor: float) -> float | None:
    """Return how far the frame reaches across; None where a sweep has no arcs to go by."""
    wholes = [each.whole for each in traces]
    known = [each for each in wholes if each is not None and 0 < each < _LARGEST]
    if not known or len(known) < len(wholes):
        return None
    return BEYOND_THE_ARCS * max(known) * factor


def _seen(real: Floats, lifted: Floats, limit: float | None) -> Floats:
    size = np.hypot(real, lifted)
    return np.array([limit]) if limit is not None else size[np.isfinite(size)].max(initial=0) / 2


def _axes(
    real: Floats, lifted: Floats, limit: float | None, unit: str, tall: float
) -> tuple[Axis, Axis]:
    """Return axes from 0 on that hold all points, those within the limit where there is one.

    ``tall`` is about how high a panel is over its width: a limited one reaches no higher, lest an
    ohm across were as short.
    """
    known = np.isfinite(real) & np.isfinite(lifted)
    within = known if limit is None else known & (real <= limit) & (lifted <= limit)
    across, up = real[within], lifted[within]
    high = float(across.max(initial=0.0)) if limit is None or within.all() else limit
    high = high or 1.0
    low = min(float(across.min(initial=0.0)), 0.0)
    top, bottom = max(float(up.max(initial=0.0)), high * 0.1), float(up.min(initial=0.0))
    if limit is not None:
        top = min(top, high * tall)
    room = (high - low) * _ROOM
    return (
        Axis(quantity("Re(Z)", unit), low - (room if low < 0 else 0), high + room),
        Axis(quantity("−Im(Z)", unit), bottom - room, top + room),
    )


def _draw(panel: Panel, trace: Trace, factor: float, shape: str) -> None:
    if trace.fit_real is not None and trace.fit_imaginary is not None:
        fitted = finite(trace.fit_real) * factor, -finite(trace.fit_imaginary) * factor
        panel.line(*fitted, trace.line_kind)
    if (other := trace.beside) is not None:
        panel.line(
            finite(other.real) * factor, -finite(other.imaginary) * factor, other.kind, dash="6 4"
        )
    across, up = finite(trace.real) * factor, -finite(trace.imaginary) * factor
    doubtful = _flags(trace)
    panel.marks(across[~doubtful], up[~doubtful], trace.kind, shape, hollow=True)
    panel.marks(across[doubtful], up[doubtful], "muted", shape, hollow=True)
    notes = [
        f"{hertz(each)}{', not valid or left out' if doubt else ''}"
        for each, doubt in zip(trace.frequency, doubtful, strict=True)
    ]
    panel.read(trace.name, across, up, trace.kind, note=notes)


def _label_decades(panel: Panel, trace: Trace, factor: float) -> None:
    chosen = _decades(trace.frequency)
    across, up = finite(trace.real) * factor, -finite(trace.imaginary) * factor
    panel.marks(across[chosen], up[chosen], trace.kind)
    labels = Labels(panel, across, up)
    for each in chosen:
        inside = across[each] <= panel.x.high and up[each] <= panel.y.high
        if inside:
            labels.put(float(across[each]), float(up[each]), hertz(float(trace.frequency[each])))


def _decades(frequency: Floats) -> list[int]:
    """Return where the points nearest to each power of ten stand."""
    with np.errstate(all="ignore"):
        logs = np.log10(frequency)
    if not np.isfinite(logs).any():
        return []
    powers = range(
        int(np.floor(np.nanmin(logs[np.isfinite(logs)]))),
        int(np.ceil(np.nanmax(logs[np.isfinite(logs)]))) + 1,
    )
    away = np.abs(logs[None] - np.array(powers)[:, None])
    away = np.where(np.isfinite(away), away, np.inf)
    nearest = away.argmin(axis=1)
    least = away[np.arange(len(powers)), nearest]
    return [int(at) for at, far in zip(nearest, least, strict=True) if far <= _NEAR_A_DECADE]


def hertz(frequency: float) -> str:
    """Return a frequency in words, to three digits."""
    factor, unit = prefixed([frequency], "Hz")
    return f"{entered(float(f'{frequency * factor:.3g}'))}\u00a0{unit}"


def _flags(trace: Trace) -> NDArray[np.bool_]:
    return trace.doubtful if trace.doubtful is not None else np.zeros(len(trace.real), bool)


def _keys(traces: Sequence[Trace]) -> list[Key]:
    if len(traces) == 1:
        (trace,) = traces
        keys = [Key(trace.kind, "circle", "measured; filled: a decade", hollow=True)]
        if trace.fit_real is not None:
            keys.append(Key(trace.line_kind, "line", f"fit of {trace.circuit}"))
        if trace.beside is not None:
            keys.append(Key(trace.beside.kind, "line", f"fit of {trace.beside.name}"))
        if _flags(trace).any():
            keys.append(Key("muted", "circle", "grey: not valid, or left out", hollow=True))
        return keys
    keys = [
        Key(each.kind, _SHAPES[number // 6 % 4], each.name, hollow=True)
        for number, each in enumerate(traces)
    ]
    if any(each.fit_real is not None for each in traces):
        keys.append(Key("muted", "line", "lines: the circuit chosen for each"))
    return keys


def _table(traces: Sequence[Trace], factor: float, unit: str) -> Table:
    def joined(parts: list[Floats]) -> Floats:
        return np.concatenate(parts) if parts else np.empty(0)

    plain = "ohm" if unit == "Ω" else "ohm_cm2"
    frequency = joined([each.frequency for each in traces])
    with np.errstate(over="ignore"):
        real = joined([each.real for each in traces]) * factor
        imaginary = joined([each.imaginary for each in traces]) * factor
    sweeps = [each.sweep for each in traces for _ in each.real]
    doubts = [bool(flag) for each in traces for flag in _flags(each)]
    shown = [f"{each:.5g}" for each in frequency], [f"{each:.5g}" for each in real]
    up = [f"{-each:.5g}".replace("-", "−") for each in imaginary]
    return Table(
        (
            Column("sweep", "Sweep", sweeps, sweeps if len(traces) > 1 else None),
            Column("frequency_hertz", "f / Hz", frequency, shown[0]),
            Column(f"real_impedance_{plain}", quantity("Re(Z)", unit), real, shown[1]),
            Column(f"imaginary_impedance_{plain}", quantity("−Im(Z)", unit), imaginary, up),
            Column("not_valid_or_left_out", "", doubts),
        )
    )


def _in_words(traces: Sequence[Trace], panel: Panel, beyond: int, unit: str) -> str:
    count = sum(len(each.real) for each in traces)
    text = f"{len(traces)} sweeps, " if len(traces) != 1 else ""
    text += f"{count} points, real part drawn from 0 to {panel.x.high:.4g} {unit}"
    return text + (f"; {beyond} points lie beyond the frame" if beyond else "")
