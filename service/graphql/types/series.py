"""The points of a test: a stretch of them, as many as can be looked at."""

from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, Final
from urllib.parse import urlencode

import pyarrow as pa
import pyarrow.compute as pc
import strawberry
from anyio import to_thread
from strawberry.types.nodes import SelectedField, Selection

from schema import catalog
from schema.error import InvalidArgument
from service.downsample import Method, chosen
from service.graphql.build.answer import Answer
from service.graphql.build.column import finished
from service.graphql.build.columnar import columnar
from service.graphql.build.context import Info
from service.graphql.build.table import camel
from service.metric.relation import RELATIONS
from service.store.points import points_columns, points_question
from service.store.question import Question

DEFAULT_POINTS: Final = 2_000
"""Points when nothing else is asked."""
MOST_POINTS: Final = 5_000_000
"""Points of one series; beyond this take /arrow."""
_COLUMNS: Final = [each for each in RELATIONS["points"].columns if each.name != "test_id"]
_CANONICAL: Final = {camel(each.name): each.name for each in _COLUMNS}
_ALONG: Final = frozenset({"test_time_second", "step_time_second", "unix_time_second"})
"""Columns that points are drawn along, not up."""


@strawberry.enum(description="How points are chosen when there are more than may be.")
class Sampling(Enum):
    """How points are chosen."""

    MINMAX = strawberry.enum_value(
        "minmax",
        description="The lowest and the highest of every stretch, in each column asked for.",
    )
    LTTB = strawberry.enum_value(
        "lttb", description="Of these, the ones that keep the shape of each column best."
    )
    NONE = strawberry.enum_value("none", description="None is left out: too many are an error.")


@strawberry.input(description="A stretch of a test; what is left out does not bound it.")
class Window:
    """A stretch of a test."""

    start_second: float | None = strawberry.field(
        default=None, description="Points from this test time on. In s."
    )
    end_second: float | None = strawberry.field(
        default=None, description="Points before this test time. In s."
    )
    cycles: list[int] | None = strawberry.field(
        default=None, description="Points of these cycles, by our own numbering."
    )


@strawberry.type(description="Where to take the same points from, whole and with 64 bits.")
class Download:
    """Where to take the same points from."""

    arrow: str = strawberry.field(description="As an Arrow IPC stream.")
    parquet: str = strawberry.field(description="As Parquet.")
    csv: str = strawberry.field(description="As comma-separated values.")
    files: str = strawberry.field(
        description="Where the files that rest of the whole test are listed, as an Arrow IPC "
        "stream: each with the path at which it is read by ranges."
    )


@dataclass(frozen=True, slots=True)
class SeriesMetadata:
    """What is stated of a series beside its columns."""

    names: list[str]
    point_count: int
    download: Download


def _column(
    root: strawberry.Parent[Answer],
    name: Annotated[str, strawberry.argument(description="Its name, one of columnNames.")],
) -> list[float | None] | None:
    column = root.table.column(name)
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        raise InvalidArgument("name", name, "a column of numbers; take texts from download")
    values: Any = finished(name, column, "Float")
    return values  # type: ignore[no-any-return] # a finished column


def _column_names(root: strawberry.Parent[Answer]) -> list[str]:
    metadata: SeriesMetadata = root.metadata
    return metadata.names


def _point_count(root: strawberry.Parent[Answer]) -> int:
    metadata: SeriesMetadata = root.metadata
    return metadata.point_count


def _sampled(root: strawberry.Parent[Answer]) -> bool:
    metadata: SeriesMetadata = root.metadata
    return int(root.table.num_rows) < metadata.point_count


def _download(root: strawberry.Parent[Answer]) -> Download:
    metadata: SeriesMetadata = root.metadata
    return metadata.download


_MORE: Final = [
    strawberry.field(resolver=resolver, name=name, description=meaning)
    for name, resolver, meaning in (
        ("column", _column, "A column by its stored name, the export's own included."),
        ("columnNames", _column_names, "The stored names of all columns."),
        ("pointCount", _point_count, "Points of the stretch before any were left out."),
        ("sampled", _sampled, "Whether points were left out."),
        ("download", _download, "Where to take all points of its time window from."),
    )
]
Series = columnar(
    "Series",
    "Points, one list per column; a column the export does not have is null.",
    _COLUMNS,
    more=_MORE,
)


async def series(
    root: strawberry.Parent[catalog.Test],
    info: Info,
    window: Annotated[
        Window | None, strawberry.argument(description="Which stretch; all when left out.")
    ] = strawberry.UNSET,
    max_points: Annotated[
        int, strawberry.argument(description=f"How many points at most, up to {MOST_POINTS}.")
    ] = DEFAULT_POINTS,
    method: Annotated[
        Sampling, strawberry.argument(description="How they are chosen.")
    ] = Sampling.MINMAX,
) -> Any:  # noqa: ANN401 # a series
    """Return the points of a test."""
    if not 1 <= max_points <= MOST_POINTS:
        raise InvalidArgument("maxPoints", max_points, f"a number from 1 to {MOST_POINTS}")
    context = info.context
    context.points_left -= root.point_count
    if context.points_left < 0:
        raise InvalidArgument("series", "all these points", "fewer tests in one request")
    stretch = window or Window()
    store, asked = context.state.store, _asked(info.selected_fields)

    def wanted() -> tuple[list[str], list[str], Question]:
        have = points_columns(store, root.id)
        names = [name for name in asked if name in have or name not in _CANONICAL.values()]
        needed = names or ["record_index"]
        if stretch.cycles is not None:
            needed = [*needed, "cycle_count"]
        ends = (stretch.start_second, stretch.end_second)
        question = points_question(store, root.id, list(dict.fromkeys(needed)), *ends)
        return list(have), names, question

    have, names, question = await to_thread.run_sync(wanted)
    table = await context.loaders.ask(question)
    within, points = await to_thread.run_sync(
        _downsampled, table, names, stretch, max_points, method
    )
    context.state.telemetry.points.inc(points.num_rows)
    return Answer.of(points, SeriesMetadata(have, within, _links(root.id, stretch)))


def _asked(selections: list[Selection]) -> list[str]:
    """Return the stored names of the columns a request selects."""
    names: dict[str, None] = {}
    open_now = [inner for each in selections for inner in each.selections]
    while open_now:
        each = open_now.pop()
        if not isinstance(each, SelectedField):
            open_now.extend(each.selections)
        elif each.name in _CANONICAL:
            names[_CANONICAL[each.name]] = None
        elif each.name == "column":
            names[str(each.arguments.get("name"))] = None
    return list(names)


def _downsampled(
    table: pa.Table, names: list[str], stretch: Window, most: int, method: Sampling
) -> tuple[int, pa.Table]:
    """Return how many points lie in the stretch, and those that are shown."""
    if stretch.cycles is not None:
        cycles = pa.array(stretch.cycles, pa.int64())
        table = table.filter(pc.is_in(table["cycle_count"], cycles))
    count = table.num_rows
    if count <= most:
        return count, table
    if method is Sampling.NONE:
        raise InvalidArgument("maxPoints", most, f"at least {count} with the method NONE")
    drawn = [
        table[name].to_numpy()
        for name in names
        if name not in _ALONG and pa.types.is_floating(table[name].type)
    ]
    return count, table.take(chosen(drawn, count, most, Method(method.value)))


def _links(test: int, stretch: Window) -> Download:
    ends = {"start_second": stretch.start_second, "end_second": stretch.end_second}
    bounds = {name: end for name, end in ends.items() if end is not None}
    arrow, parquet, csv = (
        f"/arrow/points/{test}?{urlencode(bounds | {'format': each})}"
        for each in ("arrow", "parquet", "csv")
    )
    return Download(arrow=arrow, parquet=parquet, csv=csv, files=f"/arrow/files?test={test}")
