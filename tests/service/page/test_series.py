"""The series of a test: what is answered of a window is what its points are."""

import io
from collections.abc import Callable
from typing import Any, TypeAlias
from xml.etree.ElementTree import fromstring  # our own SVG

import numpy as np
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.law import law
from tests.service.asker import Asker

DemoTest: TypeAlias = Callable[[str], int]
LONG = "synthetic-lfp-100uA"
"""26,400 points over 688 h."""
FLAWED = 1
MOST_NUMBERS = 4 * 2 * 4_000


def points(visitor: Asker, test: int) -> dict[str, Any]:
    """Return all points of a test, as the service hands them out."""
    data = visitor.get(f"/arrow/points/{test}?format=parquet").content
    table = pq.read_table(io.BytesIO(data))
    return {name: table[name].to_numpy() for name in ("test_time_second", "voltage_volt")}


@law(12)
@given(
    st.floats(0, 680),
    st.floats(0.05, 300),
    st.integers(1, 4_000),
)
def test_a_window_holds_the_least_and_the_greatest_of_each_pixel(
    visitor: Asker,
    demo_test: DemoTest,
    start: float,
    length: float,
    pixels: int,
) -> None:
    test = demo_test(LONG)
    known = points(visitor, test)
    address = f"/tests/{test}/series.json?from={start!r}&to={start + length!r}&pixels={pixels}"
    window = visitor.get(address).json()
    time, volt = known["test_time_second"], known["voltage_volt"]
    low, high = start * 3600, (start + length) * 3600
    inside = (time >= low) & ((time < high) | (high >= time.max()))
    assert window["points"] == inside.sum()
    curve = window["curves"][0]
    assert curve["column"] == "voltage_volt"
    factor = {"V": 1.0, "mV": 1e3, "µV": 1e6}[curve["unit"]]
    assert window["every"] == (inside.sum() <= min(3 * pixels, 8_000))
    if window["every"]:
        hour = np.array(window["hour"])
        seen = (hour >= start) & (hour < start + length)
        assert curve["high"] is None
        np.testing.assert_allclose(np.array(curve["low"])[seen], volt[inside] * factor, rtol=1e-9)
        return
    edges = np.linspace(low, high, pixels + 1)
    pixel = np.clip(np.searchsorted(edges, time[inside], side="right") - 1, 0, pixels - 1)
    order = np.argsort(pixel, kind="stable")
    filled, first = np.unique(pixel[order], return_index=True)
    values = (volt[inside] * factor)[order]
    span = values.max() - values.min()
    for name, least in (("low", np.minimum), ("high", np.maximum)):
        np.testing.assert_allclose(curve[name], least.reduceat(values, first), atol=1e-5 * span)
    middle = (edges[filled] + edges[filled + 1]) / 2 / 3600
    np.testing.assert_allclose(window["hour"], middle, atol=length / pixels / 100)


@pytest.mark.parametrize("pixels", [1, 1_200, 4_000])
def test_no_window_is_more_than_may_be_sent(
    visitor: Asker, demo_test: DemoTest, pixels: int
) -> None:
    window = visitor.get(f"/tests/{demo_test(LONG)}/series.json?pixels={pixels}").json()
    numbers = [each for curve in window["curves"] for each in (curve["low"], curve["high"] or [])]
    assert len(window["curves"]) <= 4
    assert sum(map(len, numbers)) <= MOST_NUMBERS
    assert len(window["hour"]) == len(window["curves"][0]["low"])


def test_the_whole_has_the_last_point_and_a_window_not_the_one_at_its_end(
    visitor: Asker, demo_test: DemoTest
) -> None:
    test = demo_test(LONG)
    time = points(visitor, test)["test_time_second"]
    whole = visitor.get(f"/tests/{test}/series.json").json()
    assert whole["points"] == time.size
    end = float(time[100]) / 3600
    part = visitor.get(f"/tests/{test}/series.json?to={end!r}").json()
    assert part["points"] == np.count_nonzero(time < end * 3600)


def test_it_says_whether_every_point_is_drawn(visitor: Asker, demo_test: DemoTest) -> None:
    test = demo_test(LONG)
    band = visitor.get(f"/tests/{test}/series.json?pixels=100").json()
    assert "26\u202f400 points in view, drawn as the band from least to greatest" in band["said"]
    every = visitor.get(f"/tests/{test}/series.json?pixels=100&to=1").json()
    assert every["said"].endswith("points in view, all drawn")
    assert every["steps"]


def test_a_gap_stays_empty_however_close_it_is_looked_at(flawed_visitor: Asker) -> None:
    before, behind = 60 * 2_499 / 3600, (60 * 2_500 + 86_400) / 3600
    for window in ("", "&from=40&to=70"):
        answer = flawed_visitor.get(f"/tests/{FLAWED}/series.json?pixels=600{window}").json()
        assert "1 gap left empty" in answer["said"]
        hour, volt = np.array(answer["hour"]), answer["curves"][0]["low"]
        empty = [at for at, value in zip(hour, volt, strict=True) if value is None]
        assert len(empty) == 1
        assert before < empty[0] < behind
        assert not np.any((hour > before + 0.2) & (hour < behind - 0.2) & (hour != empty[0]))


def test_an_outlier_that_a_finding_names_does_not_set_the_scale(flawed_visitor: Asker) -> None:
    for pixels in (100, 4_000):
        answer = flawed_visitor.get(f"/tests/{FLAWED}/series.json?pixels={pixels}").json()
        current = answer["curves"][1]
        assert current["unit"] == "mA"
        assert max(filter(None, current["high"] or current["low"])) == pytest.approx(20)
        assert current["axis"] == pytest.approx([-1.08, 1.08])
        assert "1 outlier off the scale, at its edge" in answer["said"]


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("panels=colour", "voltage"),
        ("panels=voltage,current,voltage,colour", "colour"),
        ("pixels=4001", "4000"),
        ("pixels=0", "4000"),
        ("from=20&to=10", "an hour after"),
        ("from=soon", "an hour of test time"),
        ("columns=voltage_volt", "panels"),
    ],
)
def test_what_cannot_be_told_is_refused_with_what_can(
    visitor: Asker, demo_test: DemoTest, query: str, reason: str
) -> None:
    test = demo_test(LONG)
    response = visitor.get(f"/tests/{test}/series.json?{query}")
    assert response.status_code == 400
    assert reason in response.text


def test_a_test_that_is_not_there_has_no_series(visitor: Asker, demo_test: DemoTest) -> None:
    test = demo_test(LONG)
    for form in ("json", "svg", "csv"):
        assert visitor.get(f"/tests/999999/series.{form}").status_code == 404
    assert visitor.get(f"/tests/{test}/series.png").status_code == 404


def test_the_csv_of_a_window_is_its_points_with_every_digit(
    visitor: Asker, demo_test: DemoTest
) -> None:
    test = demo_test(LONG)
    address = f"/tests/{test}/series.csv?from=10&to=11&panels=voltage"
    response = visitor.get(address, follow_redirects=True)
    table = pyarrow.csv.read_csv(io.BytesIO(response.content))
    assert table.column_names == ["record_index", "test_time_second", "voltage_volt"]
    known = points(visitor, test)
    inside = (known["test_time_second"] >= 36_000) & (known["test_time_second"] < 39_600)
    np.testing.assert_array_equal(table["voltage_volt"], known["voltage_volt"][inside])


def test_the_picture_is_one_file_that_tells_what_it_shows(flawed_visitor: Asker) -> None:
    response = flawed_visitor.get(f"/tests/{FLAWED}/series.svg?panels=current")
    assert response.headers["content-type"] == "image/svg+xml"
    root = fromstring(response.text)  # noqa: S314 # our own SVG
    words = "".join(root.itertext())
    assert "1 gap left empty" in words
    assert "Current / mA" in words
