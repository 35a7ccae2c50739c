"""The document that a claim was last stated in."""

from typing import cast

import strawberry
from strawberry import scalars

from schema import catalog
from service.graphql.build.node import Node
from service.graphql.build.page import Order, order
from service.graphql.build.table import of_table
from service.graphql.build.where import Where, where
from service.graphql.types.revision import Revision, history


def _source(root: strawberry.Parent[catalog.Study]) -> str | None:
    source: str | None = root.document.get("source")
    return source


def _note(root: strawberry.Parent[catalog.Study]) -> str | None:
    note: str | None = root.document.get("note")
    return note


def _document(root: strawberry.Parent[catalog.Study]) -> scalars.JSON:
    return cast("scalars.JSON", root.document)


@of_table(catalog.Study)
class Study(Node):
    """A study as it was applied."""

    history: list[Revision] = history()

    source: str | None = strawberry.field(resolver=_source, description="Where it is reported.")
    note: str | None = strawberry.field(resolver=_note, description="Anything else worth knowing.")
    document: scalars.JSON = strawberry.field(
        resolver=_document, description="The whole document, as it was applied."
    )


@where(catalog.Study)
class StudyWhere(Where):
    """Conditions on a study."""


@order(catalog.Study)
class StudyOrder(Order):
    """An order of studies."""
