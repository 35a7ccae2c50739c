"""The schema: what it is made of, and that its text in git is true."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    get_named_type,
    is_introspection_type,
    is_leaf_type,
)

from schema.error import InvalidMetric
from service.graphql.schema import build, own, sdl
from service.metric.library import read_metrics

SDL = Path(__file__).parents[3] / "service" / "graphql" / "schema.graphql"


def test_the_schema_in_git_is_the_one_that_is_served() -> None:
    assert SDL.read_text(encoding="utf-8") == sdl(read_metrics()), "run `make docs`"


def test_every_type_field_argument_and_value_says_what_it_is() -> None:
    assert list(silent(own())) == []


def silent(schema: GraphQLSchema) -> Iterator[str]:
    """Yield what has no description."""
    for name, kind in schema.type_map.items():
        if is_introspection_type(kind):
            continue
        if not kind.description:
            yield name
        members: dict[str, Any] = {}
        if isinstance(kind, GraphQLEnumType):
            members = kind.values
        elif isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            members = kind.fields
        for member, said in members.items():
            if not (said.description or "").strip():
                yield f"{name}.{member}"
            for argument, asked in getattr(said, "args", {}).items():
                if not (asked.description or "").strip():
                    yield f"{name}.{member}({argument}:)"


def test_what_says_nothing_is_found_wherever_it_stands() -> None:
    schema = build_schema("""
        "q" type Query { f(a: Int): E  "g" g("b" b: I): Int }
        enum E { ONE  "two" TWO }
        "i" input I { c: Int }
        "n" interface N { d: Int }
    """)
    found = {each for each in silent(schema) if each.partition(".")[0] in {"Query", "E", "I", "N"}}
    assert found == {"Query.f", "Query.f(a:)", "E", "E.ONE", "I.c", "N.d"}


def test_what_goes_says_what_to_take_instead_and_how_long_it_stays() -> None:
    test, where = own().type_map["Test"], own().type_map["TestWhere"]
    assert isinstance(test, GraphQLObjectType)
    assert isinstance(where, GraphQLInputObjectType)
    for fields in (test.fields, where.fields):
        reason = fields["cycleCount"].deprecation_reason or ""
        assert "`numberOfCycles`" in reason
        assert "two more releases" in reason


@pytest.mark.slow
def test_a_measured_column_may_be_null_and_an_id_never() -> None:
    types = build(read_metrics()).type_map
    test, capacity = types["Test"], types["DischargeCapacity"]
    assert isinstance(test, GraphQLObjectType)
    assert isinstance(capacity, GraphQLObjectType)
    assert str(test.fields["id"].type) == "ID!"
    assert str(test.fields["durationSecond"].type) == "Float"
    assert str(capacity.fields["testId"].type) == "[ID!]!"
    assert str(capacity.fields["dischargeCapacityAh"].type) == "[Float]"


@pytest.mark.slow
def test_a_unit_stands_in_the_words_and_never_in_an_argument() -> None:
    types = build(read_metrics()).type_map
    cell = types["Cell"]
    assert isinstance(cell, GraphQLObjectType)
    assert cell.fields["areaCm2"].description == (
        "Electrode area; unknown means areal metrics are null. In cm²."
    )
    for kind in types.values():
        if isinstance(kind, GraphQLObjectType):
            assert not any("unit" in field.args for field in kind.fields.values())


@pytest.mark.slow
def test_every_metric_is_a_field_of_the_root_of_test_and_of_cell() -> None:
    types = build(read_metrics()).type_map
    for name in ("dischargeCapacity", "coulombicEfficiency", "meanVoltage", "dcResistance"):
        for owner in ("Query", "Test", "Cell"):
            kind = types[owner]
            assert isinstance(kind, GraphQLObjectType)
            field = kind.fields[name]
            assert not is_leaf_type(get_named_type(field.type))


def test_a_metric_that_is_called_as_a_field_of_ours_is_refused(tmp_path: Path) -> None:
    text = read_metrics()["charge_capacity"].path.read_text(encoding="utf-8")
    (tmp_path / "files.sql").write_text(text.replace("charge_capacity;", "files;"))
    with pytest.raises(InvalidMetric, match="another field of this name"):
        build(read_metrics(tmp_path))
