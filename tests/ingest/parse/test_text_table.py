"""Columns of a text, as words and as numbers."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.parse.text_table import TextTable
from tests.law import law

WORD = st.sampled_from([None, "", "nan", " NaN ", "rest", " rest", "charge", "+1", "1_0"])
NUMBER = st.sampled_from(["1", " 2 ", "-3.5e-7", "+.5", "inf", "014", "1,5"])


def table_of(texts: list[str | None], decimal: str = ".") -> TextTable:
    frame = pl.DataFrame({"0": pl.Series(texts, dtype=pl.String)})
    return TextTable(Path("x"), "test", ("x",), frame, np.arange(len(texts)), decimal)


def stripped(texts: list[str | None]) -> list[str | None]:
    words = [(text or "").strip() for text in texts]
    return [None if text.lower() in {"", "nan"} else text for text in words]


@given(st.lists(st.tuples(WORD, st.integers(1, 40)), min_size=1, max_size=6))
@example([(None, 40), ("rest", 40)])
@example([("rest", 1), ("charge", 1)])
@law(50)
def test_words_are_the_same_whether_they_last_or_not(drawn: list[tuple[str | None, int]]) -> None:
    texts = [text for text, lasting in drawn for _ in range(lasting)]
    labels = table_of(texts).labels(0)
    assert labels.to_pylist() == stripped(texts)
    assert labels.dictionary.to_pylist() == [*dict.fromkeys(filter(None, stripped(texts)))]


@given(st.lists(WORD | NUMBER, min_size=1, max_size=6), st.sampled_from([".", ","]))
@law(100)
def test_a_column_is_empty_where_nothing_in_it_is_told(
    texts: list[str | None], decimal: str
) -> None:
    words = [text for text in stripped(texts) if text]
    assert table_of(texts, decimal).is_empty(0) == (not words)


@pytest.mark.parametrize(
    ("texts", "decimal", "numbers"),
    [
        (["+1", " 2 ", "-3.5e-7"], ".", [1.0, 2.0, -3.5e-7]),
        (["1_0", "2"], ".", None),
        (["rest", "2"], ".", None),
        (["2", "rest"], ".", None),
        (["014", "2"], ".", None),
        (["1,5", "2"], ",", [1.5, 2.0]),
        (["1.5", "2"], ",", None),
        (["nan", "2"], ".", [np.nan, 2.0]),
    ],
)
def test_a_column_nobody_declared_is_numbers_if_all_of_it_is(
    texts: list[str | None], decimal: str, numbers: list[float] | None
) -> None:
    found = table_of(texts, decimal).all_numbers(0)
    assert (found is None) == (numbers is None)
    if found is not None and numbers is not None:
        np.testing.assert_array_equal(found, numbers)
