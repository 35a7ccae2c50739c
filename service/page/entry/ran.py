"""The test that a thing is entered for: it ran on it."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from service.page.answer import NotThere
from service.page.ask import ask


async def test_named(request: Request, identity: str | int) -> Mapping[str, Any] | None:
    """Return the test of an id, None for no id.

    Raises:
        NotThere: when there is none.
    """
    text = str(identity).strip()
    if not text:
        return None
    found: Mapping[str, Any] | None = None
    if text.isascii() and text.isdigit() and len(text) <= 18:
        found = (await ask(request, "entry_test", id=text)).data.get("test")
    if found is None:
        raise NotThere("test")
    return found
