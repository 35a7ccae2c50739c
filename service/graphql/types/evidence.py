"""What a verdict on a claim rests on, and what is flagged: rows of metrics, one by one."""

from collections.abc import Sequence
from typing import Any, Final

import strawberry
from anyio import to_thread

from schema import catalog
from schema.error import UnknownName
from service.graphql.build.context import Info
from service.graphql.build.loader import gathered
from service.graphql.types.cell import Cell
from service.graphql.types.test import Test
from service.metric.metric import Metric as MetricFile
from service.store.claim import tests_of_claims
from service.store.question import metric_question

VERDICT: Final = "claim_verdict"
EVIDENCE: Final = "claim_evidence"
FLAG: Final = "claim_flag"
"""The metrics that answer for a claim; each names its rows by `claim_id`."""


def metric_named(info: Info, name: str) -> MetricFile:
    """Return one of the metrics that answer for claims.

    Raises:
        UnknownName: when the service runs on metrics without it.
    """
    known = info.context.state.metrics
    if name not in known:
        raise UnknownName("metric", name, known)
    return known[name]


async def rows_of(claim: int, info: Info, name: str) -> list[dict[str, Any]]:
    """Return the rows of a metric that are about a claim: one question for all of a page."""
    metric, loaders = metric_named(info, name), info.context.loaders

    async def load(claims: list[int]) -> Sequence[list[dict[str, Any]]]:
        tests = await loaders.look(lambda session: tests_of_claims(session, claims))
        table = await loaders.ask(metric_question(metric, tests))
        rows = await to_thread.run_sync(table.to_pylist)
        return gathered(claims, ((row["claim_id"], row) for row in rows))

    rows: list[dict[str, Any]] = await loaders.batched(("rows of claim", name), load).load(claim)
    return rows


async def _cell(root: strawberry.Parent["Evidence"], info: Info) -> Cell | None:
    if root.cell_id is None:
        return None
    found: Cell | None = await info.context.loaders.row(catalog.Cell).load(root.cell_id)
    return found


async def _test(root: strawberry.Parent["Evidence"], info: Info) -> Test | None:
    if root.test_id is None:
        return None
    found: Test | None = await info.context.loaders.row(catalog.Test).load(root.test_id)
    return found


@strawberry.type(description="A value that a verdict rests on.")
class Evidence:
    """A value that a verdict rests on."""

    cell_id: strawberry.Private[int | None]
    test_id: strawberry.Private[int | None]
    basis: str = strawberry.field(description="What it was had from.")
    value: float | None = strawberry.field(description="The value, in `unit`.")
    lowest: float | None = strawberry.field(description="The least it may be, in `unit`.")
    highest: float | None = strawberry.field(description="The most it may be, in `unit`.")
    unit: str | None = strawberry.field(description="Unit of the three.")
    method: str | None = strawberry.field(description="How it was had.")
    status: str = strawberry.field(
        description="ok, low_quality, censored, not_comparable or not_computable."
    )
    reason: str | None = strawberry.field(description="Why it is not ok.")
    cell: Cell | None = strawberry.field(resolver=_cell, description="The cell it is of.")
    test: Test | None = strawberry.field(resolver=_test, description="The test it came from.")


@strawberry.type(description="Something a careful reader holds against a claim.")
class Flag:
    """Something a careful reader holds against a claim."""

    flag: str = strawberry.field(description="Which it is.")
    why: str | None = strawberry.field(description="What was found, with the numbers.")
    status: str = strawberry.field(description="ok, or low_quality where what it rests on is.")
    reason: str | None = strawberry.field(description="Why it is not ok.")
