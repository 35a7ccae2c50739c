"""Test time against what else the export knows of time."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ingest.clock import over_midnight, timed
from ingest.normalize import normalize
from ingest.reading import Export
from ingest.recognize import reader_for
from ingest.series import Series, Values

Floats = NDArray[np.float64]
YEAR_SECOND = 365.25 * 86_400
UNITS = {1e3: "ms", 1e6: "µs", 1 / 60: "min", 1 / 3600: "h", 1 / 86_400: "d", 60.0: "", 3600.0: ""}


def kinds(series: Series) -> list[str]:
    return [finding.kind for finding in series.findings]


def series_of(time: NDArray[Any] | Sequence[float], **more: Values) -> Series:
    return Series({"test_time_second": np.asarray(time, np.float64), **more}, len(time))


@st.composite
def beats(draw: st.DrawFn) -> Floats:
    """Draw the times of records: regular, or every interval another, some much shorter."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    count = draw(st.integers(30, 300))
    spread = draw(st.sampled_from([0.0, 0.5, 2.0]))
    interval = (draw(st.floats(0.1, 600.0)) + 0.0123) * np.exp(spread * rng.normal(size=count))
    return np.concatenate(([0.0], np.cumsum(interval)))


@st.composite
def walls(draw: st.DrawFn, time: NDArray[Any], tick: float = 0.0) -> Floats:
    """Draw the wall clock of a test: with pauses, set back once, perhaps told in whole ticks."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    wall = 1.7e9 + time.copy()
    for _ in range(draw(st.integers(0, 3))):
        wall[draw(st.integers(1, time.size - 1)) :] += rng.exponential(time[-1])
    if draw(st.booleans()):
        wall[draw(st.integers(1, time.size - 1)) :] -= 3600.0
    return np.floor(wall / tick) * tick if tick else wall


@settings(deadline=None)  # tables of words are read once, by whichever test comes first
@given(st.data(), beats(), st.sampled_from([*UNITS, 1 / 1000]))
def test_a_time_in_another_unit_is_set_right_by_the_wall_clock(
    data: st.DataObject, right: Floats, factor: float
) -> None:
    wall = data.draw(walls(right))
    found = timed(series_of(right * factor, unix_time_second=wall, step_time_second=right * factor))
    assert kinds(found) == ["time_unit_corrected"]
    assert found.doubts == ()
    for name in ("test_time_second", "step_time_second"):
        np.testing.assert_allclose(found.number(name), right, rtol=1e-9)


@settings(deadline=None)  # tables of words are read once, by whichever test comes first
@given(st.data(), beats())
def test_pauses_and_a_wall_clock_that_was_set_are_no_disagreement(
    data: st.DataObject, right: Floats
) -> None:
    for name in ("unix_time_second", "local_time_s"):
        series = series_of(right, **{name: data.draw(walls(right))})
        assert kinds(timed(series)) == []


@settings(deadline=None)  # tables of words are read once, by whichever test comes first
@given(st.data(), st.integers(400, 3000), st.floats(1.0, 60.0))
def test_a_wall_clock_in_whole_seconds_tells_as_much(
    data: st.DataObject, count: int, interval: float
) -> None:
    right = np.arange(count) * interval
    wall = data.draw(walls(right, tick=1.0))
    assert kinds(timed(series_of(right, unix_time_second=wall))) == []
    found = timed(series_of(right * 1000, unix_time_second=wall))
    assert kinds(found) == ["time_unit_corrected"]
    np.testing.assert_allclose(found.number("test_time_second"), right)


@settings(deadline=None)  # tables of words are read once, by whichever test comes first
@given(st.data(), beats(), st.floats(1.05, 10.0) | st.floats(0.1, 0.95))
def test_clocks_that_differ_otherwise_are_told_and_left(
    data: st.DataObject, right: Floats, factor: float
) -> None:
    found = timed(series_of(right * factor, local_time_s=data.draw(walls(right))))
    assert kinds(found) == ["clocks_disagree"]
    assert np.array_equal(found.number("test_time_second"), right * factor)


@pytest.mark.parametrize("scale", [1e3, 1e6, 1e9])
def test_a_unix_time_ages_ahead_is_in_another_unit(scale: float) -> None:
    right = np.arange(100.0)
    found = timed(series_of(right, unix_time_second=(1.7e9 + right) * scale))
    assert kinds(found) == ["time_unit_corrected"]
    np.testing.assert_allclose(found.number("unix_time_second"), 1.7e9 + right)
    assert np.array_equal(found.number("test_time_second"), right)


def test_a_step_time_in_its_right_unit_stays() -> None:
    right = np.arange(100.0)
    columns = {"unix_time_second": 1.7e9 + right, "step_time_second": right % 50}
    found = timed(series_of(right * 1000, **columns))
    assert np.array_equal(found.number("test_time_second"), right)
    assert np.array_equal(found.number("step_time_second"), right % 50)


def test_a_step_time_in_the_same_wrong_unit_is_set_right_through_all_steps() -> None:
    right = np.arange(100.0)
    columns = {"unix_time_second": 1.7e9 + right, "step_time_second": (right % 25) * 1000}
    found = timed(series_of(right * 1000, **columns))
    assert np.array_equal(found.number("step_time_second"), right % 25)


@settings(deadline=None)  # tables of words are read once, by whichever test comes first
@given(beats(), st.data())
def test_single_records_that_fall_out_of_time_take_it_from_their_neighbors(
    right: Floats, data: st.DataObject
) -> None:
    beat = float(np.median(np.diff(right)))
    rows = np.arange(4, right.size - 3, 4)
    drawn = data.draw(st.lists(st.sampled_from(rows.tolist()), unique=True, max_size=3))
    told = right.copy()
    for row in drawn:
        ahead = float(right[-1]) + data.draw(st.floats(1.1, 100.0)) * beat + 1.0
        told[row] = data.draw(st.sampled_from([0.0, ahead]))
    told[drawn] = np.where(
        (told[drawn] == 0.0) & (right[np.array(drawn, int) - 1] <= 5 * beat),
        right[drawn],
        told[drawn],
    )
    broken = np.flatnonzero(told != right)
    found = timed(series_of(told))
    expected = right.copy()
    expected[broken] = 0.5 * (right[broken - 1] + right[broken + 1])
    np.testing.assert_array_equal(found.number("test_time_second"), expected)
    assert kinds(found) == ["time_of_single_records"] * bool(broken.size)
    if broken.size:
        assert f" {broken.size} single records" in found.findings[0].detail
        assert found.findings[0].place == f"record {broken[0] + 1}"


@settings(deadline=None)  # tables of words are read once, by whichever test comes first
@given(beats(), st.data())
def test_a_clock_that_was_set_back_stays_as_it_is(right: Floats, data: st.DataObject) -> None:
    place = data.draw(st.integers(3, right.size - 3))
    assume(right[place + 1] - right[place] < right[place - 1])  # else a single record fell back
    told = right.copy()
    told[place:] -= right[place]
    found = timed(series_of(told))
    assert np.array_equal(found.number("test_time_second"), told)
    assert kinds(found) == ["time_reversed"]


def test_a_record_that_repeats_an_earlier_one_keeps_its_time() -> None:
    time = np.array([0.0, 10, 20, 30, 40, 10, 50, 60, 70, 80, 90, 100])
    labels = pa.array(["a"] * 12).dictionary_encode()
    again = np.array([0.0, 1, 2, 3, 4, 1, 6, 7, 8, 9, 10, 11])
    found = timed(series_of(time, voltage_volt=again, step_type=labels))
    assert kinds(found) == ["time_reversed"]
    found = timed(series_of(time, voltage_volt=np.arange(12.0), step_type=labels))
    assert kinds(found) == ["time_of_single_records"]


def test_a_step_back_shorter_than_the_beat_is_left() -> None:
    time = np.array([0.0, 10, 20, 30, 29, 40, 50, 60, 70, 80, 90, 100])
    found = timed(series_of(time))
    assert np.array_equal(found.number("test_time_second"), time)


def test_two_clocks_in_turn_are_not_single_records() -> None:
    time = np.stack([np.arange(50.0), 1000 + np.arange(50.0)], axis=1).ravel()
    assert kinds(timed(series_of(time))) == ["time_reversed"]


@pytest.mark.parametrize(("years", "doubted"), [(9.9, False), (10.1, True), (1000.0, True)])
def test_a_test_of_more_than_ten_years_is_doubted(years: float, doubted: bool) -> None:
    time = np.linspace(0.0, years * YEAR_SECOND, 1000)
    found = timed(series_of(time))
    assert kinds(found) == ["time_unit_doubtful"] * doubted
    assert found.doubts == ("time_unit_doubtful",) * doubted
    wall = timed(series_of(time, unix_time_second=time))
    assert (kinds(wall), wall.doubts) == ([], ())


@settings(deadline=None)  # tables of words are read once, by whichever test comes first
@given(st.floats(1e-6, 100.0), st.floats(0.05, 0.19) | st.floats(0.21, 10.0))
def test_a_current_too_slow_for_any_cell_is_doubted(ampere: float, c_rate: float) -> None:
    way = np.repeat([1.0, 0.0, -1.0, 0.0], 100)
    time = np.arange(way.size) * 36.0 / c_rate
    assert timed(series_of(time, current_ampere=ampere * way)).doubts == ()
    slow = timed(series_of(time * 1000, current_ampere=ampere * way))
    assert slow.doubts == ("time_unit_doubtful",) * (c_rate / 1000 < 1 / 5000)
    way[:10] *= 1000.0  # one fast pulse: the rate is not below 1/5000 throughout
    assert timed(series_of(time * 1000, current_ampere=ampere * way)).doubts == ()


@settings(deadline=None)  # tables of words are read once, by whichever test comes first
@given(st.integers(0, 86_399), st.integers(30, 2000), st.integers(1, 300), st.data())
def test_a_time_of_day_goes_on_over_midnight(
    begin: int, beat: int, count: int, data: st.DataObject
) -> None:
    right = begin + np.concatenate(([0.0], np.cumsum(np.full(count, float(beat)))))
    if begin > 10 * beat:
        right[data.draw(st.integers(1, count)) :] += data.draw(st.floats(0, 30_000.0))
    crossed, midnights = over_midnight(right % 86_400)
    if right[0] <= 10 * beat and np.diff(right).max() > 10 * beat:
        return
    np.testing.assert_allclose(crossed, right, atol=1e-6)
    assert midnights == int(right[-1] // 86_400)


def test_missing_times_of_day_stay_missing() -> None:
    crossed, midnights = over_midnight(np.array([86_000.0, np.nan, 200.0, np.nan, 400.0]))
    assert midnights == 1
    np.testing.assert_array_equal(crossed, [86_000, np.nan, 86_600, np.nan, 86_800])


@pytest.mark.parametrize(
    "times",
    [
        [0.0, 40_000, 60_000, 80_000, 90_000, 100, 200],  # tells more than a day
        [*np.arange(0.0, 80_000, 60), *np.arange(0.0, 3000, 60)],  # counts from a start, twice
        [*np.tile(np.arange(0.0, 50_000, 100), 3)],  # the time within a step
        [50_000.0, 60_000, 70_000, 30_000, 31_000, 200],  # falls otherwise, too
        [50_000.0, 50_010, 0, 50_020, 50_030],  # a single record
        [70_000.0, np.nan, 70_010],
        [np.nan, np.nan],
        [],
    ],
)
def test_what_is_no_time_of_day_is_left_alone(times: list[float]) -> None:
    crossed, midnights = over_midnight(np.array(times))
    assert midnights == 0
    np.testing.assert_array_equal(crossed, times)


@pytest.mark.parametrize("wall", [[np.nan] * 3, [5.0] * 3, [5.0, np.nan, 6.0]])
def test_clocks_that_tell_nothing_say_nothing(wall: list[float]) -> None:
    for time in ([0.0, np.nan, 1.0], [np.nan] * 3):
        assert timed(series_of(time, unix_time_second=np.array(wall))).findings == ()


def test_without_a_test_time_the_wall_clock_is_one() -> None:
    found = timed(Series({"unix_time_second": np.array([1.7e9, 1.7e9 + 5])}, 2))
    assert found.number("test_time_second").tolist() == [0, 5]
    assert kinds(found) == ["time_from_clock"]


@pytest.mark.exports
def test_a_real_export_that_loses_the_time_where_each_step_begins_runs_on(exports: Path) -> None:
    (path,) = exports.glob("battery-data-format/*Time_Bug.bdf.csv")
    export = Export(path, path.name, path.read_bytes()[:4096], path)
    (reading,) = reader_for(export).read(export)
    series = normalize(reading)
    (finding,) = (one for one in series.findings if one.kind.startswith("time_"))
    assert (finding.kind, finding.place) == ("time_of_single_records", "record 723")
    assert " 19 single records" in finding.detail
    assert np.all(np.diff(series.number("test_time_second")) >= 0)
