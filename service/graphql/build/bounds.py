"""How a number known between bounds answers a condition: certainly, certainly not, or neither.

From 850 to 950 is above 800, not above 950, and neither above 900 nor not above it.
"""

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, and_, false, not_, null, or_, true

from schema.catalog import ProcessParameter
from service.graphql.build.condition import Condition

_KNOWN: Any = ProcessParameter
_Answer: TypeAlias = Callable[[Any], ColumnElement[bool]]


def _above(number: Any) -> ColumnElement[bool]:  # noqa: ANN401 # as it was given
    return or_(number < _KNOWN.lower, and_(number == _KNOWN.lower, _KNOWN.qualifier == ">"))


def _below(number: Any) -> ColumnElement[bool]:  # noqa: ANN401 # as it was given
    return or_(number > _KNOWN.upper, and_(number == _KNOWN.upper, _KNOWN.qualifier == "<"))


def _exactly(number: Any) -> ColumnElement[bool]:  # noqa: ANN401 # as it was given
    return and_(number == _KNOWN.lower, number == _KNOWN.upper)


def _elsewhere(number: Any) -> ColumnElement[bool]:  # noqa: ANN401 # as it was given
    return or_(_above(number), _below(number))


_CERTAINLY: Final[dict[str, tuple[_Answer, _Answer]]] = {
    "eq": (_exactly, _elsewhere),
    "ne": (_elsewhere, _exactly),
    "in_": (
        lambda numbers: or_(false(), *map(_exactly, numbers)),
        lambda numbers: and_(true(), *map(_elsewhere, numbers)),
    ),
    "gt": (_above, lambda number: number >= _KNOWN.upper),
    "gte": (lambda number: number <= _KNOWN.lower, _below),
    "lt": (_below, lambda number: number <= _KNOWN.lower),
    "lte": (lambda number: number >= _KNOWN.upper, _above),
}
"""What a comparison certainly holds for, and what it certainly does not."""


def between_bounds(condition: Condition) -> ColumnElement[bool]:
    """Return the condition on the number of a process parameter, unknown where neither."""
    clauses: list[ColumnElement[bool]] = []
    for name, value in condition.given(_KNOWN.lower, "value"):
        if name == "is_null":
            unknown = and_(_KNOWN.lower.is_(None), _KNOWN.upper.is_(None))
            clauses.append(unknown if value else not_(unknown))
        else:
            holds, fails = _CERTAINLY[name]
            # the second half is false or unknown: a planner drops it where rows are only chosen
            clauses.append(or_(holds(value).is_(true()), and_(null(), not_(fails(value)))))
    return and_(true(), *clauses)
