"""The Starlette application: opens the warehouse, answers on its routes, closes it again."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from typing import cast

import structlog
from anyio import to_thread
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from schema.catalog import LakeFile
from schema.catalog.connection import look
from schema.error import (
    AmbiguousName,
    LakeFileUnreadable,
    LakeUnreachable,
    LakeUnwritable,
    LeydenError,
    MetricNotShown,
    QueryTimeout,
    StoreNotReady,
    UnknownName,
    UploadConflict,
)
from schema.inspection import Advance, Inspection
from schema.queue.upkeep import count_by_state
from schema.settings import Settings
from schema.warehouse import Warehouse, open_warehouse
from service.arrival import arrival_counts
from service.arrow.route import ROUTES as ARROW
from service.checking import Checking, checked
from service.graphql.request.endpoint import Endpoint
from service.graphql.request.fault import code
from service.graphql.schema import build, own
from service.metric.library import read_metrics
from service.metric.metric import Metric
from service.page.header import HeaderMiddleware
from service.page.route import ROUTES
from service.pool import Pool
from service.publish.publication import Publication, Publisher
from service.publish.schedule import Publishing
from service.state import State
from service.store.upkeep import Upkeep, open_store
from service.telemetry import CONTENT_TYPE, Telemetry, TelemetryMiddleware, configure_log
from service.upload.route import routes as uploads

log = structlog.get_logger()


def create_app(settings: Settings, metrics_folder: Path | None = None) -> Starlette:
    """Return the service on a warehouse, answering the metrics of a folder.

    Raises:
        InvalidMetric: when a metric breaks its contract.
    """
    configure_log(settings.log_level)
    metrics = read_metrics(metrics_folder)
    schema = build(metrics) if metrics_folder else own()
    telemetry = Telemetry()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        state = await to_thread.run_sync(_opened, settings, metrics, telemetry)
        app.state.leyden, app.state.graphql = state, Endpoint(schema, state)
        publishing, upkeep = _publishing(state), Upkeep(state.store)
        checking = _checking(state)
        try:
            yield
        finally:
            upkeep.close()
            if checking:
                await to_thread.run_sync(checking.close)
            if publishing:
                await to_thread.run_sync(publishing.close)
            await to_thread.run_sync(_close, state)

    return Starlette(
        routes=[
            Route("/graphql", _graphql, methods=["POST"]),
            Route("/healthz", _health),
            Route("/metrics", _numbers),
            *uploads(settings.upload_bytes),
            *ARROW,
            *ROUTES,
        ],
        middleware=[
            Middleware(HeaderMiddleware),
            Middleware(TelemetryMiddleware, telemetry=telemetry),
            Middleware(RequestBodyLimitMiddleware, max_body_size=settings.request_bytes),
        ],
        exception_handlers={HTTPException: _refused, LeydenError: _expected},
        lifespan=lifespan,
    )


def _opened(settings: Settings, metrics: Mapping[str, Metric], telemetry: Telemetry) -> State:
    warehouse = open_warehouse(settings)
    store = open_store(warehouse, settings, metrics)
    store.refresh()
    pool = Pool(store, settings.query_workers, settings.query_timeout_second)
    return State(settings, warehouse.engine, warehouse.lake, store, pool, metrics, telemetry)


def _publishing(state: State) -> Publishing | None:
    """Return what publishes beside the service, None where no target is set."""
    settings = state.settings
    if not settings.publish_target:
        return None
    from service.publish.place import target_at  # noqa: PLC0415 # it brings every driver

    target = target_at(settings.publish_target)
    publisher = Publisher(state.store, state.engine, state.metrics)

    def once() -> Publication:
        return publisher.publish(target)

    def report(done: Publication | Exception) -> None:
        if isinstance(done, Publication):
            state.telemetry.published.set(done.snapshot)
        if isinstance(done, Exception) or done.failed:
            state.telemetry.unpublished.inc()
        _log_publication(done)

    return Publishing(once, settings.publish_every_second, report)


def _checking(state: State) -> Checking | None:
    """Return what checks beside the service, None where no pace is set."""
    settings, warehouse = state.settings, Warehouse(state.engine, state.lake)
    if not settings.check_every_second:
        return None

    def once(advance: Advance) -> Inspection:
        share = settings.check_percent / 100
        return checked(warehouse, settings.store_folder, share, threads=1, advance=advance)

    def report(found: Inspection | Exception) -> None:
        if isinstance(found, Exception):
            log.warning("check failed", reason=str(found).splitlines()[0])
            return
        amiss = [each for each in found.faults if each.kind != "orphan"]
        state.telemetry.checks.inc()
        state.telemetry.faults.set(len(amiss))
        for each in amiss:
            log.error("damage found", kind=each.kind, subject=each.subject, detail=each.detail)
        log.info("checked", files=found.file_count, bytes=found.byte_count, faults=len(amiss))

    return Checking(once, settings.check_every_second, report)


def _log_publication(done: Publication | Exception) -> None:
    if isinstance(done, Exception):
        log.warning("publication failed", reason=str(done))
        return
    for each in done.failed:
        log.warning("table not published", table=each.table.name, reason=each.reason)
    if done.outcomes:
        log.info("published", snapshot=done.snapshot, tests=done.tests)


def _close(state: State) -> None:
    state.pool.close()
    state.store.close()
    state.engine.dispose()


async def _graphql(request: Request) -> Response:
    endpoint: Endpoint = request.app.state.graphql
    return await endpoint(request)


async def _numbers(request: Request) -> Response:
    state: State = request.app.state.leyden
    store_state = state.store.state
    state.telemetry.snapshot.set(store_state.snapshot or 0)
    state.telemetry.unreadable.set(len(store_state.unreadable))
    state.telemetry.delta.set(len(store_state.delta) + len(store_state.absent))
    try:
        arrivals, jobs = await to_thread.run_sync(_counts, state)
    except SQLAlchemyError as fault:  # the other numbers are wanted then most of all
        log.warning("arrivals and jobs not counted", reason=str(fault))
    else:
        for name, count in arrivals.items():
            state.telemetry.arrivals.labels(name).set(count)
        for name, count in jobs.items():
            state.telemetry.jobs.labels(name).set(count)
    return Response(state.telemetry.text(), media_type=CONTENT_TYPE)


def _counts(state: State) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """Return how many arrivals and jobs there are in each state."""
    with look(state.engine) as session:
        return arrival_counts(session), count_by_state(session)


async def _health(request: Request) -> Response:
    """Answer 200 when a question could be answered now: catalog, store and lake are there."""
    state: State = request.app.state.leyden
    try:
        snapshot = await to_thread.run_sync(_reached, state)
    except Exception as fault:  # whatever it is, the service cannot answer
        log.warning("unhealthy", exc_info=fault)
        reason = f"{type(fault).__name__}: {fault}".splitlines()[0]
        return JSONResponse({"status": "unavailable", "reason": reason}, 503)
    return JSONResponse({"status": "ok", "snapshot": snapshot})


def _reached(state: State) -> int:
    """Return the catalog's snapshot after touching the lake file it named last."""
    snapshot = state.store.refresh()
    latest = select(LakeFile.path).where(LakeFile.removed_snapshot.is_(None))
    with look(state.engine) as session:
        path = session.scalar(latest.order_by(LakeFile.id.desc()).limit(1))
    if path is not None:
        with state.lake.path(path).open("rb") as file:
            file.read(4)
    return snapshot


async def _refused(_request: Request, fault: Exception) -> Response:
    refusal = cast("HTTPException", fault)
    payload = {"error": refusal.detail, "code": HTTPStatus(refusal.status_code).name}
    return JSONResponse(payload, refusal.status_code, refusal.headers)


async def _expected(_request: Request, fault: Exception) -> Response:
    error = cast("LeydenError", fault)
    answer: dict[str, object] = {"error": str(error), "code": code(error)}
    status = 400
    if isinstance(error, UnknownName):
        status, answer["known"] = 404, error.known[:100]
    elif isinstance(error, AmbiguousName):
        answer["known"] = [str(each) for each in error.ids[:100]]
    elif isinstance(error, MetricNotShown):
        status, answer["known"] = 404, error.serves
    elif isinstance(error, QueryTimeout | StoreNotReady | LakeUnreachable | LakeFileUnreadable):
        status = 503
    elif isinstance(error, LakeUnwritable):
        status = 507
    elif isinstance(error, UploadConflict):
        status, answer["offset"] = 409, error.offset
    return JSONResponse(answer, status)
