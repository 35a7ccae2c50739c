"""Tables as files."""

import csv
import io
import json

from hypothesis import given
from hypothesis import strategies as st

from service.page.table import Column, Table


@given(st.lists(st.text() | st.none(), max_size=5), st.floats())
def test_a_text_is_never_a_formula_and_a_number_stays_one(
    texts: list[str | None], value: float
) -> None:
    table = Table((Column("name", "", texts), Column("value", "", [value] * len(texts))))
    rows = list(csv.reader(io.StringIO(table.csv().decode(), newline="")))[1:]
    assert len(rows) == len(texts)
    for (field, number), text in zip(rows, texts, strict=True):
        assert not field.startswith(("=", "+", "-", "@", "\t", "\r"))
        assert field.removeprefix("'") == (text or "").removeprefix("'") or field == f"'{text}"
        assert number == "" or float(number) == value
    assert len(json.loads(table.json())["name"]) == len(texts)
