"""The sign of the current against the labels of the steps."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ingest.direction import directions, sign_doubtful, signed
from ingest.series import Series


@pytest.mark.parametrize(
    ("label", "direction"),
    [
        *[(label, 1) for label in ("CC Chg", "CCCV_Chg", "CC_CHG", "charge", "Charging", "C")],
        *[(label, -1) for label in ("CC DChg", "CC_DCH", "Discharge", "discharging", "D")],
        *[(label, 0) for label in ("Rest", "OCV", "Pulse", "EIS", "Pause", "", None)],
    ],
)
def test_labels_tell_their_direction(label: str | None, direction: int) -> None:
    assert directions(pa.array([label], pa.string())).tolist() == [direction]


def tried(
    current: NDArray[np.float64], labels: Sequence[str | None], **more: NDArray[np.float64]
) -> tuple[NDArray[np.float64], list[str]]:
    """Return the current and the findings after its sign was held against the labels."""
    columns = {"current_ampere": current, "step_type": pa.array(labels, pa.string()), **more}
    found = signed(Series(columns, current.size))
    return found.number("current_ampere"), [finding.kind for finding in found.findings]


@settings(deadline=None)  # tables of words are read once, by whichever test comes first
@given(st.lists(st.sampled_from([("charge", 1.0), ("discharge", -1.0), ("rest", 0.0)]), min_size=1))
def test_whatever_convention_was_used_the_stored_current_charges_when_positive(
    steps: list[tuple[str, float]],
) -> None:
    labels = [label for label, _ in steps]
    right = np.array([current for _, current in steps])
    for told in (right, -right, np.abs(right)):
        current, findings = tried(told, labels)
        assert np.array_equal(current, right)
        assert bool(findings) == (not np.array_equal(told, right))


@pytest.mark.parametrize(
    ("current", "counter", "told"),
    [
        ([0.0, 1.0, 1.0], "step_cumulative_capacity_ah", ["current_unsigned"]),
        ([0.0, 1.0, -1.0], "step_cumulative_capacity_ah", []),
        ([0.0, 0.0, np.nan], "step_cumulative_capacity_ah", []),
        ([np.nan, np.nan, np.nan], "step_cumulative_capacity_ah", []),
        ([0.0, 1.0, 1.0], "step_charging_capacity_ah", []),
    ],
)
def test_a_current_that_may_be_a_magnitude_is_told(
    current: list[float], counter: str, told: list[str]
) -> None:
    columns = {"current_ampere": np.array(current), counter: np.zeros(3)}
    found = signed(Series(columns, 3))
    assert [finding.kind for finding in found.findings] == told


@st.composite
def programs(draw: st.DrawFn) -> tuple[NDArray[np.float64], list[str], NDArray[np.float64]]:
    """Draw time, labels and the right current of a test that charges, rests and discharges."""
    labels: list[str] = []
    current: list[float] = []
    size = draw(st.floats(1e-6, 100.0))
    for _ in range(draw(st.integers(1, 4))):
        for label, sign in (("CC Chg", 1.0), ("Rest", 0.0), ("CC DChg", -1.0), ("搁置", 0.0)):
            count = draw(st.integers(60, 90))
            labels += [label] * count
            current += [sign * size * draw(st.floats(0.5, 1.5))] * count
    times = np.cumsum(np.full(len(labels), draw(st.floats(0.1, 600.0))))
    return times, labels, np.array(current)


@settings(deadline=None)  # tables of words are read once, by whichever test comes first
@given(programs(), st.sampled_from(["right", "reversed", "magnitude"]), st.data())
def test_neither_noise_nor_single_records_turn_the_check_of_the_sign_off(
    program: tuple[NDArray[np.float64], list[str], NDArray[np.float64]],
    fault: str,
    data: st.DataObject,
) -> None:
    times, labels, right = program
    told = {"right": right, "reversed": -right, "magnitude": np.abs(right)}[fault].copy()
    rest = np.flatnonzero(right == 0)
    noise = data.draw(st.floats(0.0, 4e-4)) * np.abs(right).max()
    told[rest] = np.random.default_rng(data.draw(st.integers(0, 99))).normal(0, noise, rest.size)
    flowing = np.flatnonzero(right)
    glitches = data.draw(st.lists(st.sampled_from(flowing.tolist()), max_size=1))
    told[glitches] *= -data.draw(st.sampled_from([1.0, 10.0, 1e4]))
    jump = data.draw(st.integers(1, times.size - 1))
    times = times + np.where(np.arange(times.size) >= jump, data.draw(st.floats(0, 1e6)), 0.0)
    current, findings = tried(told, labels, test_time_second=times)
    kept = np.setdiff1d(flowing, glitches)
    assert np.array_equal(current[kept], right[kept])
    assert np.abs(current[rest]).max() <= np.abs(told[rest]).max()
    changed = {
        "right": [],
        "reversed": ["current_sign_reversed"],
        "magnitude": ["current_sign_added"],
    }
    assert findings == (changed[fault] or ["current_sign_disagrees"] * len(glitches))


@settings(deadline=None)  # tables of words are read once, by whichever test comes first
@given(programs(), st.floats(0.2, 0.8))
def test_a_current_that_agrees_with_a_part_of_the_labels_stays_and_is_told(
    program: tuple[NDArray[np.float64], list[str], NDArray[np.float64]], part: float
) -> None:
    times, labels, right = program
    told = right.copy()
    for label in ("CC Chg", "CC DChg"):
        rows = np.flatnonzero(np.array(labels) == label)
        told[rows[: int(part * rows.size)]] *= -1.0
    current, findings = tried(told, labels, test_time_second=times)
    assert np.array_equal(current, told)
    assert findings == ["current_sign_disagrees"]


def test_the_contrary_records_are_told_with_their_number_and_place() -> None:
    labels = pa.array(["charge"] * 50 + ["discharge"] * 50)
    current = np.repeat([1.0, -1.0], 50)
    current[[10, 60]] *= -1
    series = signed(Series({"current_ampere": current, "step_type": labels}, 100))
    (finding,) = series.findings
    assert (finding.place, "in 2 records" in finding.detail) == ("record 11", True)


def test_a_power_turns_with_its_current_and_one_that_was_right_stays() -> None:
    current, right = np.array([2.0, 2.0, 3.0]), np.array([2.0, 2.0, -3.0])
    labels = pa.array(["charge", "charge", "discharge"])
    for power, expected in ((4 * current, 4 * right), (-4 * current, -4 * current)):
        columns = {"current_ampere": current, "power_watt": power, "step_type": labels}
        found = signed(Series(columns, 3))
        assert np.array_equal(found.number("current_ampere"), right)
        assert np.array_equal(found.number("power_watt"), expected)


@pytest.mark.parametrize("counted", [1.0, -1.0])
def test_a_net_counter_turns_with_the_current_whose_sign_it_has(counted: float) -> None:
    right = np.repeat([1.0, -1.0], 20)
    columns = {
        "current_ampere": -right,
        "step_type": pa.array(["Laden"] * 20 + ["Entladen"] * 20),
        "net_capacity_ah": counted * np.cumsum(right),
        "increment_charge_ah": counted * right,
        "charging_capacity_ah": np.cumsum(np.maximum(right, 0.0)),
    }
    found = signed(Series(columns, 40))
    assert np.array_equal(found.number("net_capacity_ah"), np.cumsum(right))
    assert np.array_equal(found.number("increment_charge_ah"), right)
    assert found.columns["charging_capacity_ah"] is columns["charging_capacity_ah"]


def test_without_labels_or_current_nothing_is_done() -> None:
    for columns in (
        {"current_ampere": np.array([-1.0])},
        {"step_type": pa.array(["charge"])},
        {"current_ampere": np.array([-1.0]), "step_type": pa.array([None], pa.string())},
    ):
        series = Series(columns, 1)
        assert signed(series) is series


@settings(deadline=None)  # tables of words are read once, by whichever test comes first
@given(
    st.lists(st.tuples(st.floats(0.05, 5.0), st.floats(0.95, 1.05)), min_size=1, max_size=9),
    st.floats(-5.0, 5.0),
    st.floats(0.002, 1.0),
)
def test_a_cell_that_gives_back_more_voltage_than_it_took_has_a_doubtful_sign(
    cycles: list[tuple[float, float]], volt: float, overvoltage: float
) -> None:
    charge = np.array([capacity for capacity, _ in cycles])
    discharge = charge * np.clip([share for _, share in cycles], 0.9501, 1.0499)
    upper, lower = np.full(charge.size, volt + overvoltage), np.full(charge.size, volt)
    assert sign_doubtful(upper, lower, charge, discharge, upper - lower) is None
    doubt = sign_doubtful(lower, upper, charge, discharge, 0.0 * upper)
    assert doubt is not None
    assert doubt.kind == "current_sign_doubtful"


@pytest.mark.parametrize(
    ("charge_ah", "discharge_ah"), [(1.0, 0.9), (1.0, 1.1), (0.0, 0.0), (np.nan, 1.0)]
)
def test_a_cycle_that_is_not_closed_says_nothing_of_the_sign(
    charge_ah: float, discharge_ah: float
) -> None:
    arrays = (np.array([value]) for value in (3.0, 3.5, charge_ah, discharge_ah, 1.0))
    assert sign_doubtful(*arrays) is None


def test_less_than_a_millivolt_is_no_doubt() -> None:
    one = np.ones(1)
    assert sign_doubtful(3.3 * one, 3.3009 * one, one, one, one) is None
    assert sign_doubtful(3.3 * one, 3.3011 * one, one, one, one) is not None


def test_the_charge_that_one_side_has_more_of_may_move_its_mean() -> None:
    one = np.ones(1)
    # a hundredth more charge within a volt moves a mean by up to 5 mV
    assert sign_doubtful(3.3 * one, 3.304 * one, one, 0.99 * one, one) is None
    assert sign_doubtful(3.3 * one, 3.307 * one, one, 0.99 * one, one) is not None
    assert sign_doubtful(3.3 * one, 3.304 * one, one, 0.99 * one, 0.1 * one) is not None
