"""GET /arrow/…: metrics and points as an Arrow IPC stream, as Parquet or as CSV."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Final

import pyarrow as pa
from anyio import to_thread
from sqlalchemy import select
from starlette.concurrency import iterate_in_threadpool
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import StreamingResponse

from schema.catalog import Cell, Test
from schema.catalog.connection import look
from schema.error import InvalidArgument, UnknownName
from service.download import chunks, format_named
from service.metric.argument import Value
from service.metric.metric import Metric
from service.shown import shown_metric
from service.state import State
from service.store.question import AnyQuestion, metric_question, points_question

_OURS: Final = ("test", "cell", "format")
_MOST: Final = 1_000
"""Tests, or cells, named in one address."""
_SOME: Final = 20
"""Ids named to who asks for one that is not."""
_WINDOW: Final = ("start_second", "end_second")


async def metric(request: Request) -> StreamingResponse:
    """Stream a metric: ?test=1&test=2&cell=3&<argument>=…; of everything when none is named."""
    state: State = request.app.state.leyden
    asked = shown_metric(state.metrics, request.path_params["metric"])
    given = _arguments(asked, request.query_params)
    tests = await to_thread.run_sync(_tests, state, request.query_params)
    question = metric_question(asked, tests, given)
    return await _stream(request, question, asked.name, asked)


async def points(request: Request) -> StreamingResponse:
    """Stream the points of a test: ?column=voltage_volt&start_second=0&end_second=60."""
    state: State = request.app.state.leyden
    (test,) = _ids("test", [request.path_params["test"]])
    asked = request.query_params
    _refuse_unknown(asked, ("column", *_WINDOW, "format"))
    columns = asked.getlist("column") or None
    ends = [_second(name, asked.get(name)) for name in _WINDOW]
    start, end = ends
    question = await to_thread.run_sync(points_question, state.store, test, columns, start, end)
    return await _stream(request, question, f"test-{test}")


async def _stream(
    request: Request, question: AnyQuestion, name: str, metric: Metric | None = None
) -> StreamingResponse:
    state: State = request.app.state.leyden
    form = format_named(request.query_params.get("format", "arrow"))
    await to_thread.run_sync(state.store.refresh)
    with state.telemetry.question():
        reader = await state.pool.reader(question)
    schema = _described(reader.schema, question, metric)
    parts = chunks(reader, schema, form, state.telemetry.points.inc)

    async def body() -> AsyncIterator[bytes]:
        try:
            async for part in iterate_in_threadpool(parts):
                yield part
        finally:
            parts.close()
            reader.close()

    headers = {"Content-Disposition": f'attachment; filename="{name}.{form.name}"'}
    return StreamingResponse(body(), media_type=form.media_type, headers=headers)


def _described(schema: pa.Schema, question: AnyQuestion, metric: Metric | None) -> pa.Schema:
    """Return a schema whose fields say unit and meaning, and of a metric's main one that it is."""
    fields = []
    for column in question.columns:
        words = {"unit": column.unit, "meaning": column.meaning}
        if metric and column.name == metric.main:
            words |= {"main": metric.name, **metric.beside}
        fields.append(schema.field(column.name).with_metadata(words))
    return pa.schema(fields)


def _arguments(metric: Metric, asked: QueryParams) -> dict[str, Value]:
    own = {each.name: each for each in metric.takes}
    _refuse_unknown(asked, (*_OURS, *own))
    return {name: own[name].parsed(asked[name]) for name in asked if name in own}


def _refuse_unknown(asked: Mapping[str, str], known: Sequence[str]) -> None:
    for name in asked:
        if name not in known:
            raise InvalidArgument("the query", name, f"these: {', '.join(known)}")


def _tests(state: State, asked: QueryParams) -> list[int] | None:
    """Return the tests named, those of the cells among them; None when none is named."""
    tests, cells = (_ids(name, asked.getlist(name)) for name in ("test", "cell"))
    if not tests and not cells:
        return None
    with look(state.engine) as session:
        for kind, model, ids in (("test", Test, tests), ("cell", Cell, cells)):
            rows = select(model.id)
            if model is Test:
                rows = rows.where(Test.removed_snapshot.is_(None))
            found = set(session.scalars(rows.where(model.id.in_(ids))))
            for each in ids:
                if each not in found:
                    some = session.scalars(rows.order_by(model.id).limit(_SOME))
                    raise UnknownName(kind, str(each), map(str, some))
        run = session.scalars(
            select(Test.id).where(Test.cell_id.in_(cells), Test.removed_snapshot.is_(None))
        )
        return list(dict.fromkeys((*tests, *run)))


def _ids(name: str, values: Sequence[str]) -> list[int]:
    if len(values) > _MOST:
        raise InvalidArgument(name, f"{len(values)} of them", f"at most {_MOST}")
    for value in values:
        if not (value.isascii() and value.isdigit() and len(value) <= 18):
            raise InvalidArgument(name, value, "an id, a whole number")
    return [int(value) for value in values]


def _second(name: str, value: str | None) -> float | None:
    try:
        return None if value is None else float(value)
    except ValueError as fault:
        raise InvalidArgument(name, value, "a number of seconds") from fault
