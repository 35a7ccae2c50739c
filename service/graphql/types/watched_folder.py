"""A watched folder, and how far its files are."""

from collections import defaultdict
from typing import Any

import strawberry
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from schema.catalog import Arrival
from schema.catalog.arrival import STATES
from service.graphql.build.context import Info


@strawberry.type(description="A watched folder, with the number of its files in each state.")
class WatchedFolder:
    """A watched folder."""

    folder: str = strawberry.field(description="Where it lies.")
    growing: int = strawberry.field(description="Files whose size or time changed lately.")
    stable: int = strawberry.field(description="Files that wait to be taken in.")
    ingested: int = strawberry.field(description="Files that were taken in.")
    beside: int = strawberry.field(description="Files that describe a test they lie beside.")
    removed: int = strawberry.field(description="Files of which people removed what they hold.")
    refused: int = strawberry.field(description="Files that were refused.")
    gone: int = strawberry.field(description="Files that lie there no more.")


async def watched_folders(info: Info) -> list[WatchedFolder]:
    """Return the folders of which files were seen, by their paths."""
    return await info.context.loaders.look(_folders)


def _folders(session: Session) -> list[WatchedFolder]:
    counts: dict[str, dict[str, Any]] = defaultdict(dict)
    query = select(Arrival.folder, Arrival.state, func.count())
    for folder, state, number in session.execute(query.group_by(Arrival.folder, Arrival.state)):
        counts[folder][state] = number
    return [
        WatchedFolder(folder=folder, **{each: known.get(each, 0) for each in STATES})
        for folder, known in sorted(counts.items())
    ]
