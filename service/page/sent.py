"""What a form sent: its fields, from the address of a GET or the body of a POST."""

from collections.abc import Callable
from typing import Final
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

from schema.error import InvalidArgument
from service.page.address import SEEN
from service.page.origin import SAFE

KIND: Final = "application/x-www-form-urlencoded"
MOST_FIELDS: Final = 1_000


async def sent(request: Request, known: Callable[[str], bool], names: list[str]) -> dict[str, str]:
    """Return the fields of a form as they were filled in, each once.

    Args:
        request: a GET or a POST.
        known: whether a form has a field of that name.
        names: what is listed where it has not.

    Raises:
        HTTPException: when the body is no form.
        InvalidArgument: when a field is unknown or stands twice.
    """
    pairs = request.query_params.multi_items() if request.method in SAFE else await _posted(request)
    found: dict[str, str] = {}
    for name, text in pairs:
        if name == SEEN:
            continue
        if not known(name):
            raise InvalidArgument("field", name[:100], f"one of {', '.join(names)}")
        if name in found:
            raise InvalidArgument(name, "two texts", "one")
        found[name] = text.replace("\r\n", "\n")
    return found


async def _posted(request: Request) -> list[tuple[str, str]]:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != KIND:
        raise HTTPException(415, f"A form is sent as {KIND}.")
    body = await request.body()
    try:
        return parse_qsl(
            body.decode("utf-8"),
            keep_blank_values=True,
            max_num_fields=MOST_FIELDS,
            errors="strict",
        )
    except ValueError as fault:
        raise HTTPException(400, f"The form cannot be read: {fault}.") from fault
