"""What was promised to clients: promised.graphql, the schema of the last release without its words.

A change may add to it. What it takes away is deprecated first, for two releases, and answered until
then. ``python -m service.graphql.promise`` writes the file anew; that is part of a release.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from graphql import (
    DangerousChangeType,
    GraphQLSchema,
    Visitor,
    build_schema,
    find_breaking_changes,
    find_dangerous_changes,
    parse,
    print_ast,
    visit,
)

from service.graphql.schema import sdl
from service.metric.library import read_metrics
from service.metric.metric import Metric

PROMISED: Final = Path(__file__).with_name("promised.graphql")


class _Wordless(Visitor):
    """Takes away what a schema says of itself."""

    def enter(self, node: Any, *_place: Any) -> Any:  # noqa: ANN401 # graphql-core's
        """Return a node without its description, where it has one."""
        return replace(node, description=None) if getattr(node, "description", None) else None


def promised(metrics: Mapping[str, Metric]) -> str:
    """Return the schema without descriptions, as text."""
    return print_ast(visit(parse(sdl(metrics)), _Wordless())) + "\n"


def broken(before: str, schema: GraphQLSchema) -> list[str]:
    """Return what a document may no longer ask that an earlier schema let it, in sentences.

    Another default of an argument is among it: the same document would get other numbers.
    """
    former = build_schema(before)
    changes = [each.description for each in find_breaking_changes(former, schema)]
    changes += [
        each.description
        for each in find_dangerous_changes(former, schema)
        if each.type is DangerousChangeType.ARG_DEFAULT_VALUE_CHANGE
    ]
    return changes


if __name__ == "__main__":
    PROMISED.write_text(promised(read_metrics()), encoding="utf-8")
