"""What somebody looks for by a text, over all kinds of things."""

from enum import Enum
from typing import Annotated, Any, Final, cast

import strawberry

from service import search as found
from service.graphql.build.context import Info
from service.graphql.build.node import KINDS, Node
from service.graphql.build.page import LARGEST_FIRST, size

USUAL: Final = 10
"""Hits of a kind when nothing else is asked."""


@strawberry.enum(description="A kind of thing that can be looked for.")
class SearchKind(Enum):
    """A kind of thing that can be looked for."""

    CELL = strawberry.enum_value(
        "cell",
        description="By name, configuration, and the substances and materials of its layers.",
    )
    TEST = strawberry.enum_value(
        "test",
        description="By name, technique, the instrument's own word for it, and file name.",
    )
    MATERIAL = strawberry.enum_value("material", description="By name, batch and substance.")
    SUBSTANCE = strawberry.enum_value("substance", description="By name, title and formula.")
    PROCESS = strawberry.enum_value("process", description="By name and kind.")
    FILE = strawberry.enum_value("file", description="By name.")
    STUDY = strawberry.enum_value("study", description="By name.")
    CLAIM = strawberry.enum_value("claim", description="By name, text and source.")


async def _node(root: strawberry.Parent["SearchHit"], info: Info) -> Node | None:
    model = KINDS[root.kind.name.capitalize()]
    row: Any = await info.context.loaders.row(model).load(int(root.id))
    return cast("Node | None", row)


@strawberry.type(description="Something that was found.")
class SearchHit:
    """Something that was found."""

    kind: SearchKind = strawberry.field(description="What it is.")
    id: strawberry.ID = strawberry.field(description="Its id among those of its kind.")
    name: str = strawberry.field(description="Its name.")
    field: str = strawberry.field(
        description="What of it has the text in it: name, or another of those its kind is looked "
        "for by; the nearest where several have."
    )
    text: str = strawberry.field(description="What stands there.")
    node: Node | None = strawberry.field(resolver=_node, description="The thing itself.")


@strawberry.type(description="What was found of one kind.")
class SearchGroup:
    """What was found of one kind."""

    kind: SearchKind = strawberry.field(description="The kind.")
    hits: list[SearchHit] = strawberry.field(
        description="The first of them: those called so, then those whose name begins so, then "
        "those that have it in their name, then the rest likewise; of equals the shortest name "
        "first, then the lowest id."
    )
    has_more: bool = strawberry.field(description="Whether there are more than these.")


async def search(
    info: Info,
    text: Annotated[
        str,
        strawberry.argument(
            description=f"What to look for, 1 to {found.LONGEST} characters, upper and lower case "
            "alike; blanks around it do not count, and no character stands for others."
        ),
    ],
    kinds: Annotated[
        list[SearchKind] | None, strawberry.argument(description="Of these kinds; else of all.")
    ] = None,
    first: Annotated[
        int | None,
        strawberry.argument(description=f"How many of each kind, at most {LARGEST_FIRST}."),
    ] = USUAL,
) -> list[SearchGroup]:
    """Return what has a text in it, of each kind that has any."""
    most = size("first", USUAL if first is None else first)
    asked = [kind for kind in SearchKind if kinds is None or kind in kinds]
    groups = await info.context.loaders.look(
        lambda session: [
            (kind, found.search(session, str(kind.value), text, most)) for kind in asked
        ]
    )
    return [
        SearchGroup(
            kind=kind,
            hits=[_search_hit(kind, each) for each in group.hits],
            has_more=group.has_more,
        )
        for kind, group in groups
        if group.hits or group.has_more
    ]


def _search_hit(kind: SearchKind, hit: found.Hit) -> SearchHit:
    return SearchHit(
        kind=kind, id=strawberry.ID(str(hit.id)), name=hit.name, field=hit.field, text=hit.text
    )
