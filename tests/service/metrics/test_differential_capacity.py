"""differential_capacity."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.law import law

Ask = Callable[..., list[dict[str, Any]]]
LAW = law(20)

volts = st.lists(st.floats(0, 5), min_size=2, max_size=30)


def half_cycle(
    volts: list[float], ampere: float = 1.0, seconds: float = 3600.0, **names: object
) -> dict[str, list[dict[str, Any]]]:
    """Return one step through these voltages at one current, evenly in time."""
    place = {"test_id": 1, "cycle_count": 1, "step_count": 1, **names}
    mode = "charge" if ampere > 0 else "discharge"
    time = np.linspace(0, seconds, len(volts))
    half = {"half_cycle_count": 1, "net_charge_ah": ampere * seconds / 3600, "status": "ok"}
    return {
        "step": [place | half | {"mode": mode}],
        "points": [
            place
            | {
                "record_index": number,
                "test_time_second": float(second),
                "interval_second": float(time[1] - time[0]) if number > 1 else 0.0,
                "voltage_volt": volt,
                "current_ampere": ampere,
            }
            for number, (second, volt) in enumerate(zip(time, volts, strict=True), 1)
        ],
    }


def below(edges: NDArray[np.float64], volts: list[float], capacity: float) -> NDArray[np.float64]:
    """Return the charge that passed below each voltage, integrated finely in time."""
    fine = np.interp(
        np.linspace(0, len(volts) - 1, 200_001), np.arange(len(volts)), np.array(volts)
    )
    passed: NDArray[np.float64] = np.searchsorted(np.sort(fine), edges) / fine.size * capacity
    return passed


@LAW
@given(volts=volts, ampere=st.sampled_from([1.0, -0.25]), step=st.sampled_from([0.02, 0.5]))
def test_no_charge_is_lost_or_made(
    volts: list[float], ampere: float, step: float, ask: Ask
) -> None:
    rows = ask("differential_capacity", half_cycle(volts, ampere), voltage_step_volt=step)
    assert sum(row["capacity_ah"] for row in rows) == pytest.approx(ampere, rel=1e-9)
    for row in rows:
        assert row["differential_capacity_ah_per_volt"] * step == pytest.approx(row["capacity_ah"])
        assert row["differential_capacity_ah_per_volt"] * ampere >= -1e-12
        assert row["voltage_step_volt"] == step


@LAW
@given(volts=volts)
def test_each_bin_has_the_charge_that_passed_in_it(volts: list[float], ask: Ask) -> None:
    rows = ask("differential_capacity", half_cycle(volts), voltage_step_volt=0.25)
    middles = np.array([row["voltage_volt"] for row in rows])
    edges = np.append(middles - 0.125, middles[-1] + 0.125)
    cumulated = np.append(0.0, np.cumsum([row["capacity_ah"] for row in rows]))
    assert np.all(np.diff(middles) > 0)
    held = np.isclose(np.array(volts)[:, None], edges[None, :], atol=1e-4).any(axis=0)
    fine = below(edges, volts, 1.0)
    lower_bound = below(edges - 1e-3, volts, 1.0) - 1e-4
    upper_bound = below(edges + 1e-3, volts, 1.0) + 1e-4
    assert np.all((cumulated >= lower_bound) & (cumulated <= upper_bound))
    assert np.allclose(cumulated[~held], fine[~held], atol=2e-2)


@LAW
@given(volts=volts, factor=st.floats(0.1, 10))
def test_double_the_current_is_double_the_capacity(
    volts: list[float], factor: float, ask: Ask
) -> None:
    one, other = (
        ask("differential_capacity", half_cycle(volts, ampere), voltage_step_volt=0.1)
        for ampere in (1.0, factor)
    )
    assert [row["capacity_ah"] * factor for row in one] == pytest.approx(
        [row["capacity_ah"] for row in other], rel=1e-9, abs=1e-12
    )


@LAW
@given(values=volts, cut=st.integers(1, 28))
def test_two_halves_of_a_step_without_the_join_lose_only_what_passed_between(
    values: list[float], cut: int, ask: Ask
) -> None:
    if cut >= len(values) - 1:
        return
    whole = half_cycle(values)
    later = [
        point | {"step_count": 2} if point["record_index"] > cut else point
        for point in whole["points"]
    ]
    later[cut]["interval_second"] = 0.0  # what passed between belongs to neither
    steps = [whole["step"][0] | {"step_count": number} for number in (1, 2)]
    rows = ask("differential_capacity", {"step": steps, "points": later})
    kept = (len(values) - 2) / (len(values) - 1)
    assert sum(row["capacity_ah"] for row in rows) == pytest.approx(kept, rel=1e-9)


def test_noise_on_the_voltage_makes_no_negative_peak(ask: Ask) -> None:
    noise = np.random.default_rng(7).normal(0, 0.002, 2000)
    volts = list(np.linspace(3, 4, 2000) + noise)
    rows = ask("differential_capacity", half_cycle(volts), voltage_step_volt=0.02)
    peaks = [
        row["differential_capacity_ah_per_volt"]
        for row in rows
        if 3.02 < row["voltage_volt"] < 3.98
    ]
    assert min(row["capacity_ah"] for row in rows) >= 0
    assert peaks == pytest.approx([1.0] * len(peaks), rel=0.25)
    assert np.mean(peaks) == pytest.approx(1.0, rel=0.01)


def test_rests_and_cycles_not_chosen_are_left_out(ask: Ask) -> None:
    first = half_cycle([3.0, 4.0])
    second = half_cycle([3.0, 4.0], cycle_count=2, step_count=2)
    rest = half_cycle([3.0, 4.0], step_count=3)
    rest["step"][0]["mode"] = "rest"
    given_rows = {name: [*first[name], *second[name], *rest[name]] for name in ("step", "points")}
    rows = ask("differential_capacity", given_rows, voltage_step_volt=1.0, cycles=[1])
    assert {(row["cycle_count"], row["mode"]) for row in rows} == {(1, "charge")}
    assert sum(row["capacity_ah"] for row in rows) == pytest.approx(1)
    both = ask("differential_capacity", given_rows, voltage_step_volt=1.0, cycles=[1, 2])
    assert {row["cycle_count"] for row in both} == {1, 2}


def test_a_sweep_is_parted_by_the_sign_of_its_current(ask: Ask) -> None:
    rows = half_cycle([3.0, 4.0, 3.0])
    rows["step"][0]["mode"] = "voltammetry"
    for point, ampere in zip(rows["points"], [1.0, 0.0, -1.0], strict=True):
        point["current_ampere"] = ampere
    answer = ask("differential_capacity", rows, voltage_step_volt=1.0)
    passed = {row["mode"]: row["capacity_ah"] for row in answer if row["capacity_ah"]}
    assert passed == pytest.approx({"charge": 0.25, "discharge": -0.25})


@LAW
@given(volts=volts, doubled=st.sets(st.integers(0, 29)))
def test_records_that_count_to_no_interval_change_nothing(
    volts: list[float], doubled: set[int], ask: Ask
) -> None:
    rows = half_cycle(volts)
    plain = ask("differential_capacity", rows, voltage_step_volt=0.1)
    more: list[dict[str, Any]] = []
    for place, point in enumerate(rows["points"]):
        more.append(point)
        if place in doubled:
            more.append(point | {"interval_second": None, "current_ampere": 99.0})
    points = [point | {"record_index": number} for number, point in enumerate(more, 1)]
    assert ask("differential_capacity", {**rows, "points": points}, voltage_step_volt=0.1) == plain


def test_the_interval_before_the_first_record_is_taken_at_its_own_current(ask: Ask) -> None:
    rows = half_cycle([3.0, 3.5])
    rows["points"][0] |= {"interval_second": 1800.0, "current_ampere": 3.0}
    found = ask("differential_capacity", rows, voltage_step_volt=1.0)
    assert sum(row["capacity_ah"] for row in found) == pytest.approx(1.5 + 2.0)


def test_a_pulse_is_taken_off_the_half_cycle_it_lies_in_and_its_doubt_is_told(ask: Ask) -> None:
    rows = half_cycle([3.0, 4.0])
    pulse = half_cycle([3.5, 3.4], -0.1, step_count=2)
    rows["points"] += pulse["points"]
    rows["step"] += [pulse["step"][0] | {"status": "low_quality", "reason": "outlier"}]
    found = ask("differential_capacity", rows, voltage_step_volt=1.0)
    assert [(row["mode"], row["capacity_ah"]) for row in found] == [("charge", pytest.approx(0.9))]
    assert (found[0]["status"], found[0]["reason"]) == ("low_quality", "outlier")


def test_a_step_outside_of_every_half_cycle_is_in_no_curve(ask: Ask) -> None:
    rows = half_cycle([3.0, 4.0])
    rows["step"][0]["half_cycle_count"] = None
    assert ask("differential_capacity", rows) == []
