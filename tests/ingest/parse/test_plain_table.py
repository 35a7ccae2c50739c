"""What is read in one go is what is read line by line, or is left to be."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.parse.plain_table import plain_table, table_in
from ingest.parse.text_file import TextFile
from ingest.parse.text_line import read_table
from ingest.parse.text_table import MISSING, TextTable, digits_of
from ingest.reading import Export
from schema.error import RefusedExport, UnreadableExport
from tests.law import law

WORDS = MISSING | {"-", "--"}
EXPORT = Export(Path("a.csv"), "a.csv", b"", Path("a.csv"))
NUMERIC = {"number": True, "clock": False}

DIGITS = st.text("0123456789", min_size=1, max_size=20)
# put together from texts: from a regular expression each takes three times as long to draw
DECIMAL = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["", "+", "-"]),
        DIGITS,
        st.sampled_from(["", "."]),
        st.text("0123456789", max_size=20),
        st.just("") | st.builds("e{}{:.3}".format, st.sampled_from(["", "-"]), DIGITS),
    ),
)
NUMBER = st.floats().map(repr) | DECIMAL
FIELD = NUMBER | st.sampled_from(
    ["", "-", "--", "nan", "NaN", " 1", "1 ", "x", " ", '"1"', "1_0", "µ"]
)
ROW = st.tuples(FIELD, FIELD, FIELD) | st.tuples(NUMBER, st.just("0:01:02"), NUMBER)
ODD = st.sampled_from(["", "1,2", "1,2,3,4", "1,2,3,", " ", '1,"2,3', "\r"])


def read(text: str, separator: str = ",", decimal: str = ".", above: int = 0) -> TextTable | None:
    file = TextFile(EXPORT, "test", text.encode())
    return plain_table(
        *(file, separator),
        numeric=NUMERIC.get,
        header_line=above + 1,
        decimal=decimal,
        missing=WORDS,
    )


def read_by_line(text: str, separator: str = ",", decimal: str = ".", above: int = 0) -> TextTable:
    return read_table(
        *(EXPORT, "test", text, separator),
        header_line=above + 1,
        decimal=decimal,
        missing=WORDS,
    )


def same(one: TextTable, other: TextTable) -> None:
    assert one.header == other.header
    assert one.findings == other.findings
    np.testing.assert_array_equal(one.lines, other.lines)
    for place in range(len(one.header)):
        assert one.is_empty(place) == other.is_empty(place)
        assert one.digits(place) == other.digits(place)
        # 00 is a number where one is declared, else a name
        declared = NUMERIC.get(one.header[place])
        ours, theirs = (
            table.numbers(place) if declared else table.values(place) for table in (one, other)
        )
        if isinstance(ours, np.ndarray):
            assert isinstance(theirs, np.ndarray)
            known = ~np.isnan(theirs)
            np.testing.assert_array_equal(np.isnan(ours), ~known)
            np.testing.assert_array_equal(ours[known].view(np.int64), theirs[known].view(np.int64))
        else:
            assert ours.equals(theirs)


@given(
    st.lists(ROW.map(",".join) | ODD, max_size=8),
    st.sampled_from(["", ",", ", "]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
    st.integers(0, 2),
    st.sampled_from([(",", "."), (";", "."), (";", ",")]),
)
@example(["0.0,0.0,0.0", "0.0,0.0,00"], "", "\n", False, 0, (",", "."))  # noqa: FBT003 - as drawn
@example(["0.0,0.0,0.0", "0.0,0:01:02,0.0", " "], "", "\n", False, 0, (",", "."))  # noqa: FBT003
@example(["0.0,0:01:02,0.0", " , ,"], "", "\n", True, 0, (",", "."))  # noqa: FBT003
@example(["0.0,0.0,0.0", "0.0,0.0,0.0", ""], ",", "\n", False, 0, (",", "."))  # noqa: FBT003
@example(["1.5,0,", "0,0,", "0,0", "0,a,,"], ",", "\n", False, 0, (",", "."))  # noqa: FBT003
@example(["1.5,0:01:02,2"], ",", "\r\n", True, 1, (";", ","))  # noqa: FBT003 - as drawn
@law(200)
def test_what_is_read_in_one_go_is_what_is_read_line_by_line(
    lines: list[str], behind: str, end: str, ended: bool, above: int, marks: tuple[str, str]
) -> None:
    separator, decimal = marks
    lines = [line + behind for line in lines]
    text = end.join([*["head"] * above, "number,clock,own", *lines]) + (end if ended else "")
    text = text.replace(",", ";").replace(".", decimal) if separator == ";" else text
    plain = read(text, separator, decimal, above)
    if plain is not None:
        same(plain, read_by_line(text, separator, decimal, above))


@given(st.lists(st.tuples(NUMBER, NUMBER), min_size=1, max_size=20))
@settings(deadline=None)
def test_plain_numbers_are_read_in_one_go_to_the_last_bit(rows: list[tuple[str, str]]) -> None:
    rows = [row for row in rows if "nan" not in row]
    text = "number,own\n" + "".join(f"{one},{other}\n" for one, other in rows)
    table = read(text)
    if not rows:
        assert table is None
        return
    assert table is not None
    for place in range(2):
        expected = np.array([float(row[place]) for row in rows])
        np.testing.assert_array_equal(table.numbers(place).view(np.int64), expected.view(np.int64))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "number,own\n",
        "number,own\n1,2\n\n3,4\n",
        "number,own\n1\n2,3,4\n",
        "number,own\n1,2, \n",
        "number,own\n1,2,\n3,4\n",
        "number,own\n1,2\n3,4,5\n",
        "number,own\n1,2,\n3,4,5\n",
        "number,own\n1,2\n3,\r4\n",
        'number,own\n"1",2\n',
        "number,own\none,2\n",
        "number,number\n1,2\n",
        "number,\n1,2\n",
        "number,own\r1,2\r",
    ],
)
def test_what_is_odd_is_left_to_be_read_line_by_line(text: str) -> None:
    assert read(text) is None


def test_one_more_empty_field_in_all_lines_is_nothing_odd() -> None:
    table = read("number,own\n1,2,\n3,4,\n")
    assert table is not None
    assert table.header == ("number", "own")
    assert table.numbers(1).tolist() == [2.0, 4.0]


def test_a_point_beside_decimal_commas_is_left_to_be_read_line_by_line() -> None:
    assert read("number;own\n1,5;2\n", ";", ",") is not None
    assert read("number;own\n1,5;2.5\n", ";", ",") is None


def test_records_that_are_no_text_are_left_to_be_refused() -> None:
    file = TextFile(EXPORT, "test", b"1,a\xff\n")
    names = ("number", "own")
    assert plain_table(file, ",", numeric=NUMERIC.get, names=names) is None
    with pytest.raises(UnreadableExport, match="byte 3"):
        table_in(file, ",", numeric=NUMERIC.get, names=names)


def test_a_head_in_another_encoding_leaves_records_to_be_read_in_one_go() -> None:
    file = TextFile(EXPORT, "test", "25 °C\nnumber,T °C\n1,2\n".encode("cp1252"), "cp1252")
    table = plain_table(file, ",", numeric=NUMERIC.get, header_line=2)
    assert table is not None
    assert table.header == ("number", "T °C")
    assert table.lines.tolist() == [3]


def test_names_may_be_given_where_no_header_has_them() -> None:
    file = TextFile(EXPORT, "test", b"1,2\n3,4\n", above=10)
    table = table_in(file, ",", numeric=NUMERIC.get, names=("number", "own"))
    assert table.numbers(0).tolist() == [1.0, 3.0]
    assert table.lines.tolist() == [11, 12]


def test_a_column_nobody_knows_that_turns_into_text_is_text() -> None:
    text = "number,own\n" + "1,2\n" * 20_000 + "1,open\n"
    table = read(text)
    assert table is not None
    same(table, read_by_line(text))


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["3", "3,", "3,4", "3,4.", "3,x"])
def test_a_last_line_without_end_is_judged_alike(last: str, end: str) -> None:
    text = end.join(["number,own", "1,2", "2,3", last])
    plain = read(text)
    try:
        other = read_by_line(text)
    except RefusedExport:
        assert plain is None
        return
    assert plain is not None
    same(plain, other)


@pytest.mark.parametrize(
    ("texts", "digits"),
    [
        (["0.0000", "-0.0002"], 4),
        (["1.50", "2.25"], 2),
        (["0.5", "1.0"], None),  # a zero that any number has
        (["0.25", "1.50000"], None),
        (["1e-3", "2.50"], None),
        (["1", "2"], None),
        (["0.12", "0.34"], None),
        ([], None),
    ],
)
def test_digits_are_told_where_all_are_padded(texts: list[str], digits: int | None) -> None:
    assert digits_of(pl.DataFrame({"0": pl.Series(texts, dtype=pl.String)}), ".") == (digits,)
