"""Ranges of an address are read and written alike, and come to the condition that they say."""

from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import QueryParams

from schema.error import InvalidArgument
from service.page.address import read_address
from service.page.bounds import NOT_STATED, Bounds, read_bounds, read_bounds_of
from service.page.cell_facet import FIELDS

ENDS = st.none() | st.floats(allow_nan=False, allow_infinity=False)


@given(ENDS, ENDS, st.text(min_size=1).map(str.strip).filter(bool))
def test_a_range_is_read_as_it_was_written(
    first: float | None, last: float | None, of: str
) -> None:
    if first is None and last is None:
        return
    if first is not None and last is not None:
        first, last = sorted((first, last))
    assert read_bounds(str(Bounds(first, last))) == Bounds(first, last)
    assert read_bounds_of(str(Bounds(first, last, of))) == Bounds(first, last, of)


def test_a_range_says_which_end_is_open() -> None:
    assert str(Bounds(0.5, 1)) == "0.5..1"
    assert str(Bounds(None, 2)) == "..2"
    assert str(Bounds(3, None, "PB")) == "PB:3.."
    assert str(Bounds(7.0, 7.0)) == "7"
    assert read_bounds("..2").condition == {"lte": 2}  # type: ignore[union-attr] # no text
    assert read_bounds("7").condition == {"gte": 7, "lte": 7}  # type: ignore[union-attr] # no text


def test_what_is_not_told_is_no_range() -> None:
    assert read_bounds(NOT_STATED) == read_bounds_of(NOT_STATED) == NOT_STATED


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(
            ("area_cm2", each)
            for each in ("..", "2..1", f"{nan}..1", f"0..{inf}", "a..b", "1..2..3")
        ),
        *(("layer_thickness_um", each) for each in ("0.5..1", ":1..2", "PB:", "PB:2..1")),
    ],
)
def test_what_is_no_range_is_refused(name: str, text: str) -> None:
    with pytest.raises(InvalidArgument, match="range"):
        read_address("/cells", QueryParams({name: text}), FIELDS)
