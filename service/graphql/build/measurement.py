"""What the store holds of sweeps, scans and regions, asked for once for all of a request."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from strawberry import scalars

from schema import catalog
from schema.analysis import Method
from schema.catalog.structure import Measured
from schema.error import InvalidArgument
from schema.relation import Column, Relation
from service.graphql.build.context import Info
from service.graphql.build.resolver import ROW, field
from service.graphql.build.table import with_unit
from service.store.measurement import measurement_question
from service.store.question import Question

Columns: TypeAlias = Mapping[str, NDArray[Any]]
Row: TypeAlias = dict[str, Any]
MeasurementKey: TypeAlias = tuple[type[Measured], int]
"""A measurement: which kind it is of, and its key."""


def columns_of(
    of: MeasurementKey, info: Info, relation: Relation, order: str, where: str = "true"
) -> Awaitable[Columns]:
    """Return the columns of numbers and flags that the store has of a sweep, scan or region."""
    kind, measurement = of

    def apart(table: pa.Table, ids: list[int]) -> list[Columns]:
        info.context.state.telemetry.points.inc(table.num_rows)
        columns = {
            name: table.column(name).to_numpy(zero_copy_only=False) for name in table.column_names
        }
        return [
            {name: column[place] for name, column in columns.items()}
            for place in _places(table, ids)
        ]

    def question(ids: list[int]) -> Question:
        kinds = {"DOUBLE", "BIGINT", "BOOLEAN"}
        names = [each.name for each in relation.columns if each.kind in kinds]
        return measurement_question(*(kind, ids, relation), names=names, order=order, where=where)

    key = ("columns of measurement", relation.name, where)
    return info.context.loaders.parts(key, question, apart).load(measurement)


def rows_of(of: MeasurementKey, info: Info, relation: Relation, order: str) -> Awaitable[list[Row]]:
    """Return the rows that a relation of the store has of a sweep, scan or region."""
    kind, measurement = of

    def apart(table: pa.Table, ids: list[int]) -> list[list[Row]]:
        for place, kind in enumerate(table.schema.types):
            if pa.types.is_floating(kind):
                values = table.column(place)
                known = pc.if_else(pc.is_finite(values), values, None)
                table = table.set_column(place, table.field(place), known)
        rows = table.to_pylist()
        return [rows[place] for place in _places(table, ids)]

    def question(ids: list[int]) -> Question:
        names = [each.name for each in relation.columns]
        return measurement_question(*(kind, ids, relation), names=names, order=order, where="true")

    key = ("rows of measurement", relation.name)
    return info.context.loaders.parts(key, question, apart).load(measurement)


def listed(column: Column, load: Callable[[Any, Info], Awaitable[Columns]]) -> Any:  # noqa: ANN401 # a field, which type checkers take for its value
    """Return the field of a column of numbers, one of those that ``load`` gives of a row."""

    async def resolve(root: Any, info: Info) -> NDArray[Any]:  # noqa: ANN401 # a row
        return (await load(root, info))[column.name]

    meaning = with_unit(column.meaning, column.unit)
    arguments = {"root": ROW, "info": Info}
    return field(resolve, arguments, list[float | None] | None, meaning, name=column.name)


def charge(info: Info, points: int) -> None:
    """Take points off what a request may still ask for.

    Raises:
        InvalidArgument: when it asks for too many.
    """
    info.context.points_left -= points
    if info.context.points_left < 0:
        raise InvalidArgument("spectra", "all these points", "fewer spectra in one request")


async def settings_of(
    info: Info, method: Method, test: int, version: str, parameter_hash: str
) -> scalars.JSON | None:
    """Return the settings that a method was applied with to the sweeps of a test."""
    analysis = catalog.Analysis
    loader = info.context.loaders.children(analysis.test_id, analysis.id)
    wanted = (method, version, parameter_hash)
    found: scalars.JSON | None = next(
        (
            each.parameters
            for each in await loader.load(test)
            if (each.method, each.version, each.parameter_hash) == wanted
        ),
        None,
    )
    return found


def _places(table: pa.Table, ids: Sequence[int]) -> list[slice]:
    """Return where the rows of each measurement stand in a table that is in their order."""
    owner = table.column(0).to_numpy()
    first = np.searchsorted(owner, ids, side="left").tolist()
    last = np.searchsorted(owner, ids, side="right").tolist()
    return [slice(a, b) for a, b in zip(first, last, strict=True)]
