"""The catalog of metrics: what there is to ask for, read from the files themselves."""

from typing import Annotated, cast

import strawberry
from strawberry import scalars

from service.graphql.build.context import Info
from service.graphql.build.table import camel
from service.metric.metric import Metric as MetricFile
from service.shown import shown, shown_metric


@strawberry.type(description="A column of a metric.")
class MetricColumn:
    """A column of a metric."""

    name: str = strawberry.field(description="Name, with its unit.")
    unit: str = strawberry.field(description="Unit; empty when it has none.")
    meaning: str = strawberry.field(description="What it is.")
    kind: str = strawberry.field(description="BIGINT, DOUBLE, VARCHAR or BOOLEAN.")


@strawberry.type(description="An argument of a metric: a convention that is a choice.")
class MetricArgument:
    """An argument of a metric."""

    name: str = strawberry.field(description="Name.")
    takes: str = strawberry.field(description="What it takes, in words.")
    default: scalars.JSON | None = strawberry.field(description="Value when none is given.")
    meaning: str = strawberry.field(description="What is chosen by it.")


@strawberry.type(description="One number a cell that the rows of a metric come to.")
class MetricSummary:
    """One number a cell."""

    name: str = strawberry.field(description="Name; in capitals it is what cells are ordered by.")
    field: str = strawberry.field(description="The field of `Cell.summary`, and its condition.")
    meaning: str = strawberry.field(description="What it is.")
    unit: str = strawberry.field(description="Unit of its value; empty when it has none.")
    rule: str = strawberry.field(description="Of which rows it is, and how they are reduced.")


@strawberry.type(description="A derived quantity, defined by one SQL file.")
class Metric:
    """A derived quantity."""

    name: str = strawberry.field(description="Name of its file.")
    field: str = strawberry.field(description="The field that answers with it.")
    title: str = strawberry.field(description="Title.")
    description: str = strawberry.field(description="What it is.")
    grain: list[str] = strawberry.field(description="The columns that name a row of it.")
    columns: list[MetricColumn] = strawberry.field(description="Every column, the grain first.")
    arguments: list[MetricArgument] = strawberry.field(description="What it takes.")
    needs: list[str] = strawberry.field(description="The relations and metrics it is made of.")
    main: str = strawberry.field(description="The column it is asked for.")
    error: str | None = strawberry.field(
        description="The column with the half width or standard error of `main`, where it has one."
    )
    low: str | None = strawberry.field(
        description="The column with the lower end of `main`, where it has one."
    )
    high: str | None = strawberry.field(
        description="The column with the upper end of `main`, where it has one."
    )
    summaries: list[MetricSummary] = strawberry.field(
        description="What its rows come to a cell; none where its file does not say how."
    )
    reference: str = strawberry.field(description="Where its definition comes from.")
    sql: str = strawberry.field(description="How it is computed.")
    version: str = strawberry.field(description="Version: the hash of its file.")


def listed(
    info: Info,
    names: Annotated[
        list[str] | None,
        strawberry.argument(description="Only these, by `name`; a name no metric has is an error."),
    ] = None,
) -> list[Metric]:
    """Return the metrics that can be asked for, or those of these names.

    Raises:
        UnknownName: when there is none of a name.
        MetricNotShown: when one only serves others.
    """
    metrics = info.context.state.metrics
    chosen = sorted(shown(metrics)) if names is None else names
    return [_described(shown_metric(metrics, name)) for name in chosen]


def _described(metric: MetricFile) -> Metric:
    return Metric(
        name=metric.name,
        field=camel(metric.name),
        title=metric.title,
        description=metric.description,
        grain=list(metric.grain),
        columns=[
            MetricColumn(name=each.name, unit=each.unit, meaning=each.meaning, kind=each.kind)
            for each in metric.answer
        ],
        arguments=[
            MetricArgument(
                name=each.name,
                takes=each.takes,
                default=cast("scalars.JSON", each.default),
                meaning=each.meaning,
            )
            for each in metric.takes
        ],
        needs=list(metric.needs),
        main=metric.main,
        error=metric.error,
        low=metric.low,
        high=metric.high,
        summaries=[
            MetricSummary(
                name=each.name,
                field=camel(each.name),
                meaning=each.meaning,
                unit=next((c.unit for c in metric.answer if c.name == metric.main), ""),
                rule=each.rule,
            )
            for each in metric.summaries
        ],
        reference=metric.reference,
        sql=metric.sql,
        version=metric.version,
    )
