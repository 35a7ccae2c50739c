"""The pool: limits, interrupts, streams."""

import asyncio
from collections.abc import Iterator
from time import perf_counter
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from schema.error import QueryTimeout
from service.metric.library import read_metrics
from service.pool import Pool
from service.store.points import points_question
from service.store.question import Question, metric_question
from service.store.store import Store

Bench = Any
QUICK = Question("SELECT 42 AS answer", {}, ())
ENDLESS = Question(
    "SELECT count(*) AS n FROM range(1000000) a, range(1000000) b WHERE hash(a.range, b.range) = 1",
    {},
    (),
)
LONG = Question("SELECT range AS n FROM range(3000000)", {}, ())
LATE = Question(
    "SELECT n FROM (SELECT range AS n FROM range(200000) UNION ALL "
    "SELECT a.range FROM range(1000000) a, range(1000000) b WHERE hash(a.range, b.range) = 1)",
    {},
    (),
)


@pytest.fixture
def store(bare_warehouse: Bench) -> Iterator[Store]:
    store = Store(bare_warehouse.engine, bare_warehouse.lake)
    store.refresh()
    yield store
    store.close()


def pool_of(store: Store, workers: int = 1, timeout_second: float = 0.3) -> Pool:
    return Pool(store, workers, timeout_second)


async def answer_of(pool: Pool) -> int:
    table = await pool.table(QUICK)
    value: int = table["answer"][0].as_py()
    return value


def test_a_question_that_takes_too_long_is_stopped_and_the_next_is_answered(store: Store) -> None:
    async def ask() -> None:
        pool = pool_of(store)
        begin = perf_counter()
        with pytest.raises(QueryTimeout, match="stopped after"):
            await pool.table(ENDLESS)
        assert perf_counter() - begin < 10
        assert await answer_of(pool) == 42
        with pytest.raises(QueryTimeout):
            await pool.reader(ENDLESS)
        assert await answer_of(pool) == 42
        pool.close()

    asyncio.run(ask())


def test_a_question_nobody_waits_for_any_more_is_interrupted(store: Store) -> None:
    async def ask() -> None:
        pool = pool_of(store, timeout_second=60)
        asked = asyncio.create_task(pool.table(ENDLESS))
        await asyncio.sleep(0.2)
        asked.cancel()
        begin = perf_counter()
        with pytest.raises(asyncio.CancelledError):
            await asked
        assert await answer_of(pool) == 42  # the only worker is free again
        assert perf_counter() - begin < 10
        pool.close()

    asyncio.run(ask())


def test_one_that_waits_its_turn_can_leave_the_line(store: Store) -> None:
    async def ask() -> None:
        pool = pool_of(store, timeout_second=1)
        running = asyncio.create_task(pool.table(ENDLESS))
        await asyncio.sleep(0.1)
        waiting = asyncio.create_task(pool.table(QUICK))
        await asyncio.sleep(0.1)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        with pytest.raises(QueryTimeout):
            await running
        assert await answer_of(pool) == 42
        pool.close()

    asyncio.run(ask())


def test_the_loop_goes_on_while_a_question_is_answered(store: Store) -> None:
    async def ask() -> None:
        pool = pool_of(store)
        asked = asyncio.create_task(pool.table(ENDLESS))
        turns = 0
        while not asked.done():
            await asyncio.sleep(0.01)
            turns += 1
        assert turns > 5
        assert isinstance(asked.exception(), QueryTimeout)
        pool.close()

    asyncio.run(ask())


def test_a_stream_half_read_does_not_hold_up_the_next_question(store: Store) -> None:
    async def ask() -> None:
        pool = pool_of(store, timeout_second=60)
        stream = (await pool.reader(LONG)).batches
        first = stream.read_next_batch()
        assert 0 < first.num_rows < 3_000_000
        assert await answer_of(pool) == 42
        rest = stream.read_all()
        assert first.num_rows + rest.num_rows == 3_000_000
        abandoned = (await pool.reader(LONG)).batches
        abandoned.read_next_batch()
        del abandoned
        assert await answer_of(pool) == 42
        pool.close()

    asyncio.run(ask())


def test_a_stream_that_stalls_is_stopped(store: Store) -> None:
    async def ask() -> None:
        pool = pool_of(store, timeout_second=0.5)
        stream = (await pool.reader(LATE)).batches
        assert stream.read_next_batch().num_rows > 0
        with pytest.raises(QueryTimeout, match="stopped after"):
            await asyncio.to_thread(stream.read_all)
        assert await answer_of(pool) == 42
        pool.close()

    asyncio.run(ask())


def test_an_empty_stream_still_has_its_columns(store: Store) -> None:
    async def ask() -> pa.Table:
        pool = pool_of(store, timeout_second=60)
        empty = Question("SELECT 1 AS n WHERE false", {}, ())
        stream = (await pool.reader(empty)).batches
        pool.close()
        return stream.read_all()

    table = asyncio.run(ask())
    assert (table.num_rows, table.column_names) == (0, ["n"])


def test_a_fault_of_the_engine_comes_out_as_it_is(store: Store) -> None:
    async def ask() -> None:
        pool = pool_of(store)
        with pytest.raises(duckdb.Error, match="no_such"):
            await pool.table(Question("SELECT * FROM no_such", {}, ()))
        assert await answer_of(pool) == 42
        pool.close()

    asyncio.run(ask())


@pytest.mark.slow
def test_every_answer_stands_where_the_store_does(warehouse: Bench) -> None:
    store = Store(warehouse.engine, warehouse.lake)
    capacity = read_metrics()["discharge_capacity"]

    async def ask() -> list[int]:
        pool = Pool(store, 2, 60)
        store.refresh()
        counts = [(await pool.table(metric_question(capacity, [1]))).num_rows]
        warehouse.supersede(1, warehouse.stretches(3))
        store.refresh()
        counts.append((await pool.table(metric_question(capacity, [1]))).num_rows)
        points = points_question(store, 1)
        streamed = (await pool.reader(points)).batches.read_all()
        counts.append(streamed.num_rows)
        assert streamed.equals(await pool.table(points))
        many = await asyncio.gather(
            *(pool.table(metric_question(capacity, [test])) for test in (1, 2) * 10)
        )
        counts.append(sum(table.num_rows for table in many))
        pool.close()
        return counts

    assert asyncio.run(ask()) == [5, 3, 2268, 60]
    store.close()
