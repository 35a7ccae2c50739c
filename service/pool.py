"""A few questions at a time, each with a cursor of its own, a time limit and an interrupt."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event, Timer
from typing import Final, TypeVar

import duckdb
import pyarrow as pa

from schema.error import QueryTimeout
from service.store.question import AnyQuestion, asked_at, table
from service.store.state import StoreState
from service.store.store import Store

T = TypeVar("T")
_BATCH_ROWS: Final = 65_536
_PATIENCE_SECOND: Final = 0.05


@dataclass(frozen=True, slots=True)
class Stream:
    """An answer batch by batch, and the state of the store that it is of."""

    batches: pa.RecordBatchReader
    state: StoreState


class Pool:
    """Answers questions on ``workers`` threads, at what the store stands at when they begin."""

    def __init__(self, store: Store, workers: int, timeout_second: float) -> None:
        self._store, self._timeout_second = store, timeout_second
        self._executor = ThreadPoolExecutor(workers, thread_name_prefix="question")
        self._free = asyncio.Semaphore(workers)

    def close(self) -> None:
        """Wait for the questions being answered and stop the threads."""
        self._executor.shutdown()

    async def table(self, question: AnyQuestion) -> pa.Table:
        """Return the whole answer.

        Raises:
            QueryTimeout: when it takes longer than allowed.
        """

        def answer(cursor: duckdb.DuckDBPyConnection) -> pa.Table:
            try:
                return table(self._store, cursor, question)
            finally:
                cursor.close()

        return await self._answer(self._twice(answer))

    async def reader(self, question: AnyQuestion) -> Stream:
        """Return the answer as a stream whose first batch is there; at its end the cursor goes.

        Read it in a thread. Each batch has the time limit for itself.

        Raises:
            QueryTimeout: when a batch takes longer than allowed.
        """

        def answer(cursor: duckdb.DuckDBPyConnection) -> Stream:
            try:
                rows, state = asked_at(self._store, cursor, question)
                source = rows.to_arrow_reader(_BATCH_ROWS)
                first = next(source, None)
            except BaseException:
                cursor.close()
                raise
            batches = self._batches(cursor, source, first)
            return Stream(pa.RecordBatchReader.from_batches(source.schema, batches), state)

        return await self._answer(self._twice(answer))

    def _twice(
        self, answer: Callable[[duckdb.DuckDBPyConnection], T]
    ) -> Callable[[duckdb.DuckDBPyConnection], T]:
        """Return what answers once more where it met a base that is damaged."""

        def answered(cursor: duckdb.DuckDBPyConnection) -> T:
            try:
                return answer(cursor)
            except duckdb.Error as fault:
                if not self._store.leave_base(fault):
                    raise
            return answer(self._store.cursor())

        return answered

    def _batches(
        self,
        cursor: duckdb.DuckDBPyConnection,
        source: pa.RecordBatchReader,
        batch: pa.RecordBatch | None,
    ) -> Iterator[pa.RecordBatch]:
        late = Event()

        def stop() -> None:
            late.set()
            cursor.interrupt()

        try:
            while batch is not None:
                yield batch
                watch = Timer(self._timeout_second, stop)
                watch.start()
                try:
                    batch = next(source, None)
                except (duckdb.Error, pa.ArrowException, OSError) as fault:
                    if late.is_set():
                        raise QueryTimeout(self._timeout_second) from fault
                    raise
                finally:
                    watch.cancel()
        finally:
            source.close()
            cursor.close()

    async def _answer(self, answer: Callable[[duckdb.DuckDBPyConnection], T]) -> T:
        loop = asyncio.get_running_loop()
        async with self._free:
            cursor = self._store.cursor()
            future = loop.run_in_executor(self._executor, answer, cursor)
            try:
                await asyncio.wait({future}, timeout=self._timeout_second)
            except asyncio.CancelledError:
                await _stop(cursor, future)
                raise
            if not future.done():
                await _stop(cursor, future)
                raise QueryTimeout(self._timeout_second)
            return future.result()


async def _stop(cursor: duckdb.DuckDBPyConnection, future: "asyncio.Future[T]") -> None:
    """Interrupt a query until it has ended: one that has not begun does not hear the first."""
    while not future.done():
        cursor.interrupt()
        await asyncio.wait({future}, timeout=_PATIENCE_SECOND)
    future.exception()
