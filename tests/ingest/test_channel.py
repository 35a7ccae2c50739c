"""Tables of several channels."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ingest.channel import by_channel
from ingest.intake import take_in
from ingest.reading import RawColumn, Reading, column
from schema.settings import Settings
from schema.warehouse import open_warehouse


def reading_of(*columns: RawColumn) -> Reading:
    return Reading(columns, technique="GCPL", step_marks=("step",), facts={"a": 1})


def curve(count: int, volt: float, begin: float = 0.0, beat: float = 10.0) -> dict[str, Any]:
    """Return time and voltage of one channel."""
    return {"t": begin + beat * np.arange(count), "u": volt + 1e-4 * np.arange(count)}


def mixed(
    order: list[int],
    *channels: dict[str, Any],
    names: Any = None,  # noqa: ANN401
) -> tuple[Reading, np.ndarray[Any, Any]]:
    """Return one table with the rows of channels in the order given, and whose each row is."""
    whose = np.array(order)
    place = np.zeros(whose.size, dtype=np.int64)
    for channel in range(len(channels)):
        rows = np.flatnonzero(whose == channel)
        place[rows] = np.arange(rows.size)
    time, volt = (
        np.array([channels[c][key][p] for c, p in zip(whose, place, strict=True)])
        for key in ("t", "u")
    )
    columns = [RawColumn("t", time, "test_time_second"), RawColumn("u", volt, "voltage_volt")]
    columns.append(RawColumn("step", pa.array(["Rest"] * whose.size), "step_type"))
    if names is not None:
        columns.append(RawColumn("Channel_ID", names(whose)))
    return reading_of(*columns), whose


NAMINGS = {
    "numbers": lambda whose: whose + 3.0,
    "integers": lambda whose: whose + 3,
    "text": lambda whose: pa.array([f"{c + 3}" for c in whose]),
    "dictionary": lambda whose: pa.array([f"{c + 3}" for c in whose]).dictionary_encode(),
}


@pytest.mark.parametrize("naming", NAMINGS)
@settings(deadline=None)  # tables of words are read once, by whichever test comes first
@given(orders=st.lists(st.integers(0, 2), min_size=2, max_size=40))
def test_each_channel_of_a_column_is_a_test(naming: str, orders: list[int]) -> None:
    order = [0, 0, 1, 1, *orders]
    assume(order.count(2) != 1)  # a channel of one record is none; the clocks alone tell then
    table, whose = mixed(
        order, *(curve(len(order), 3.0 + c) for c in range(3)), names=NAMINGS[naming]
    )
    parts = by_channel(table)
    present = sorted({*order}, key=order.index)
    assert [part.channel for part in parts] == [f"{c + 3}" for c in present]
    for part, c in zip(parts, present, strict=True):
        volt = column(part, "voltage_volt")
        assert volt is not None
        np.testing.assert_allclose(volt, 3.0 + c + 1e-4 * np.arange(np.count_nonzero(whose == c)))
        assert [finding.kind for finding in part.findings] == ["several_channels"]
        assert (part.technique, part.step_marks, part.facts) == ("GCPL", ("step",), {"a": 1})
        assert len({len(raw.values) for raw in part.columns}) == 1


@settings(deadline=None)  # tables of words are read once, by whichever test comes first
@given(
    st.lists(st.integers(1, 3), min_size=20, max_size=60),
    st.floats(1.0, 1e6),
    st.floats(0.1, 1.0),
)
def test_two_clocks_that_take_turns_are_two_tests(
    turns: list[int], offset: float, volt: float
) -> None:
    order = [row for turn, count in enumerate(turns) for row in [turn % 2] * count]
    beat = 10.0
    # records take turns as they come, so a clock is ahead of the other by more than a turn lasts
    count = len(order)
    table, whose = mixed(
        order,
        curve(count, 3.0, 0.0, beat),
        curve(count, 3.0 + volt, offset + 2 * beat * count, beat),
    )
    first, second = by_channel(table)
    assert [first.row_count, second.row_count] == np.bincount(whose).tolist()
    for part, start in ((first, 3.0), (second, 3.0 + volt)):
        voltage = column(part, "voltage_volt")
        assert voltage is not None
        np.testing.assert_allclose(voltage, start + 1e-4 * np.arange(voltage.size))
        assert [finding.kind for finding in part.findings] == ["several_channels"]


@given(st.integers(2, 5), st.integers(10, 60), st.floats(0.05, 1.0))
def test_channels_of_one_clock_are_as_many_tests(channels: int, count: int, volt: float) -> None:
    order = [channel for _ in range(count) for channel in range(channels)]
    table, _ = mixed(order, *(curve(count, 3.0 + volt * c) for c in range(channels)))
    parts = by_channel(table)
    assert len(parts) == channels
    for channel, part in enumerate(parts):
        voltage = column(part, "voltage_volt")
        assert voltage is not None
        np.testing.assert_allclose(voltage, 3.0 + volt * channel + 1e-4 * np.arange(count))


def test_pulses_under_a_coarse_clock_are_one_test() -> None:
    time = np.repeat(np.arange(50.0), 2)
    table = reading_of(
        RawColumn("t", time, "test_time_second"),
        RawColumn("u", np.tile([3.6, 3.9], 50), "voltage_volt"),
        RawColumn("i", np.tile([-1.7, -0.1], 50), "current_ampere"),
    )
    assert by_channel(table) == [table]


def test_a_clock_too_coarse_for_its_records_is_one_test() -> None:
    table = reading_of(
        RawColumn("t", np.repeat(np.arange(50.0), 2), "test_time_second"),
        RawColumn("u", 3 + np.arange(100) / 100, "voltage_volt"),
    )
    assert by_channel(table) == [table]


@settings(deadline=None)  # tables of words are read once, by whichever test comes first
@given(st.integers(0, 99), st.floats(0.0, 3.0), st.booleans())
def test_one_clock_that_trembles_is_one_test(seed: int, tremble: float, cycling: bool) -> None:
    rng = np.random.default_rng(seed)
    time = np.arange(300.0) + tremble * rng.random(300)
    volt = 3 + np.sin(np.arange(300) / 30) if cycling else 3 + np.arange(300) / 300
    table = reading_of(
        RawColumn("t", time, "test_time_second"), RawColumn("u", volt, "voltage_volt")
    )
    assert by_channel(table) == [table]


@pytest.mark.parametrize(
    "name_and_values",
    [
        ("Channel", np.concatenate((np.full(20, 7.0), np.full(18, 8.0), [np.nan] * 2))),
        ("channel_index", np.arange(40)),  # Landt numbers its records so
        ("Channel", np.arange(40)),
        ("Channel", np.full(40, 7)),
        ("Channel", np.concatenate((np.full(39, 7.0), [8.0]))),
        ("Channel", np.concatenate((np.full(20, 7.0), np.full(19, 8.0), [np.nan]))),
        ("Chamber", np.repeat([1, 2], 20)),
        ("Voltage", np.repeat([1, 2], 20)),
    ],
    ids=str,
)
def test_what_is_no_column_of_channels_parts_nothing(
    name_and_values: tuple[str, np.ndarray[Any, Any]],
) -> None:
    table = reading_of(
        RawColumn("t", np.arange(40.0), "test_time_second"), RawColumn(*name_and_values)
    )
    assert by_channel(table) == [table]


def test_two_channels_in_one_file_are_two_tests_of_the_warehouse(tmp_path: Path) -> None:
    rows = [f"{60 * n},{3 + c + n / 1000},{1 - 2 * c},{c}" for n in range(20) for c in (0, 1)]
    export = tmp_path / "two.bdf.csv"
    export.write_text("\n".join(["Test Time / s,Voltage / V,Current / A,Channel", *rows, ""]))
    warehouse = open_warehouse(Settings(home=tmp_path / "home"))
    outcome = take_in(warehouse, export)
    assert (outcome.status, len(outcome.tests), outcome.points) == ("ingested", 2, 40)
    assert take_in(warehouse, export).status == "already"
