"""What is parted as columns of digits is what a regular expression finds, or is left to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.parse import clock_text, date
from ingest.parse.clock_text import clock_second
from ingest.parse.date import First, dates
from ingest.parse.digit_field import digit_fields
from tests.law import law

NUMBER = st.integers(0, 99).map(str) | st.integers(0, 99).map("{:02}".format)
LONG = st.integers(0, 10**10).map(str) | NUMBER
PART = st.text("0123456789", max_size=17)
ODD = st.sampled_from(
    ["", " ", "-", "1:2", "0:00:00", "1/2/2026", "٣:04:05", "1:2:3P", "PM", "A", "1" * 20]
)
CLOCKS = ("{h}:{m}:{s}", "{h}:{m}:{s}.{part}", "{h}d {h}:{m}:{s}.{part}", "{h}-{h}:{m}:{s}")
DATES = (
    "{m}/{s}/{y} {h}:{m}:{s}",
    "{m}/{s}/{y} {h}:{m}:{s} AM",
    "{m}/{s}/{y} {h}:{m}:{s} PM",
    "{s}.{m}.{y} {h}:{m}:{s}.{part}",
    "{y}-{m}-{s}T{h}:{m}:{s}",
    "{y}-{m}-{s} {h}:{m}:{s}",
    "{s}-{m}/{y} {h}:{m}:{s}",
)


@contextmanager
def one_by_one() -> Iterator[None]:
    """Leave every text to regular expressions."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (clock_text, date):
            patch.setattr(module, "digit_fields", lambda _: None)
        yield


def bits(numbers: Any) -> list[int]:  # noqa: ANN401 # an array or a series
    """Return numbers to the last bit, all NaN alike."""
    array = np.array(numbers, np.float64)
    whole: list[int] = np.where(np.isnan(array), np.nan, array).view(np.int64).tolist()
    return whole


@st.composite
def written(draw: st.DrawFn, layouts: tuple[str, ...], hours: st.SearchStrategy[str]) -> list[str]:
    """Draw texts, most of them of one layout or two."""
    layout = draw(st.sampled_from(layouts))
    other = draw(st.sampled_from((layout, *layouts)))
    years = st.integers(0, 9999).map(str) | st.integers(1990, 2030).map(str)

    def text(chosen: str) -> str:
        cells = {"h": hours, "m": NUMBER, "s": NUMBER, "y": years, "part": PART}
        return chosen.format(**{name: draw(cell) for name, cell in cells.items()})

    count = draw(st.integers(0, 6))
    texts = [text(layout) for _ in range(count)] + [text(other)]
    return texts + draw(st.lists(ODD, max_size=1))


@given(written(CLOCKS, LONG))
@example(["0d 00:52:6.03999996185303"])
@example(["1:2:3.", "1:2:3.5"])
@law(200)
def test_clocks_read_together_are_clocks_read_one_by_one(texts: list[str]) -> None:
    column = pl.Series(texts)
    together = clock_second(column)
    with one_by_one():
        assert bits(together) == bits(clock_second(column))


@pytest.mark.slow
@given(written(DATES, NUMBER), st.sampled_from(["day", "month"]), st.booleans())
@example(["1/3/2019 9:33:48 AM", "1/3/2019 10:33:48 PM", "1/4/2019 12:00:00 AM"], "day", False)  # noqa: FBT003
@law(200)
def test_dates_read_together_are_dates_read_one_by_one(
    texts: list[str], usual: First, clocked: bool
) -> None:
    elapsed = np.arange(len(texts), dtype=np.float64) if clocked else None
    together = dates(texts, "Date", usual=usual, elapsed_second=elapsed)
    with one_by_one():
        alone = dates(texts, "Date", usual=usual, elapsed_second=elapsed)
    assert bits(together.second) == bits(alone.second)
    assert (together.zoned, together.order) == (alone.zoned, alone.order)
    assert together.findings == alone.findings


def test_many_texts_are_parted_wherever_their_marks_stand() -> None:
    texts = pl.Series([f"{hour}:{minute:02}" for hour in range(8, 1300) for minute in range(60)])
    fields = digit_fields(texts)
    assert fields is not None
    assert fields.marks == ":"
    assert fields.numbers[0].tolist() == [hour for hour in range(8, 1300) for _ in range(60)]
    assert fields.numbers[1].tolist() == [*range(60)] * 1292
    assert fields.widths[0].tolist() == [len(f"{number:.0f}") for number in fields.numbers[0]]


def test_marks_that_move_while_texts_stay_as_wide_are_followed() -> None:
    texts = pl.Series(["1/10 9"] * 100 + ["10/1 9"] * 100)
    fields = digit_fields(texts)
    assert fields is not None
    assert fields.numbers[:, [0, 99, 100, 199]].T.tolist() == [[1, 10, 9]] * 2 + [[10, 1, 9]] * 2


def test_texts_of_another_layout_in_each_line_are_left_alone() -> None:
    assert digit_fields(pl.Series(["1:10", "10:1"] * 1000)) is None


@pytest.mark.parametrize(
    "texts", [[], [None], ["1:2", None], [""], ["1:2", ""], ["1:2", "1-2"], ["12", "1:2"]]
)
def test_what_is_not_alike_is_left_alone(texts: list[str | None]) -> None:
    assert digit_fields(pl.Series(texts, dtype=pl.String)) is None
