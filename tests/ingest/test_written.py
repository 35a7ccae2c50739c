"""A current that is written coarsely: the counter beside it is the better number."""

from pathlib import Path
from typing import Any

import pytest

from ingest.draft import draft
from ingest.reading import HEAD_BYTES, Export
from ingest.recognize import reader_for

HEADER = (
    "cell model:,,,\n"
    "channel_index,cycle_index,step_index,date_time_iso_string,test_time_s,step_time_s,current_A,"
    "voltage_V,discharge_capacity_Ah,charge_capacity_Ah,step_name\n"
)


def steps_of(path: Path, current: str, counted_ah: float) -> dict[str, Any]:
    rows = [
        f"1,1,1,,{hour * 3600}.0,{hour * 3600}.0,{current},2.5,"
        f"{counted_ah * hour / 30:.6f},0.000000,D_CC"
        for hour in range(31)
    ]
    path.write_text(HEADER + "\n".join(rows) + "\n")
    export = Export(path, path.name, path.read_bytes()[:HEAD_BYTES], path)
    (reading,) = reader_for(export).read(export)
    return dict(draft(reading).steps)


def test_a_current_that_may_be_exact_refuses_another_counter(tmp_path: Path) -> None:
    steps = steps_of(tmp_path / "a.csv", "-0.0002", 0.0053)
    assert [*steps["charge_source"]] == ["trapezoid"]
    assert [*steps["status"]] == ["low_quality"]


def test_a_current_that_is_rounded_takes_the_counter(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    steps_of(path, "-0.0002", 0.0053)
    rest = "1,1,0,,-10.0,0.0,0.0000,2.6,0.000000,0.000000,rest\n"
    path.write_text(path.read_text().replace(HEADER, HEADER + rest))
    export = Export(path, path.name, path.read_bytes()[:HEAD_BYTES], path)
    (reading,) = reader_for(export).read(export)
    steps = draft(reading).steps
    assert [*steps["charge_source"]][-1] == "counter"
    assert steps["discharge_capacity_ah"][-1] == pytest.approx(0.0053)
    assert steps["status"][-1] == "ok"
