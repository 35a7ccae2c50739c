"""How far the files of the lake were checked, and what was wrong with them."""

from datetime import datetime

import strawberry

from schema.checking import Standing, standing
from service.graphql.build.context import Info
from service.graphql.build.page import First, size


@strawberry.type(description="A file of the lake that was damaged or gone when it was checked.")
class FileFault:
    """A file that was damaged or gone."""

    path: str = strawberry.field(description="Its path inside the lake.")
    reason: str = strawberry.field(description="What was wrong with it.")


def _faults(root: strawberry.Parent["Check"], first: First = None) -> list[FileFault]:
    found = sorted(root.standing.faults.items())[: size("first", first)]
    return [FileFault(path=path, reason=reason) for path, reason in found]


@strawberry.type(description="How far the files of the lake were hashed again, by any check.")
class Check:
    """How far the files of the lake were checked."""

    standing: strawberry.Private[Standing]
    file_count: int = strawberry.field(description="Files that the catalog names.")
    checked_count: int = strawberry.field(description="Of these, how many were checked ever.")
    oldest_checked_at: datetime | None = strawberry.field(
        description="When the one was checked whose check is the oldest; null before all were."
    )
    fault_count: int = strawberry.field(
        description="Files that were damaged or gone when they were checked last."
    )
    faults: list[FileFault] = strawberry.field(
        resolver=_faults, description="These, by their paths."
    )


async def check(info: Info) -> Check:
    """Return how far the files of the lake were checked."""
    known = await info.context.loaders.look(standing)
    return Check(
        standing=known,
        file_count=known.file_count,
        checked_count=known.checked_count,
        oldest_checked_at=known.oldest,
        fault_count=len(known.faults),
    )
