"""The routes of /arrow: what is asked for, of which tests and cells, in which columns."""

from collections.abc import Callable, Sequence
from typing import Final

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from schema.catalog.connection import look
from schema.error import InvalidArgument, UnknownName
from schema.relation import CYCLE, POINTS, SPECTRUM, STEP, Relation
from schema.structure import DIFFRACTION, PHOTOEMISSION
from service.arrow.index import index
from service.arrow.named import Named, named
from service.arrow.parameter import Parameters
from service.arrow.stored import listed_files, stored_raw, stored_rows
from service.arrow.stream import Metadata, streamed, streamed_table
from service.metric.argument import Value
from service.metric.relation import RELATIONS
from service.shown import shown_metric
from service.state import State
from service.store.points import points_of_tests, points_question
from service.store.question import metric_question, relation_question

OF_WHAT: Final = ("test", "cell", "format")
"""Known to every route: tests and cells by id or name, as often as there are, and the form."""
WINDOW: Final = ("start_second", "end_second")


async def there_is(request: Request) -> Response:
    """Tell what can be asked for, and as what version of it."""
    return JSONResponse(await to_thread.run_sync(index, _state(request)))


async def metric(request: Request) -> Response:
    """Stream a metric: ?test=1&test=2&cell=3&<argument>=…; of everything when none is named."""
    state = _state(request)
    asked = shown_metric(state.metrics, request.path_params["metric"])
    own = {each.name: each for each in asked.takes}
    given = Parameters(request.query_params, (*OF_WHAT, "column", *own))
    values = {name: given.one(name) for name in own}
    arguments: dict[str, Value] = {
        name: own[name].parsed(value) for name, value in values.items() if value is not None
    }
    columns = given.columns()
    for name in columns or ():
        if name not in (have := [each.name for each in asked.answer]):
            raise UnknownName(f"column of {asked.name}", name, have)
    tests = await _meant(state, given)
    question = metric_question(asked, tests.meant if tests else None, arguments, columns)
    metadata = Metadata.of_metric(asked, arguments)
    return await streamed(request, question, given.format(), asked.name, metadata)


async def points_of_one(request: Request) -> Response:
    """Stream the points of a test: ?column=voltage_volt&start_second=0&end_second=60."""
    test = request.path_params["test"]
    if not (test.isascii() and test.isdigit() and len(test) <= 18):
        raise InvalidArgument(
            "test", test, "an id, a whole number; /arrow/points?test= takes names"
        )
    given = Parameters(request.query_params, ("column", *WINDOW, "format"))
    columns, (start, end) = given.columns(), map(given.second, WINDOW)
    store = _state(request).store
    question = await to_thread.run_sync(points_question, store, int(test), columns, start, end)
    metadata = Metadata.of_relation(RELATIONS[POINTS.name])
    return await streamed(request, question, given.format(), f"test-{test}", metadata)


async def points(request: Request) -> Response:
    """Stream the points of tests: ?test=1&test=gcpl.mpr&column=voltage_volt&start_second=0."""
    state = _state(request)
    given = Parameters(request.query_params, (*OF_WHAT, "column", *WINDOW))
    columns, (start, end) = given.columns(), map(given.second, WINDOW)
    meant = await _meant(state, given)
    if meant is None:
        raise InvalidArgument("test", "left out", "an id or a name; points are asked for by test")
    await to_thread.run_sync(state.store.refresh)
    with_points = state.store.state.points
    tests = list(
        dict.fromkeys((*meant.tests, *(each for each in meant.of_cells if each in with_points)))
    )
    if not tests:
        raise InvalidArgument("cell", "one without points", "cells with a test that has points")
    question = await to_thread.run_sync(points_of_tests, state.store, tests, columns, start, end)
    metadata = Metadata.of_relation(RELATIONS[POINTS.name])
    return await streamed(request, question, given.format(), "points", metadata)


async def files(request: Request) -> Response:
    """Stream what rests of tests, each file with the address it is read at."""
    state = _state(request)
    given = Parameters(request.query_params, OF_WHAT)
    meant = await _meant(state, given)
    table, schema = await to_thread.run_sync(listed_files, state, meant.meant if meant else None)
    return await streamed_table(request, table, given.format(), "files", schema)


def _rows(relation: Relation, owners: Callable[[Named], Sequence[int]]) -> Callable[..., object]:
    """Return the route of a relation: ?test=1&cell=PB-3&column=…; of everything with neither."""

    async def rows(request: Request) -> Response:
        state = _state(request)
        given = Parameters(request.query_params, (*OF_WHAT, "column"))
        columns = given.columns()
        meant = await _meant(state, given)
        question = relation_question(relation, owners(meant) if meant else None, columns)
        metadata = Metadata.of_relation(relation)
        return await streamed(request, question, given.format(), relation.name, metadata)

    return rows


def _state(request: Request) -> State:
    state: State = request.app.state.leyden
    return state


async def _meant(state: State, given: Parameters) -> Named | None:
    tests, cells = given.several("test"), given.several("cell")

    def looked_up() -> Named | None:
        with look(state.engine) as session:
            return named(session, tests, cells)

    return await to_thread.run_sync(looked_up)


ROUTES: Final = [
    Route("/arrow", there_is),
    Route("/arrow/metrics/{metric}", metric),
    Route("/arrow/points/{test}", points_of_one),
    Route("/arrow/points", points),
    Route("/arrow/steps", _rows(STEP, lambda each: each.meant)),
    Route("/arrow/cycles", _rows(CYCLE, lambda each: each.meant)),
    Route("/arrow/spectra", _rows(SPECTRUM, lambda each: each.meant)),
    Route("/arrow/diffraction", _rows(DIFFRACTION, lambda each: each.meant)),
    Route("/arrow/photoemission", _rows(PHOTOEMISSION, lambda each: each.meant)),
    Route("/arrow/tests", _rows(RELATIONS["test"], lambda each: each.meant)),
    Route("/arrow/cells", _rows(RELATIONS["cell"], lambda each: each.owners)),
    Route("/arrow/files", files),
    Route("/lake/{sha256}.parquet", stored_rows),
    Route("/raw/{sha256}", stored_raw),
]
