"""half_cycle_polarization from real points rolled up, and cell_polarization over its window."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.derive import derive
from ingest.series import Series
from tests.law import law

Ask = Callable[..., list[dict[str, Any]]]
Made = Callable[..., dict[str, list[dict[str, Any]]]]
LAW = law(10)

ABOUT = {
    "test": [{"test_id": 1, "cell_id": 7}],
    "cell": [{"cell_id": 7, "symmetric": True, "area_cm2": 0.5}],
}


def test_every_statistic_is_that_of_the_points(ask: Ask) -> None:
    rng = np.random.default_rng(3)
    per_step = 61
    time = np.concatenate([60.0 * np.arange(per_step) + 3600.5 * n for n in range(4)])
    sign = np.repeat([1.0, -1.0, 1.0, -1.0], per_step)
    size = 0.1 + 0.05 * np.exp(-(time % 3600.5) / 200) + rng.normal(0, 1e-3, time.size)
    series = Series(
        {
            "test_time_second": time,
            "voltage_volt": sign * size + 0.004,
            "current_ampere": sign * 1e-3,
            "step_id": np.repeat(np.arange(1, 5), per_step),
        },
        time.size,
    )
    steps = derive(series, ("step_id",), None).steps
    names = [name for name in steps if steps[name] is not None]
    rows = [{"test_id": 1} | {name: _plain(steps[name][n]) for name in names} for n in range(4)]
    answer = ask("half_cycle_polarization", {"step": rows, **ABOUT})
    gaps = ask("half_cycle_polarization", {"step": rows, **ABOUT}, convention="gap")
    ends = []
    for number, row in enumerate(answer):
        inside = slice(number * per_step, (number + 1) * per_step)
        volt, hours = np.abs(sign * size + 0.004)[inside], time[inside]
        part = (hours - hours[0]) / (hours[-1] - hours[0])
        ends.append(float(np.median(volt[part >= 0.8])))
        middle = float(np.median(volt[(part >= 0.4) & (part <= 0.6)]))
        assert row["first_volt"] == pytest.approx(volt[0])
        assert row["middle_volt"] == pytest.approx(middle)
        assert row["end_volt"] == pytest.approx(ends[-1])
        assert row["mean_volt"] == pytest.approx(np.trapezoid(volt, hours) / 3600)
        assert row["nucleation_volt"] == pytest.approx(volt[part <= 0.1].max() - middle)
        assert row["current_density_ma_per_cm2"] == pytest.approx(2.0)
        assert row["charge_passed_mah_per_cm2"] == pytest.approx(2.0)
        assert row["area_specific_resistance_ohm_cm2"] == pytest.approx(ends[-1] * 0.5 / 1e-3)
        late = volt[part >= 0.5]
        assert row["late_variation"] == pytest.approx(late.std() / late.mean())
        assert gaps[number]["end_volt"] == pytest.approx(2 * ends[-1])
        if number:
            signed = sign * size + 0.004
            jump = signed[inside][0] - signed[inside.start - 1]
            assert row["ohmic_volt"] == pytest.approx(abs(jump) / 2)
            plus, minus = (ends[-1], ends[-2]) if number % 2 == 0 else (ends[-2], ends[-1])
            assert row["asymmetry"] == pytest.approx(2 * (plus - minus) / (plus + minus))
            assert row["offset_volt"] == pytest.approx((plus - minus) / 2)
    assert answer[0]["ohmic_volt"] is None
    slow = ask("half_cycle_polarization", {"step": rows, **ABOUT}, ohmic_within_second=0.1)
    assert {row["ohmic_volt"] for row in slow} == {None}


def _plain(value: Any) -> Any:  # noqa: ANN401 # a NumPy scalar
    plain = value.item() if hasattr(value, "item") else value
    return None if plain != plain else plain  # noqa: PLR0124 # NaN is unknown


def test_a_pause_within_a_half_cycle_keeps_it_one(ask: Ask) -> None:
    charge: dict[str, Any] = {
        "test_id": 1,
        "half_cycle_count": 1,
        "mode": "charge",
        "median_current_ampere": 1e-3,
    }
    rows: list[dict[str, Any]] = [
        {"step_count": 1, "start_time_second": 0.0, "duration_second": 600.0}
        | {"mean_voltage_volt": 0.1, "middle_voltage_volt": 0.1, "end_voltage_volt": 0.1},
        {"step_count": 2, "mode": "rest", "start_time_second": 600.0, "duration_second": 60.0}
        | {"mean_voltage_volt": 0.0, "end_voltage_volt": 0.0, "median_current_ampere": 0.0},
        {"step_count": 3, "start_time_second": 660.0, "duration_second": 1800.0}
        | {"mean_voltage_volt": 0.3, "middle_voltage_volt": 0.25, "end_voltage_volt": 0.2},
    ]
    (row,) = ask("half_cycle_polarization", {"step": [charge | each for each in rows], **ABOUT})
    assert row["mean_volt"] == pytest.approx(0.25)
    assert (row["middle_volt"], row["end_volt"]) == (0.25, 0.2)
    assert row["duration_hour"] == pytest.approx(2460 / 3600)
    assert row["constant_current"] is True


@pytest.mark.parametrize(("last_hours", "median"), [(10.0, 0.55), (1.0, 1.0), (1e3, 0.1)])
def test_the_window_decides_over_the_polarization(
    last_hours: float, median: float, ask: Ask, half_cycles: Made
) -> None:
    volts = [0.1] * 90 + [0.1 * n for n in range(1, 11)]
    (row,) = ask("cell_polarization", half_cycles(volts), last_hours=last_hours)
    assert row["polarization_volt"] == pytest.approx(median)
    (gap,) = ask("cell_polarization", half_cycles(volts), last_hours=last_hours, convention="gap")
    assert gap["polarization_volt"] == pytest.approx(2 * median)


def test_each_current_has_its_own_polarization(ask: Ask, half_cycles: Made) -> None:
    volts, ampere = [0.1] * 20 + [0.3] * 20, [1e-3] * 20 + [2e-3] * 20
    rows = ask("cell_polarization", half_cycles(volts, ampere=ampere))
    assert [row["polarization_volt"] for row in rows] == [0.1, 0.3]
    assert [row["current_density_ma_per_cm2"] for row in rows] == [0.5, 1.0]
    assert [row["until_hour"] for row in rows] == [20.0, 40.0]
    (row,) = ask("cell_polarization", half_cycles(volts, ampere=ampere), cycles=[1, 2])
    assert (row["counted"], row["polarization_volt"]) == (4, 0.1)


@LAW
@given(
    place=st.integers(1, 8),
    pulse=st.tuples(st.floats(1e-5, 1e-2), st.floats(1e-6, 3e-4)),
    of=st.sampled_from(["its half-cycle", "none"]),
)
def test_a_pulse_the_other_way_moves_the_charge_and_nothing_else(
    place: int, pulse: tuple[float, float], of: str, ask: Ask, half_cycles: Made
) -> None:
    """Whether it belongs to its half-cycle, as regeneration does, or to none."""
    plain = half_cycles([0.1, 0.12] * 4)
    (own,) = (row for row in plain["step"] if row["half_cycle_count"] == place)
    charges = own["mode"] == "charge"
    (ampere, charge), counts = pulse, of != "none"
    step = own | {
        "step_count": 1000,
        "half_cycle_count": place if counts else None,
        "mode": "discharge" if charges else "charge",
        "start_time_second": own["start_time_second"] + 3590,
        "duration_second": 10.0,
        "median_current_ampere": -ampere if charges else ampere,
        "end_voltage_volt": 9.0,
        "charge_capacity_ah": 0.0 if charges else charge,
        "discharge_capacity_ah": charge if charges else 0.0,
    }
    pulsed = plain | {"step": [*plain["step"], step]}
    before, after = (ask("half_cycle_polarization", rows) for rows in (plain, pulsed))
    for one, other in zip(before, after, strict=True):
        more = 1000 * charge / 2 if counts and one["half_cycle_count"] == place else 0
        name = "charge_passed_mah_per_cm2"
        assert other[name] == pytest.approx(one[name] + more)
        for name in ("mode", "end_volt", "current_ampere", "constant_current", "status"):
            assert other[name] == one[name]


def test_a_doubt_about_a_step_is_one_about_its_half_cycle_alone(
    ask: Ask, half_cycles: Made
) -> None:
    rows = half_cycles([0.1] * 6)
    rows["step"][2] |= {"status": "low_quality", "reason": "gap"}
    for metric in ("half_cycle_polarization", "half_cycle_run"):
        told = [(row["status"], row["reason"]) for row in ask(metric, rows)]
        assert told == [("ok", None)] * 2 + [("low_quality", "gap")] + [("ok", None)] * 3


def test_tests_of_unknown_start_that_do_not_run_on_cast_a_doubt_on_their_order(
    ask: Ask, half_cycles: Made
) -> None:
    rows = half_cycles([0.1] * 4)
    rows["test"].append({"test_id": 2, "cell_id": 1})
    rows["step"] += [row | {"test_id": 2} for row in rows["step"]]
    told = {(row["status"], row["reason"]) for row in ask("half_cycle_run", rows)}
    assert told == {("low_quality", "missing start of a test")}


@LAW
@given(doubtful=st.sets(st.integers(11, 20), max_size=10), quality=st.sampled_from(["ok", "any"]))
def test_only_what_is_ok_makes_the_median_unless_anything_may(
    doubtful: set[int], quality: str, ask: Ask, half_cycles: Made
) -> None:
    volts = [0.1 + 0.01 * n for n in range(20)]
    rows = half_cycles(volts)
    for step in rows["step"]:
        if step["half_cycle_count"] in doubtful:
            step |= {"status": "low_quality", "reason": "gap"}
    (row,) = ask("cell_polarization", rows, quality=quality)
    kept = [n for n in range(11, 21) if quality == "any" or n not in doubtful]
    assert row["counted"] == len(kept)
    if not kept:
        assert row["polarization_volt"] is None
        assert (row["status"], row["reason"]) == ("not_computable", "gap")
        return
    assert row["polarization_volt"] == pytest.approx(np.median([volts[n - 1] for n in kept]))
    assert (row["lowest_volt"], row["highest_volt"]) == (volts[kept[0] - 1], volts[kept[-1] - 1])
    doubt = bool(doubtful) if quality == "any" else len(doubtful) >= 5
    assert row["status"] == ("low_quality" if doubt else "ok")
