"""Root fields that answer with pages of catalog rows."""

from collections.abc import Sequence
from typing import Annotated, Any, Final, Generic, TypeVar, cast

import strawberry
from sqlalchemy import Select
from sqlalchemy.orm import Session

from schema.catalog import Table
from schema.error import InvalidArgument, UnknownName
from service.graphql.build.condition import key
from service.graphql.build.context import Info
from service.graphql.build.page import (
    DEFAULT_FIRST,
    LARGEST_FIRST,
    Edge,
    Order,
    Page,
    PageInfo,
    Request,
    count_rows,
    turn,
)
from service.graphql.build.resolver import field
from service.graphql.build.where import Where, prepare
from service.living import alive, of_name

T = TypeVar("T")
_SEVERAL: Final = "where several have it, an error that names their ids"


async def total_count(root: strawberry.Parent["Connection[Any]"], info: Info) -> int:
    """Return the number of rows of all pages."""
    rows = root.rows
    return await info.context.loaders.look(lambda session: count_rows(session, rows))


@strawberry.type(description="A page of rows.")
class Connection(Generic[T]):
    """A page of rows."""

    rows: strawberry.Private[Select[Any]]
    nodes: list[T] = strawberry.field(description="The rows of the page.")
    edges: list[Edge[T]] = strawberry.field(
        description="The rows of the page, each with its cursor."
    )
    page_info: PageInfo = strawberry.field(description="Where the page stands.")
    total_count: int = strawberry.field(
        resolver=total_count, description="Rows of all pages together."
    )


_WORDS: Final = {
    "first": f"How many, at most {LARGEST_FIRST}.",
    "after": "Rows after this cursor.",
    "last": f"How many from the end, at most {LARGEST_FIRST}; wins over `first`.",
    "before": "Rows before this cursor.",
    "where": "Which rows; all conditions must hold.",
    "order_by": "In what order; rows that are equal stand by id.",
    "ids": "Only the rows with these ids; an id nobody has is an error.",
    "names": "Only the rows with these names; a name nobody has is an error.",
}


def connection(
    node: type[Any],
    model: type[Table],
    where_input: type[Any],
    order_input: type[Any],
    meaning: str,
    *,
    usual: Sequence[Order] = (),
) -> Any:  # noqa: ANN401 # a field, which type checkers take for its value
    """Return a root field that answers with pages of a table's rows, ``usual`` their order."""

    async def resolve(
        info: Info,
        where: Where | None = None,
        order_by: Sequence[Order] | None = None,
        ids: list[str] | None = None,
        names: list[str] | None = None,
        **page: Any,  # noqa: ANN401 # first, after, last, before
    ) -> Any:  # noqa: ANN401 # a connection of the node
        rows = alive(model)
        await prepare([where or None, *(order_by or ())], info.context.loaders)
        if where:
            rows = rows.where(where.clause())
        named = _short("names", names)
        numbers = _short("ids", ids)
        numbers = numbers and [key(each, "ids") for each in numbers]
        if numbers is not None:
            rows = rows.where(cast("Any", model).id.in_(numbers))
        if named is not None:
            rows = rows.where(cast("Any", model).name.in_(named))
        request = Request(rows, model, order_by or usual, **page)

        def ask(session: Session) -> Page:
            _known(session, model, "id", numbers)
            _known(session, model, "name", named)
            return turn(session, request)

        turned = await info.context.loaders.look(ask)
        edges = [
            Edge(node=row, cursor=cursor)
            for row, cursor in zip(turned.rows, turned.cursors, strict=True)
        ]
        return Connection(nodes=turned.rows, edges=edges, page_info=turned.info, rows=rows)

    kinds = {
        "first": int | None,
        "after": str | None,
        "last": int | None,
        "before": str | None,
        "where": where_input | None,
        "order_by": list[order_input] | None,  # type: ignore[valid-type] # at run time
        "ids": list[strawberry.ID] | None,
        "names": list[str] | None,
    }
    if "name" not in model.__table__.c:
        del kinds["names"]
    return field(
        resolve,
        {"info": Info, **{name: _described(name, kind) for name, kind in kinds.items()}},
        Connection[node] | None,  # type: ignore[valid-type] # null beside an error
        meaning,
        defaults=dict.fromkeys(kinds, strawberry.UNSET) | {"first": DEFAULT_FIRST},
    )


def _described(name: str, kind: object) -> Any:  # noqa: ANN401 # an annotation
    return Annotated[kind, strawberry.argument(description=_WORDS[name])]


def single(node: type[Any], model: type[Table], meaning: str) -> Any:  # noqa: ANN401 # a field, which type checkers take for its value
    """Return a root field that answers with one row by its id or, where it has one, its name."""

    async def resolve(info: Info, **by: Any) -> Any:  # noqa: ANN401 # id, name
        return await _one(info, model, **by)

    arguments: dict[str, Any] = {"info": Info}
    named = model.__table__.c.get("name")
    if named is not None:
        by_name = "Its name." if named.unique else f"Its name; {_SEVERAL}."
        for name, kind, words in (("id", strawberry.ID, "Its id."), ("name", str, by_name)):
            argument = strawberry.argument(description=words)
            arguments[name] = Annotated[kind | None, argument]
    else:
        arguments["id"] = Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    defaults = {"id": strawberry.UNSET, "name": strawberry.UNSET} if "name" in arguments else {}
    return field(resolve, arguments, node | None, meaning, defaults=defaults)


async def _one(
    info: Info,
    model: type[Table],
    id: str | None = None,  # noqa: A002 # the argument's name
    name: str | None = None,  # the argument's name
) -> object:
    if (id is None) == (name is None):
        raise InvalidArgument("id, name", "both or none", "one of the two")
    look = info.context.loaders.look
    if name is not None:
        return await look(lambda session: of_name(session, model, name))
    rows = alive(model).where(cast("Any", model).id == key(str(id), "id"))
    return await look(lambda session: session.scalar(rows))


def _short(argument: str, values: list[str] | None) -> list[Any] | None:
    if values and len(values) > LARGEST_FIRST:
        raise InvalidArgument(argument, f"{len(values)} values", f"at most {LARGEST_FIRST}")
    return values


def _known(
    session: Session, model: type[Table], attribute: str, values: Sequence[object] | None
) -> None:
    if not values:
        return
    column = getattr(model, attribute)
    rows = alive(model).with_only_columns(column)
    found = set(session.scalars(rows.where(column.in_(values))))
    for value in values:
        if value not in found:
            known = map(str, session.scalars(rows.limit(LARGEST_FIRST)))
            raise UnknownName(f"{model.__tablename__} {attribute}", str(value), known)
