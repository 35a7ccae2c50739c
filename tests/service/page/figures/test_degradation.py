"""Figures of aging and of voltammetry: whatever values there are, the picture is well formed."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from service.page.figures.capacity import capacity
from service.page.figures.course import Course, Measured
from service.page.figures.differential_capacity import (
    Differential,
    Peak,
    differential_capacity,
)
from service.page.figures.differential_voltage import SlopePeak, Slopes, differential_voltage
from service.page.figures.peak_course import Peaks, peak_course
from service.page.figures.voltammogram import Found, Scans, voltammogram
from tests.law import law
from tests.service.page.figures.test_laws import ANY, STATUSES, Floats, columns, drawn

LAW = law(30)
WAYS = st.sampled_from(("charge", "discharge"))


@LAW
@given(columns(2), ANY, ANY, STATUSES, WAYS)
def test_any_slopes_are_drawn(
    values: list[Floats], ah: float, height: float, status: str, way: str
) -> None:
    charge, slope = values
    statuses = [status] * len(charge)
    curve = Slopes(3, way, charge, slope, statuses, statuses)
    peaks = [SlopePeak(3, way, 1, ah, height, status), SlopePeak(9, way, 2, ah, height, "ok")]
    drawn(differential_voltage([curve], "A·h", 1.0, peaks=peaks))


@LAW
@given(columns(4), STATUSES, WAYS)
def test_any_peaks_over_cycles_are_drawn(values: list[Floats], status: str, way: str) -> None:
    _, volt, error, area = values
    count = len(volt)
    rows = ([status] * count, [None] * count)
    peaks = Peaks(list(range(1, count + 1)), [way] * count, [1] * count, volt, error, area, *rows)
    drawn(peak_course(peaks, "A·h", 1.0))


@LAW
@given(columns(2), ANY, ANY, ANY, STATUSES)
def test_any_voltammogram_is_drawn(
    values: list[Floats], volt: float, top: float, base: float, status: str
) -> None:
    potential, current = values
    scans = Scans(np.arange(len(current)) // 7 + 1, potential, current)
    drawn(voltammogram(scans, [Found(1, 1, volt, top, base, status)]))


def test_a_peak_is_marked_on_its_curve_with_its_number_once() -> None:
    volt = np.array([3.0, 3.005, 3.01, 3.015, 3.02])
    values = np.array([0.0, 1.0, 4.0, 1.0, 0.0])
    curves = [
        Differential(cycle, "charge", volt, values, ["ok"] * 5, [None] * 5) for cycle in (1, 2)
    ]
    peaks = [Peak(1, "charge", 1, 3.011, "ok"), Peak(2, "charge", 1, 3.011, "low_quality")]
    drawing = differential_capacity(curves, "A·h/V", 1.0, 0.005, peaks=peaks)
    parts = drawing.figure.panels[0].parts
    assert sum(">1</text>" in each for each in parts) == 1
    assert sum("hollow" in each for each in parts) == 1
    assert "numbered peaks" in drawing.caption
    drawn(drawing)


@LAW
@given(ANY, ANY, ANY)
def test_any_knee_is_drawn_and_its_open_end_reaches_to_the_end(
    at: float, low: float, high: float
) -> None:
    cycle = np.arange(1.0, 21.0)
    course = Course(cycle, "Cycle", cycle, ["CC"] * 20, ["main"] * 20, knee=(at, low, high))
    nothing: list[str | None] = [None] * 20
    measured = Measured(
        "capacity_ah", "Capacity", "A·h", 1 - cycle / 100, cycle * np.nan, ["ok"] * 20, nothing
    )
    drawn(capacity(course, measured, measured))


def test_a_knee_is_drawn_where_it_lies_within_its_interval() -> None:
    cycle = np.arange(1.0, 21.0)
    course = Course(
        cycle, "Cycle", cycle, ["CC"] * 20, ["main"] * 20, knee=(10.0, 8.0, float("nan"))
    )
    nothing: list[str | None] = [None] * 20
    measured = Measured(
        "capacity_ah", "Capacity", "A·h", 1 - cycle / 100, cycle * np.nan, ["ok"] * 20, nothing
    )
    below = capacity(course, measured, measured).figure.panels[1]
    (start,), (at,) = below.across([8.0]), below.across([10.0])
    shade = next(each for each in below.parts if "shade" in each)
    assert f'x="{start:.1f}"' in shade
    assert f'width="{below.left + below.width - start:.1f}"' in shade
    assert any(f"M{at:.1f}," in each for each in below.parts)
    assert any(">knee</text>" in each for each in below.parts)
