"""Who asks a service that runs in this process."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal

from schema.settings import Settings
from service.app import create_app

_MUTATION: Final = re.compile(r"\bmutation\b[\s\w]*[({]")


class Asker:
    """Asks one service in this process; its event loop runs in a thread beside the test."""

    def __init__(
        self, portal: BlockingPortal, client: httpx.AsyncClient, *, only_reads: bool
    ) -> None:
        self._portal, self._client, self._only_reads = portal, client, only_reads

    def request(self, method: str, path: str, **sent: Any) -> httpx.Response:  # noqa: ANN401 # as httpx takes it
        """Return the response to a request."""
        form = method == "POST" and path != "/graphql"
        if self._only_reads and (
            form or _MUTATION.search((sent.get("json") or {}).get("query", ""))
        ):
            pytest.fail("others read this warehouse: a test that changes it takes `warehouse` too")
        return self._portal.call(lambda: self._client.request(method, path, **sent))

    def get(self, path: str, **sent: Any) -> httpx.Response:  # noqa: ANN401 # as httpx takes it
        """Return the response to a GET."""
        return self.request("GET", path, **sent)

    def answer(self, query: str, **variables: object) -> dict[str, Any]:
        """Return the answer to a query, errors and all."""
        sent = {"query": query, "variables": variables}
        return dict(self.request("POST", "/graphql", json=sent).json())

    def data(self, query: str, **variables: object) -> Any:  # noqa: ANN401 # JSON
        """Return the data of an answer that must have no error."""
        answer = self.answer(query, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def error(self, query: str, **variables: object) -> dict[str, Any]:
        """Return the only error of an answer."""
        (error,) = self.answer(query, **variables)["errors"]
        return dict(error)

    def number(self, name: str) -> float:
        """Return one of the numbers that the service reports of itself."""
        lines = self.get("/metrics").text.splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))


@contextmanager
def asked(
    settings: Settings, metrics: Path | None = None, *, only_reads: bool = False
) -> Iterator[Asker]:
    """Run a service and yield who asks it, who may refuse to change anything."""
    app = create_app(settings, metrics)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    client = httpx.AsyncClient(transport=transport, base_url="http://leyden")
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(app.router.lifespan_context(app)),
        portal.wrap_async_context_manager(client),
    ):
        yield Asker(portal, client, only_reads=only_reads)
