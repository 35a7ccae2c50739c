"""Around every page: the same again is not made again, and a fault is shown as a page."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Final

import structlog
from anyio import to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from schema.error import LeydenError, QueryTimeout, StoreNotReady
from service.page.drawing import Drawing
from service.page.origin import SAFE, refuse_foreign
from service.page.render import page
from service.page.since import changed_since
from service.page.table import Table
from service.page.tag import VARY, is_known, not_modified, state_tag, still_so

log = structlog.get_logger()
Handler = Callable[[Request], Awaitable[Response]]
FORMS: Final = {
    "svg": "image/svg+xml",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}
"""The forms a figure comes in besides its page; a list has the last two."""


class NotThere(HTTPException):
    """An object that is not there, or not for who asks: the two look alike."""

    def __init__(self, what: str, search: str = "") -> None:
        self.search = search
        super().__init__(404, f"There is no {what} here.")


def answered(handler: Handler, *, once: bool = True) -> Handler:
    """Let a handler answer once for each state of the warehouse, and show its faults as a page.

    ``once`` is false of what changes while the warehouse does not: jobs, and uploads on their way.
    """

    @wraps(handler)
    async def around(request: Request) -> Response:
        try:
            refuse_foreign(request)
            snapshot = await to_thread.run_sync(request.app.state.leyden.store.refresh)
            tag = state_tag(request, snapshot)
            if once and is_known(request, tag):
                return not_modified(request.headers["If-None-Match"])
            request.state.tag = state_tag(request, snapshot, itself=True)
            request.state.since = await changed_since(request)
            response = await handler(request)
        except (LeydenError, HTTPException) as fault:
            return _fault(request, fault)
        except Exception:
            log.exception("unexpected", request_id=request.state.request_id, path=request.url.path)
            message = "Something unexpected happened. It is logged under the number below."
            return _fault_page(request, 500, message)
        if response.status_code == 200 and request.method in SAFE and not once:
            response.headers.setdefault("Cache-Control", "no-store")
            response.headers.setdefault("Vary", f"{VARY}, Accept")
        elif response.status_code == 200 and request.method in SAFE:
            response = still_so(request, response, tag)
            response.headers.setdefault("ETag", tag)
            response.headers.setdefault("Cache-Control", "no-cache")
            response.headers.setdefault("Vary", VARY)
        return response

    return around


def formed(drawing: Drawing, form: str, name: str) -> Response:
    """Return a drawing as a file: the picture, or its numbers."""
    table = drawing.table
    data = {
        "svg": lambda: drawing.figure.svg(alone=True).encode(),
        "csv": table.csv,
        "json": table.json,
    }[form]()
    return _as_file(data, form, name)


def listed(table: Table, form: str, name: str) -> Response:
    """Return a table as a file, csv or json."""
    return _as_file({"csv": table.csv, "json": table.json}[form](), form, name)


def _as_file(data: bytes, form: str, name: str) -> Response:
    how = "inline" if form == "json" else "attachment"
    disposition = f'{how}; filename="{name}.{form}"'
    return Response(data, media_type=FORMS[form], headers={"Content-Disposition": disposition})


def formed_table(table: Table, form: str, name: str) -> Response:
    """Return a table as a file: CSV or JSON."""
    data = table.csv() if form == "csv" else table.json()
    how = "inline" if form == "json" else "attachment"
    disposition = f'{how}; filename="{name}.{form}"'
    return Response(data, media_type=FORMS[form], headers={"Content-Disposition": disposition})


def _fault(request: Request, fault: LeydenError | HTTPException) -> Response:
    if isinstance(fault, HTTPException):
        return _fault_page(request, fault.status_code, str(fault.detail))
    status = 503 if isinstance(fault, QueryTimeout | StoreNotReady) else 400
    return _fault_page(request, status, str(fault))


def _fault_page(request: Request, status: int, reason: str) -> Response:
    # htmx would put a fault in the place of what it asked for, and its address into the history
    part = request.headers.get("HX-Target", "").rpartition("#")[2] or "fault"
    number = request.state.request_id
    response = page(request, "fault.html", status, reason=reason, number=number, part=part)
    response.headers["HX-Push-Url"] = "false"
    return response
