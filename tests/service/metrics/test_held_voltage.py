"""constant_voltage_share, end_of_charge_voltage and rest_relaxation_voltage."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.law import law

Ask = Callable[..., list[dict[str, Any]]]
Rows = dict[str, list[dict[str, Any]]]
LAW = law(20)


def charged(held_hour: float, ampere: float, *, in_one: bool) -> Rows:
    """Return an hour at one current and then a decay of the current at a held voltage."""
    constant = np.linspace(0, 3600, 361)
    held = np.linspace(0, 3600 * held_hour, 361)
    decay = ampere * np.exp(-held / (1200 * held_hour))
    step = np.repeat([1, 1 if in_one else 2], 361)
    second = np.concatenate([np.diff(constant, prepend=0.0), np.diff(held, prepend=0.0)])
    current = np.concatenate([np.full(361, ampere), decay])
    charge = np.concatenate(
        [np.array([ampere]), [np.trapezoid(decay, held) / 3600]]
    )  # A·h of either part
    half: dict[str, Any] = {"test_id": 1, "cycle_count": 1, "half_cycle_count": 1}
    half |= {"half_cycle_left": True}
    half |= {"mode": "charge", "status": "ok", "last_voltage_volt": 4.2, "charge_error_ah": 0.0}
    if in_one:
        told = [("CCCV", ampere, charge.sum())]
    else:
        told = [("CC", ampere, charge[0]), ("CV", 4.2, charge[1])]
    return {
        "step": [
            half
            | {"step_count": n, "control": control, "control_value": value, "net_charge_ah": ah}
            for n, (control, value, ah) in enumerate(told, 1)
        ],
        "points": [
            {
                "test_id": 1,
                "step_count": int(number),
                "record_index": record,
                "interval_second": float(interval),
                "current_ampere": float(amperes),
                "voltage_volt": 4.2,
            }
            for record, (number, interval, amperes) in enumerate(
                zip(step, second, current, strict=True), 1
            )
        ],
    }


@LAW
@given(held_hour=st.floats(0.2, 3), ampere=st.floats(0.01, 10))
def test_one_step_of_both_tells_the_share_that_two_steps_tell(
    held_hour: float, ampere: float, ask: Ask
) -> None:
    (one,) = ask("constant_voltage_share", charged(held_hour, ampere, in_one=True))
    (two,) = ask("constant_voltage_share", charged(held_hour, ampere, in_one=False))
    exact = held_hour / 3 * (1 - np.exp(-3))
    assert two["constant_voltage_share"] == pytest.approx(exact / (1 + exact), rel=1e-3)
    difference = abs(one["constant_voltage_share"] - two["constant_voltage_share"])
    # within the tolerance the current still counts as set: 0.02 of the time constant
    lost = 0.03 * held_hour / 3 / (1 + exact)
    assert difference <= one["constant_voltage_share_error"] + lost
    assert one["status"] == two["status"] == "ok"


def test_a_half_cycle_that_was_not_left_is_not_compared(ask: Ask) -> None:
    rows = charged(1.0, 1.0, in_one=False)
    for step in rows["step"]:
        step["half_cycle_left"] = False
    (row,) = ask("constant_voltage_share", rows)
    assert (row["status"], row["reason"]) == ("not_comparable", "not left")


def rested(volts: list[float]) -> Rows:
    """Return a charge to 4.2 V, rests between these voltages, and a discharge."""
    at = {"test_id": 1, "cycle_count": 1, "status": "ok"}
    steps = [
        at
        | {
            "step_count": 1,
            "mode": "charge",
            "half_cycle_count": 1,
            "half_cycle_left": True,
            "net_charge_ah": 1.0,
            "last_voltage_volt": 4.2,
        }
    ]
    steps += [
        at
        | {
            "step_count": number,
            "mode": "rest",
            "first_voltage_volt": first,
            "last_voltage_volt": last,
            "duration_second": 1800.0,
        }
        for number, (first, last) in enumerate(pairwise(volts), 2)
    ]
    end = {"mode": "discharge", "half_cycle_count": 2, "half_cycle_left": True}
    steps.append(at | end | {"step_count": len(volts) + 1, "net_charge_ah": -1.0})
    return {"step": steps, "cycle": [{"test_id": 1, "cycle_count": 1, "cell_cycle_count": 9}]}


@LAW
@given(volts=st.lists(st.floats(3, 4.2), min_size=2, max_size=6))
def test_however_often_a_rest_is_cut_it_relaxes_from_its_first_to_its_last_voltage(
    volts: list[float], ask: Ask
) -> None:
    (row,) = ask("rest_relaxation_voltage", rested(volts))
    assert row["relaxation_volt"] == pytest.approx(volts[-1] - volts[0], abs=1e-12)
    assert row["jump_volt"] == pytest.approx(volts[0] - 4.2, abs=1e-12)
    assert row["rest_hour"] == pytest.approx(0.5 * (len(volts) - 1))
    assert (row["after_mode"], row["cell_cycle_count"]) == ("charge", 9)
    (end,) = ask("end_of_charge_voltage", rested(volts))
    assert end["end_of_charge_volt"] == 4.2
    assert end["rested_volt"] == volts[-1]
    assert end["rest_hour"] == row["rest_hour"]
