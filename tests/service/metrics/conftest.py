"""A metric asked of rows made up in a test, on a store that holds nothing else."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pyarrow as pa
import pytest

from service.metric import empty_store, full, read_metrics
from service.relation import RELATIONS
from service.scope import under, used

Rows = Sequence[dict[str, Any]]
Ask = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="session")
def ask() -> Iterator[Ask]:
    """Return ``ask(metric, {relation: rows}, **arguments)``, which returns rows by grain."""
    metrics = read_metrics()
    with empty_store() as connection:

        def asked(name: str, given: dict[str, Rows], **arguments: object) -> list[dict[str, Any]]:
            metric = metrics[name]
            for relation in metric.relations:
                connection.execute(f"DELETE FROM store.{relation}")
                schema = RELATIONS[relation].arrow
                rows = pa.Table.from_pylist(list(given.get(relation, ())), schema=schema)
                connection.register("rows", rows)
                connection.execute(f"INSERT INTO store.{relation} SELECT * FROM rows")
            heads = [(each, f"SELECT * FROM store.{each}") for each in metric.relations]
            order = ", ".join(metric.grain)
            sql = under(heads, f"SELECT * FROM ({full(metric)}) ORDER BY {order}")
            parameters = used(sql, metric.arguments(arguments))
            answer: list[dict[str, Any]] = (
                connection.sql(sql, params=parameters).to_arrow_table().to_pylist()
            )
            return answer

        yield asked
