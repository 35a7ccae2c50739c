"""The promise to clients: what the last release let them ask, they may ask."""

import pytest
from graphql import build_schema

from service.graphql.promise import PROMISED, broken, promised
from service.graphql.schema import own
from service.metric.library import read_metrics

SMALL = """
type Query { cell(name: String): Cell, cells(first: Int = 50): [Cell] }
type Cell { id: ID!, name: String! }
enum Way { UP, DOWN }
"""


def test_nothing_that_was_promised_is_broken() -> None:
    found = broken(PROMISED.read_text(encoding="utf-8"), own())
    assert not found, "deprecate it for two releases: " + "; ".join(found)


@pytest.mark.slow
def test_a_schema_without_words_promises_all_that_it_serves() -> None:
    text = promised(read_metrics())
    assert '"""' not in text
    assert broken(text, own()) == []
    assert build_schema(text).type_map.keys() == own().type_map.keys()


def test_a_change_that_breaks_is_told_and_one_that_adds_is_not() -> None:
    more = SMALL.replace("name: String! }", "name: String!, area: Float }")
    assert broken(SMALL, build_schema(more)) == []
    for before, after in (
        ("name: String! }", "}"),
        ("name: String! }", "name: String }"),
        ("name: String! }", "name: Int! }"),
        ("cell(name: String)", "cell"),
        ("cell(name: String)", "cell(name: String, id: ID!)"),
        ("UP, DOWN", "UP"),
        ("first: Int = 50", "first: Int = 10"),
    ):
        assert before in SMALL
        assert len(broken(SMALL, build_schema(SMALL.replace(before, after)))) == 1, after
