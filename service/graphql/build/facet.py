"""What rows there are to choose among: of each facet its choices, how many rows each, its range.

A facet's own conditions do not narrow it: of two choices the one not taken is still listed.
All others do. Facets that are narrowed alike are one question, of rows found once.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, fields
from typing import Any, Final, TypeAlias, cast

import strawberry
from sqlalchemy import (
    CTE,
    Boolean,
    ColumnElement,
    Float,
    Integer,
    Select,
    String,
    case,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import InstrumentedAttribute, Session

from schema.catalog import Table
from service.graphql.build.table import camel, columns, leaf, unit, words
from service.graphql.build.where import Where
from service.living import alive

MOST_CHOICES: Final = 50
"""Choices of a facet that are listed."""
_ROWS: Final = -1
_IDS: Final = -2


@strawberry.type(description="One choice of a facet.")
class FacetChoice:
    """One choice of a facet."""

    value: str = strawberry.field(description="What is chosen, as `eq` of its condition takes it.")
    count: int = strawberry.field(description="Rows that have it.")
    least: float | None = strawberry.field(description="Least number of it, where it has numbers.")
    greatest: float | None = strawberry.field(description="Greatest number of it, likewise.")


@strawberry.type(description="What there is to choose among in one respect.")
class Facet:
    """What there is to choose among in one respect."""

    name: str = strawberry.field(description="Which it is, as it was asked for.")
    condition: str = strawberry.field(
        description="The condition of `where` that narrows by it, e.g. layers.some.substance. What "
        "stands there, at the top or in a top `and`, does not narrow the facet itself; in an `or` "
        "or `not` it does, as all other conditions do."
    )
    unit: str = strawberry.field(description="Unit of its numbers; empty without one.")
    choices: list[FacetChoice] = strawberry.field(
        description=f"The choices, those of most rows first, at most {MOST_CHOICES}; none of "
        "numbers. A row that has several counts in each."
    )
    more: int = strawberry.field(description="Choices beyond those.")
    least: float | None = strawberry.field(description="Least number.")
    greatest: float | None = strawberry.field(description="Greatest number.")
    count: int = strawberry.field(description="Rows of which it is told.")
    not_told: int = strawberry.field(
        description="The other rows: they meet `isNull` of its condition, where it has one."
    )


_NO_TEXT: Final = sql_cast(null(), String)


def _asked(value: ColumnElement[Any], count: ColumnElement[Any], *ends: Any) -> Select[Any]:  # noqa: ANN401 # columns
    """Return what is asked of a facet: value, count, least and greatest."""
    least, greatest = (sql_cast(each, Float) for each in (ends or (null(), null())))
    return select(
        value.label("value"),
        count.label("count"),
        least.label("least"),
        greatest.label("greatest"),
    )


@dataclass(frozen=True)
class Rows:
    """Rows that are chosen among, and whether they are some of those there are, or all."""

    table: CTE
    is_some: bool


@dataclass(frozen=True)
class OfColumn:
    """The values of a column: choices of text, and of what is true or false; a range of numbers."""

    column: InstrumentedAttribute[Any]
    unit: str
    meaning: str

    @property
    def name(self) -> str:
        """Return the name of the column."""
        return str(self.column.key)

    @property
    def path(self) -> tuple[str, ...]:
        """Return where its condition stands."""
        return (self.name,)

    @property
    def needs(self) -> Sequence[InstrumentedAttribute[Any]]:
        """Return the column."""
        return (self.column,)

    def queries(self, rows: Rows) -> Iterator[tuple[bool, Select[Any]]]:
        """Yield what is asked of rows: their choices (true), or all of them at once (false)."""
        column = rows.table.c[self.name]
        count = func.count(column)
        if leaf(self.column) not in {str, bool}:
            yield False, _asked(_NO_TEXT, count, func.min(column), func.max(column))
            return
        value: ColumnElement[Any] = column
        if isinstance(column.type, Boolean):
            value = case((column, "true"), else_="false")
        yield True, _asked(value, count).where(column.is_not(None)).group_by(value)
        yield False, _asked(_NO_TEXT, count)


@dataclass(frozen=True)
class OfList:
    """The values of what hangs on rows, e.g. the substances of the layers of a cell.

    Attributes:
        name: of the facet.
        path: where its condition stands.
        meaning: what it is.
        values: names owner and value, and number where each value has numbers.
        unit: of these.
        called: what a value is called, out of it.
    """

    name: str
    path: tuple[str, ...]
    meaning: str
    values: Select[Any]
    unit: str = ""
    called: Callable[[ColumnElement[Any]], ColumnElement[Any]] = lambda value: value

    @property
    def needs(self) -> Sequence[InstrumentedAttribute[Any]]:
        """Return nothing: it hangs on the ids of rows."""
        return ()

    def queries(self, rows: Rows) -> Iterator[tuple[bool, Select[Any]]]:
        """Yield what is asked of rows: their choices (true), or all of them at once (false)."""
        each = self.values.subquery().c
        here: ColumnElement[bool] = each.value.is_not(None)
        if rows.is_some:
            here &= each.owner.in_(select(rows.table.c.id))
        ends = []
        if "number" in each:
            here &= each.number.is_not(None)
            ends = [func.min(each.number), func.max(each.number)]
        count = func.count(each.owner.distinct())  # a row may have a value twice
        choices = _asked(self.called(each.value), count, *ends)
        yield True, choices.where(here).group_by(each.value)
        yield False, _asked(_NO_TEXT, count, *ends).where(here)


Source: TypeAlias = OfColumn | OfList
"""Where the choices of a facet come from."""


def columns_of(model: type[Table]) -> Iterator[OfColumn]:
    """Yield the facets that columns of a table are: of text, numbers, what is true or false."""
    for column in columns(model).values():
        if leaf(column) in {str, bool, int, float}:
            yield OfColumn(column, unit(column) or "", words(column))


@dataclass(frozen=True)
class FacetCounts:
    """What was found of rows.

    Attributes:
        rows: how many there are.
        ids: of these, where they were asked for.
        facets: by the place of what they were asked of.
    """

    rows: int
    ids: str
    facets: Mapping[int, Facet]


def look_at(
    session: Session,
    model: type[Table],
    where: Where | None,
    sources: Mapping[int, Source],
    *,
    with_ids: bool = False,
) -> FacetCounts:
    """Return facets of the rows that meet conditions, and the ids of these where wanted."""
    found = alive(model)
    if where is not None:
        found = found.where(where.clause())
    needed = {each.key: each for source in sources.values() for each in source.needs}
    key = cast("Any", model).id
    table = found.with_only_columns(key, *needed.values()).cte()
    # all rows are read where they are: to set them aside first takes longer than to count them
    is_some = found.whereclause is not None
    rows = Rows(table.prefix_with("MATERIALIZED" if is_some else "NOT MATERIALIZED"), is_some)
    total = _asked(_NO_TEXT, func.count()).select_from(rows.table)
    parts = [_part(_ROWS, is_choice=False, asked=total)]
    if with_ids:
        text = func.aggregate_strings(sql_cast(rows.table.c.id, String), ",")
        parts.append(_part(_IDS, is_choice=False, asked=_asked(text, func.count())))
    for place, source in sources.items():
        parts += [_part(place, is_choice=choice, asked=q) for choice, q in source.queries(rows)]
    choices: dict[int, list[FacetChoice]] = {place: [] for place in sources}
    groups = dict.fromkeys(sources, 0)
    whole: dict[int, tuple[Any, ...]] = {}
    for place, is_choice, value, count, least, greatest, group_count in session.execute(
        union_all(*parts)
    ):
        if is_choice:
            groups[place] = group_count
            choices[place].append(
                FacetChoice(value=value, count=count, least=least, greatest=greatest)
            )
        else:
            whole[place] = (value, count, least, greatest)
    total_count = whole[_ROWS][1]
    facets = {}
    for place, source in sources.items():
        _, count, least, greatest = whole[place]
        listed = sorted(choices[place], key=lambda each: (-each.count, each.value))
        facets[place] = Facet(
            name=source.name.upper(),
            condition=".".join(map(camel, source.path)),
            unit=source.unit,
            choices=listed,
            more=groups[place] - len(listed),
            least=least,
            greatest=greatest,
            count=count,
            not_told=total_count - count,
        )
    return FacetCounts(total_count, (whole[_IDS][0] or "") if with_ids else "", facets)


def _part(place: int, *, is_choice: bool, asked: Select[Any]) -> Select[Any]:
    """Return a part of the whole question: choices of most rows alone, with how many there are."""
    counts = asked.subquery()
    groups = func.count().over() if is_choice else literal(0, Integer)
    part = select(
        literal(place, Integer).label("place"),
        literal(int(is_choice), Integer).label("is_choice"),
        *counts.c,
        groups.label("groups"),
    )
    if is_choice:
        part = part.order_by(counts.c.count.desc(), counts.c.value).limit(MOST_CHOICES)
    return select(*part.subquery().c)


def without(where: Where | None, path: Sequence[str]) -> Where | None:
    """Return conditions without that at a path, the same ones where there is none."""
    return cast("Where | None", _without(where, path)) or None


def _without(where: Any, path: Sequence[str]) -> Any:  # noqa: ANN401 # any conditions
    if where is None or where is strawberry.UNSET:
        return where
    first, *rest = path
    replaced = {first: _without(getattr(where, first), rest) if rest else strawberry.UNSET}
    same = replaced[first] is getattr(where, first)
    together = getattr(where, "and_", None)
    if isinstance(together, list):
        all_of = [_without(each, path) for each in together]
        same &= all(one is other for one, other in zip(all_of, together, strict=True))
        replaced["and_"] = [each for each in all_of if each is not strawberry.UNSET]
    if same:
        return where
    changed = copy(where)
    for name, value in replaced.items():
        setattr(changed, name, value)
    said = (getattr(changed, each.name) for each in fields(changed))
    return changed if any(each is not strawberry.UNSET for each in said) else strawberry.UNSET
