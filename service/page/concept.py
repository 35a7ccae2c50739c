"""The pictures of docs/concepts.md: what the words mean, drawn of numbers made for them."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Final

import numpy as np

from service.page.figure.axis import Axis
from service.page.figure.figure import Figure

_LENGTH_HOUR: Final = (2.0, 0.3, 1.9, 0.3)
"""A charge, a rest, a discharge, a rest."""


def pictures() -> Mapping[str, str]:
    """Return each picture as SVG, by the name of its file."""
    drawn = (_cycle(), _kind(), _error(), _status(), _verdict(), _snapshot())
    return {f"concept-{figure.name}.svg": f"{figure.svg(alone=True)}\n" for figure in drawn}


def _cycle() -> Figure:
    figure = Figure(
        "cycle", "A cycle", "Two cycles: each is a half-cycle of charge and one of discharge"
    )
    turns = np.concatenate([[0], np.cumsum(_LENGTH_HOUR * 2)])
    across = Axis("Time / h", 0, float(turns[-1]))
    voltage = figure.panel(across, Axis("Voltage / V", 2.4, 4.2), 130)
    current = figure.panel(across, Axis("Current / mA", -1.5, 1.5), 80)
    for number, (start, end) in enumerate(pairwise(turns.tolist())):
        part = np.linspace(0, 1, 60)
        time, step = start + part * (end - start), number % 4
        volt = (
            3.3 + 0.2 * part + 0.5 * part**12,
            3.45 + 0.55 * np.exp(-5 * part),
            3.4 - 0.2 * part - 0.6 * part**12,
            3.25 - 0.65 * np.exp(-5 * part),
        )[step]
        voltage.line(time, volt, "s0")
        current.steps([start, end], [(1.0, 0.0, -1.0, 0.0)[step]] * 2, "s1")
        if step in {0, 2}:
            label = ("charge", -0.9) if step == 0 else ("discharge", 0.5)
            current.label(start, label[1], label[0], up=0)
    for number, turn in enumerate(turns[:-1:4]):
        voltage.upright(float(turn), f"cycle {number + 1}")
    return figure


def _kind() -> Figure:
    figure = Figure(
        "kind", "Kinds of cycle", "Formation, check-up and main cycles, each with its own retention"
    )
    panel = figure.panel(Axis("Cycle", 0, 62), Axis("Discharge capacity / mA·h g⁻¹", 125, 175), 190)
    cycle = np.arange(1, 61)
    formation, check_up = cycle <= 3, (cycle > 3) & (cycle % 15 == 0)
    main = ~formation & ~check_up
    fading = 152 - 0.22 * cycle
    for chosen, more, look, shape, name, at in (
        (formation, 14.0, "s2", "triangle", "formation, CC 0.02 mA", 1),
        (check_up, 12.0, "s1", "square", "check-up, CC 0.05 mA", 30),
        (main, 0.0, "s0", "circle", "main, CC 0.5 mA", 24),
    ):
        panel.marks(cycle[chosen], fading[chosen] + more, look, shape)
        panel.label(at, float(fading[at - 1]) + more, name, up=12)
    return figure


def _error() -> Figure:
    figure = Figure(
        "error",
        "The bracket of a charge",
        "Between two samples the current may have been either: the shaded area is open",
    )
    panel = figure.panel(Axis("Time / s", 0, 100), Axis("Current / mA", 0, 1.1), 170)
    time = np.array([0.0, 8, 18, 30, 45, 64, 100])
    sampled = np.exp(-time / 32)
    fine = np.linspace(0, 100, 200)
    edges = np.repeat(time, 2)[1:-1]
    panel.band(edges, np.repeat(sampled[1:], 2), np.repeat(sampled[:-1], 2), "s1")
    panel.line(fine, np.exp(-fine / 32), "muted", dash="2 2")
    panel.marks(time, sampled, "s0")
    panel.label(45, 0.62, "shaded: from the least to the greatest charge", up=0)
    panel.label(45, 0.52, "the error is half of it", up=0)
    return figure


def _status() -> Figure:
    words = (
        "ok",
        "low_quality",
        "censored",
        "not_comparable",
        "not_computable",
    )
    figure = Figure("status", "What a status looks like", "; ".join(words))
    panel = figure.panel(
        Axis("Life / h", 0, 1000),
        Axis("", len(words) - 0.5, -0.5, marked=tuple(enumerate(words))),
        170,
    )
    panel.marks([350], [0], "s0")
    panel.marks([310], [1], "s0", hollow=True)
    panel.line([0, 820], [2, 2], "s0")
    panel.marks([820], [2], "s0", "right", radius=4)
    panel.marks([15], [3], "s0", "diamond", hollow=True)
    for x, y, text in (
        (350, 0, "350 h"),
        (310, 1, "○ 310 h, and why it is doubted"),
        (820, 2, "≥ 820 h"),
        (15, 3, "◇ and why; in no mean"),
        (0, 4, "– and which fact is missing"),
    ):
        panel.label(x, y, text, across=12, up=-4)
    return figure


def _verdict() -> Figure:
    words = ("supported", "contradicted", "untestable")
    figure = Figure("verdict", "Verdicts", "What was recomputed is within what was claimed, or not")
    panel = figure.panel(
        Axis("Conductivity / 10⁻⁴ S cm⁻¹", 0, 4),
        Axis("", 2.5, -0.5, marked=tuple(enumerate(words))),
        130,
    )
    panel.band([1.8, 2.2], [2.5, 2.5], [-0.5, -0.5], "s2")
    for row, (low, middle, high, look, shape) in enumerate(
        ((1.9, 2.05, 2.2, "s2", "circle"), (2.9, 3.1, 3.3, "s1", "diamond"))
    ):
        panel.line([low, high], [row, row], look)
        panel.marks([middle], [row], look, shape)
    panel.label(2.2, 2, "nothing to compute it from", up=-4)
    panel.label(2.2, -0.25, "shaded: what was claimed", up=-4)
    return figure


def _snapshot() -> Figure:
    words = ("base", "delta", "answer")
    figure = Figure(
        "snapshot", "Base and delta", "An answer joins the base with what changed since it was made"
    )
    panel = figure.panel(
        Axis("Snapshot", 0, 100), Axis("", 2.5, -0.5, marked=tuple(enumerate(words))), 130
    )
    for row, start, end, look in ((0, 0, 80, "s0"), (1, 80, 96, "s1"), (2, 0, 80, "s0")):
        panel.line([start, end], [row, row], look, width=9)
    panel.line([80, 96], [2, 2], "s1", width=9)
    panel.upright(80, "base made")
    panel.upright(96)
    return figure
