"""Rows that hang on other rows, fetched for all of them at once."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, Final, TypeAlias, TypeVar

import numpy as np
import pyarrow as pa
from anyio import to_thread
from numpy.typing import NDArray
from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased
from strawberry.dataloader import DataLoader

from schema.catalog import Table
from schema.catalog.connection import look
from service.graphql.build.answer import Answer, Whole
from service.metric.metric import Metric
from service.state import State
from service.store.question import AnyQuestion
from service.store.state import StoreState

T = TypeVar("T")
Rows = DataLoader[int, list[Any]]
Answers = DataLoader[tuple[int, ...], Sequence[Answer]]
"""Loads the answers of all rows of a list: to wait for each of them takes as long as to have it."""
Selected: TypeAlias = Select[*tuple[Any, ...]]
MOST_AT_ONCE: Final = 10_000
"""Ids in one question; SQLite takes 32766."""


class Loaders:
    """The loaders of one request; each asks the catalog once for all it was asked for."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._known: dict[object, DataLoader[Any, Any]] = {}
        self._once: dict[object, asyncio.Future[Any]] = {}
        self._snapshot: asyncio.Future[int] | None = None

    async def look(self, ask: Callable[[Session], T]) -> T:
        """Ask the catalog away from the event loop."""

        def asked() -> T:
            with look(self._state.engine) as session:
                return ask(session)

        return await to_thread.run_sync(asked)

    def snapshot(self) -> Awaitable[int]:
        """Return the snapshot the store stands at, brought to the catalog's last at first."""
        if self._snapshot is None:
            self._snapshot = asyncio.ensure_future(to_thread.run_sync(self._state.store.refresh))
        return self._snapshot

    @property
    def seen(self) -> int:
        """Return the snapshot that answers so far are of, or a later one."""
        return self._snapshot.result() if self._snapshot is not None else 0

    @property
    def metrics(self) -> Mapping[str, Metric]:
        """Return the metrics there are."""
        return self._state.metrics

    @property
    def store_state(self) -> StoreState:
        """Return what the store holds now."""
        return self._state.store.state

    def once(self, key: object, make: Callable[[], Coroutine[Any, Any, T]]) -> Awaitable[T]:
        """Return what is made once in a request, however often it is asked for."""
        if key not in self._once:
            self._once[key] = asyncio.ensure_future(make())
        return self._once[key]

    def cached(self, name: str, answer: pa.Table, make: Callable[[], T]) -> T:
        """Return what is made of an answer, made anew only where that is another than before.

        An answer about everything is the same as long as the store remembers it.
        """
        known = self._state.cached.get(name)
        if known is None or known[0] is not answer:
            known = self._state.cached[name] = (answer, make())
        found: T = known[1]
        return found

    def cached_at(self, snapshot: int, name: str, make: Callable[[], T]) -> T:
        """Return what is made of the catalog at a snapshot, made anew only at another."""
        known = self._state.cached.get(name)
        if known is None or known[0] != snapshot:
            known = self._state.cached[name] = (snapshot, make())
        found: T = known[1]
        return found

    async def ask(self, question: AnyQuestion) -> pa.Table:
        """Ask DuckDB away from the event loop."""
        await self.snapshot()
        with self._state.telemetry.question():
            return await self._state.pool.table(question)

    def tables(
        self, key: object, question: Callable[[list[int]], AnyQuestion], metadata: object = None
    ) -> Answers:
        """Return the loader of answers by test: one question for all tests, then taken apart."""

        async def load(tests: list[int]) -> Sequence[Answer]:
            table = await self.ask(question(tests))
            return await to_thread.run_sync(_apart, table, tests, metadata)

        return self._together(key, load)

    def tables_of_cells(
        self, key: object, question: Callable[[list[int]], AnyQuestion], metadata: object = None
    ) -> Answers:
        """Return the loader of answers by cell: one question for the tests of all cells."""

        async def load(cells: list[int]) -> Sequence[Answer]:
            await self.snapshot()
            state = self._state.store.state
            table = await self.ask(question(state.tests(cells)))
            return await to_thread.run_sync(
                _apart_by_cell, table, cells, state.subject_of, metadata
            )

        return self._together((key, "cells"), load)

    def parts(
        self,
        key: object,
        question: Callable[[list[int]], AnyQuestion],
        apart: Callable[[pa.Table, list[int]], Sequence[T]],
    ) -> DataLoader[int, T]:
        """Return the loader of parts of one answer to the question for all ids."""

        async def load(ids: list[int]) -> Sequence[T]:
            table = await self.ask(question(ids))
            return await to_thread.run_sync(apart, table, ids)

        return self.batched(key, load)

    def row(self, model: type[Table]) -> DataLoader[int, Any]:
        """Return the loader of rows by id; None where there is none."""

        async def load(ids: list[int]) -> Sequence[Any]:
            column = model.id  # type: ignore[attr-defined] # every table loaded so has an id
            query = select(model).where(column.in_(ids))
            rows = await self.look(lambda session: list(session.scalars(query)))
            found = {row.id: row for row in rows}  # type: ignore[attr-defined] # the same
            return [found.get(each) for each in ids]

        return self.batched(model, load)

    def children(
        self,
        owner: InstrumentedAttribute[Any],
        place: InstrumentedAttribute[Any],
        first: int | None = None,
        *conditions: Any,  # noqa: ANN401 # SQL expressions
    ) -> Rows:
        """Return the loader of rows by their owner, in their order, ``first`` of each."""
        if (known := self._known.get((owner, first))) is not None:
            return known
        model = owner.class_
        query = select(model).where(*conditions)
        if first is not None:
            rank = func.row_number().over(partition_by=owner, order_by=place).label("rank")
            ranked = query.add_columns(rank).subquery()
            child = aliased(model, ranked)
            query = select(child).where(ranked.c.rank <= first)
            return self._grouped((owner, first), query, child, owner.key, place.key)
        return self._grouped((owner, None), query, model, owner.key, place.key)

    def through(
        self,
        link: type[Table],
        owner: InstrumentedAttribute[Any],
        target: InstrumentedAttribute[Any],
        model: type[Table],
    ) -> Rows:
        """Return the loader of rows that a link table ties to others."""
        key = model.id  # type: ignore[attr-defined] # every table linked so has an id
        query = select(owner, model).join(link, target == key).order_by(key)
        return self.pairs(link, query, owner)

    def pairs(self, key: object, query: Selected, owner: InstrumentedAttribute[Any]) -> Rows:
        """Return the loader of what a query pairs with its owner, which it names first."""

        async def load(ids: list[int]) -> Sequence[list[Any]]:
            return gathered(ids, await self._tuples(query.where(owner.in_(ids))))

        return self.batched(key, load)

    def nearest(
        self,
        key: object,
        links: Selected,
        owner: InstrumentedAttribute[Any],
        model: type[Table],
        first: int,
    ) -> Rows:
        """Return the loader of the ``first`` rows by their owner; ``links`` ranks them.

        What it names is called owner, target, which is the id of a row, and rank, from 1.
        """
        found: Any = model

        async def load(ids: list[int]) -> Sequence[list[Any]]:
            chosen = links.where(owner.in_(ids)).subquery()
            query = (
                select(chosen.c.owner, found)
                .join(found, found.id == chosen.c.target)
                .where(chosen.c.rank <= first)
                .order_by(chosen.c.owner, chosen.c.rank)
            )
            return gathered(ids, await self._tuples(query))

        return self.batched((key, first), load)

    def _grouped(self, key: object, query: Selected, child: Any, owner: str, place: str) -> Rows:  # noqa: ANN401 # a model or an alias of one
        async def load(ids: list[int]) -> Sequence[list[Any]]:
            asked = query.where(getattr(child, owner).in_(ids)).order_by(getattr(child, place))
            rows = await self.look(lambda session: list(session.scalars(asked)))
            return gathered(ids, ((getattr(row, owner), row) for row in rows))

        return self.batched(key, load)

    async def _tuples(self, query: Selected) -> list[tuple[Any, ...]]:
        return await self.look(lambda session: [tuple(row) for row in session.execute(query)])

    def _together(
        self, key: object, load: Callable[[list[int]], Awaitable[Sequence[Answer]]]
    ) -> Answers:
        async def loaded(lists: list[tuple[int, ...]]) -> list[list[Answer]]:
            ids = list(dict.fromkeys(chain.from_iterable(lists)))
            answers = dict(zip(ids, await load(ids), strict=True))
            return [[answers[each] for each in some] for some in lists]

        if key not in self._known:
            self._known[key] = DataLoader(loaded)
        return self._known[key]

    def batched(self, key: object, load: Callable[[list[int]], Any]) -> DataLoader[int, Any]:
        """Return the loader of a key, made at first; it loads what all fields ask for at once."""
        if key not in self._known:
            self._known[key] = DataLoader(load, max_batch_size=MOST_AT_ONCE)
        return self._known[key]


def gathered(ids: Iterable[int], pairs: Iterable[tuple[Any, ...]]) -> list[list[Any]]:
    """Return what is paired with each of these ids, in the order of the pairs."""
    gathered: dict[int, list[Any]] = defaultdict(list)
    for owner, row in pairs:
        gathered[owner].append(row)
    return [gathered[each] for each in ids]


def _apart(table: pa.Table, tests: Sequence[int], metadata: object) -> list[Answer]:
    """Return the rows of each test, in their order."""
    return _parted(table, table.column("test_id").to_numpy(), tests, metadata)


def _apart_by_cell(
    table: pa.Table, cells: Sequence[int], cell_of: Mapping[int, int], metadata: object
) -> list[Answer]:
    """Return the rows of each cell, in their order; what is of no one test names its cell."""
    known = table.column("test_id").fill_null(0).to_numpy()
    tests, place = np.unique(known, return_inverse=True)
    cell = [cell_of[test] if test else 0 for test in tests.tolist()]
    owner = np.array(cell, dtype=np.int64)[place]
    if "cell_id" in table.column_names:
        owner = np.where(owner, owner, table.column("cell_id").fill_null(0).to_numpy())
    return _parted(table, owner, cells, metadata)


def _parted(
    table: pa.Table, owner: NDArray[Any], ids: Sequence[int], metadata: object
) -> list[Answer]:
    order = np.argsort(owner, kind="stable")
    if (np.diff(order) != 1).any():
        table, owner = table.take(order), owner[order]
    whole = Whole(table)
    first = np.searchsorted(owner, ids, side="left").tolist()
    last = np.searchsorted(owner, ids, side="right").tolist()
    return [Answer(whole, a, b, metadata) for a, b in zip(first, last, strict=True)]
