"""A type declared in a file that imports this one, by its name: so no two files import each other.

It is looked up when the schema is composed, as all of strawberry's lazy types are.
"""

from typing import Any

from strawberry.types.lazy_type import LazyType


def later(name: str, module: str) -> Any:  # noqa: ANN401 # an annotation
    """Return the annotation of a type by its name and its file's in service/graphql/types."""
    return LazyType(name, f"service.graphql.types.{module}")
