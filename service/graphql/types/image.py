"""Images: how they were taken, and how large their pixels are."""

from typing import Any

import strawberry
from sqlalchemy import ColumnElement, select

from schema import catalog
from service.graphql.build.context import Info
from service.graphql.build.later import later
from service.graphql.build.node import Node
from service.graphql.build.page import DEFAULT_FIRST, First, Order, order, size
from service.graphql.build.table import of_table
from service.graphql.build.where import Where, apart, where
from service.graphql.types.file import File, files_of
from service.graphql.types.revision import Revision, history


async def _test(root: strawberry.Parent[catalog.Image], info: Info) -> Any:  # noqa: ANN401 # a row
    return await info.context.loaders.row(catalog.Test).load(root.test_id)


async def _files(root: strawberry.Parent[catalog.Image], info: Info) -> list[File]:
    return await files_of(info, catalog.Test.id, root.test_id)


@of_table(catalog.ImageObject)
class ImageObject:
    """What somebody measured in an image."""


async def _objects(
    root: strawberry.Parent[catalog.Image], info: Info, first: First = DEFAULT_FIRST
) -> list[ImageObject]:
    object_ = catalog.ImageObject
    loader = info.context.loaders.children(object_.image_id, object_.id, size("first", first))
    found: list[Any] = await loader.load(root.id)
    return found


@of_table(catalog.Image)
class Image(Node):
    """An image taken by a microscope; its pixels are in its export."""

    history: list[Revision] = history()

    test: Any = strawberry.field(
        resolver=_test,
        graphql_type=later("Test", "test") | None,
        description="The test it belongs to.",
    )
    files: list[File] = strawberry.field(resolver=_files, description="The exports it rests on.")
    objects: list[ImageObject] = strawberry.field(
        resolver=_objects, description="What was measured in it, the first of them."
    )


def _of_test(conditions: Where) -> ColumnElement[bool]:
    tests = apart(select(catalog.Test.id).where(conditions.clause()))
    return catalog.Image.test_id.in_(tests)


@where(catalog.Image, test=_of_test)
class ImageWhere(Where):
    """Conditions on an image."""

    test: Where | None = strawberry.field(
        default=strawberry.UNSET,
        graphql_type=later("TestWhere", "test") | None,
        description="Conditions on the test it belongs to.",
    )


@order(catalog.Image)
class ImageOrder(Order):
    """An order of images."""


async def images_of_test(
    root: strawberry.Parent[catalog.Test], info: Info, first: First = DEFAULT_FIRST
) -> list[Image]:
    """Return the first images of a test."""
    image = catalog.Image
    loader = info.context.loaders.children(image.test_id, image.image_count, size("first", first))
    found: list[Any] = await loader.load(root.id)
    return found
