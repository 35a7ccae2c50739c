"""mean_voltage, and hysteresis, the difference of its two."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

Ask = Callable[..., list[dict[str, Any]]]
LAW = settings(max_examples=20, deadline=None)

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
        }
        (row,) = ask("mean_voltage", {"cycle": [cycle]})
        (gap,) = ask("hysteresis", {"cycle": [cycle]})
        assert gap["hysteresis_volt"] == pytest.approx(row["mean_charge_voltage_volt"] / 2)
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
    assert gap == {"test_id": 1, "cycle_count": 1, "hysteresis_volt": None, "complete": False}
