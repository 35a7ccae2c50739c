"""A value somebody reported, and what the warehouse makes of it."""

from collections.abc import Callable
from enum import Enum
from typing import Any, cast

import strawberry
from sqlalchemy import select
from strawberry import scalars

from schema import catalog
from schema.error import InvalidArgument, UnknownUnit
from schema.measure import Measure
from service.graphql.build.context import Info
from service.graphql.build.node import Node
from service.graphql.build.page import DEFAULT_FIRST, First, Order, order, size
from service.graphql.build.row import typed_row
from service.graphql.build.table import of_table
from service.graphql.build.where import Where, apart, where
from service.graphql.types.evidence import (
    EVIDENCE,
    FLAG,
    VERDICT,
    Evidence,
    Flag,
    metric_named,
    rows_of,
)
from service.graphql.types.revision import Revision, history
from service.graphql.types.study import Study, StudyWhere
from service.graphql.types.trace import Trace


@strawberry.enum(description="Whether a reported value holds.")
class Verdict(Enum):
    """Whether a reported value holds."""

    SUPPORTED = strawberry.enum_value("supported", description="What was recomputed agrees.")
    CONTRADICTED = strawberry.enum_value("contradicted", description="What was recomputed denies.")
    UNTESTABLE = strawberry.enum_value(
        "untestable", description="Nothing can be computed that would decide."
    )


@strawberry.type(description="What a person made of a claim.")
class Judgement:
    """What a person made of a claim."""

    verdict: Verdict | None = strawberry.field(description="The verdict of that person.")
    why: str | None = strawberry.field(description="Why, in that person's words.")
    evidence: list[str] = strawberry.field(
        description="What that person points to: names of files, tests, cells, materials."
    )


def _reported(root: strawberry.Parent[catalog.Claim]) -> str | None:
    said = Measure(root.value, root.unit, root.qualifier, root.lower, root.upper, root.text_value)
    return None if said == Measure() else str(said)


def _end(which: int) -> Callable[..., Any]:
    """Return the resolver of an end of what was reported, in the unit of what is recomputed."""

    async def resolve(root: strawberry.Parent[catalog.Claim], info: Info) -> float | None:
        rows = await rows_of(root.id, info, VERDICT)
        if not rows or rows[0]["unit"] is None:
            return None
        said = Measure(root.value, root.unit, root.qualifier, root.lower, root.upper)
        try:
            return said.to(rows[0]["unit"]).bounds[which]
        except (UnknownUnit, InvalidArgument):
            return None

    return resolve


def _judged(root: strawberry.Parent[catalog.Claim]) -> Judgement | None:
    if root.verdict is None and root.why is None and not root.evidence:
        return None
    verdict = None if root.verdict is None else Verdict(root.verdict)
    return Judgement(verdict=verdict, why=root.why, evidence=root.evidence.get("stated", []))


def _computed(column: str) -> Callable[..., Any]:
    """Return the resolver of a column of the metric that gives verdicts."""

    async def resolve(root: strawberry.Parent[catalog.Claim], info: Info) -> Any:  # noqa: ANN401 # a number or a text
        rows = await rows_of(root.id, info, VERDICT)
        return rows[0][column] if rows else None

    return resolve


async def _verdict(root: strawberry.Parent[catalog.Claim], info: Info) -> Verdict | None:
    rows = await rows_of(root.id, info, VERDICT)
    return Verdict(rows[0]["verdict"]) if rows else None


async def _evidence(
    root: strawberry.Parent[catalog.Claim], info: Info, first: First = DEFAULT_FIRST
) -> list[Evidence] | None:
    most = size("first", first)
    rows = await rows_of(root.id, info, EVIDENCE)
    return [typed_row(Evidence, row) for row in rows[:most]]


async def _flags(root: strawberry.Parent[catalog.Claim], info: Info) -> list[Flag] | None:
    rows = await rows_of(root.id, info, FLAG)
    return [typed_row(Flag, row) for row in rows]


async def _trace(root: strawberry.Parent[catalog.Claim], info: Info) -> Trace | None:
    metric = metric_named(info, VERDICT)
    rows = await rows_of(root.id, info, EVIDENCE)
    tests = dict.fromkeys(row["test_id"] for row in rows if row["test_id"] is not None)
    return Trace(
        metric=metric.name,
        version=metric.version,
        arguments=cast("scalars.JSON", metric.arguments({})),
        snapshot=await info.context.loaders.snapshot(),
        tests=list(tests),
    )


async def _study(root: strawberry.Parent[catalog.Claim], info: Info) -> Study | None:
    if root.study_id is None:
        return None
    found: Study | None = await info.context.loaders.row(catalog.Study).load(root.study_id)
    return found


@of_table(catalog.Claim)
class Claim(Node):
    """A value somebody reported."""

    history: list[Revision] = history()

    reported: str | None = strawberry.field(
        resolver=_reported, description='The value as people write it, e.g. "<= 150 h".'
    )
    reported_low: float | None = strawberry.field(
        resolver=_end(0),
        description="The least that was reported, in `recomputedUnit`; null where that end is "
        "open, or no number of such a unit was reported.",
    )
    reported_high: float | None = strawberry.field(
        resolver=_end(1),
        description="The most that was reported, in `recomputedUnit`; null where that end is "
        "open, or no number of such a unit was reported.",
    )
    recomputed: float | None = strawberry.field(
        resolver=_computed("recomputed"),
        description="What the warehouse computes in its place, in `recomputedUnit`.",
    )
    recomputed_low: float | None = strawberry.field(
        resolver=_computed("recomputed_low"), description="The least it may be."
    )
    recomputed_high: float | None = strawberry.field(
        resolver=_computed("recomputed_high"), description="The most it may be."
    )
    recomputed_unit: str | None = strawberry.field(
        resolver=_computed("unit"), description="Unit of what is recomputed."
    )
    basis_count: int | None = strawberry.field(
        resolver=_computed("basis_count"), description="How many values of evidence it rests on."
    )
    verdict: Verdict | None = strawberry.field(
        resolver=_verdict, description="Whether the reported value holds."
    )
    why: str | None = strawberry.field(
        resolver=_computed("why"), description="Why that verdict, with the numbers."
    )
    status: str | None = strawberry.field(
        resolver=_computed("status"),
        description="How far the verdict is to be trusted: ok, low_quality, censored, "
        "not_comparable or not_computable.",
    )
    reason: str | None = strawberry.field(
        resolver=_computed("reason"), description="Why the status is not ok."
    )
    evidence: list[Evidence] | None = strawberry.field(
        resolver=_evidence, description="The first of what the verdict rests on."
    )
    flags: list[Flag] | None = strawberry.field(
        resolver=_flags, description="What a careful reader holds against it."
    )
    judged: Judgement | None = strawberry.field(
        resolver=_judged, description="What a person made of it, null when nobody did."
    )
    trace: Trace | None = strawberry.field(
        resolver=_trace,
        description="Where the verdict comes from; the exports are those of its evidence.",
    )
    study: Study | None = strawberry.field(
        resolver=_study, description="The study that reports it, as last applied."
    )


def _of_study(conditions: Any) -> Any:  # noqa: ANN401 # conditions, as SQL
    return catalog.Claim.study_id.in_(apart(select(catalog.Study.id).where(conditions.clause())))


@where(catalog.Claim, study=_of_study)
class ClaimWhere(Where):
    """Conditions on a claim."""

    study: StudyWhere | None = strawberry.field(
        default=strawberry.UNSET, description="Conditions on the study that reports it."
    )


@order(catalog.Claim)
class ClaimOrder(Order):
    """An order of claims."""
