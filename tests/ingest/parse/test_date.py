"""Dates as people and instruments write them."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.parse.date import dates, from_numbers
from tests.law import law

WRITTEN = (
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S.%f",
    "%d.%m.%Y %H:%M:%S",
    "%d-%b-%y %I:%M:%S %p",
    "%d %B %Y, %I:%M:%S %p",
    "%B %d, %Y %H:%M:%S",
    "%A, %B %d, %Y %I:%M:%S %p",
)
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2068, 12, 31))  # noqa: DTZ001 - it tells no zone


@law(200)
@given(moment=MOMENTS, form=st.sampled_from(WRITTEN))
def test_what_can_be_read_one_way_is(moment: datetime, form: str) -> None:
    moment = moment.replace(microsecond=moment.microsecond if "%f" in form else 0)
    read = dates([moment.strftime(form)], "Date")
    assert read.first == moment
    assert read.findings == ()


@law(200)
@given(moment=MOMENTS, day_first=st.booleans(), usual=st.sampled_from(["day", "month"]))
def test_what_can_be_read_two_ways_is_said(moment: datetime, day_first: bool, usual: str) -> None:
    moment = moment.replace(microsecond=0)
    form = "%d/%m/%Y %H:%M:%S" if day_first else "%m/%d/%Y %H:%M:%S"
    read = dates([moment.strftime(form)], "Date", usual=usual)  # type: ignore[arg-type] # of the two
    doubtful = moment.day <= 12 and moment.day != moment.month
    assert [each.kind for each in read.findings] == ["ambiguous_date"] * doubtful
    if not doubtful or (usual == "day") is day_first:
        assert read.first == moment


def test_one_date_of_a_column_decides_for_all() -> None:
    read = dates(["01/02/2026 10:00:00", "13/02/2026 10:00:00"], "Date")
    assert read.first == datetime(2026, 2, 1, 10)  # noqa: DTZ001 - it tells no zone
    assert (read.order, read.findings) == ("day", ())


def test_the_clock_of_the_test_decides_where_dates_do_not() -> None:
    texts = ["01/02/2026 23:00:00", "02/02/2026 01:00:00"]
    elapsed = np.array([0.0, 7200.0])
    read = dates(texts, "Date", elapsed_second=elapsed)
    assert read.first == datetime(2026, 2, 1, 23)  # noqa: DTZ001 - it tells no zone
    assert read.findings == ()


def test_a_zone_is_kept() -> None:
    read = dates(["2026-02-01T10:00:00+02:00", "2026-02-01T10:00:00Z"], "Date")
    assert read.zoned
    assert read.first == datetime(2026, 2, 1, 8, tzinfo=UTC)
    assert np.diff(read.second) == 7200


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("02-Mär-2026 10:00:00", datetime(2026, 3, 2, 10)),  # noqa: DTZ001 - it tells no zone
        ("5 Okt 2026", datetime(2026, 10, 5)),  # noqa: DTZ001 - the same
        ("2026-01-02 12:00:00 AM", datetime(2026, 1, 2)),  # noqa: DTZ001 - the same
        ("2026-01-02 12:00 pm", datetime(2026, 1, 2, 12)),  # noqa: DTZ001 - the same
    ],
)
def test_months_have_names_and_days_halves(text: str, expected: datetime) -> None:
    assert dates([text], "Date").first == expected


@pytest.mark.parametrize("text", ["13/13/2026", "2026-02-30", "hello", "", "99", "12:00:00"])
def test_what_is_no_date_is_said(text: str) -> None:
    read = dates([text, "2026-01-02"], "Date")
    (note,) = read.findings
    assert note.kind == "unreadable_date"
    assert text in note.detail
    assert read.first == datetime(2026, 1, 2)  # noqa: DTZ001 - it tells no zone


def test_numbers_are_days_of_spreadsheets_or_seconds() -> None:
    assert from_numbers(np.array([42587.5]), "d").first == datetime(2016, 8, 5, 12)  # noqa: DTZ001 - the same
    read = from_numbers(np.array([1499006353.0]), "d")
    assert read.first == datetime(2017, 7, 2, 14, 39, 13, tzinfo=UTC)
    assert [each.kind for each in read.findings] == ["zone_assumed"]


def test_numbers_beyond_any_calendar_are_no_dates() -> None:
    read = from_numbers(np.array([1e307, 42587.5]), "d")
    assert np.isnan(read.second).tolist() == [True, False]
    assert [(each.kind, each.detail) for each in read.findings] == [
        ("unreadable_date", "1e+307 is no date, 1 in all")
    ]


@pytest.mark.parametrize(
    ("values", "first", "kinds"),
    [
        ([np.nan, np.nan], None, []),
        ([], None, []),
        ([-1.0, np.nan], None, ["unreadable_date"]),
        ([np.nan, 1499006353.0], 1499006353.0, ["zone_assumed"]),
        ([np.inf, 1499006353.0], 1499006353.0, ["unreadable_date", "zone_assumed"]),
    ],
)
def test_numbers_that_are_missing_are_no_dates(
    values: list[float], first: float | None, kinds: list[str]
) -> None:
    read = from_numbers(np.array(values), "d")
    assert read.second[np.isfinite(read.second)].tolist() == ([] if first is None else [first])
    assert [each.kind for each in read.findings] == kinds


def test_a_year_of_no_calendar_is_no_date() -> None:
    read = dates(["-1-03-04 05:06:07"], "Date")
    assert read.first is None
    assert [each.kind for each in read.findings] == ["unreadable_date"]
