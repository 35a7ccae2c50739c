"""Rows that hang on other rows, fetched for all of them at once."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias, TypeVar

import numpy as np
import pyarrow as pa
from anyio import to_thread
from numpy.typing import NDArray
from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased
from strawberry.dataloader import DataLoader

from schema import catalog
from schema.catalog import LakeFile, RawFile, Table
from schema.catalog.connection import look
from service.metric.metric import Metric
from service.state import State
from service.store.claim import tests_of_claims
from service.store.question import AnyQuestion, metric_question

T = TypeVar("T")
Rows = DataLoader[int, list[Any]]
Selected: TypeAlias = Select[*tuple[Any, ...]]
MOST_AT_ONCE: Final = 10_000
"""Ids in one question; SQLite takes 32766."""


class Loaders:
    """The loaders of one request; each asks the catalog once for all it was asked for."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._known: dict[object, DataLoader[int, Any]] = {}
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

    async def ask(self, question: AnyQuestion) -> pa.Table:
        """Ask DuckDB away from the event loop."""
        await self.snapshot()
        with self._state.telemetry.question():
            return await self._state.pool.table(question)

    def tables(
        self, key: object, question: Callable[[list[int]], AnyQuestion]
    ) -> DataLoader[int, pa.Table]:
        """Return the loader of answers by test: one question for all tests, then taken apart."""
        return self.parts(key, question, _apart)

    def tables_of_cells(
        self, key: object, question: Callable[[list[int]], AnyQuestion]
    ) -> DataLoader[int, pa.Table]:
        """Return the loader of answers by cell: one question for the tests of all cells."""

        async def load(cells: list[int]) -> Sequence[pa.Table]:
            await self.snapshot()
            state = self._state.store.state
            table = await self.ask(question(state.tests(cells)))
            return await to_thread.run_sync(_apart_by_cell, table, cells, state.subject_of)

        return self._loader((key, "cells"), load)

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

        return self._loader(key, load)

    def rows_of_claim(self, metric: Metric) -> Rows:
        """Return the loader of a metric's rows by claim: one question for all claims."""

        async def load(claims: list[int]) -> Sequence[list[Any]]:
            tests = await self.look(lambda session: tests_of_claims(session, claims))
            table = await self.ask(metric_question(metric, tests))
            rows = await to_thread.run_sync(table.to_pylist)
            return _gathered(claims, ((row["claim_id"], row) for row in rows))

        return self._loader(("rows of claim", metric.name), load)

    def row(self, model: type[Table]) -> DataLoader[int, Any]:
        """Return the loader of rows by id; None where there is none."""

        async def load(ids: list[int]) -> Sequence[Any]:
            column = model.id  # type: ignore[attr-defined] # every table loaded so has an id
            query = select(model).where(column.in_(ids))
            rows = await self.look(lambda session: list(session.scalars(query)))
            found = {row.id: row for row in rows}  # type: ignore[attr-defined] # the same
            return [found.get(each) for each in ids]

        return self._loader(model, load)

    def children(
        self,
        owner: InstrumentedAttribute[Any],
        place: InstrumentedAttribute[Any],
        first: int | None = None,
        *conditions: Any,  # noqa: ANN401 # SQL expressions
    ) -> Rows:
        """Return the loader of rows by their owner, in their order, ``first`` of each."""
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
        return self._loader(link, self._pairs(query, owner))

    def makers(self) -> Rows:
        """Return the loader of the process a material came out of, in a list of one or none."""
        made = catalog.ProcessOutput
        query: Selected = select(made.material_id, catalog.Process).join(
            made, made.process_id == catalog.Process.id
        )
        return self._loader("makers", self._pairs(query, made.material_id))

    def descent(
        self, owner: InstrumentedAttribute[Any], target: InstrumentedAttribute[Any], first: int
    ) -> Rows:
        """Return the loader of the materials before or after one, the nearest ``first`` of them."""
        depth = catalog.Ancestor.depth
        rank = func.row_number().over(partition_by=owner, order_by=(depth, target))

        async def load(ids: list[int]) -> Sequence[list[Any]]:
            near = select(owner.label("owner"), target.label("target"), rank.label("rank"))
            chosen = near.where(owner.in_(ids)).subquery()
            query = (
                select(chosen.c.owner, catalog.Material)
                .join(catalog.Material, catalog.Material.id == chosen.c.target)
                .where(chosen.c.rank <= first)
                .order_by(chosen.c.owner, chosen.c.rank)
            )
            return _gathered(ids, await self._tuples(query))

        return self._loader((owner, "descent", first), load)

    def sweeps_of_cell(self, first: int) -> Rows:
        """Return the loader of the impedance sweeps of the tests run on a cell, ``first`` of it."""
        sweep, owner = catalog.Sweep, catalog.Test.cell_id
        rank = func.row_number().over(
            partition_by=owner, order_by=(sweep.test_id, sweep.spectrum_count)
        )

        async def load(ids: list[int]) -> Sequence[list[Any]]:
            chosen = (
                select(owner.label("owner"), sweep.id.label("target"), rank.label("rank"))
                .join(catalog.Test, catalog.Test.id == sweep.test_id)
                .where(owner.in_(ids), catalog.Test.removed_snapshot.is_(None))
                .subquery()
            )
            query = (
                select(chosen.c.owner, sweep)
                .join(sweep, sweep.id == chosen.c.target)
                .where(chosen.c.rank <= first)
                .order_by(chosen.c.owner, chosen.c.rank)
            )
            return _gathered(ids, await self._tuples(query))

        return self._loader(("sweeps of cell", first), load)

    def files_of_cell(self) -> Rows:
        """Return the loader of the exports that the tests run on a cell were read from."""
        owner = catalog.Test.cell_id
        query: Selected = (
            select(owner, RawFile)
            .join(LakeFile, LakeFile.raw_file_id == RawFile.id)
            .join(catalog.Test, catalog.Test.id == LakeFile.test_id)
            .where(LakeFile.removed_snapshot.is_(None), catalog.Test.removed_snapshot.is_(None))
            .distinct()
            .order_by(RawFile.id)
        )
        return self._loader("files of cell", self._pairs(query, owner))

    def files(self) -> Rows:
        """Return the loader of the exports a test was read from."""
        query: Selected = (
            select(LakeFile.test_id, RawFile)
            .join(RawFile, LakeFile.raw_file_id == RawFile.id)
            .where(LakeFile.removed_snapshot.is_(None))
            .distinct()
            .order_by(RawFile.id)
        )
        return self._loader("files", self._pairs(query, LakeFile.test_id))

    def _grouped(self, key: object, query: Selected, child: Any, owner: str, place: str) -> Rows:  # noqa: ANN401 # a model or an alias of one
        async def load(ids: list[int]) -> Sequence[list[Any]]:
            asked = query.where(getattr(child, owner).in_(ids)).order_by(getattr(child, place))
            rows = await self.look(lambda session: list(session.scalars(asked)))
            return _gathered(ids, ((getattr(row, owner), row) for row in rows))

        return self._loader(key, load)

    def _pairs(
        self, query: Selected, owner: InstrumentedAttribute[Any]
    ) -> Callable[[list[int]], Any]:
        async def load(ids: list[int]) -> Sequence[list[Any]]:
            return _gathered(ids, await self._tuples(query.where(owner.in_(ids))))

        return load

    async def _tuples(self, query: Selected) -> list[tuple[Any, ...]]:
        return await self.look(lambda session: [tuple(row) for row in session.execute(query)])

    def _loader(self, key: object, load: Callable[[list[int]], Any]) -> DataLoader[int, Any]:
        if key not in self._known:
            self._known[key] = DataLoader(load, max_batch_size=MOST_AT_ONCE)
        return self._known[key]


def _gathered(ids: Iterable[int], pairs: Iterable[tuple[Any, ...]]) -> list[list[Any]]:
    gathered: dict[int, list[Any]] = defaultdict(list)
    for owner, row in pairs:
        gathered[owner].append(row)
    return [gathered[each] for each in ids]


def _apart(table: pa.Table, tests: Sequence[int]) -> list[pa.Table]:
    """Return the rows of each test, in their order."""
    return _parted(table, table.column("test_id").to_numpy(), tests)


def _apart_by_cell(
    table: pa.Table, cells: Sequence[int], cell_of: Mapping[int, int]
) -> list[pa.Table]:
    """Return the rows of each cell, in their order."""
    tests, place = np.unique(table.column("test_id").to_numpy(), return_inverse=True)
    owner = np.array([cell_of[test] for test in tests.tolist()], dtype=np.int64)[place]
    return _parted(table, owner, cells)


def _parted(table: pa.Table, owner: NDArray[Any], ids: Sequence[int]) -> list[pa.Table]:
    order = np.argsort(owner, kind="stable")
    if (np.diff(order) != 1).any():
        table, owner = table.take(order), owner[order]
    first = np.searchsorted(owner, ids, side="left")
    last = np.searchsorted(owner, ids, side="right")
    return [table.slice(a, b - a) for a, b in zip(first.tolist(), last.tolist(), strict=True)]
