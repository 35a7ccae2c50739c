"""Steps and cycles by our own numbering."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.series import Series
from ingest.step import number_cycles, step_starts

mode = st.sampled_from(["charge", "discharge", "rest", "sweep", "impedance", "unknown"])


def cycles(*modes: str) -> list[int]:
    return [int(cycle) for cycle in number_cycles(np.array(modes)).cycle]


def test_a_cycle_ends_when_the_first_direction_returns() -> None:
    assert cycles("rest", "charge", "rest", "discharge", "rest", "charge") == [1, 1, 1, 1, 1, 2]


def test_a_cell_that_begins_with_discharge_counts_cycles_from_discharge() -> None:
    assert cycles("discharge", "charge", "discharge", "charge") == [1, 1, 2, 2]


def test_several_steps_of_one_direction_are_one_half_cycle() -> None:
    numbering = number_cycles(np.array(["charge", "charge", "rest", "charge", "discharge"]))
    assert numbering.half_cycle.tolist() == [1, 1, 1, 1, 2]
    assert numbering.cycle.tolist() == [1, 1, 1, 1, 1]


def test_each_sweep_is_a_cycle() -> None:
    assert cycles("rest", "sweep", "sweep", "rest", "sweep") == [1, 1, 2, 2, 3]


def test_a_test_that_only_rests_is_one_cycle() -> None:
    assert cycles("rest", "impedance", "unknown") == [1, 1, 1]


@given(st.lists(mode, min_size=1, max_size=40))
def test_cycles_never_fall_and_rise_by_one_at_most(modes: list[str]) -> None:
    numbering = number_cycles(np.array(modes))
    for count in (numbering.cycle, numbering.half_cycle):
        assert count[0] == 1
        assert set(np.diff(count)) <= {0, 1}


@given(st.lists(mode, min_size=1, max_size=40))
def test_rests_change_no_cycle(modes: list[str]) -> None:
    with_rests = [each for m in modes for each in (m, "rest")]
    assert cycles(*with_rests)[::2] == cycles(*modes)


def numbers(**columns: object) -> Series:
    arrays = {
        name: values if isinstance(values, pa.Array) else np.asarray(values)
        for name, values in columns.items()
    }
    return Series(arrays, len(next(iter(arrays.values()))))


def test_a_step_begins_where_the_instrument_marks_one() -> None:
    starts, series = step_starts(numbers(step_id=[1, 1, 2, 2, 1]), ())
    assert starts.tolist() == [0, 2, 4]
    assert series.findings == ()


def test_a_declared_mark_is_taken_before_the_usual_ones() -> None:
    starts, _ = step_starts(numbers(step_id=[1, 2, 3], half=[1, 1, 2]), ("half",))
    assert starts.tolist() == [0, 2]


@pytest.mark.parametrize("dictionary", [True, False])
def test_a_change_of_step_type_begins_a_step(*, dictionary: bool) -> None:
    kinds = pa.array(["CC", "CC", None, "Rest"])
    starts, _ = step_starts(
        numbers(step_type=kinds.dictionary_encode() if dictionary else kinds), ()
    )
    assert starts.tolist() == [0, 2, 3]


def test_without_marks_the_current_cuts_the_steps_and_a_finding_says_so() -> None:
    starts, series = step_starts(numbers(current_ampere=[1, 1, 1e-4, 0, -1, -1]), ())
    assert starts.tolist() == [0, 2, 4]
    assert [finding.kind for finding in series.findings] == ["steps_from_current"]
