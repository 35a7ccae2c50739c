"""Texts that last are looked at once, and nothing is lost by it."""

from itertools import groupby

import polars as pl
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.parse.run import runs
from tests.law import law


@given(st.lists(st.sampled_from([None, "", "rest", "charge"])))
@example([])
@example([None, None, "rest"])
@law(50)
def test_each_run_begins_where_another_text_stands(texts: list[str | None]) -> None:
    begins, lasting = runs(pl.Series(texts, dtype=pl.String))
    assert [texts[begin] for begin in begins] == [text for text, _ in groupby(texts)]
    assert lasting.tolist() == [len([*run]) for _, run in groupby(texts)]
