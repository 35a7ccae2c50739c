"""Patterns of file names: one rule, and parts that end where the pattern goes on."""

from string import ascii_lowercase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.study.pattern import is_pattern, parse_pattern
from schema.error import InvalidArgument
from tests.law import law


@pytest.mark.parametrize(
    ("pattern", "name", "matches"),
    [
        ("*_cell0*.csv", "lfp_cell01.csv", True),
        ("*_cell0*.csv", "lfp_cell11.csv", False),
        ("*.csv", "one.CSV", False),
        ("cell?.mpr", "cell7.mpr", True),
        ("cell?.mpr", "cell77.mpr", False),
        ("cell[0-3].mpr", "cell2.mpr", True),
        ("cell[!0-3].mpr", "cell2.mpr", False),
        ("cell[!0-3].mpr", "cell7.mpr", True),
        ("a[].mpr", "a[].mpr", True),
        ("batch-3/**", "/data/batch-3/a/b.mpr", True),
        ("batch-3/**", "/data/my-batch-3/a.mpr", False),
        ("batch-3/*.mpr", "/data/batch-3/a/b.mpr", False),
        ("batch-*/**/b.mpr", "/data/batch-3/b.mpr", True),
        ("batch-*/**/b.mpr", "/data/batch-3/x/y/b.mpr", True),
        ("x{cell}.mpr", "x{cell}.mpr", True),
    ],
)
def test_a_pattern_is_held_against_a_name_or_the_end_of_a_path(
    pattern: str, name: str, *, matches: bool
) -> None:
    assert (parse_pattern(pattern, named=False).match(name) is not None) == matches


def test_parts_end_where_the_pattern_goes_on() -> None:
    pattern = parse_pattern("{project}/{batch}_{cell}_{temperature}C_*.csv", named=True)
    assert pattern.parts == ("project", "batch", "cell", "temperature")
    assert pattern.match("/data/latp/B1_07_-20C_gcpl_2.csv") == {
        "project": "latp",
        "batch": "B1",
        "cell": "07",
        "temperature": "-20",
    }
    assert pattern.match("/data/latp/B1_07_gcpl.csv") is None
    assert pattern.match("/data/latp/__60C_x.csv") is None


def test_a_part_that_stands_twice_is_the_same_twice() -> None:
    pattern = parse_pattern("{cell}/{cell}_*.mpr", named=True)
    assert pattern.match("/data/K1/K1_a.mpr") == {"cell": "K1"}
    assert pattern.match("/data/K1/K2_a.mpr") is None


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("{Cell}.mpr", "small letters"),
        ("{}.mpr", "small letters"),
        ("{cell}*.mpr", "where it ends"),
        ("{batch}{cell}.mpr", "where it ends"),
        ("{cell.mpr", "a name each"),
        ("cell}.mpr", "a name each"),
        ("{project}/**/{cell}.mpr", "known name at its beginning"),
        ("[z-a].mpr", "brackets"),
    ],
)
def test_a_pattern_that_could_mean_several_things_is_refused(pattern: str, reason: str) -> None:
    with pytest.raises(InvalidArgument, match=reason):
        parse_pattern(pattern, named=True)


@law(100)
@given(st.lists(st.text(ascii_lowercase + "0123456789.-", min_size=1), min_size=1, max_size=5))
def test_what_names_are_made_of_is_read_out_of_them(words: list[str]) -> None:
    parts = [f"part{n}" for n in range(len(words))]
    pattern = parse_pattern("_".join(f"{{{part}}}" for part in parts) + "_*", named=True)
    found = pattern.match("_".join(words) + "_rest_of_it.csv")
    assert found == dict(zip(parts, words, strict=True))


@law(100)
@given(st.text(min_size=1).filter(lambda text: "/" not in text and not is_pattern(text)))
def test_a_name_without_signs_is_a_pattern_of_itself_alone(name: str) -> None:
    pattern = parse_pattern(name, named=False)
    assert pattern.match(name) == {}
    assert pattern.match(f"{name}x") is None
