"""One million points asked for over HTTP: of the service, and of a bare route on the same file."""

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import duckdb
import httpx
import orjson
from anyio import to_thread
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.stopwatch import Work
from schema.settings import Settings
from service.app import create_app

NAMES: Final = ("testTimeSecond", "voltageVolt", "currentAmpere")
_WARM_UPS: Final = 3
_SQL: Final = """
SELECT test_time_second, voltage_volt, current_ampere
FROM read_parquet($file) ORDER BY record_index
"""


@contextmanager
def graphql(settings: Settings, test: int, most_points: int) -> Iterator[Work]:
    """Ask the service for a series; answer its points."""
    series = f"series(maxPoints: {most_points}) {{ {' '.join(NAMES)} }}"
    sent = {"query": f'{{ test(id: "{test}") {{ {series} }} }}'}
    with _asking(create_app(settings), "/graphql", sent) as ask:
        yield _work(ask, ("data", "test", "series"))


@contextmanager
def bare(settings: Settings, file: Path) -> Iterator[Work]:
    """Ask a route that does nothing but the query and its encoding; answer its points."""
    connection = duckdb.connect()
    # as many threads as the service gives one question
    threads = max(1, (os.cpu_count() or 1) // settings.query_workers)
    connection.execute(f"SET threads = {threads}")

    def answer() -> bytes:
        # by way of Arrow: fetchnumpy takes a quarter longer
        table = connection.cursor().sql(_SQL, params={"file": str(file)}).to_arrow_table()
        columns = (column.to_numpy() for column in table.columns)
        named = dict(zip(NAMES, columns, strict=True))
        return orjson.dumps({"data": named}, option=orjson.OPT_SERIALIZE_NUMPY)

    async def route(_request: Request) -> Response:
        return Response(await to_thread.run_sync(answer), media_type="application/json")

    app = Starlette(routes=[Route("/bare", route, methods=["POST"])])
    with _asking(app, "/bare", {}) as ask:
        yield _work(ask, ("data",))


def _work(ask: Callable[[], bytes], place: tuple[str, ...]) -> Work:
    """Ask a few times to warm up and count the points; the work then is to get the same again."""
    *_, warm = (ask() for _ in range(_WARM_UPS))
    columns: Any = orjson.loads(warm)
    for name in place:
        columns = columns[name]
    (count,) = {len(columns[name]) for name in NAMES}
    size = len(warm)

    def work() -> int:
        # decoding would be the client's time, and half of all
        return count if len(ask()) == size else 0

    return work


@contextmanager
def _asking(app: Starlette, path: str, sent: dict[str, str]) -> Iterator[Callable[[], bytes]]:
    """Start an application and yield what posts to it and returns the body."""
    held: list[bytes] = []

    async def post() -> None:
        # a body that is the result of a task costs Runner its repr, twice
        held.append((await client.post(path, json=sent)).raise_for_status().content)

    def ask() -> bytes:
        runner.run(post())
        return held.pop()

    with asyncio.Runner() as runner, ExitStack() as stack:
        lifespan = app.router.lifespan_context(app)
        runner.run(lifespan.__aenter__())
        stack.callback(lambda: runner.run(lifespan.__aexit__(None, None, None)))
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://bench", timeout=60
        )
        stack.callback(lambda: runner.run(client.aclose()))
        yield ask
