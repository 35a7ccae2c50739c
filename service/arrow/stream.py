"""An answer on its way out: batch by batch, under a schema that says what it is."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import pyarrow as pa
from anyio import to_thread
from starlette.concurrency import iterate_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from schema.relation import Column, Relation
from service.download import Format, chunks
from service.metric.argument import Value
from service.metric.metric import Metric
from service.state import State
from service.store.question import AnyQuestion


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is stated of rows beside their columns.

    Attributes:
        of_all: of the schema, without what only the answer knows.
        of_columns: of columns, by their name.
    """

    of_all: Mapping[str, str]
    of_columns: Mapping[str, Mapping[str, str]]

    @classmethod
    def of_relation(cls, relation: Relation) -> Self:
        """Return the metadata of rows of a relation."""
        return cls({"leyden.relation": relation.name, "leyden.meaning": relation.meaning}, {})

    @classmethod
    def of_metric(cls, metric: Metric, given: Mapping[str, Value]) -> Self:
        """Return the metadata of a metric, every argument as it is applied."""
        words = {
            "leyden.relation": metric.name,
            "leyden.meaning": f"{metric.title}. {metric.description}",
            "leyden.grain": json.dumps(metric.grain),
            "leyden.metric_version": metric.version,
            "leyden.arguments": json.dumps(metric.arguments(given), ensure_ascii=False),
        }
        return cls(words, {metric.main: {"main": metric.name, **metric.beside}})

    def schema(
        self, found: pa.Schema, columns: Sequence[Column], snapshot: int | None, left_out: set[int]
    ) -> pa.Schema:
        """Return the schema of rows of a snapshot: each field states its unit and meaning.

        Tests that are left out, because a file of theirs cannot be read, are listed if any are.
        """
        fields = [
            found.field(each.name).with_metadata(
                {"unit": each.unit, "meaning": each.meaning, **self.of_columns.get(each.name, {})}
            )
            for each in columns
        ]
        words = {**self.of_all, "leyden.snapshot": str(snapshot)}
        if left_out:
            words["leyden.left_out"] = json.dumps(sorted(left_out))
        return pa.schema(fields, metadata=words)


async def streamed(
    request: Request, question: AnyQuestion, form: Format, name: str, metadata: Metadata
) -> Response:
    """Answer a question in a form, batch by batch as they come; HEAD gets the headers alone."""
    state: State = request.app.state.leyden
    if request.method == "HEAD":
        return Response(headers=_headers(form, name), media_type=form.media_type)
    await to_thread.run_sync(state.store.refresh)
    with state.telemetry.question():
        stream = await state.pool.reader(question)
    lost = {each.test_id for each in stream.state.unreadable.values()}
    left_out = lost if question.tests is None else set[int]()
    schema = metadata.schema(
        stream.batches.schema, question.columns, stream.state.snapshot, left_out
    )
    return _sent(request, stream.batches, schema, form, name)


async def streamed_table(
    request: Request, table: pa.Table, form: Format, name: str, schema: pa.Schema
) -> Response:
    """Answer with a table that is at hand, in a form, under a schema that says more of it."""
    if request.method == "HEAD":
        return Response(headers=_headers(form, name), media_type=form.media_type)
    return _sent(request, table.to_reader(), schema, form, name)


def _sent(
    request: Request, reader: pa.RecordBatchReader, schema: pa.Schema, form: Format, name: str
) -> StreamingResponse:
    state: State = request.app.state.leyden
    parts = chunks(reader, schema, form, state.telemetry.points.inc)

    async def body() -> AsyncIterator[bytes]:
        try:
            async for part in iterate_in_threadpool(parts):
                yield part
        finally:
            parts.close()
            reader.close()

    return StreamingResponse(body(), media_type=form.media_type, headers=_headers(form, name))


def _headers(form: Format, name: str) -> dict[str, str]:
    return {
        "Content-Disposition": f'attachment; filename="{name}.{form.name}"',
        "Accept-Ranges": "none",  # it is computed anew each time; what rests is at /lake
    }
