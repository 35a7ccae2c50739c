"""What an argument takes."""

import pytest

from schema.error import InvalidArgument
from service.metric.argument import Value, read_argument


@pytest.mark.parametrize(
    ("kind", "default", "value"),
    [
        ("text(up, down)", "up", "up"),
        ("text", "null", None),
        ("integer", "-3", -3),
        ("integer(1..)", "null", None),
        ("number", "2", 2.0),
        ("integers(1..)", "1, 2", [1, 2]),
        ("numbers", "0.5", [0.5]),
    ],
)
def test_a_default_is_read_by_its_type(kind: str, default: str, value: Value) -> None:
    argument = read_argument("x", kind, default, "meaning")
    assert argument.default == value
    assert type(argument.default) is type(value)


@pytest.mark.parametrize(
    ("kind", "default", "message"),
    [
        ("date", "now", "has no type 'date'"),
        ("text(up, down)", "left", "one of up, down"),
        ("integer", "1.5", "a whole number"),
        ("number(0..1)", "2", "a number from 0 to 1"),
    ],
)
def test_a_default_that_its_type_does_not_take_is_refused(
    kind: str, default: str, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        read_argument("x", kind, default, "meaning")


@pytest.mark.parametrize(
    ("kind", "default", "value"),
    [
        ("text(up, down)", "up", "sideways"),
        ("text(up, down)", "up", None),
        ("integer", "1", True),
        ("integer", "1", 1.0),
        ("integer", "1", 2**63),
        ("integer(1..)", "1", 0),
        ("number", "1", float("nan")),
        ("number", "1", float("inf")),
        ("number", "1", "1"),
        ("number(0..1)", "1", 1.5),
        ("integers", "1", []),
        ("integers", "1", 1),
        ("integers", "1", "12"),
        ("integers(1..)", "1", [1, 0]),
        ("numbers", "1", [1.0, None]),
    ],
)
def test_a_value_it_does_not_take_is_refused_with_what_it_takes(
    kind: str, default: str, value: object
) -> None:
    argument = read_argument("x", kind, default, "meaning")
    with pytest.raises(InvalidArgument) as refused:
        argument.checked(value)
    assert refused.value.takes == argument.takes
    assert refused.value.argument == "x"


def test_whole_numbers_are_numbers_too() -> None:
    assert read_argument("x", "number", "1", "").checked(3) == 3.0
    assert read_argument("x", "numbers", "1", "").checked((1, 2.5)) == [1.0, 2.5]
