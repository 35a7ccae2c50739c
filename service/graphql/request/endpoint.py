"""POST /graphql: one JSON request in, one JSON answer out."""

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from inspect import isawaitable
from typing import Any, Final, TypeVar

import anyio
import orjson
from graphql import DocumentNode, ExecutionResult, GraphQLError, GraphQLSchema, execute
from starlette.requests import Request
from starlette.responses import Response

from service.graphql.build.context import Context
from service.graphql.build.executor import ColumnExecutor
from service.graphql.build.loader import Loaders
from service.graphql.request.document import Doorkeeper
from service.graphql.request.fault import formatted
from service.graphql.request.limit import weigh_variables
from service.state import State

T = TypeVar("T")
JSON: Final = "application/json"
POINTS: Final = 20_000_000
"""Points all series of one request may read together."""


class BadRequest(Exception):
    """A request that is no GraphQL request."""

    def __init__(self, status: int, reason: str) -> None:
        self.status, self.reason = status, reason
        super().__init__(reason)


class Refused(Exception):
    """A GraphQL request that may not run."""

    def __init__(self, errors: Sequence[GraphQLError]) -> None:
        self.errors = errors
        super().__init__(*errors)


@dataclass(frozen=True, slots=True)
class Asked:
    """The body of a request."""

    query: str
    variables: dict[str, Any] = field(default_factory=dict)
    operation: str | None = None


class Endpoint:
    """Answers GraphQL requests on one schema."""

    def __init__(self, schema: GraphQLSchema, state: State) -> None:
        self._schema = schema
        self._state = state
        self._door = Doorkeeper(schema)

    async def __call__(self, request: Request) -> Response:
        """Answer one request; one the caller gave up on is abandoned."""
        request_id: str = request.state.request_id
        try:
            asked = _asked(request.headers.get("content-type", ""), await request.body())
            document = self._admitted(asked)
        except BadRequest as fault:
            error = {"message": fault.reason, "extensions": {"code": "BAD_REQUEST"}}
            return _answer({"errors": [error]}, fault.status)
        except Refused as refused:
            errors = [formatted(each, request_id) for each in refused.errors]
            return _answer({"errors": errors}, 400)
        work = self._executed(document, asked, request_id, address_of(request))
        result = await _unless_gone(request, work)
        if result is None:
            return Response(status_code=499)
        answer: dict[str, Any] = {"data": result.data}
        if result.errors:
            answer["errors"] = [formatted(error, request_id) for error in result.errors]
        return _answer(answer, 200)

    async def data(
        self,
        query: str,
        variables: Mapping[str, Any],
        request_id: str,
        address: str | None = None,
    ) -> tuple[Mapping[str, Any], Sequence[Mapping[str, Any]]]:
        """Return the data of a document and what was amiss, columns as NumPy has them.

        Raises:
            Refused: when the document may not run.
        """
        asked = Asked(query, dict(variables))
        result = await self._executed(self._admitted(asked), asked, request_id, address)
        return result.data or {}, [formatted(each, request_id) for each in result.errors or ()]

    def _admitted(self, asked: Asked) -> DocumentNode:
        if refusal := weigh_variables(asked.variables):
            raise Refused((refusal,))
        admission = self._door.admit(asked.query)
        if admission.document is None:
            raise Refused(admission.errors)
        return admission.document

    async def _executed(
        self, document: DocumentNode, asked: Asked, request_id: str, address: str | None
    ) -> ExecutionResult:
        context = Context(self._state, Loaders(self._state), request_id, POINTS, address)
        result: Awaitable[ExecutionResult] | ExecutionResult = execute(
            self._schema,
            document,
            context_value=context,
            variable_values=asked.variables,
            operation_name=asked.operation,
            executor_class=ColumnExecutor,
        )
        return await result if isawaitable(result) else result


def address_of(request: Request) -> str | None:
    """Return the address of the network that a request comes from, None where nobody knows."""
    return None if request.client is None else request.client.host


def _asked(content_type: str, body: bytes) -> Asked:
    if content_type.partition(";")[0].strip().lower() != JSON:
        raise BadRequest(415, f"The request must be {JSON}.")
    try:
        sent = orjson.loads(body)
    except orjson.JSONDecodeError as fault:
        raise BadRequest(400, f"The request is not JSON: {fault}.") from fault
    if isinstance(sent, list):
        raise BadRequest(400, "Send one request at a time; a request may hold many fields.")
    if not isinstance(sent, dict) or not isinstance(sent.get("query"), str):
        raise BadRequest(400, "The request must be an object with a query, a text.")
    variables, operation = sent.get("variables") or {}, sent.get("operationName")
    if not isinstance(variables, dict):
        raise BadRequest(400, "The variables must be an object.")
    if not (operation is None or isinstance(operation, str)):
        raise BadRequest(400, "The operationName must be a text.")
    return Asked(sent["query"], variables, operation)


def _answer(answer: dict[str, Any], status: int) -> Response:
    return Response(
        orjson.dumps(answer, option=orjson.OPT_SERIALIZE_NUMPY), status, media_type=JSON
    )


async def _unless_gone(request: Request, work: Awaitable[T]) -> T | None:
    """Return what the work gives, or None when the caller hung up: then the work is cancelled."""
    done: T | None = None
    async with anyio.create_task_group() as group:

        async def watch() -> None:
            while (await request.receive())["type"] != "http.disconnect":
                pass
            group.cancel_scope.cancel()

        group.start_soon(watch)
        done = await work
        group.cancel_scope.cancel()
    return done
