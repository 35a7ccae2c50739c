"""What somebody measured in an image, entered and taken back."""

from typing import Annotated, Any, TypeAlias

import strawberry
from sqlalchemy.orm import Session

from schema import catalog
from schema.record.image_object import delete_objects, image_called, put_objects
from service.graphql.build.context import Info
from service.graphql.mutations.entry import Entry, InvalidInput, NotFound, entered, entry
from service.graphql.types.image import Image


@entry(catalog.ImageObject, without={"image_hash", "kind"})
class ImageObjectInput(Entry):
    """What was measured of one object."""


ImageResult: TypeAlias = Annotated[
    Image | NotFound | InvalidInput,
    strawberry.union("ImageResult", description="An image, or why not."),
]
CalledImage: TypeAlias = Annotated[
    strawberry.ID,
    strawberry.argument(
        description="The image, by its id, or by the name of its test where that has one image."
    ),
]


async def set_image_objects(
    info: Info,
    image: CalledImage,
    kind: Annotated[
        str, strawberry.argument(description="grain, test_line, layer, crack or pore.")
    ],
    objects: Annotated[
        list[ImageObjectInput], strawberry.argument(description="All of that kind in the image.")
    ],
) -> ImageResult:
    """Say what was measured of one kind in an image; what was stated of that kind is replaced."""

    def enter(session: Session) -> Any:  # noqa: ANN401 # a row
        row = image_called(session, image)
        put_objects(session, row, kind, [each.said() for each in objects])
        return row

    done: ImageResult = await entered(info, "set image objects", enter)
    return done


async def delete_image_objects(
    info: Info,
    image: CalledImage,
    kind: Annotated[
        str | None,
        strawberry.argument(
            description="grain, test_line, layer, crack or pore; left out, all that was measured."
        ),
    ] = None,
) -> ImageResult:
    """Take back what was measured in an image."""

    def enter(session: Session) -> Any:  # noqa: ANN401 # a row
        row = image_called(session, image)
        delete_objects(session, row, kind)
        return row

    done: ImageResult = await entered(info, "delete image objects", enter)
    return done
