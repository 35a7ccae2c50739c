"""Voltage curves, dQ/dV, tests in time: what is drawn, and what is said of it."""

import re
import xml.etree.ElementTree as ET
from datetime import datetime
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from service.page.figures.differential_capacity import Differential, differential_capacity
from service.page.figures.timeline import Run, timeline
from service.page.figures.voltage_capacity import MOST_POINTS, Curve, voltage_capacity
from tests.law import law
from tests.service.page.path_data import stretches

NUMBER = st.floats(-1e300, 1e300) | st.sampled_from((np.nan, np.inf, -np.inf, 0.0))


def curve(end: float, capacity: float, error: float = 0.01, **more: Any) -> Curve:  # noqa: ANN401 # fields of a curve
    fields: dict[str, Any] = {
        "cycle": 3,
        "mode": "discharge",
        "status": "ok",
        "reason": None,
    } | more
    volt = fields.pop("volt", np.array([4.0, 3.5, 3.0]))
    charge = fields.pop("charge_ah", np.linspace(0, end, len(volt)))
    return Curve(charge_ah=charge, volt=volt, capacity_ah=capacity, error_ah=error, **fields)


def test_a_curve_that_misses_its_capacity_is_dashed_and_said() -> None:
    right = voltage_capacity([curve(1.0, 1.005)], "A·h", 1.0)
    wrong = voltage_capacity([curve(1.0, 2.0)], "A·h", 1.0)
    assert "dash" not in right.figure.panels[0].parts[0]
    assert "stroke-dasharray" in wrong.figure.panels[0].parts[0]
    assert "does not end at the capacity" in wrong.caption
    assert "does not end" not in right.caption


def test_a_half_cycle_of_low_quality_is_dashed_with_its_reason() -> None:
    drawing = voltage_capacity([curve(1.0, 1.0, status="low_quality", reason="gap")], "A·h", 1.0)
    assert "low quality: gap" in drawing.caption
    assert "stroke-dasharray" in drawing.figure.panels[0].parts[0]


def test_more_points_than_can_be_seen_are_thinned_and_counted_and_stay_in_the_file() -> None:
    many = MOST_POINTS + 5_000
    volt = np.full(many, 3.3)
    volt[777] = 4.4
    drawing = voltage_capacity([curve(1.0, 1.0, volt=volt)], "A·h", 1.0)
    (path,) = drawing.figure.panels[0].parts
    (line,) = stretches(re.findall(r' d="([^"]*)"', path)[0])
    assert len(line) <= MOST_POINTS
    assert "Of 35,000 points" in drawing.caption
    assert len(drawing.table) == many
    assert len(drawing.table.rows()) == 1
    highest = drawing.figure.panels[0].up([4.4])[0]
    assert np.isclose(line[:, 1].min(), highest, atol=0.05), "the peak is gone"


def test_electrodes_by_themselves_are_drawn_beside() -> None:
    both = {"working": np.array([3.9, 3.4, 2.9]), "counter": np.array([-0.1, -0.1, -0.1])}
    drawing = voltage_capacity([curve(1.0, 1.0, electrodes=both)], "A·h", 1.0)
    assert len(drawing.figure.panels[0].parts) == 3
    assert b"working_potential_volt" in drawing.table.csv()


@given(st.lists(st.tuples(NUMBER, NUMBER), min_size=1, max_size=20), NUMBER, NUMBER)
@law(40)
def test_any_curve_is_a_picture_that_is_well_formed(
    points: list[tuple[float, float]], capacity: float, error: float
) -> None:
    charge, volt = (np.array(each, float) for each in zip(*points, strict=True))
    drawing = voltage_capacity(
        [curve(1.0, capacity, error, charge_ah=charge, volt=volt)], "A·h", 1.0
    )
    ET.fromstring(drawing.figure.svg(alone=True))  # noqa: S314 # our own


def differential(values: list[float], mode: str = "charge") -> Differential:
    count = len(values)
    volt = np.array([3.0 + 0.005 * each for each in range(count)])
    return Differential(1, mode, volt, np.array(values, float), ["ok"] * count, [None] * count)


def test_a_peak_over_several_bins_is_whole_and_a_held_voltage_stands_at_the_edge() -> None:
    peak = differential_capacity([differential([0, 1, 9, 10, 9, 1, 0])], "A·h/V", 1.0, 0.005)
    assert "beyond the scale" not in peak.caption
    constant = differential_capacity([differential([1, 2, 2, 2, 2, 500.0])], "A·h/V", 1.0, 0.005)
    assert "1 beyond the scale" in constant.caption
    assert 500.0 in constant.table.columns[3].values


def test_where_a_bin_is_empty_the_line_ends() -> None:
    one = differential([1.0, 1.0, 1.0, 1.0])
    apart = Differential(
        1, "charge", np.array([3.0, 3.005, 3.5, 3.505]), one.ah_per_volt, one.status, one.reason
    )
    drawing = differential_capacity([apart], "A·h/V", 1.0, 0.005)
    line = next(each for each in drawing.figure.panels[0].parts if "line" in each)
    assert line.count("M") == 2


def run(start: str, hour: float = 1.0, technique: str = "GCPL", findings: int = 0) -> Run:
    return Run("<test>", technique, datetime.fromisoformat(start), hour, None, findings)


def test_nothing_between_two_tests_is_a_gap_and_an_overlap_is_none() -> None:
    apart = timeline([run("2026-01-01T00:00"), run("2026-01-01T10:00")])
    assert "one gap, the longest 9.000 h" in apart.caption
    over = timeline([run("2026-01-01T00:00", 20), run("2026-01-01T10:00"), run("2026-01-01T20:00")])
    assert "gap" not in over.caption


def test_lanes_are_techniques_and_flags_count_findings() -> None:
    drawing = timeline([run("2026-01-01T00:00"), run("2026-01-01T01:00", 1, "EIS", 2)])
    svg = drawing.figure.svg(alone=True)
    ET.fromstring(svg)  # noqa: S314 # our own
    assert "⚑2" in svg
    assert drawing.figure.panels[0].y.marked == ((0, "GCPL"), (1, "EIS"))


def test_a_zone_that_is_not_told_is_said_to_be_so() -> None:
    assert "zone is not stated" in timeline([run("2026-01-01T00:00")]).caption


def test_a_test_of_unknown_length_has_a_start_all_the_same() -> None:
    drawing = timeline([run("2026-01-01T00:00", np.nan), run("2026-01-01T05:00")])
    assert "Of 1 tests the length is not stated" in drawing.caption
    ET.fromstring(drawing.figure.svg(alone=True))  # noqa: S314 # our own
