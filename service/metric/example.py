"""The examples of a metric, run: each is a claim about it that must come out true."""

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from typing import TypeAlias

import duckdb

from service.metric.given import Example
from service.metric.library import empty_store
from service.metric.metric import Metric
from service.metric.relation import created
from service.metric.scope import used

Silent: TypeAlias = Callable[[Metric, AbstractSet[str]], bool]
"""Whether a metric is known to have no row where rows of these names are all that is given."""


def untrue(metric: Metric, silent: Silent = lambda _metric, _names: False) -> Iterator[str]:
    """Yield what is wrong with each example of a metric that does not hold.

    What is silent below it is not computed: an example of a claim would plan every fit.
    """
    with empty_store(metric.relations) as connection:
        for each in metric.below:
            connection.execute(created(f"store.{each.name}", each.answer))
        for example in metric.examples:
            try:
                sql = _query(metric, example, silent)
                parameters = used(sql, metric.arguments(example.given))
                rows = connection.execute(sql, parameters).fetchall()
            except duckdb.Error as fault:
                yield f"{example.title}: {fault}"
                continue
            if not rows:
                yield f"{example.title}: it returns no row"
            for number, row in enumerate(rows, 1):
                if any(value is not True for value in row):
                    yield f"{example.title}: row {number} is {row}"


def _query(metric: Metric, example: Example, silent: Silent) -> str:
    """Return the example with the metric, and those below whose rows it does not give."""
    names = frozenset(example.names)
    below = [each for each in metric.below if each.name not in names and not silent(each, names)]
    computed = {each.name for each in below}
    heads = [f"{each.name} AS (\n{_over(each, example, computed)}\n)" for each in (*below, metric)]
    begin = f"{example.rows},\n" if example.rows else "WITH "
    return f"{begin}{', '.join(heads)}\n{example.question}"


def _over(metric: Metric, example: Example, computed: AbstractSet[str]) -> str:
    """Return a metric's query over the rows given, each row filled up with nulls."""
    relations = []
    for name in metric.needs:
        if name in example.names:
            given = f"SELECT * FROM store.{name} UNION ALL BY NAME SELECT * FROM {name}"
        elif name in computed:
            continue
        else:
            given = f"SELECT * FROM store.{name}"
        relations.append(f"{name} AS ({given})")
    head = f"WITH {', '.join(relations)} " if relations else ""
    return f"{head}SELECT * FROM (\n{metric.sql}\n)"
