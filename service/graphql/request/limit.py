"""What a request may ask for, weighed before anything runs.

Every fragment is weighed once and remembered, so a document that would unfold to 2¹⁰⁰ fields is
refused in the time it takes to read it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
)

from service.graphql.build.page import DEFAULT_FIRST, LARGEST_FIRST

TOKENS: Final = 10_000
"""Tokens of a document."""
FRAGMENTS: Final = 100
"""Fragments a document defines."""
DEPTH: Final = 12
"""Fields inside each other. Introspection has its own limit, graphql-core's."""
FIELDS: Final = 500
"""Fields after every fragment is unfolded."""
ALIASES: Final = 200
"""Aliases after every fragment is unfolded."""
COST: Final = 200_000
"""Fields, each counted as often as the pages it stands in may repeat it."""
VARIABLE_DEPTH: Final = 16
"""Lists and objects inside each other in the variables, or in a value of the document."""
VARIABLE_VALUES: Final = 50_000
"""Values in the variables."""

_INTROSPECTION: Final = frozenset({"__schema", "__type"})


@dataclass(frozen=True, slots=True)
class Weight:
    """What a selection asks for."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    cost: int = 0
    nesting: int = 0
    """Lists and objects inside each other in the value of an argument."""

    def beside(self, other: "Weight") -> "Weight":
        """Return the weight of two selections next to each other."""
        return Weight(
            max(self.depth, other.depth),
            self.fields + other.fields,
            self.aliases + other.aliases,
            self.cost + other.cost,
            max(self.nesting, other.nesting),
        )


def paged_fields(schema: GraphQLSchema) -> frozenset[str]:
    """Return the names of the fields that answer in pages."""
    return frozenset(
        name
        for kind in schema.type_map.values()
        if isinstance(kind, GraphQLObjectType)
        for name, field in kind.fields.items()
        if "first" in field.args
    )


def weigh(document: DocumentNode, paged: frozenset[str]) -> GraphQLError | None:
    """Return why a document is refused, or None when it asks for no more than it may."""
    fragments = {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    if len(fragments) > FRAGMENTS:
        return _too_much("fragments", len(fragments), FRAGMENTS)
    known: dict[str, Weight] = {}
    for name in _innermost_first(fragments):
        if name is None:
            return GraphQLError("A fragment spreads itself.")
        known[name] = _selection(fragments[name].selection_set, known, paged)
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            weight = _selection(node.selection_set, known, paged)
            defaults = [each.default_value for each in node.variable_definitions or ()]
            weight = weight.beside(Weight(nesting=_nesting(defaults)))
            for what, found, most in (
                ("levels", weight.depth, DEPTH),
                ("fields", weight.fields, FIELDS),
                ("aliases", weight.aliases, ALIASES),
                ("values", weight.cost, COST),
                ("levels of one value", weight.nesting, VARIABLE_DEPTH),
            ):
                if found > most:
                    return _too_much(what, found, most)
    return None


def weigh_variables(variables: Mapping[str, Any]) -> GraphQLError | None:
    """Return why the variables are refused, or None."""
    level: list[Any] = [variables]
    count = 0
    for _ in range(VARIABLE_DEPTH + 1):
        level = [
            inner
            for value in level
            if isinstance(value, dict | list)
            for inner in (value.values() if isinstance(value, dict) else value)
        ]
        count += len(level)
        if count > VARIABLE_VALUES:
            return _too_much("values in its variables", count, VARIABLE_VALUES)
        if not level:
            return None
    return GraphQLError(f"The variables are nested deeper than {VARIABLE_DEPTH} levels.")


def _too_much(what: str, found: int, most: int) -> GraphQLError:
    count = str(found) if found < 10**9 else "more than 1000000000"
    return GraphQLError(f"The request asks for {count} {what}; at most {most} are allowed.")


def _innermost_first(fragments: Mapping[str, FragmentDefinitionNode]) -> Iterator[str | None]:
    """Yield every fragment after those it spreads; None where one leads back to itself."""
    done: set[str] = set()
    for start in fragments:
        open_now: dict[str, Iterator[str]] = {}
        if start not in done:
            open_now[start] = _spreads(fragments[start].selection_set)
        while open_now:
            name, inner = next(reversed(open_now.items()))
            spread = next((each for each in inner if each in fragments and each not in done), None)
            if spread is None:
                del open_now[name]
                done.add(name)
                yield name
            elif spread in open_now:
                yield None
                return
            else:
                open_now[spread] = _spreads(fragments[spread].selection_set)


def _spreads(selection_set: SelectionSetNode) -> Iterator[str]:
    for node in selection_set.selections:
        if isinstance(node, FragmentSpreadNode):
            yield node.name.value
        elif isinstance(node, FieldNode | InlineFragmentNode) and node.selection_set:
            yield from _spreads(node.selection_set)


def _selection(
    selection_set: SelectionSetNode, known: Mapping[str, Weight], paged: frozenset[str]
) -> Weight:
    weight = Weight()
    for node in selection_set.selections:
        if isinstance(node, FieldNode):
            weight = weight.beside(_field(node, known, paged))
        elif isinstance(node, InlineFragmentNode):
            weight = weight.beside(_selection(node.selection_set, known, paged))
        elif isinstance(node, FragmentSpreadNode):
            weight = weight.beside(known.get(node.name.value, Weight()))
    return weight


def _field(node: FieldNode, known: Mapping[str, Weight], paged: frozenset[str]) -> Weight:
    inner = _selection(node.selection_set, known, paged) if node.selection_set else Weight()
    return Weight(
        0 if node.name.value in _INTROSPECTION else 1 + inner.depth,
        1 + inner.fields,
        inner.aliases + (node.alias is not None),
        1 + inner.cost * (_page(node) if node.name.value in paged else 1),
        max(inner.nesting, _nesting([each.value for each in node.arguments or ()])),
    )


def _nesting(values: Iterable[ValueNode | None]) -> int:
    """Return how many lists and objects stand inside each other in values of the document."""
    depth, level = 0, list(values)
    while level := [
        inner
        for value in level
        if isinstance(value, ListValueNode | ObjectValueNode)
        for inner in (
            value.values
            if isinstance(value, ListValueNode)
            else [each.value for each in value.fields]
        )
    ]:
        depth += 1
    return depth


def _page(node: FieldNode) -> int:
    """Return how many nodes a page may hold; what is no small number may be the largest."""
    asked = [each.value for each in node.arguments or () if each.name.value in {"first", "last"}]
    if not asked:
        return DEFAULT_FIRST
    return max(
        int(each.value)
        if isinstance(each, IntValueNode) and each.value.isdigit() and len(each.value) < 4
        else LARGEST_FIRST
        for each in asked
    )
