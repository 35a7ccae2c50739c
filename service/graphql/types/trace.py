"""Where an answer comes from: the metric's file, its arguments, the exports it rests on."""

from collections.abc import Sequence
from typing import Any

import strawberry
from strawberry import scalars

from schema import catalog
from service.graphql.build.context import Info
from service.graphql.build.page import DEFAULT_FIRST, First, size
from service.graphql.types.file import File, rested_on


async def _files(
    root: strawberry.Parent["Trace"], info: Info, first: First = DEFAULT_FIRST
) -> list[File]:
    """Return the first exports that an answer rests on."""
    loaders, most = info.context.loaders, size("first", first)
    ids = await loaders.look(lambda session: rested_on(session, root.tests))
    found: list[Any] = await loaders.row(catalog.RawFile).load_many(ids[:most])
    return found


async def _file_count(root: strawberry.Parent["Trace"], info: Info) -> int:
    """Return how many exports an answer rests on."""
    return len(await info.context.loaders.look(lambda session: rested_on(session, root.tests)))


def _left_out(_root: strawberry.Parent["Trace"], info: Info) -> list[strawberry.ID]:
    """Return the tests whose rows lack in answers about everything."""
    unreadable = info.context.state.store.state.unreadable.values()
    return [strawberry.ID(str(test)) for test in sorted({each.test_id for each in unreadable})]


@strawberry.type(description="Where an answer comes from.")
class Trace:
    """Where an answer comes from."""

    metric: str = strawberry.field(description="Name of the metric's file.")
    version: str = strawberry.field(description="Version of that file: the hash of its bytes.")
    arguments: scalars.JSON = strawberry.field(description="Every argument as it was applied.")
    snapshot: int = strawberry.field(
        description="Snapshot of the catalog when it was asked; the answer is of this or a later."
    )
    tests: strawberry.Private[Sequence[int] | None]
    files: list[File] = strawberry.field(
        resolver=_files,
        description="The first of the exports it rests on: those of the tests in the answer, or, "
        "where it names no test, of the tests it was asked for.",
    )
    file_count: int = strawberry.field(
        resolver=_file_count, description="How many exports it rests on."
    )
    left_out: list[strawberry.ID] = strawberry.field(
        resolver=_left_out,
        description="Tests that answers about everything are without, for a file of theirs in the "
        "lake cannot be read; to ask for one of them is an error.",
    )
