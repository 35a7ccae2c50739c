"""One query for a metric: what it is built on put before it, each part as wide as it must be.

What rests materialized is read; the rest is computed by the files of the metrics below. A metric of
tests sees all tests of the cells asked for, and its answer is narrowed after; one that hangs on
more, such as a line through many sweeps, sees the tests asked for alone.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from service.metric.argument import Value
from service.metric.metric import Metric
from service.metric.relation import RELATIONS
from service.metric.scope import (
    CELLS,
    TESTS,
    Scope,
    Width,
    is_about_things,
    listed,
    narrowed,
    under,
    used,
    whole,
    written_out,
)

Rests: TypeAlias = Callable[[Metric], bool]
"""Whether the rows of a metric at its default arguments rest, of all that is asked for."""


@dataclass(frozen=True, slots=True)
class Query:
    """SQL on the store, with its parameters."""

    sql: str
    parameters: Mapping[str, object]


def compose(
    metric: Metric,
    given: Mapping[str, object],
    scope: Scope | None,
    rests: Rests = lambda _: False,
    columns: Sequence[str] = ("*",),
) -> Query:
    """Return the query for columns of a metric of what is asked for, of the whole store with None.

    Raises:
        UnknownName: when the metric takes no argument of a name.
        InvalidArgument: when an argument does not take its value.
    """
    arguments = metric.arguments(given)
    order = ", ".join(metric.grain)
    if rests(metric) and arguments == metric.arguments({}):
        rows = _resting(metric, scope, "tests")
    else:
        rows = _Composition(metric, arguments, scope, rests).sql()
    sql = f"SELECT {', '.join(columns)} FROM (\n{rows}\n) ORDER BY {order}"
    parameters = dict(arguments) | dict(scope.parameters if scope else {})
    sql = written_out(sql, parameters)
    return Query(sql, used(sql, parameters))


class _Composition:
    def __init__(
        self,
        metric: Metric,
        arguments: Mapping[str, Value],
        scope: Scope | None,
        rests: Rests,
    ) -> None:
        self._metric, self._arguments, self._scope, self._rests = metric, arguments, scope, rests
        self._below = {each.name: each for each in metric.below}
        # a claim may be about a substance or a material that no test was made of
        self._all_things = scope is None or is_about_things(metric.relations)

    def sql(self) -> str:
        """Return the query without its order."""
        metric = self._metric
        parts = self._parts(metric)
        if self._scope is None:
            return under(self._queries(parts, "tests"), f"SELECT * FROM (\n{metric.sql}\n)")
        if metric.reach != "whole":
            narrow = _narrow(metric, "tests")
            sql = f"SELECT * FROM (\n{metric.sql}\n){narrow}"
            return under(self._queries(parts, "together"), sql)
        return self._of_more(parts)

    def _of_more(self, parts: Mapping[str, Metric | None]) -> str:
        """Return the query of a metric that hangs on more than the cell of a test.

        What is computed of cells is computed first, of all their tests; then it is narrowed to the
        tests asked for, as everything else is.
        """
        of_cells = {name: each for name, each in parts.items() if each and each.reach != "whole"}
        first: dict[str, Metric | None] = {}
        for each in of_cells.values():
            for need in each.needs:
                first.setdefault(need, parts.get(need))
            first[each.name] = each
        then = {name: each for name, each in parts.items() if name not in of_cells}
        queries = [
            (name, f"SELECT * FROM {name}{_narrow(each, 'tests')}")
            for name, each in of_cells.items()
        ]
        queries += self._queries(then, "tests")
        inner = under(queries, f"SELECT * FROM (\n{self._metric.sql}\n)")
        if not first:
            return inner
        return under(self._queries(first, "together"), f"SELECT * FROM (\n{inner}\n)")

    def _parts(self, metric: Metric) -> Mapping[str, Metric | None]:
        """Return what it is computed of, in order: metrics to compute, None for what is read."""
        found: dict[str, Metric | None] = {}

        def add(each: Metric) -> None:
            for name in each.needs:
                below = self._below.get(name)
                if name in found:
                    continue
                if below is None or self._is_read(below):
                    found[name] = None
                else:
                    add(below)
                    found[name] = below

        add(metric)
        return found

    def _is_read(self, below: Metric) -> bool:
        same = below.arguments({}).items() <= self._arguments.items()
        return same and self._rests(below)

    def _queries(
        self, parts: Mapping[str, Metric | None], width: Width
    ) -> Iterator[tuple[str, str]]:
        for name, computed in parts.items():
            if computed is not None:
                yield name, computed.sql
            elif name in self._below:
                yield name, _resting(self._below[name], self._narrowing(name), width)
            else:
                yield name, self._relation(name, width)

    def _narrowing(self, name: str) -> Scope | None:
        """Return what a resting metric is narrowed to."""
        of_things = self._below[name].reach == "cell" and self._all_things
        return None if of_things else self._scope

    def _relation(self, name: str, width: Width) -> str:
        is_thing = RELATIONS[name].owner != "test_id" and name != "cycled"
        if self._scope is None or (is_thing and self._all_things):
            return whole(name)
        return narrowed(name, width)


def _resting(metric: Metric, scope: Scope | None, width: Width) -> str:
    return whole(metric.name) + (_narrow(metric, width) if scope else "")


def _narrow(metric: Metric, width: Width) -> str:
    """Return the condition that narrows the rows of a metric of tests or cells."""
    if metric.reach == "whole":
        return ""
    if metric.reach == "cell":
        return f" WHERE cell_id IN {listed(CELLS)}"
    return f" WHERE test_id IN {listed(TESTS if width == 'tests' else 'together')}"
