"""What the service reports of itself: request ids, one log line a request, Prometheus numbers."""

import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from uuid import uuid4

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger()


def configure_log(level: str) -> None:
    """Log one JSON line an event on standard error, faults with their traceback and no more.

    Values of variables stay out: they may be somebody's data, and gathering them takes seconds.
    """
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(level),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=lambda *_: structlog.WriteLogger(sys.stderr),
    )


CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Telemetry:
    """The numbers of one running service."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "leyden_requests",
            "Requests answered.",
            ["route", "method", "status"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "leyden_request_seconds",
            "Seconds until a request was answered whole.",
            ["route"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.running = Gauge(
            "leyden_questions_running", "Questions DuckDB works on.", registry=self.registry
        )
        self.questions = Counter(
            "leyden_questions", "Questions put to DuckDB.", registry=self.registry
        )
        self.points = Counter("leyden_points_served", "Points handed out.", registry=self.registry)
        self.snapshot = Gauge(
            "leyden_catalog_snapshot",
            "Snapshot of the catalog that is answered from.",
            registry=self.registry,
        )
        self.unreadable = Gauge(
            "leyden_lake_files_unreadable",
            "Files of the lake that cannot be read, and whose tests are left out.",
            registry=self.registry,
        )
        self.checks = Counter(
            "leyden_checks", "Checks of files, catalog and base done.", registry=self.registry
        )
        self.faults = Gauge(
            "leyden_check_faults",
            "Faults that the last check found: damaged or missing files, catalog or base.",
            registry=self.registry,
        )
        self.delta = Gauge(
            "leyden_store_delta_cells",
            "Cells, and tests of none, whose rows are beside the base.",
            registry=self.registry,
        )
        self.arrivals = Gauge(
            "leyden_arrivals",
            "Files of watched folders, by state.",
            ["state"],
            registry=self.registry,
        )
        self.jobs = Gauge(
            "leyden_jobs", "Jobs that workers do or did.", ["state"], registry=self.registry
        )
        self.published = Gauge(
            "leyden_published_snapshot",
            "Snapshot of the catalog that was last published for BI tools.",
            registry=self.registry,
        )
        self.unpublished = Counter(
            "leyden_publications_failed",
            "Publications that failed, or left out a table that did.",
            registry=self.registry,
        )

    @contextmanager
    def question(self) -> Iterator[None]:
        """Count a question, and that it runs."""
        self.questions.inc()
        with self.running.track_inprogress():
            yield

    def text(self) -> bytes:
        """Return the numbers as Prometheus reads them."""
        return generate_latest(self.registry)


class TelemetryMiddleware:
    """Gives every request an id, counts and logs it, and hides what nobody expected."""

    def __init__(self, app: ASGIApp, telemetry: Telemetry) -> None:
        self.app = app
        self.telemetry = telemetry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, watched."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = _request_id(Headers(scope=scope).get("x-request-id"))
        scope.setdefault("state", {})["request_id"] = request_id
        began = time.perf_counter()
        status = 0

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            await send(message)

        try:
            await self.app(scope, receive, noted)
        except Exception:
            log.exception("unexpected", request_id=request_id, path=scope["path"])
            if status:
                raise  # the answer has begun: the server must break it off
            text = f"Something unexpected happened; it is logged as request {request_id}."
            answer = {"error": text, "code": "INTERNAL", "requestId": request_id}
            await JSONResponse(answer, 500)(scope, receive, noted)
        finally:
            self._count(scope, status, time.perf_counter() - began, request_id)

    def _count(self, scope: Scope, status: int, seconds: float, request_id: str) -> None:
        route = getattr(scope.get("route"), "path", "none")
        self.telemetry.requests.labels(route, _method(scope), str(status)).inc()
        self.telemetry.seconds.labels(route).observe(seconds)
        log.info(
            "request",
            request_id=request_id,
            method=scope["method"],
            path=scope["path"],
            status=status,
            seconds=round(seconds, 6),
        )


def _method(scope: Scope) -> str:
    """Return a method that is safe as a label: anybody may send any word."""
    known = {"GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"}
    return scope["method"] if scope["method"] in known else "OTHER"


def _request_id(given: str | None) -> str:
    return given if given and _REQUEST_ID.fullmatch(given) else uuid4().hex
