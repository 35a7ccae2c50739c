"""mean_voltage, and hysteresis, the difference of its two."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.law import law

Ask = Callable[..., list[dict[str, Any]]]
LAW = law(20)

positive = st.floats(1e-3, 1e3)


@LAW
@given(current=positive, factor=positive, volts=st.lists(st.floats(1, 5), min_size=2, max_size=9))
def test_it_is_the_voltage_averaged_over_charge_at_any_current(
    current: float, factor: float, volts: list[float], ask: Ask
) -> None:
    time = np.arange(len(volts), dtype=float)
    means = []
    for ampere in (current, current * factor):
        energy = np.trapezoid(np.array(volts) * ampere, time)
        charge = np.trapezoid(np.full(len(volts), ampere), time)
        cycle = {
            "test_id": 1,
            "cycle_count": 1,
            "charge_capacity_ah": charge,
            "charge_energy_wh": energy,
            "discharge_capacity_ah": charge,
            "discharge_energy_wh": energy / 2,
            "status": "ok",
        }
        (row,) = ask("mean_voltage", {"cycle": [cycle]})
        (gap,) = ask("hysteresis", {"cycle": [cycle]})
        assert gap["hysteresis_volt"] == pytest.approx(row["mean_charge_voltage_volt"] / 2)
        assert (row["status"], gap["status"]) == ("ok", "ok")
        means.append(row["mean_charge_voltage_volt"])
    assert means == pytest.approx([np.average((np.array(volts)[1:] + volts[:-1]) / 2)] * 2)


def test_a_missing_half_has_neither_voltage_nor_hysteresis(ask: Ask) -> None:
    cycle = {
        "test_id": 1,
        "cycle_count": 1,
        "charge_capacity_ah": 1.0,
        "charge_energy_wh": 4.0,
        "discharge_capacity_ah": 0.0,
        "discharge_energy_wh": 0.0,
        "complete": False,
    }
    (row,) = ask("mean_voltage", {"cycle": [cycle]})
    (gap,) = ask("hysteresis", {"cycle": [cycle]})
    assert (row["mean_charge_voltage_volt"], row["mean_discharge_voltage_volt"]) == (4.0, None)
    assert gap["hysteresis_volt"] is None
    for each in (row, gap):
        assert (each["status"], each["reason"]) == ("not_computable", "nothing was discharged")
        assert each["complete"] is False


@pytest.mark.parametrize(
    ("lost", "reason"),
    [
        ("discharge_capacity_ah", "missing current_ampere"),
        ("discharge_energy_wh", "missing voltage_volt"),
    ],
)
def test_what_is_not_known_is_told(lost: str, reason: str, ask: Ask) -> None:
    known = {"discharge_capacity_ah": 1.0, "discharge_energy_wh": 3.0, "status": "ok"}
    cycle = {"test_id": 1, "cycle_count": 1, **known, lost: None}
    (row,) = ask("mean_voltage", {"cycle": [cycle]})
    assert (row["status"], row["reason"]) == ("not_computable", reason)


def test_a_doubt_travels_to_the_hysteresis(ask: Ask) -> None:
    cycle = {
        "test_id": 1,
        "cycle_count": 1,
        "charge_capacity_ah": 1.0,
        "charge_energy_wh": 4.0,
        "discharge_capacity_ah": 1.0,
        "discharge_energy_wh": 3.0,
        "status": "low_quality",
        "reason": "outlier",
    }
    for metric in ("mean_voltage", "hysteresis"):
        (row,) = ask(metric, {"cycle": [cycle]})
        assert (row["status"], row["reason"]) == ("low_quality", "outlier")
