"""What pages load: our own and vendored files, each under the hash of its bytes, forever."""

from functools import cache
from hashlib import sha256
from mimetypes import guess_type
from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

ASSETS: Final = Path(__file__).parent / "assets"
_HASH_LETTERS: Final = 16
_FOREVER: Final = "public, max-age=31536000, immutable"


@cache
def _known() -> dict[str, tuple[str, bytes]]:
    """Return every asset by its name: hash and bytes."""
    found = {}
    for path in sorted(ASSETS.rglob("*")):
        if path.suffix in {".js", ".css", ".svg"}:
            data = path.read_bytes()
            found[path.relative_to(ASSETS).as_posix()] = (
                sha256(data).hexdigest()[:_HASH_LETTERS],
                data,
            )
    return found


def asset(name: str) -> str:
    """Return the address of an asset.

    Raises:
        KeyError: when there is none of that name.
    """
    return f"/assets/{_known()[name][0]}/{name}"


@cache
def version() -> str:
    """Return the hash of all assets: what pages look like hangs on it."""
    return sha256("".join(each for each, _ in _known().values()).encode()).hexdigest()[:8]


async def answer(request: Request) -> Response:
    """Answer with an asset; one that has changed since is not there."""
    name = request.path_params["name"]
    digest, data = _known().get(name, ("", b""))
    if not digest or digest != request.path_params["digest"]:
        raise HTTPException(404, "There is no such asset: load the page anew.")
    kind = guess_type(name)[0] or "application/octet-stream"
    return Response(data, media_type=kind, headers={"Cache-Control": _FOREVER})
