"""By what an answer is known: who has it already, and whether what it says is still so."""

from hashlib import sha256
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from service.page import asset
from service.page.origin import SAFE

VARY: Final = "Cookie, Authorization, HX-Target"
_WHOLE: Final = "main#main"
_ITSELF: Final = frozenset({_WHOLE, "p#since"})
"""What asks whether it is still so: a page, or what has changed since its link was made."""
_LETTERS: Final = 20


def state_tag(request: Request, snapshot: int, *, itself: bool = False) -> str:
    """Return the tag at a snapshot of a page, of a part of it, or of what asks for ``itself``."""
    part = request.headers.get("HX-Target", "")
    named = "itself" if itself or part in _ITSELF else part
    seen = f"{request.url.path}?{request.url.query} {named} {snapshot} {asset.version()}"
    return f'W/"{_hash(seen.encode())}"'


def is_known(request: Request, tag: str) -> bool:
    """Return whether who asks has the state of a tag already, whatever was in it."""
    return request.method in SAFE and _state(request.headers.get("If-None-Match", "")) == tag


def still_so(request: Request, response: Response, tag: str) -> Response:
    """Return a page that asks for itself as it is now, or 304 where nothing in it is another.

    Its tag goes on to say what is in it: other things of the warehouse may change without it.
    """
    if request.headers.get("HX-Target") != _WHOLE:
        return response
    text = bytes(response.body)
    inside = text.find(b">", text.find(b"<main"))
    content = _hash(text[inside : text.rfind(b"</main>")])
    whole = f'{tag[:-1]}.{content}"'
    if _content(request.headers.get("If-None-Match", "")) == content:
        return not_modified(whole)
    response.headers["ETag"] = whole
    return response


def not_modified(tag: str) -> Response:
    """Return the answer to who has it already."""
    return Response(status_code=304, headers={"ETag": tag, "Vary": VARY})


def _hash(data: bytes) -> str:
    return sha256(data).hexdigest()[:_LETTERS]


def _state(given: str) -> str:
    state, dot, _ = given.partition(".")
    return f'{state}"' if dot else given


def _content(given: str) -> str:
    return given.partition(".")[2].rstrip('"')
