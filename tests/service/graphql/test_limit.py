"""Requests that ask for too much are refused in the time it takes to read them."""

import time

import pytest
from graphql import build_schema, get_introspection_query, parse
from hypothesis import given
from hypothesis import strategies as st

from service.graphql.request.document import Doorkeeper
from service.graphql.request.limit import paged_fields, weigh, weigh_variables

SCHEMA = build_schema(
    "type Query { a: Query b: Int tests(first: Int = 50): Query }", assume_valid=False
)
PAGED = paged_fields(SCHEMA)


def bomb(levels: int, width: int = 2) -> str:
    """Return a document that unfolds to width ** levels fields."""
    spreads = [f"fragment f{n} on Query {{ {f'...f{n + 1} ' * width} }}" for n in range(levels)]
    return "{ ...f0 } " + " ".join(spreads) + f" fragment f{levels} on Query {{ b }}"


def refused(text: str) -> str:
    """Return why a document is refused."""
    error = weigh(parse(text), PAGED)
    assert error is not None
    return error.message


def test_a_hundred_nested_fragments_are_refused_in_milliseconds() -> None:
    document = parse(bomb(99))
    began = time.perf_counter()
    error = weigh(document, PAGED)
    assert time.perf_counter() - began < 0.1
    assert error is not None
    assert error.message == (
        "The request asks for more than 1000000000 fields; at most 500 are allowed."
    )


@given(st.integers(10, 99), st.integers(2, 9))
def test_every_bomb_is_refused_and_fast(levels: int, width: int) -> None:
    document = parse(bomb(levels, width))
    began = time.perf_counter()
    assert weigh(document, PAGED) is not None
    assert time.perf_counter() - began < 1


@given(st.integers(1, 7), st.integers(1, 2))
def test_a_fragment_weighs_what_it_unfolds_to(levels: int, width: int) -> None:
    allowed = width**levels <= 500
    assert (weigh(parse(bomb(levels, width)), PAGED) is None) is allowed


def test_a_bomb_of_aliases_is_refused() -> None:
    spread = " ".join(f"x{n}: b" for n in range(201))
    assert "201 aliases" in refused("{" + spread + "}")


def test_a_circle_of_fragments_is_refused() -> None:
    assert refused(
        "{ ...f } fragment f on Query { a { ...g } } fragment g on Query { a { ...f } }"
    ) == ("A fragment spreads itself.")
    assert refused("{ ...f } fragment f on Query { ...f }") == "A fragment spreads itself."


def test_a_circle_nobody_enters_is_refused_too() -> None:
    assert refused("{ b } fragment f on Query { ...f }") == "A fragment spreads itself."


def test_two_ways_to_the_same_fragment_are_no_circle() -> None:
    text = (
        "{ ...f ...g } fragment f on Query { ...h } fragment g on Query { ...h } "
        "fragment h on Query { b }"
    )
    assert weigh(parse(text), PAGED) is None


def test_more_fragments_than_allowed_are_refused() -> None:
    fragments = " ".join(f"fragment f{n} on Query {{ b }}" for n in range(101))
    assert "101 fragments" in refused("{ b } " + fragments)


def test_depth_counts_fields_through_fragments() -> None:
    assert weigh(parse("{ a " * 11 + "{ b }" + "}" * 11), PAGED) is None
    assert "13 levels" in refused("{ a " * 12 + "{ b }" + "}" * 12)
    assert "13 levels" in refused(
        "{ a " * 6
        + "{ ...f }"
        + "}" * 6
        + "fragment f on Query { a "
        + "{ a " * 5
        + "{ b }"
        + "}" * 6
    )


def test_the_standard_introspection_is_not_too_deep() -> None:
    assert not Doorkeeper(SCHEMA).admit(get_introspection_query()).errors


def test_an_introspection_bomb_is_refused() -> None:
    bomb = "{ __schema { types " + "{ fields { type " * 5 + "{ name }" + "} }" * 5 + "} }"
    assert Doorkeeper(SCHEMA).admit(bomb).errors


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("{ tests(first: 500) { tests(first: 100) { b } } }", True),
        ("{ tests(first: 500) { tests(first: 500) { b } } }", False),
        ("query ($n: Int) { tests(first: $n) { tests(first: $n) { b } } }", False),
        ("{ tests { tests { b } } }", True),
        ("{ tests { tests { tests { tests { b } } } } }", False),
    ],
)
def test_pages_in_pages_cost_their_product(text: str, *, allowed: bool) -> None:
    assert (weigh(parse(text), PAGED) is None) is allowed


def test_a_page_of_less_than_nothing_costs_nothing_off() -> None:
    negative = "{ x: tests(first: -500) { b } tests(first: 500) { tests(first: 500) { b } } }"
    assert "values" in refused(negative)


def test_a_document_of_too_many_tokens_is_not_parsed_to_its_end() -> None:
    admission = Doorkeeper(SCHEMA).admit("{" + "b " * 20_000 + "}")
    assert "10000 tokens" in admission.errors[0].message


def test_a_document_nested_too_deep_to_parse_is_refused() -> None:
    assert "deeply" in Doorkeeper(SCHEMA).admit("{a" * 2_000 + "}" * 2_000).errors[0].message


def test_a_text_is_decided_once() -> None:
    doorkeeper = Doorkeeper(SCHEMA)
    assert doorkeeper.admit("{ b }") is doorkeeper.admit("{ b }")
    assert doorkeeper.admit("{ c }") is doorkeeper.admit("{ c }")


def test_an_unknown_field_is_refused_with_the_nearest() -> None:
    (error,) = Doorkeeper(build_schema("type Query { tests: Int }")).admit("{ test }").errors
    assert "Did you mean 'tests'" in error.message


def test_variables_may_be_nested_only_so_deep() -> None:
    deep: list[object] = []
    for _ in range(15):
        deep = [deep]
    assert weigh_variables({"x": deep}) is None
    assert weigh_variables({"x": [deep]}) is not None


def test_variables_may_hold_only_so_much() -> None:
    assert weigh_variables({"ids": ["1"] * 10_000}) is None
    assert weigh_variables({"ids": ["1"] * 60_000}) is not None
