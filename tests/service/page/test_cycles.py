"""Cycles of a cell and the columns that go along with them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from service.page.cycles import cell_cycles, spread
from service.page.elapsed import along_the_axis

RETENTION = {
    "testId": ["8", "8", "3"],
    "cycleCount": np.array([1, 2, 1]),
    "cellCycleCount": np.array([2, 3, 1]),
}


def test_cycles_stand_in_the_order_the_cell_went_through_them() -> None:
    cycles = cell_cycles(RETENTION)
    assert cycles.number.tolist() == [1, 2, 3]
    assert cycles.test == ["3", "8", "8"]


def test_columns_of_another_answer_are_found_by_test_and_cycle() -> None:
    other = {"testId": ["8", "3"], "cycleCount": [2, 1], "value": np.array([0.2, 0.1])}
    values = cell_cycles(RETENTION).numbers(other, "value")
    assert values[0] == 0.1
    assert np.isnan(values[1])
    assert values[2] == 0.2


def test_a_cycle_without_a_number_comes_last_and_gets_none() -> None:
    cycles = cell_cycles({**RETENTION, "cellCycleCount": [None, 3, 1]})
    assert cycles.number[:2].tolist() == [1, 3]
    assert np.isnan(cycles.number[2])
    assert cycles.within(None, None).tolist() == [True, True, False]


def test_two_tests_that_count_by_themselves_are_told() -> None:
    assert not cell_cycles({**RETENTION, "cellCycleCount": [1, 2, 1]}).has_distinct_numbers
    assert cell_cycles(RETENTION).has_distinct_numbers


def test_of_nothing_there_are_no_cycles() -> None:
    columns: dict[str, list[Any]] = {"testId": [], "cycleCount": [], "cellCycleCount": []}
    for nothing in (None, {}, columns):
        cycles = cell_cycles(nothing)
        assert len(cycles) == 0
        assert spread(cycles.number) == ()
        assert cycles.numbers(None, "value").tolist() == []


@given(st.lists(st.integers(1, 10_000), min_size=1, unique=True))
def test_the_first_and_the_last_are_among_those_chosen_by_themselves(numbers: list[int]) -> None:
    chosen = spread(np.array(numbers, float))
    assert chosen[0] == min(numbers)
    assert chosen[-1] == max(numbers)
    assert set(chosen) <= set(numbers)
    assert len(chosen) <= 6


def cell(starts: Mapping[str, str | None], zone: str | None = None) -> dict[str, object]:
    def of(test: str) -> dict[str, object]:
        counts = [each for name, each in zip("883", (1, 2, 1), strict=True) if name == test]
        size = len(counts)
        return {
            "testId": [test] * size,
            "cycleCount": counts,
            "startTimeSecond": [3600.0 * each for each in range(size)],
            "durationSecond": [3600.0] * size,
            "grossChargeAh": [1.0] * size,
            "grossDischargeAh": [0.5] * size,
        }

    return {
        "tests": [
            {"id": each, "name": f"test {each}", "startedAt": start, "timeZone": zone}
            | {"cycles": of(each)}
            for each, start in starts.items()
        ]
    }


def placed(found: dict[str, object], along: str) -> tuple[list[float], str]:
    axis = along_the_axis(found, cell_cycles(RETENTION), along)
    assert not isinstance(axis, str), axis
    return axis[0].tolist(), axis[1]


def test_throughput_runs_on_from_test_to_test() -> None:
    place, label = placed(cell({"3": None, "8": None}), "throughput")
    assert place == [1.5, 3.0, 4.5]
    assert label == "Charge passed either way / A·h"


def test_a_test_that_tells_no_start_has_no_place_in_time_beside_another() -> None:
    why = along_the_axis(
        cell({"3": "2026-01-01T00:00:00", "8": None}), cell_cycles(RETENTION), "time"
    )
    assert isinstance(why, str)
    assert "test 8" in why


def test_cycles_of_two_tests_stand_by_the_clocks() -> None:
    starts = {"3": "2026-01-01T00:00:00", "8": "2026-01-01T10:00:00"}
    place, label = placed(cell(starts), "time")
    assert place == [1, 11, 12]
    assert label == "Time since the first test / h"
