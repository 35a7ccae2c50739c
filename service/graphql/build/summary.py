"""One number a cell, as conditions, orders and facets ask for it.

The store answers with a row for each cell that has any; the catalog is handed what it comes to, as
whole numbers by the ids of cells, and goes on in SQL. So a condition on a number and one on a
column may stand in any and, or, not: a cell without a row meets isNull alone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from sqlalchemy import CTE, ColumnElement, Select, case, false, null, true
from sqlalchemy.orm import InstrumentedAttribute

from schema.error import UnknownName
from service.graphql.build.condition import Condition
from service.graphql.build.given import ids_of, numbers_of
from service.graphql.build.loader import Loaders
from service.graphql.build.record import Record
from service.metric.reduction import summaries
from service.store.question import MetricQuestion, cells_question, metric_question

_NUMBERS: Final = ("value", "error", "low", "high")
FIELDS: Final = (*_NUMBERS, "status", "reason", "detail", "counted", "left_out")
"""What there is of a summary."""


def _among(column: pa.Array, values: Sequence[Any]) -> pa.Array:
    found = pc.is_in(column, pa.array(values, column.type))
    return pc.if_else(pc.is_valid(column), found, pa.scalar(None, pa.bool_()))


_COMPARE: Final[Mapping[str, Callable[[pa.Array, Any], pa.Array]]] = {
    "eq": pc.equal,
    "ne": pc.not_equal,
    "in_": _among,
    "gt": pc.greater,
    "gte": pc.greater_equal,
    "lt": pc.less,
    "lte": pc.less_equal,
    "contains": lambda column, text: pc.match_substring(column, text, ignore_case=True),
    "starts_with": lambda column, text: pc.starts_with(column, text, ignore_case=True),
    "is_null": lambda column, wanted: pc.equal(pc.is_null(column), wanted),
}


@dataclass(frozen=True, eq=False)
class Summarized:
    """A summary: a row a cell, by rising id.

    Attributes:
        name: of the summary.
        cells: the ids of cells.
        table: what there is of each.
    """

    name: str
    cells: NDArray[np.int64]
    table: pa.Table

    def records(self, cells: Sequence[int]) -> list[Record | None]:
        """Return what there is of cells, None of one that has no row."""
        wanted = np.asarray(cells, np.int64)
        place = np.searchsorted(self.cells, wanted)
        there = place < len(self.cells)
        there[there] = self.cells[place[there]] == wanted[there]
        rows = iter(self.table.take(pa.array(place[there])).to_pylist())
        return [Record(next(rows)) if each else None for each in there.tolist()]

    @cached_property
    def bounds(self) -> pa.Array:
        """Return what cells are ordered by: the number, or the bound of one that is censored."""
        bound = pc.coalesce(self.table["value"], self.table["low"], self.table["high"])
        is_censored = pc.equal(self.table["status"], "censored")
        return pc.if_else(is_censored, bound, self.table["value"]).combine_chunks()

    @cached_property
    def places(self) -> str:
        """Return what cells are ordered by as whole numbers by their ids, in JSON."""
        there = self.bounds.is_valid().to_numpy(zero_copy_only=False)
        numbers = places(self.bounds.drop_null().to_numpy())
        return _json(dict(zip(self.cells[there].tolist(), numbers.tolist(), strict=True)))

    def met(self, conditions: Mapping[str, Condition]) -> pa.Array:
        """Return whether each row meets conditions on its fields; null where that is unknown."""
        met = pa.array(np.ones(len(self.cells), np.bool_))
        for field, condition in conditions.items():
            column = self.table[field].combine_chunks()
            for comparison, value in condition.said(f"summary.{self.name}.{field}"):
                met = pc.and_kleene(met, _COMPARE[comparison](column, value))
        return met

    def clause(
        self, owner: InstrumentedAttribute[Any], conditions: Mapping[str, Condition]
    ) -> ColumnElement[bool]:
        """Return conditions on its fields as SQL about the ids of cells."""
        met = self.met(conditions)
        nobody = Summarized(self.name, np.array([-1]), _NO_ROW).met(conditions)[0].as_py()
        outcomes = []
        for outcome, found in ((True, met), (False, pc.invert(met)), (None, pc.is_null(met))):
            if outcome is not nobody:
                is_so = pc.fill_null(found, fill_value=False)
                chosen = self.cells[is_so.to_numpy(zero_copy_only=False)]
                outcomes.append((owner.in_(ids_of(_json(chosen.tolist()))), _SQL[outcome]))
        return case(*outcomes, else_=_SQL[nobody])


_SQL: Final[Mapping[bool | None, ColumnElement[Any]]] = {True: true(), False: false(), None: null()}
_NO_ROW: Final = pa.table(
    {
        name: pa.array(
            [None],
            pa.float64()
            if name in _NUMBERS
            else pa.string()
            if name in {"status", "reason", "detail"}
            else pa.int64(),
        )
        for name in FIELDS
    }
)


async def summarized(loaders: Loaders, name: str, cells: Sequence[int] | None = None) -> Summarized:
    """Return a summary of cells, or of more than these where that is there; of all with None.

    Raises:
        UnknownName: when there is none of that name.
    """
    known = summaries(loaders.metrics)
    if name not in known:
        raise UnknownName("summary", name, known)
    _, _, metric = known[name]
    await loaders.snapshot()
    state = loaders.store_state
    if cells is None or metric.reach == "whole" or state.rests(metric, None):
        question = metric_question(metric, None)
        whole: Summarized = await loaders.once(name, lambda: _asked(loaders, name, question))
        return whole
    return _read(name, await loaders.ask(cells_question(metric, cells, state)))


async def _asked(loaders: Loaders, name: str, question: MetricQuestion) -> Summarized:
    answer = await loaders.ask(question)
    return loaders.cached(f"summary {name}", answer, lambda: _read(name, answer))


def _read(name: str, answer: pa.Table) -> Summarized:
    """Return a summary as the store answered; numbers that are none are null."""
    columns = {}
    for field in FIELDS:
        column = answer.column(field).combine_chunks()
        if field in _NUMBERS:
            column = pc.if_else(pc.is_finite(column), column, pa.scalar(None, pa.float64()))
        columns[field] = column
    return Summarized(name, answer.column("cell_id").to_numpy(), pa.table(columns))


def _json(values: object) -> str:
    return orjson.dumps(values, option=orjson.OPT_NON_STR_KEYS).decode()


def places(numbers: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return whole numbers in the order of finite numbers, equal where these are."""
    bits = (numbers + 0.0).view(np.int64)  # there are two zeros
    return np.where(bits < 0, np.int64(-(2**63)) - bits, bits)


@dataclass(frozen=True)
class SummaryKey:
    """A summary that cells are ordered by."""

    found: Summarized
    owner: InstrumentedAttribute[Any]
    descending: bool

    @property
    def name(self) -> str:
        """Return what tells it from columns and other summaries."""
        return f"summary.{self.found.name}"

    @cached_property
    def _given(self) -> CTE:
        return numbers_of(self.found.places)

    @property
    def column(self) -> ColumnElement[Any]:
        """Return what is compared."""
        return self._given.c.number

    def joined(self, rows: Select[Any]) -> Select[Any]:
        """Return the rows with what is compared beside them."""
        return rows.outerjoin(self._given, self._given.c.id == self.owner)

    def value(self, row: Any) -> object:  # noqa: ANN401 # of the catalog
        """Return the number of a cell, or its bound."""
        place = int(np.searchsorted(self.found.cells, row.id))
        if place == len(self.found.cells) or self.found.cells[place] != row.id:
            return None
        return self.found.bounds[place].as_py()

    def stored(self, value: object) -> object:
        """Return a number as it is compared.

        Raises:
            TypeError: when it is no number.
        """
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise TypeError(value)
        return int(places(np.array([value], np.float64))[0])
