"""asyncpg, which asynchronous services read by, in its own binary protocol."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest

Published = Any
pytestmark = pytest.mark.postgres


def run(published: Published, ask: Callable[[asyncpg.Connection], Awaitable[None]]) -> None:
    """Ask on a connection of its own."""

    async def connected() -> None:
        connection = await asyncpg.connect(published.url)
        try:
            await ask(connection)
        finally:
            await connection.close()

    asyncio.run(connected())


def test_it_lists_the_tables_of_the_schema(published: Published) -> None:
    async def ask(connection: asyncpg.Connection) -> None:
        query = "SELECT table_name FROM information_schema.tables WHERE table_schema = $1"
        found = await connection.fetch(query, "bi")
        assert sorted(row["table_name"] for row in found) == published.names

    run(published, ask)


def test_its_numbers_are_those_of_the_metrics(published: Published) -> None:
    async def ask(connection: asyncpg.Connection) -> None:
        for name, rows in published.answers.items():
            found = await connection.fetch(published.select(name))
            assert [tuple(row) for row in found] == rows, name

    run(published, ask)


def test_a_prepared_statement_knows_its_columns_and_answers_every_cycle(
    published: Published,
) -> None:
    async def ask(connection: asyncpg.Connection) -> None:
        statement = await connection.prepare(
            "SELECT * FROM bi.discharge_capacity WHERE test_id = $1 AND cycle_count = $2"
        )
        assert [each.name for each in statement.get_parameters()] == ["int8", "int8"]
        names = [name for name, _, _ in published.columns("discharge_capacity")]
        assert [each.name for each in statement.get_attributes()] == names
        for row in published.answers["discharge_capacity"]:
            found = await statement.fetchrow(*row[:2])
            assert found is not None
            assert tuple(found) == row

    run(published, ask)


def test_a_cursor_hands_out_a_table_in_pieces(published: Published) -> None:
    async def ask(connection: asyncpg.Connection) -> None:
        async with connection.transaction():
            query = published.select("differential_capacity")
            found = [tuple(row) async for row in connection.cursor(query, prefetch=50)]
        assert found == published.answers["differential_capacity"]

    run(published, ask)


def test_when_it_was_published_comes_with_its_zone(published: Published) -> None:
    async def ask(connection: asyncpg.Connection) -> None:
        published_at = await connection.fetchval("SELECT max(published_at) FROM bi.published")
        assert published_at.tzinfo is not None

    run(published, ask)


def test_a_cancelled_task_ends_its_query_and_the_connection_goes_on(published: Published) -> None:
    async def ask(connection: asyncpg.Connection) -> None:
        loop = asyncio.get_running_loop()
        task = asyncio.create_task(connection.fetch(published.long))
        with published.interrupting(lambda: loop.call_soon_threadsafe(task.cancel)):
            with pytest.raises(asyncio.CancelledError):
                await task
            assert await connection.fetchval("SELECT count(*) FROM bi.cell") == 2

    run(published, ask)


def test_a_query_that_runs_out_of_time_is_ended_too(published: Published) -> None:
    async def ask(connection: asyncpg.Connection) -> None:
        with pytest.raises(asyncio.TimeoutError):
            await connection.fetch(published.busy, timeout=1)
        assert await connection.fetchval("SELECT count(*) FROM bi.cell") == 2

    run(published, ask)
