"""What was held in a step is seen with and without a label."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.derive import derive
from ingest.series import Series
from tests.ingest.laws.cycling import Cell, cells

CONTROLS = ("CC", "CV", "CCCV", "CP", "CR")


def step_of(cell: Cell, control: str, way: float, records: int, span: float) -> Series:
    """Return a rest and one step under a control, and a rest."""
    part = np.linspace(0.0, 1.0, records)
    rated = way * cell.charge_ampere
    volt = 3.7 + way * span * (part - 0.5)
    current = np.full(records, rated)
    if control == "CV":
        volt = np.full(records, 4.2)
        current = rated * np.exp(-3.0 * part)
    elif control == "CCCV":
        held = part > 0.7
        volt = np.where(held, volt[np.argmax(held)], volt)
        current = np.where(held, rated * np.exp(-10.0 * (part - 0.7)), rated)
    elif control == "CP":
        current = rated * 3.7 / volt
    elif control == "CR":
        current = rated * volt / 3.7
    second = 3600.0 * cell.capacity_ah / cell.charge_ampere * part
    time = np.concatenate(([0.0, 300.0], 300.0 + second, second[-1] + np.array([300.0, 600.0])))
    columns = {
        "test_time_second": time,
        "voltage_volt": np.concatenate(([3.6, 3.6], volt, [3.7, 3.7])),
        "current_ampere": np.concatenate(([0.0, 0.0], current, [0.0, 0.0])),
        "record_index": np.arange(1, time.size + 1),
        "step_id": np.repeat([1, 2, 3], [2, records, 2]),
    }
    return Series(columns, time.size)


@settings(deadline=None)
@given(
    cells(),
    st.sampled_from(CONTROLS),
    st.sampled_from((1.0, -1.0)),
    st.integers(50, 400),
    st.floats(0.3, 1.2),
    st.booleans(),
)
def test_what_was_held_is_told(
    cell: Cell,
    control: str,
    way: float,
    records: int,
    span: float,
    labelled: bool,
) -> None:
    series = step_of(cell, control, way, records, span)
    if labelled:
        word = f"{control} {'Chg' if way > 0.0 else 'DChg'}"
        types = ["Rest"] * 2 + [word] * records + ["Rest"] * 2
        series = series.adding({"step_type": pa.array(types)})
    steps = derive(series, (), None).steps
    assert steps["control"].tolist() == [None, control, None]
    rated = way * cell.charge_ampere
    value = {"CC": rated, "CCCV": rated, "CV": 4.2, "CP": 3.7 * rated, "CR": 3.7 / rated}[control]
    assert steps["control_value"][1] == pytest.approx(value, rel=0.02)
    assert steps["mode"].tolist() == ["rest", "charge" if way > 0.0 else "discharge", "rest"]
