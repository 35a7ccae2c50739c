"""Rows of a metric as a table: what sections that list them share."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from starlette.requests import Request

from service.page.address import Address
from service.page.ask import Asked, ask
from service.page.headline import rows
from service.page.section import Content, Show
from service.page.status import valued
from service.page.table import Column, Table

Rows = Sequence[Mapping[str, Any]]


def listed(
    query: str, root: str, place: str, metric: str, *, empty: str, table: Callable[[Rows], Table]
) -> Show:
    """Return what shows the rows that a metric of a test has of one measurement.

    Args:
        query: the document; it asks for the measurement, and of its test for the metric.
        root: the field of the measurement, e.g. diffractionScan.
        place: the field by which rows are those of the measurement, e.g. scanCount.
        metric: the field of the metric.
        empty: what stands there without a row.
        table: makes one of rows.
    """

    async def show(request: Request, measurement: int, _address: Address) -> Content:
        asked = await ask(request, query, id=measurement)
        if fault := asked.fault(root, "test", metric):
            return Content(asked.query, fault=fault)
        found = rows_of(asked, root, place, metric)
        if not found:
            return Content(asked.query, empty=empty)
        return Content(asked.query, table=table(found), traces=traces(asked, root, metric))

    return show


def rows_of(asked: Asked, root: str, place: str, metric: str) -> Rows:
    """Return the rows of a metric that are of the measurement."""
    found = asked.data[root]
    every = rows((found["test"] or {}).get(metric))
    return [row for row in every if str(row[place]) == str(found[place])]


def traces(asked: Asked, root: str, metric: str) -> Sequence[Mapping[str, Any]]:
    """Return where the rows of a metric come from."""
    answer = (asked.data[root]["test"] or {}).get(metric)
    return [answer["trace"]] if answer else []


def words(found: Rows, name: str, field: str, head: str) -> Column:
    """Return a column of words."""
    values = [row[field] for row in found]
    return Column(name, head, values, [each or "–" for each in values], numeric=False)


def numbers(found: Rows, name: str, field: str, head: str, error: str | None = None) -> Column:
    """Return a column of numbers, each with its error and how sure it is."""
    shown = [
        valued(
            row[field],
            error=row[error] if error else None,
            status=row["status"],
            reason=row["reason"],
        )
        for row in found
    ]
    return Column(name, head, [row[field] for row in found], shown)


def in_files(found: Rows, **fields: str) -> Sequence[Column]:
    """Return columns that only files have, by their name there."""
    return [Column(name, "", [row[field] for row in found]) for name, field in fields.items()]


def why(found: Rows) -> Sequence[Column]:
    """Return how sure the rows are, for files."""
    return in_files(found, status="status", reason="reason")
