"""The schema: what it is made of, and that its text in git is true."""

from pathlib import Path

import pytest
from graphql import GraphQLObjectType, get_named_type, is_leaf_type

from schema.error import InvalidMetric
from service.graphql.schema import build, sdl
from service.metric.library import read_metrics

SDL = Path(__file__).parents[3] / "service" / "graphql" / "schema.graphql"


def test_the_schema_in_git_is_the_one_that_is_served() -> None:
    assert SDL.read_text(encoding="utf-8") == sdl(read_metrics()), "run `make docs`"


def test_every_field_says_what_it_is() -> None:
    silent = [
        f"{name}.{field_name}"
        for name, kind in build(read_metrics()).type_map.items()
        if isinstance(kind, GraphQLObjectType) and not name.startswith("__")
        for field_name, field in kind.fields.items()
        if not field.description
    ]
    assert silent == []


def test_a_measured_column_may_be_null_and_an_id_never() -> None:
    types = build(read_metrics()).type_map
    test, capacity = types["Test"], types["DischargeCapacity"]
    assert isinstance(test, GraphQLObjectType)
    assert isinstance(capacity, GraphQLObjectType)
    assert str(test.fields["id"].type) == "ID!"
    assert str(test.fields["durationSecond"].type) == "Float"
    assert str(capacity.fields["testId"].type) == "[ID!]!"
    assert str(capacity.fields["dischargeCapacityAh"].type) == "[Float]"


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
