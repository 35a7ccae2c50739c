"""dc_resistance."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.law import law

Ask = Callable[..., list[dict[str, Any]]]
LAW = law(20)

currents = st.lists(st.sampled_from([-2.0, -1.0, -0.5, 0.0, 0.5, 1.0]), min_size=2, max_size=7)


def pulses(
    currents: list[float], ohm: float, every_second: float = 1.0, scale: float = 1.0
) -> dict[str, list[dict[str, Any]]]:
    """Return steps of 60 s of an ideal resistor behind 3.5 V, a point at each end and between."""
    steps: list[dict[str, Any]] = []
    points: list[dict[str, Any]] = []
    start = 0.0
    for number, nominal in enumerate(currents, 1):
        ampere = nominal * scale
        volt = 3.5 + ohm * ampere
        place: dict[str, Any] = {"test_id": 1, "step_count": number, "cycle_count": 1}
        time = np.arange(start, start + 60 + every_second / 2, every_second)
        mode = "charge" if ampere > 0 else "discharge" if ampere < 0 else "rest"
        steps.append(
            place
            | {
                "mode": mode,
                "start_time_second": float(time[0]),
                "duration_second": float(time[-1] - time[0]),
                "last_voltage_volt": volt,
                "last_current_ampere": ampere,
                "median_current_ampere": ampere,
            }
        )
        points += [
            place
            | {
                "record_index": len(points) + i,
                "test_time_second": float(second),
                "voltage_volt": volt,
                "current_ampere": ampere,
                "interval_second": every_second,
            }
            for i, second in enumerate(time, 1)
        ]
        start = float(time[-1]) + 0.01
    return {"step": steps, "points": points}


@LAW
@given(currents=currents, ohm=st.floats(1e-3, 1e3), scale=st.floats(1e-6, 1e3))
def test_a_resistor_has_its_resistance_at_every_jump_of_the_current(
    currents: list[float], ohm: float, scale: float, ask: Ask
) -> None:
    rows = ask("dc_resistance", pulses(currents, ohm, scale=scale))
    jumps = [n for n, (a, b) in enumerate(pairwise(currents), 2) if a != b]
    assert [row["step_count"] for row in rows] == jumps
    resistances = [row["dc_resistance_ohm"] for row in rows]
    assert resistances == pytest.approx([ohm] * len(jumps), rel=1e-3)


@LAW
@given(after=st.floats(1, 60), every=st.floats(0.1, 100))
def test_the_point_lies_within_half_of_the_time_asked_for_or_there_is_none(
    after: float, every: float, ask: Ask
) -> None:
    rows = pulses([0.0, 1.0], 1.0, every)
    (row,) = ask("dc_resistance", rows, after_second=after)
    first, second = rows["step"]
    left = first["start_time_second"] + first["duration_second"]
    times = np.array([p["test_time_second"] for p in rows["points"] if p["step_count"] == 2]) - left
    nearest = times[np.argmin(np.abs(times - after))]
    if abs(nearest - after) <= after / 2:
        assert row["sample_after_second"] == pytest.approx(nearest)
        assert row["dc_resistance_ohm"] == pytest.approx(1.0)
        assert row["missing"] == "area_cm2"
        assert (row["status"], row["reason"]) == ("ok", None)
    else:
        assert row["dc_resistance_ohm"] is None
        assert row["missing"] == "sample, area_cm2"
        assert (row["status"], row["reason"]) == ("not_computable", "missing sample")
    assert second["mode"] == row["mode"]


def test_the_area_makes_it_specific(ask: Ask) -> None:
    known = {
        "test": [{"test_id": 1, "cell_id": 9}],
        "cell": [{"cell_id": 9, "area_cm2": 2.0}],
    }
    (row,) = ask("dc_resistance", pulses([0.0, 1.0], 5.0) | known)
    assert row["area_specific_resistance_ohm_cm2"] == pytest.approx(10.0)
    assert row["missing"] is None


def test_it_is_the_change_at_the_time_asked_for(ask: Ask) -> None:
    rows = pulses([0.0, -1.0], 0.0)
    for point in rows["points"]:
        if point["step_count"] == 2:
            point["voltage_volt"] = 3.5 - 0.01 * (point["test_time_second"] - 60)
    (row,) = ask("dc_resistance", rows, after_second=30.0)
    assert row["dc_resistance_ohm"] == pytest.approx(0.3, rel=1e-2)
    assert row["voltage_before_volt"] == 3.5
    assert row["current_change_ampere"] == -1.0


@pytest.mark.parametrize("mode", ["impedance", "voltammetry", "unknown"])
def test_steps_of_another_kind_are_no_jump(mode: str, ask: Ask) -> None:
    rows = pulses([0.0, 1.0], 1.0)
    rows["step"][0]["mode"] = mode
    assert ask("dc_resistance", rows) == []


def test_noise_of_a_rest_is_no_jump(ask: Ask) -> None:
    rows = pulses([1.0, 0.0, 0.005], 1.0)
    assert [row["step_count"] for row in ask("dc_resistance", rows)] == [2]


@LAW
@given(share=st.floats(0.05, 1), before=st.sampled_from([-1.0, 0.0, 1.0]), ohm=st.floats(1e-3, 1e3))
def test_less_than_half_of_what_was_set_is_no_pulse(
    share: float, before: float, ohm: float, ask: Ask
) -> None:
    """The current goes only a part of its way within the time, as that of a held voltage does."""
    after = before - 1.5
    rows = pulses([before, after], ohm)
    for point in rows["points"]:
        if point["step_count"] == 2:
            point["current_ampere"] = before + share * (after - before)
            point["voltage_volt"] = 3.5 + ohm * point["current_ampere"]
    (row,) = ask("dc_resistance", rows)
    assert row["set_change_ampere"] == pytest.approx(-1.5)
    if share >= 0.501:
        assert row["dc_resistance_ohm"] == pytest.approx(ohm)
        assert row["status"] == "ok"
    elif share <= 0.499:
        assert row["dc_resistance_ohm"] is None
        assert row["status"] == "not_computable"
        assert row["reason"] == "the current changed by less than half of what was set"


def test_a_voltage_that_is_held_has_no_resistance_however_fast_the_current_falls(ask: Ask) -> None:
    rows = pulses([2.0, 0.5], 1.0)
    assert ask("dc_resistance", rows)[0]["status"] == "ok"
    rows["step"][1]["control"] = "CV"
    (row,) = ask("dc_resistance", rows)
    assert row["dc_resistance_ohm"] is None
    assert (row["status"], row["reason"]) == ("not_computable", "the voltage is held")


def test_what_is_set_is_the_controlled_current_and_not_the_median(ask: Ask) -> None:
    rows = pulses([0.0, 2.0], 1.0)  # two amperes, held over into a decay that is most of the step
    rows["step"][1] |= {"control": "CCCV", "control_value": 2.0, "median_current_ampere": 0.01}
    (row,) = ask("dc_resistance", rows)
    assert row["dc_resistance_ohm"] == pytest.approx(1.0)
    assert (row["set_change_ampere"], row["status"]) == (2.0, "ok")


def test_a_record_that_counts_in_no_interval_is_passed_over(ask: Ask) -> None:
    rows = pulses([0.0, 1.0], 1.0)
    near = min(rows["points"], key=lambda point: abs(point["test_time_second"] - 70))
    near |= {"interval_second": None, "current_ampere": 50.0}
    (row,) = ask("dc_resistance", rows)
    assert row["dc_resistance_ohm"] == pytest.approx(1.0)
    assert row["sample_after_second"] == pytest.approx(9.01, abs=1e-6)


def test_a_doubt_about_its_step_and_a_resistance_below_zero_are_told(ask: Ask) -> None:
    rows = pulses([0.0, 1.0], -1.0)
    (row,) = ask("dc_resistance", rows)
    assert (row["status"], row["reason"]) == ("low_quality", "below zero")
    rows["step"][1] |= {"status": "low_quality", "reason": "gap"}
    (row,) = ask("dc_resistance", rows)
    assert (row["status"], row["reason"]) == ("low_quality", "gap, below zero")
