"""A file of the lake: what was made of an export for one test."""

from typing import Any

import strawberry

from schema import catalog
from service.graphql.build.context import Info
from service.graphql.build.table import of_table


@of_table(catalog.LakeFile)
class LakeFile:
    """A file of the lake."""


async def lake_files(root: strawberry.Parent[catalog.Test], info: Info) -> list[LakeFile]:
    """Return the files of a test that are alive."""
    file = catalog.LakeFile
    loader = info.context.loaders.children(
        file.test_id, file.id, None, file.removed_snapshot.is_(None)
    )
    found: list[Any] = await loader.load(root.id)
    return found
