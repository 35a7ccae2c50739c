"""Fields of many rows, had before any row is completed.

graphql-core asks row by row: of a page of 50 cells with five metrics it makes 250 tasks, each with
arguments and an info of its own, which takes longer than the numbers. What a field is asked with is
the same for all rows of a list; so it is understood once, and the rows find their answers there.
"""

from asyncio import gather
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from graphql import GraphQLOutputType, GraphQLResolveInfo
from graphql.execution.collect_fields import FieldDetailsList

from service.graphql.build.context import Context

Load: TypeAlias = Callable[[tuple[int, ...]], Awaitable[Sequence[Any]]]
"""What has the values of rows, by their ids."""


class RowField:
    """Resolves a field of rows that have ids.

    Args:
        understood: returns what loads the field as a document asks for it, with these arguments.
    """

    def __init__(
        self, understood: Callable[[GraphQLResolveInfo[Context], Mapping[str, Any]], Load]
    ) -> None:
        self.understood: Final = understood

    async def __call__(
        self,
        row: Any,  # noqa: ANN401 # of the catalog
        info: GraphQLResolveInfo[Context],
        **given: Any,  # noqa: ANN401 # the field's arguments
    ) -> Any:  # noqa: ANN401 # what a row's field is
        """Return the value for one row, as graphql-core asks for it.

        The way through strawberry takes longer than all else, and a page goes it hundreds of times.
        """
        place = (info.parent_type.name, *map(id, info.field_nodes))
        load = info.context.loads.get(place)
        if load is None:
            load = info.context.loads[place] = self.understood(info, given)
        (value,) = await load((row.id,))
        return value


@dataclass(frozen=True, slots=True, eq=False)
class Ahead:
    """One field of the rows of a list: how it is completed, and what is had of it by row."""

    kind: GraphQLOutputType
    details: FieldDetailsList
    info: GraphQLResolveInfo[Context]
    load: Load
    had: dict[int, Any] = field(default_factory=dict)
    """What was loaded, or the exception that came of it, by the id of a row."""

    def of(self, row: Any) -> Any:  # noqa: ANN401 # a row of the catalog, and what its field gave
        """Return the value for a row.

        Raises:
            Exception: what came of loading it.
        """
        value = self.had[row.id]
        if isinstance(value, BaseException):
            raise value
        return value


async def have(fields: Sequence[Ahead], ids: Iterable[int]) -> None:
    """Load fields of rows, all at once."""
    rows = tuple(dict.fromkeys(ids))
    loaded = await gather(*(each.load(rows) for each in fields), return_exceptions=True)
    for each, values in zip(fields, loaded, strict=True):
        if isinstance(values, BaseException):
            each.had.update(dict.fromkeys(rows, values))
        else:
            each.had.update(zip(rows, values, strict=True))
