"""Addresses say what is seen, and are written back alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import QueryParams

from schema.error import InvalidArgument, UnknownName
from service.page.address import amount, choice, read_address, switch, whole, wholes, word

FIELDS = (
    choice("per", "plain", "gram", "area"),
    switch("zero"),
    wholes("cycles", "cycles as 1 2 50-60"),
    whole("pick", many=True),
    amount("from"),
    word("q", "any words"),
)


def test_defaults_are_left_out_and_fields_keep_their_order() -> None:
    address = read_address("/cells/3", QueryParams("zero=1&per=plain&pick=7&pick=2&q="), FIELDS)
    assert address.link() == "/cells/3?zero=1&pick=7,2"
    assert address.link("/cells/3/capacity.csv", zero=False) == "/cells/3/capacity.csv?pick=7,2"


def test_an_unknown_field_is_refused_with_those_that_are() -> None:
    with pytest.raises(UnknownName, match="per"):
        read_address("/cells/3", QueryParams("pr=gram"), FIELDS)


@pytest.mark.parametrize(
    "query",
    [
        "per=kilo",
        "zero=yes",
        "cycles=1-",
        "cycles=1-99",
        "pick=-1",
        "pick=1.5",
        "from=inf",
        "from=nan",
        "per=gram&per=area",
        "cycles=²",
    ],
)
def test_a_value_that_a_field_does_not_take_is_refused(query: str) -> None:
    with pytest.raises(InvalidArgument):
        read_address("/cells/3", QueryParams(query), FIELDS)


def test_spans_are_unfolded() -> None:
    assert read_address("/", QueryParams("cycles=1 2 50-52"), FIELDS)["cycles"] == (
        1,
        2,
        50,
        51,
        52,
    )


@given(
    st.fixed_dictionaries(
        {
            "per": st.sampled_from(("plain", "gram", "area")),
            "zero": st.booleans(),
            "cycles": st.none()
            | st.lists(st.integers(0, 10**6), min_size=1, max_size=12, unique=True).map(tuple),
            "pick": st.lists(st.integers(0, 10**9), max_size=5, unique=True).map(tuple),
            "from": st.none() | st.integers(-9999, 9999).map(float),
            "q": st.none() | st.text(min_size=1).map(str.strip).filter(bool),
        }
    )
)
def test_what_is_written_is_read_again(values: dict[str, object]) -> None:
    address = read_address("/cells", QueryParams(""), FIELDS).but(**values)
    link = address.link()
    again = read_address("/cells", QueryParams(link.partition("?")[2]), FIELDS)
    assert again.values == address.values
    assert again.link() == link
