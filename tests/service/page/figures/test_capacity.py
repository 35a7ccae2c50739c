"""What is measured once a cycle: every status is drawn as it is, whatever the numbers are."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.page.drawing import Drawing
from service.page.figures.capacity import MOST_ROWS, capacity
from service.page.figures.course import MOST_MARKS, Course, Measured
from tests.law import law

STATUSES = ("ok", "low_quality", "not_comparable", "not_computable", "censored", None)
NUMBER = st.floats(-1e300, 1e300) | st.sampled_from((np.nan, np.inf, -np.inf, 0.0, 1e-300))
ROW = st.tuples(
    NUMBER, NUMBER, NUMBER, st.sampled_from(STATUSES), st.sampled_from((None, "CC <1> A", "CP"))
)


def measured(
    values: Sequence[float], status: Sequence[Any], error: Sequence[float] | None = None
) -> Measured:
    return Measured(
        "discharge_capacity_ah",
        "Discharge capacity",
        "A·h",
        np.array(values, float),
        np.array(error if error is not None else [0.01] * len(values), float),
        list(status),
        ["gap & <more>" if each != "ok" else None for each in status],
    )


def drawn(values: Sequence[float], status: Sequence[Any], **how: Any) -> Drawing:  # noqa: ANN401 # as capacity takes it
    count = len(values)
    number = np.arange(1.0, count + 1)
    course = Course(number, "Cycle", number, ["CC 1 A"] * count, ["main"] * count)
    efficiency = measured([0.99] * count, ["ok"] * count)
    return capacity(course, measured(values, status), efficiency, **how)


@given(st.lists(ROW, max_size=30), st.booleans(), st.booleans())
@law(60)
def test_any_numbers_of_any_status_give_a_picture_that_is_well_formed(
    rows: list[tuple[Any, ...]],
    from_zero: bool,
    loss: bool,
) -> None:
    columns = [list(each) for each in zip(*rows, strict=True)] or [[] for _ in range(5)]
    values, errors, efficiency, status, kind = columns
    number = np.arange(1.0, len(rows) + 1)
    course = Course(number, "Cycle", number, kind, [None] * len(rows), (1.0, "80 % <of>"), (1, 2))
    drawing = capacity(
        course,
        measured(values, status, errors),
        measured(efficiency, status, errors),
        from_zero=from_zero,
        loss=loss,
    )
    svg = drawing.figure.svg(alone=True)
    ET.fromstring(svg)  # noqa: S314 # our own
    assert "nan" not in svg
    json.loads(drawing.figure.readings())
    assert len(drawing.table) == len(rows)


def test_a_value_of_low_quality_is_hollow_and_one_that_is_not_comparable_on_the_axis() -> None:
    drawing = drawn([1.0, 0.9, 0.8, 0.7], ["ok", "low_quality", "not_comparable", "not_computable"])
    lower = drawing.figure.panels[1]
    marks = [each for each in lower.parts if 'class="s0 ' in each and "error" not in each]
    assert sum('class="s0 mark"' in each and each.count("M") == 1 for each in marks) == 1
    assert sum('class="s0 hollow"' in each and each.count("M") == 1 for each in marks) == 1
    (aside,) = [each for each in lower.parts if 'class="muted hollow"' in each]
    assert f",{lower.top + lower.height:.1f}".removesuffix(".0") in aside
    assert "1 low quality, 1 not comparable, 1 not computable" in drawing.caption.lower()


def test_a_status_nobody_knows_is_never_drawn_as_if_it_were_ok() -> None:
    drawing = drawn([1.0], ["dubious"])
    assert not any('class="s0 mark"' in each for each in drawing.figure.panels[1].parts)


def test_an_efficiency_far_off_stands_at_the_edge_with_its_value() -> None:
    number = np.arange(1.0, 41)
    course = Course(number, "Cycle", number, ["CC"] * 40, [None] * 40)
    drawing = capacity(
        course,
        measured([1.0] * 40, ["ok"] * 40),
        measured([0.5, *[0.995] * 39], ["ok"] * 40),
    )
    assert any(">50.0</text>" in each for each in drawing.figure.panels[0].parts)


def test_what_lacks_to_a_hundred_percent_is_counted_where_it_has_no_logarithm() -> None:
    number = np.array([1.0, 2.0])
    course = Course(number, "Cycle", number, ["CC"] * 2, [None] * 2)
    efficiency = measured([1.01, 0.99], ["ok", "ok"])
    drawing = capacity(course, measured([1, 1], ["ok", "ok"]), efficiency, loss=True)
    assert drawing.figure.panels[0].y.log
    assert "1 with an efficiency of 100 % or above" in drawing.caption


def test_of_ten_thousand_cycles_extremes_are_kept_and_it_is_said() -> None:
    values = np.full(10_000, 1.0)
    values[1234], values[8765] = 2.0, 0.1
    status = ["ok"] * 10_000
    status[5000] = "low_quality"
    drawing = drawn(values.tolist(), status)
    (lower,) = [each for each in drawing.figure.panels if each.y.label.startswith("Discharge")]
    (readings,) = lower.readings
    assert len(readings["x"]) <= MOST_MARKS
    assert {2000.0, 100.0} <= set(readings["y"]) or {2.0, 0.1} <= set(readings["y"])
    assert any('class="s0 hollow"' in each for each in lower.parts), "it vanished"
    assert "10,000 cycles" in drawing.caption
    assert len(drawing.table) == 10_000
    assert len(drawing.table.rows()) == MOST_ROWS
    assert drawing.table.cut
    assert len(drawing.table.csv().splitlines()) == 10_001


def test_pressing_a_point_picks_its_cycle() -> None:
    drawing = drawn([1.0, 0.9], ["ok", "ok"])
    for panel in drawing.figure.panels:
        assert panel.readings[0]["pick"] == [1, 2]


@pytest.mark.parametrize("count", [0, 1])
def test_of_no_cycle_or_one_there_is_a_picture(count: int) -> None:
    ET.fromstring(drawn([1.0] * count, ["ok"] * count).figure.svg(alone=True))  # noqa: S314 # our own
