"""Who may change anything: a page of ours, and no other site in the name of who looks at both."""

from typing import Final
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request

SAFE: Final = frozenset({"GET", "HEAD"})
"""Methods that change nothing."""


class Foreign(HTTPException):
    """A change that no page of ours asked for."""

    def __init__(self) -> None:
        message = (
            "This was not sent by a page of this service: open its form here and send it again."
        )
        super().__init__(403, message)


def refuse_foreign(request: Request) -> None:
    """Refuse a change that another site asks for, or whose browser does not say who asks.

    Raises:
        Foreign: when it is not known to come from a page of ours.
    """
    if request.method in SAFE:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    ours = origin is not None and _is_ours(origin, request.headers.get("Host", ""))
    same_origin = site == "same-origin" and origin is None
    if not (same_origin or (ours and site in {None, "same-origin"})):
        raise Foreign


def _is_ours(origin: str, host: str) -> bool:
    """Return whether an origin is of a host; behind a proxy its scheme is not ours to know."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(host) and parts.netloc == host
