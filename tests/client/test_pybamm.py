"""Points as PyBaMM takes them: current positive on discharge, time from 0 on and rising."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from leyden_client import Client, LeftOut, Table, Unsuitable

from tests.law import law

DISCHARGE = {
    "test_time_second": [100.0, 110.0, 120.0],
    "voltage_volt": [3.4, 3.3, 3.2],
    "current_ampere": [-0.5, -0.5, -0.5],
}


def points(**columns: Any) -> Table:  # noqa: ANN401 # lists
    """Return points that discharge, some of their columns others."""
    return Table(pa.table({**DISCHARGE, **columns}))


def test_a_discharge_is_positive_and_begins_at_zero() -> None:
    table = points().to_pybamm()
    assert table.columns == ["Time [s]", "Current [A]", "Voltage [V]"]
    assert table["Current [A]"].to_pylist() == [0.5, 0.5, 0.5]
    assert table["Time [s]"].to_pylist() == [0.0, 10.0, 20.0]
    assert table["Voltage [V]"].to_pylist() == [3.4, 3.3, 3.2]
    assert table.told["start_second"] == "100.0"


def test_a_charge_is_negative_and_a_rest_is_zero() -> None:
    table = points(current_ampere=[0.25, 0.0, -0.0]).to_pybamm()
    current = table["Current [A]"].to_numpy()
    assert current.tolist() == [-0.25, 0.0, 0.0]
    assert not np.signbit(current[1:]).any()


@law(20)
@given(
    st.lists(
        st.tuples(st.floats(0, 1e4), st.floats(-5, 5)),
        min_size=2,
        max_size=50,
    ),
    st.floats(0, 1e6),
)
def test_the_charge_that_passes_is_the_same_with_the_other_sign(
    records: list[tuple[float, float]], start: float
) -> None:
    rises = [gap if gap > 1e-3 else 0.0 for gap, _ in records]
    time = start + np.cumsum(rises)
    current = np.array([each for _, each in records])
    volts = [3.0] * len(records)
    table = points(test_time_second=time, current_ampere=current, voltage_volt=volts).to_pybamm()
    theirs = table.numpy()
    assert (np.diff(theirs["Time [s]"]) > 0).all()
    charge = np.trapezoid(current, time)
    moved = 5e-6 * len(records) * 10
    assert np.trapezoid(theirs["Current [A]"], theirs["Time [s]"]) == pytest.approx(
        -charge, rel=1e-9, abs=moved
    )


def test_a_step_that_begins_where_one_ended_still_jumps() -> None:
    table = points(
        test_time_second=[100.0, 110.0, 110.0], current_ampere=[-0.5, -0.5, 0.5]
    ).to_pybamm()
    assert table["Time [s]"].to_pylist() == [0.0, 10.0, 10.0 + 1e-6]
    assert table["Current [A]"].to_pylist() == [0.5, 0.5, -0.5]
    assert table.told["moved_count"] == "1"


def test_records_without_a_number_are_left_out_and_told() -> None:
    with pytest.warns(LeftOut, match="1 of 3 records have no time, current or voltage"):
        table = points(voltage_volt=[3.4, None, 3.2]).to_pybamm()
    assert table["Time [s]"].to_pylist() == [0.0, 20.0]
    with pytest.warns(LeftOut, match="1 of 3"):
        points(current_ampere=[float("nan"), -0.5, -0.5]).to_pybamm()


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"test_time_second": [100.0, 120.0, 110.0]}, "time runs back, 20 s to 10 s"),
        ({"test_time_second": [1.0, 1.0, 1.0 + 5e-7]}, "closer than a microsecond"),
        ({"test_id": [1, 1, 2]}, "one test at a time; these are of several: 1, 2"),
        ({"voltage_volt": pa.nulls(3, pa.float64())}, "no record has"),
        (
            {"temperature_t1_celsius": [25.0] * 3, "ambient_temperature_celsius": [20.0] * 3},
            "say which is meant",
        ),
    ],
)
def test_what_pybamm_cannot_take_is_declined(columns: dict[str, Any], reason: str) -> None:
    with pytest.raises(Unsuitable, match=reason) as refused:
        points(**columns).to_pybamm()
    assert refused.value.code == "UNSUITABLE"


def test_rows_that_are_no_points_are_declined() -> None:
    with pytest.raises(Unsuitable, match="voltage_volt is not here"):
        points().select(["test_time_second", "current_ampere"]).to_pybamm()


def test_the_only_temperature_is_taken_or_the_one_that_is_named() -> None:
    one = {"temperature_t1_celsius": [25.0, 26.0, 27.0]}
    nowhere = {"ambient_temperature_celsius": pa.nulls(3, pa.float64())}
    assert points(**one, **nowhere).to_pybamm()["Temperature [degC]"].to_pylist() == [25, 26, 27]
    both = points(**one, surface_temperature_celsius=[30.0, 31.0, 32.0])
    named = both.to_pybamm(temperature="surface_temperature_celsius")
    assert named["Temperature [degC]"].to_pylist() == [30, 31, 32]
    assert named.units == {
        "Time [s]": "s",
        "Current [A]": "A",
        "Voltage [V]": "V",
        "Temperature [degC]": "°C",
    }
    with pytest.raises(Unsuitable, match="no column of temperatures"):
        points().to_pybamm(temperature="temperature_t1_celsius")


def test_a_discharge_of_the_demo_is_positive_and_gives_what_its_cycles_tell(client: Client) -> None:
    name = "synthetic-lfp-25uA"
    step = next(row for row in client.steps(name).arrow.to_pylist() if row["mode"] == "discharge")
    start = step["start_time_second"]
    end = start + step["duration_second"]
    theirs = client.points(name, start_second=start + 1e-3, end_second=end).to_pybamm().numpy()
    assert (theirs["Current [A]"] > 0).all()
    assert theirs["Time [s]"][0] == 0
    whole = client.points(name).to_pybamm().numpy()
    assert (np.diff(whole["Time [s]"]) > 0).all()
    ours = client.points(name).numpy()
    charge = np.trapezoid(ours["current_ampere"], ours["test_time_second"])
    theirs_charge = np.trapezoid(whole["Current [A]"], whole["Time [s]"])
    assert theirs_charge == pytest.approx(-charge, rel=1e-6, abs=1e-9)
