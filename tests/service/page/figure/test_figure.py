"""Figures: whatever is drawn, the picture is well formed and lies within its frame."""

import json
import xml.etree.ElementTree as ET
from math import inf, log10

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from service.page.figure.axis import spanning
from service.page.figure.figure import Figure
from service.page.figure.tick import linear_labels, linear_ticks, log_ticks

VALUES = st.lists(
    st.floats(-1e300, 1e300) | st.sampled_from((np.nan, inf, -inf, 0.0, 1e-300)), max_size=40
)
SVG = "{http://www.w3.org/2000/svg}"


@given(VALUES, st.booleans(), st.booleans())
@example([1.0], False, False)  # noqa: FBT003 # as drawn
@example([5.0, 5.0, 5.0], True, False)  # noqa: FBT003 # as drawn
def test_any_values_give_a_picture_that_is_well_formed(
    values: list[float],
    log: bool,
    square: bool,  # drawn
) -> None:
    numbers = np.array(values, float)
    figure = Figure("any", 'a <title> & "more"', "it's <this>")
    axes = spanning("x / s", [numbers], log=log), spanning("y / V", [numbers], log=log)
    panel = figure.panel(*axes, 200, square=square)
    panel.line(numbers, numbers, "s0")
    panel.steps(numbers, numbers, "s1")
    panel.band(numbers, numbers - 1, numbers + 1, "r2")
    panel.marks(numbers, numbers, "s3", "diamond", hollow=True, error=np.abs(numbers) / 10)
    panel.level(0.0, "<zero>")
    panel.upright(0.0, "here")
    panel.read("all & <some>", numbers, numbers, "s0", note=["<"] * len(numbers))
    svg = figure.svg(alone=True)
    root = ET.fromstring(svg)  # noqa: S314 # our own
    assert root.tag == f"{SVG}svg"
    assert "nan" not in svg.replace("name", "")
    assert "inf" not in svg
    assert "style=" not in svg
    readings = figure.readings()
    assert "<" not in readings
    json.loads(readings)


@given(st.floats(-1e12, 1e12), st.floats(1e-6, 1e12), st.integers(2, 12))
def test_ticks_are_round_within_and_few(low: float, span: float, most: int) -> None:
    high = low + span
    assume(high - low > abs(low) * 1e-9)
    ticks = linear_ticks(low, high, most)
    assert len(ticks) <= most + 1
    room = span * 1e-6
    assert all(low - room <= each <= high + room for each in ticks)
    assert len(set(linear_labels(ticks))) == len(ticks)
    if len(ticks) > 1:
        step = ticks[1] - ticks[0]
        digit = step / 10 ** np.floor(log10(step) + 1e-9)
        assert min(abs(digit - each) for each in (1, 2, 5, 10)) < 1e-3


@given(st.floats(1e-12, 1e12), st.floats(1.01, 1e15), st.integers(2, 12))
def test_logarithmic_ticks_lie_within(low: float, factor: float, most: int) -> None:
    ticks = log_ticks(low, low * factor, most)
    assert ticks
    assert all(low * (1 - 1e-6) <= each <= low * factor * (1 + 1e-6) for each in ticks)


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_a_square_panel_has_one_length_for_a_unit(
    left: float, across: float, bottom: float, up: float
) -> None:
    figure = Figure("square", "t", "d")
    x, y = spanning("Re", [[left, left + across]]), spanning("Im", [[bottom, bottom + up]])
    panel = figure.panel(x, y, 300, square=True)
    of_x = panel.width / (panel.x.high - panel.x.low)
    of_y = panel.height / (panel.y.high - panel.y.low)
    assert abs(of_x / of_y - 1) < 1e-6
    assert panel.x.low <= x.low
    assert panel.x.high >= x.high
    assert panel.y.high >= y.high


def test_what_is_drawn_stands_where_its_value_is() -> None:
    figure = Figure("place", "t", "d")
    panel = figure.panel(spanning("x", [[0, 10]], room=0), spanning("y", [[0, 4]], room=0), 100)
    assert panel.across([0, 5, 10]).tolist() == [
        panel.left,
        panel.left + panel.width / 2,
        panel.left + panel.width,
    ]
    assert panel.up([0, 1, 4]).tolist() == [panel.top + 100, panel.top + 75, panel.top]


def test_no_panel_comes_after_something_is_drawn() -> None:
    figure = Figure("late", "Late", "a panel too late")
    across = spanning("t", [[0.0, 1.0]])
    figure.panel(across, spanning("U", [[0.0, 1.0]]), 100).line([0.0, 1.0], [0.0, 1.0], "s0")
    with pytest.raises(ValueError, match="before anything is drawn"):
        figure.panel(across, spanning("I", [[0.0, 123456.0]]), 100)
