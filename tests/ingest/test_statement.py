"""What an export states is told under one name and in one unit, or not at all."""

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.parse.unit import units
from ingest.reading import Fact
from ingest.recognize import all_readers
from ingest.statement import NUMBERS, WORDS, stated

AREA = {"Area": "stated_area_cm2"}


@pytest.mark.parametrize(
    ("facts", "cm2"),
    [
        ({"Area/mm²": 113.1}, 1.131),
        ({"Area (cm^2)": "0.95"}, 0.95),
        ({"Area": "0.5 cm²"}, 0.5),
        ({"Area/cm²": 0.001}, None),  # EC-Lab, where nobody entered one
        ({"Area/cm²": 1.0}, None),
        ({"Area/cm²": 0.0}, None),
        ({"Area/cm²": -2.0}, None),
        ({"Area/cm²": float("nan")}, None),
        ({"Area/cm\N{REPLACEMENT CHARACTER}": 2.0}, None),
        ({"Area": 2.0}, None),
        ({"Area/mg": 2.0}, None),
        ({"Area (cm^2)": "****"}, None),
        ({"Area of the hood/cm²": 2.0}, None),
        ({}, None),
    ],
)
def test_an_area_is_stated_with_its_unit_or_not_at_all(
    facts: dict[str, Fact], cm2: float | None
) -> None:
    found = stated(AREA, facts).get("stated_area_cm2")
    assert found == cm2 or isclose(float(found or 0.0), cm2 or 0.0, rel_tol=1e-12)


@given(
    st.sampled_from(sorted(NUMBERS)),
    st.floats(1e-6, 1e6).filter(lambda number: number not in {0.001, 1.0}),
    st.data(),
)
def test_a_number_is_the_same_in_every_unit(
    column: str, number: float, data: st.DataObject
) -> None:
    unit = data.draw(st.sampled_from([u for u in units().values() if u.of == NUMBERS[column]]))
    ways: tuple[tuple[dict[str, str], dict[str, Fact]], ...] = (
        ({"x": column}, {f"x/{unit.name}": number}),
        ({"x": column}, {f"x ({unit.name})": repr(number)}),
        ({"x": column}, {"x": f"{number!r} {unit.name}"}),
        ({"x": f"{column} / {unit.name}"}, {"x": number}),
    )
    found = {stated(*way)[column] for way in ways}
    assert len(found) == 1
    assert isclose(float(found.pop()), number * unit.scale, rel_tol=1e-15)


def test_the_first_that_tells_something_counts_and_comments_are_joined() -> None:
    states = {"mass": "stated_mass_gram / mg", "weight": "stated_mass_gram / mg"}
    assert stated(states, {"mass": 0.001, "weight": 2.0}) == {"stated_mass_gram": 0.002}
    comments = {"a": "comment", "b": "comment", "c": "comment", "d": "comment"}
    facts: dict[str, Fact] = {"a": "one", "b": "<NONE>", "c": "two", "d": "two"}
    assert stated(comments, facts) == {"comment": "one\ntwo"}
    assert stated({"sn": "instrument_serial"}, {"sn": 16334007.0}) == {
        "instrument_serial": "16334007"
    }


def test_readers_state_what_a_test_has_a_column_for() -> None:
    for reader in all_readers():
        for meaning in reader.states.values():
            assert meaning.partition(" / ")[0] in (*NUMBERS, *WORDS), reader.name
