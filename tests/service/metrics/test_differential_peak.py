"""differential_voltage, and the peaks of differential_capacity and differential_voltage."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.special import ndtr

from tests.law import law

Ask = Callable[..., list[dict[str, Any]]]
Rows = dict[str, list[dict[str, Any]]]
LAW = law(10)
Peaks = list[tuple[float, float, float]]
"""Middle in V, width as one sigma in V, charge in A·h."""


def charge_below(volt: NDArray[np.float64], peaks: Peaks, slope: float) -> NDArray[np.float64]:
    """Return the charge that a curve of Gaussian peaks on a level has passed below a voltage."""
    passed = slope * (volt - 3.0)
    for middle, sigma, charge in peaks:
        passed = passed + charge * (ndtr((volt - middle) / sigma) - ndtr((3.0 - middle) / sigma))
    return np.asarray(passed)


def cycles_of(
    curves: list[Peaks], *, slope: float = 0.2, count: int = 3000, noise: float = 0.0
) -> Rows:
    """Return a charge from 3 V to 4.2 V for every curve, evenly in time."""
    rng = np.random.default_rng(4)
    rows: Rows = {"step": [], "points": [], "cycle": []}
    for number, peaks in enumerate(curves, 1):
        fine = np.linspace(3.0, 4.2, 40_001)
        passed = charge_below(fine, peaks, slope)
        charge = np.linspace(0.0, passed[-1], count)
        volts = np.interp(charge, passed, fine) + rng.normal(0, noise, count)
        place = {"test_id": 1, "cycle_count": number, "step_count": number}
        half = {"half_cycle_count": number, "net_charge_ah": passed[-1], "status": "ok"}
        rows["step"].append(place | half | {"mode": "charge"})
        about = {"cell_cycle_count": number, "kind_count": 1, "kind": "CC 1 A"}
        rows["cycle"].append({"test_id": 1, "cycle_count": number} | about)
        second = charge[1] * 3600
        rows["points"] += [
            place
            | {
                "record_index": record,
                "interval_second": second if record > 1 else 0.0,
                "voltage_volt": float(volt),
                "current_ampere": 1.0,
            }
            for record, volt in enumerate(volts, 1)
        ]
    return rows


TWO: Peaks = [(3.5, 0.03, 0.3), (3.9, 0.04, 0.5)]


def test_peaks_lie_where_they_were_put_and_hold_their_charge(ask: Ask) -> None:
    one, other = ask("differential_capacity_peak", cycles_of([TWO]))
    assert [one["peak_count"], other["peak_count"]] == [1, 2]
    for row, (middle, sigma, charge) in zip((one, other), TWO, strict=True):
        assert abs(row["peak_volt"] - middle) < row["peak_error_volt"] < 0.005
        top = charge / (sigma * np.sqrt(2 * np.pi)) + 0.2
        assert row["height_ah_per_volt"] == pytest.approx(top, rel=0.02)
        assert row["width_volt"] == pytest.approx(2.355 * sigma, abs=0.011)
        assert row["status"] == "ok"
    # between the valleys lies all charge of both, and the level below
    whole = charge_below(np.array([4.2]), TWO, 0.2)[0]
    assert 0.85 * whole < one["area_ah"] + other["area_ah"] < whole
    assert one["area_ah"] == pytest.approx(0.3 + 0.2 * 0.5, rel=0.15)


def test_a_peak_that_wanders_keeps_its_number_and_one_that_dies_is_missed(ask: Ask) -> None:
    curves: list[Peaks] = [
        [(3.5 + 0.01 * n, 0.03, 0.3), (3.7 + 0.012 * n, 0.02, 0.1 * (n < 5)), (4.0, 0.03, 0.4)]
        for n in range(8)
    ]
    numbers = list(range(1, 9))
    rows = ask("differential_capacity_peak", cycles_of(curves), cycles=numbers)
    by_number = {count: [row for row in rows if row["peak_count"] == count] for count in (1, 2, 3)}
    assert [row["cycle_count"] for row in by_number[1]] == numbers
    assert [row["cycle_count"] for row in by_number[2]] == numbers[:5]
    assert [row["cycle_count"] for row in by_number[3]] == numbers
    volts = [row["peak_volt"] for row in by_number[1]]
    assert volts == pytest.approx([3.5 + 0.01 * n for n in range(8)], abs=0.004)
    assert {row["kind"] for row in rows} == {"CC 1 A"}
    assert len(rows) == 21


def test_noise_of_a_millivolt_makes_no_peak_and_hides_none(ask: Ask) -> None:
    rows = ask("differential_capacity_peak", cycles_of([TWO], noise=1e-3))
    assert [row["peak_volt"] for row in rows] == pytest.approx([3.5, 3.9], abs=0.008)
    level = ask("differential_capacity_peak", cycles_of([[]], noise=1e-3))
    assert level == []


def test_a_held_voltage_is_no_peak(ask: Ask) -> None:
    rows = cycles_of([TWO])
    last = rows["points"][-1]
    rows["points"] += [
        last | {"record_index": last["record_index"] + n, "interval_second": 60.0}
        for n in range(1, 20)
    ]
    found = ask("differential_capacity_peak", rows)
    assert [row["peak_volt"] for row in found] == pytest.approx([3.5, 3.9], abs=0.004)


@pytest.mark.parametrize("shift", [0.001, 0.002, 0.003, 0.004])
def test_where_in_a_bin_a_half_cycle_begins_moves_no_area(shift: float, ask: Ask) -> None:
    high_ends: Peaks = [(3.0, 0.08, 0.5), (3.6, 0.05, 0.3), (4.2, 0.08, 0.5)]
    rows = cycles_of([high_ends])
    moved = [each | {"voltage_volt": each["voltage_volt"] + shift} for each in rows["points"]]
    (one,) = ask("differential_capacity_peak", rows)
    (other,) = ask("differential_capacity_peak", rows | {"points": moved})
    assert other["area_ah"] == pytest.approx(one["area_ah"], rel=0.02)
    assert other["peak_volt"] == pytest.approx(one["peak_volt"] + shift, abs=0.001)


@pytest.mark.slow
@LAW
@given(factor=st.floats(0.1, 10))
def test_double_the_cell_is_double_the_height_and_area_where_it_was(
    factor: float, ask: Ask
) -> None:
    one = ask("differential_capacity_peak", cycles_of([TWO], count=800))
    more: Peaks = [(middle, sigma, factor * charge) for middle, sigma, charge in TWO]
    other = ask("differential_capacity_peak", cycles_of([more], slope=0.2 * factor, count=800))
    for name, scale in (("peak_volt", 1.0), ("height_ah_per_volt", factor), ("area_ah", factor)):
        expected = [row[name] * scale for row in one]
        assert [row[name] for row in other] == pytest.approx(expected, rel=1e-6)


@pytest.mark.slow
@LAW
@given(bins=st.integers(-100, 100))
def test_another_reference_electrode_shifts_the_peaks_and_nothing_else(bins: int, ask: Ask) -> None:
    rows = cycles_of([TWO], count=800)
    one = ask("differential_capacity_peak", rows)
    moved = [
        each | {"voltage_volt": each["voltage_volt"] + 0.005 * bins} for each in rows["points"]
    ]
    other = ask("differential_capacity_peak", rows | {"points": moved})
    assert [row["peak_volt"] - 0.005 * bins for row in other] == pytest.approx(
        [row["peak_volt"] for row in one], abs=1e-6
    )
    assert [row["area_ah"] for row in other] == pytest.approx(
        [row["area_ah"] for row in one], rel=1e-6
    )


def test_the_end_of_a_plateau_is_a_peak_of_differential_voltage(ask: Ask) -> None:
    (row,) = ask("differential_voltage_peak", cycles_of([TWO]))
    fine = np.linspace(3.0, 4.2, 40_001)
    passed = charge_below(fine, TWO, 0.2)
    slope = np.gradient(fine, passed)
    inside = (fine > 3.55) & (fine < 3.85)
    assert row["peak_ah"] == pytest.approx(passed[inside][np.argmax(slope[inside])], abs=0.01)
    assert row["height_volt_per_ah"] == pytest.approx(slope[inside].max(), rel=0.1)


@LAW
@given(share=st.sampled_from([0.002, 0.005, 0.02]), factor=st.floats(0.1, 10))
def test_differential_voltage_sums_up_to_the_change_of_the_voltage(
    share: float, factor: float, ask: Ask
) -> None:
    more: Peaks = [(middle, sigma, factor * charge) for middle, sigma, charge in TWO]
    rows = ask(
        "differential_voltage",
        cycles_of([more], slope=0.2 * factor, count=500),
        capacity_step_share=share,
    )
    risen = sum(r["differential_voltage_volt_per_ah"] * r["capacity_step_ah"] for r in rows)
    assert risen == pytest.approx(1.2, rel=1e-6)
    assert len(rows) == min(round(1 / share), 249)  # never finer than two of 499 intervals
    fine = np.linspace(3.0, 4.2, 40_001)
    passed = charge_below(fine, more, 0.2 * factor)
    expected = np.interp([row["capacity_ah"] for row in rows], passed, fine)
    assert [row["voltage_volt"] for row in rows] == pytest.approx(expected.tolist(), abs=0.02)


def test_a_discharge_has_the_same_peaks_with_the_sign_of_its_current(ask: Ask) -> None:
    rows = cycles_of([TWO])
    volts = [each["voltage_volt"] for each in rows["points"]][::-1]
    back = {
        "step": [rows["step"][0] | {"mode": "discharge", "net_charge_ah": -1.0}],
        "cycle": rows["cycle"],
        "points": [
            each | {"voltage_volt": volt, "current_ampere": -1.0}
            for each, volt in zip(rows["points"], volts, strict=True)
        ],
    }
    one = ask("differential_capacity_peak", rows)
    other = ask("differential_capacity_peak", back)
    assert {row["mode"] for row in other} == {"discharge"}
    for name, sign in (("peak_volt", 1), ("height_ah_per_volt", -1), ("area_ah", -1)):
        expected = [sign * row[name] for row in one]
        assert [row[name] for row in other] == pytest.approx(expected, rel=0.02)
