"""One number a cell of each metric whose file says how: shown, a condition, an order."""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from functools import cache
from typing import Any, Final, cast

import strawberry
from graphql import GraphQLResolveInfo
from sqlalchemy import ColumnElement, and_, true
from strawberry.types.nodes import convert_selections

from schema import catalog
from service.graphql.build.ahead import Load, RowField
from service.graphql.build.columnar import attribute, declared
from service.graphql.build.condition import Condition, FloatWhere, IntWhere, StringWhere
from service.graphql.build.context import Context, Info
from service.graphql.build.loader import Loaders
from service.graphql.build.record import Record, Records
from service.graphql.build.resolver import ROW, field
from service.graphql.build.selected import names
from service.graphql.build.summary import FIELDS, Summarized, summarized
from service.graphql.build.table import camel, with_unit
from service.graphql.build.where import Asks
from service.metric.library import read_metrics
from service.metric.metric import Metric
from service.metric.reduction import summaries

_MEANINGS: Final = {
    "value": "The number; null where there is none, and never when ok. Of a censored one the "
    "bound it reached.",
    "error": "Its error, half width or standard error as the metric says; null where it has none.",
    "low": "Its lower end, where it has one.",
    "high": "Its upper end, where it has one and it is not open.",
    "status": "How far it is to be trusted: ok, low_quality, censored, not_comparable or "
    "not_computable.",
    "reason": "Why not ok; null when ok.",
    "detail": "What the metric tells beside it, e.g. the cause of a failure.",
    "counted": "Rows of the metric that count.",
    "left_out": "Its other rows of the cell, which do not.",
}


@strawberry.type(description="One number of a cell, with all that says how sure it is.")
class CellNumber:
    """One number of a cell."""

    value: float | None = strawberry.field(description=_MEANINGS["value"])
    error: float | None = strawberry.field(description=_MEANINGS["error"])
    low: float | None = strawberry.field(description=_MEANINGS["low"])
    high: float | None = strawberry.field(description=_MEANINGS["high"])
    status: str = strawberry.field(description=_MEANINGS["status"])
    reason: str | None = strawberry.field(description=_MEANINGS["reason"])
    detail: str | None = strawberry.field(description=_MEANINGS["detail"])
    counted: int = strawberry.field(description=_MEANINGS["counted"])
    left_out: int = strawberry.field(description=_MEANINGS["left_out"])


def description_of(name: str, metrics: Mapping[str, Metric]) -> str:
    """Return what a summary is: its meaning and unit, of which rows, and how they are reduced."""
    summary, metric, reduced = summaries(metrics)[name]
    meaning = with_unit(summary.meaning, reduced.columns[0].unit)
    return f"{meaning} {summary.rule} Rows of `{camel(metric.name)}` at its default arguments."


def summary_of_cell(metrics: Mapping[str, Metric]) -> Any:  # noqa: ANN401 # a field made at run time
    """Return the field of a cell that has its summaries, None where no metric has any."""
    known = summaries(metrics)
    if not known:
        return None
    numbers = [attribute(name, CellNumber | None, description_of(name, metrics)) for name in known]
    kind = declared("CellSummary", "One number a cell, of each metric that has one.", numbers)

    def resolve(root: Any, info: Info) -> Any:  # noqa: ANN401 # a row and its summaries
        raise NotImplementedError  # only its signature counts: schema.py puts another there

    return field(
        resolve,
        {"root": ROW, "info": Info},
        kind | None,
        "One number a cell, null where the metric has no row of it.",
        name="summary",
    )


def resolved(metrics: Mapping[str, Metric]) -> RowField:
    """Return what resolves the summaries of cells, of all cells of a list at once."""
    called = {camel(name): name for name in summaries(metrics)}

    def understood(info: GraphQLResolveInfo[Context], _given: Mapping[str, Any]) -> Load:
        selected = names(convert_selections(info, info.field_nodes))
        asked = [called[each] for each in dict.fromkeys(selected) if each in called]
        return _Numbers(info.context.loaders, asked).load

    return RowField(understood)


class _Numbers:
    """Loads some summaries of cells."""

    def __init__(self, loaders: Loaders, asked: Iterable[str]) -> None:
        self._loaders, self._asked = loaders, tuple(asked)

    async def load(self, cells: tuple[int, ...]) -> Sequence[Records]:
        loader = self._loaders.batched(("summaries", self._asked), self._of_all)
        return await loader.load_many(list(cells))

    async def _of_all(self, cells: list[int]) -> Sequence[Records]:
        found = [await self._records(name, cells) for name in self._asked]
        columns = zip(*found, strict=True) if found else [()] * len(cells)
        return [Records(dict(zip(self._asked, each, strict=True))) for each in columns]

    async def _records(self, name: str, cells: list[int]) -> Sequence[Record | Exception | None]:
        try:
            return (await summarized(self._loaders, name, cells)).records(cells)
        except Exception as fault:  # noqa: BLE001 # reported at its own field
            return [fault] * len(cells)


_CONDITIONS: Final = {
    **dict.fromkeys(("value", "error", "low", "high"), FloatWhere),
    **dict.fromkeys(("status", "reason", "detail"), StringWhere),
    **dict.fromkeys(("counted", "left_out"), IntWhere),
}


def _input(cls: type[Any], kinds: Mapping[str, tuple[Any, str]], meaning: str) -> type[Any]:
    cls.__annotations__ = {name: kind | None for name, (kind, _) in kinds.items()}
    for name, (_, description) in kinds.items():
        setattr(cls, name, strawberry.field(default=strawberry.UNSET, description=description))
    return strawberry.input(cls, description=meaning)


class CellNumberWhere:
    """Conditions on a number of a cell."""

    def given(self) -> Mapping[str, Condition]:
        """Return the conditions by the field they are on."""
        found = {name: getattr(self, name) for name in FIELDS}
        return {name: each for name, each in found.items() if isinstance(each, Condition)}


_input(
    CellNumberWhere,
    {name: (kind, _MEANINGS[name]) for name, kind in _CONDITIONS.items()},
    "Conditions on a number of a cell; a cell that has none meets isNull alone.",
)


class CellSummaryWhere(Asks):
    """Conditions on summaries of a cell."""

    def _given(self) -> Mapping[str, CellNumberWhere]:
        found = {name: getattr(self, name) for name in summaries(read_metrics())}
        return {name: each for name, each in found.items() if isinstance(each, CellNumberWhere)}

    @property
    def reaches(self) -> int:
        """Return how many summaries it asks for."""
        return len(self._given())

    async def ask(self, loaders: Loaders) -> None:
        """Ask the store for these summaries of all cells."""
        self.found = {name: await summarized(loaders, name) for name in self._given()}

    def clause(self) -> ColumnElement[bool]:
        """Return the conditions as SQL on cells, the store having been asked."""
        found: Mapping[str, Summarized] = self.found
        owner = cast("Any", catalog.Cell).id
        given = self._given().items()
        return and_(true(), *(found[name].clause(owner, each.given()) for name, each in given))


_input(
    CellSummaryWhere,
    {
        name: (CellNumberWhere, description_of(name, read_metrics()))
        for name in summaries(read_metrics())
    },
    "Conditions on numbers of a cell; all of them must hold.",
)


@cache
def names_of_summaries() -> type[Enum]:
    """Return the summaries there are, as GraphQL has them."""
    known = read_metrics()
    choices = {name.upper(): name for name in summaries(known)}
    names_enum = strawberry.enum(
        cast("Any", Enum)("CellSummaryName", choices), description="A number of a cell."
    )
    for value in cast("Any", names_enum).__strawberry_definition__.values:
        value.description = description_of(value.name.lower(), known)
    return cast("type[Enum]", names_enum)
