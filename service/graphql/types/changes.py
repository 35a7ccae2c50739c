"""What has changed since a snapshot: what a page that was shared says when it is seen again."""

from collections.abc import Callable
from typing import Annotated, Any, Final, cast

import strawberry

from schema.catalog import Table
from schema.catalog.connection import current_snapshot
from service import changes as found
from service.graphql.build.context import Info
from service.graphql.build.node import KINDS, Node
from service.graphql.build.page import DEFAULT_FIRST, First, size

_TABLES: Final = "Tables of the catalog that were written to since, by name; null: not known. "


async def _node(root: strawberry.Parent["Change"], info: Info) -> Node | None:
    """Return what changed, None where it is there no more."""
    if root.model is None or root.id is None:
        return None
    found_row: Any = await info.context.loaders.row(root.model).load(int(root.id))
    return cast("Node | None", found_row)


@strawberry.type(description="Something that has changed.")
class Change:
    """Something that has changed."""

    model: strawberry.Private[type[Table] | None]
    id: strawberry.ID | None = strawberry.field(
        description="Its id; null where nothing is left of it but its name."
    )
    name: str = strawberry.field(description="Its name; a removed one's is the one it had.")
    node: Node | None = strawberry.field(
        resolver=_node, description="The thing as it is now; null when it was removed."
    )


def _part(word: str) -> Callable[..., Any]:
    """Return the resolver of the first of what was added, superseded or removed."""

    async def resolve(
        root: strawberry.Parent["Changed"], first: First = DEFAULT_FIRST
    ) -> list[Change]:
        model = None if word == "removed" else KINDS[root.kind]
        rows = getattr(root.changed, word)[: size("first", first)]
        return [
            Change(
                model=model,
                id=None if row.id is None else strawberry.ID(str(row.id)),
                name=row.name,
            )
            for row in rows
        ]

    return resolve


def _count(word: str) -> Callable[..., Any]:
    def resolve(root: strawberry.Parent["Changed"]) -> int:
        return len(getattr(root.changed, word))

    return resolve


@strawberry.type(description="What has changed of one kind of thing.")
class Changed:
    """What has changed of one kind of thing."""

    kind: strawberry.Private[str]
    changed: strawberry.Private[found.Changed]
    added: list[Change] = strawberry.field(
        resolver=_part("added"), description="The first of those that have come, by id."
    )
    superseded: list[Change] = strawberry.field(
        resolver=_part("superseded"),
        description="The first of those that were there and are something else now, by id.",
    )
    removed: list[Change] = strawberry.field(
        resolver=_part("removed"), description="The first of those that are there no more, by id."
    )
    added_count: int = strawberry.field(resolver=_count("added"), description="How many have come.")
    superseded_count: int = strawberry.field(
        resolver=_count("superseded"), description="How many are something else now."
    )
    removed_count: int = strawberry.field(
        resolver=_count("removed"), description="How many are there no more."
    )


@strawberry.type(
    description="What has changed since a snapshot, as far as the catalog tells. What came and "
    "went in between is in none of it. What was entered or changed by hand has no snapshot "
    "of its own: another area of a cell, a test assigned to another cell, cycles counted "
    "otherwise are told by `tables` alone."
)
class Changes:
    """What has changed since a snapshot."""

    since: int = strawberry.field(description="The snapshot that was asked about.")
    snapshot: int = strawberry.field(description="The snapshot of now, which this is up to.")
    tests: Changed = strawberry.field(
        description="Tests. A superseded one has other files: its export was read anew, or its "
        "sweeps were analyzed anew. Not told: a test assigned, recounted or given a protocol."
    )
    cells: Changed = strawberry.field(
        description="Cells. Those added are told by when they were entered, on the clock of who "
        "did. A superseded one has tests that were added, superseded or removed, or a study tells "
        "something else of it. Not told: what was changed of it by hand, which `revisions` "
        "tell, or of the materials it is made of."
    )
    materials: Changed = strawberry.field(
        description="Materials, told as cells are; the tests of one are those run on itself."
    )
    claims: Changed = strawberry.field(
        description="Claims that studies tell: of a superseded one other words are told. Not told: "
        "claims entered by hand, and verdicts, which may change with every test."
    )
    studies: Changed = strawberry.field(
        description="Studies. A superseded one was applied with another document."
    )
    files: Changed = strawberry.field(
        description="Exports. A superseded one was read anew, or has other bytes in the same place."
    )
    tables: list[str] | None = strawberry.field(
        description=_TABLES + "Where `cell` is among them and no cell is told, one was changed by "
        "hand."
    )


async def changes_since(
    info: Info,
    snapshot: Annotated[
        int, strawberry.argument(description="The `snapshot` that was told with what is known.")
    ],
) -> Changes:
    """Return what has changed since a snapshot."""
    changes = await info.context.loaders.look(lambda session: found.changes(session, snapshot))

    def of(kind: str, changed: found.Changed) -> Changed:
        return Changed(kind=kind, changed=changed)

    return Changes(
        since=changes.since,
        snapshot=changes.snapshot,
        tests=of("Test", changes.tests),
        cells=of("Cell", changes.cells),
        materials=of("Material", changes.materials),
        claims=of("Claim", changes.claims),
        studies=of("Study", changes.studies),
        files=of("File", changes.files),
        tables=changes.tables,
    )


async def snapshot_now(info: Info) -> int:
    """Return the number of the last committed change."""
    return await info.context.loaders.look(current_snapshot)
