"""A request text that has been parsed, weighed and validated, once."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from graphql import DocumentNode, GraphQLError, GraphQLSchema, parse, validate

from service.graphql.request.limit import TOKENS, paged_fields, weigh

REMEMBERED: Final = 256
"""Texts remembered."""
LONGEST_REMEMBERED: Final = 20_000
"""Characters of a text worth remembering."""


@dataclass(frozen=True, slots=True)
class Admission:
    """A document that may run, or why it may not."""

    document: DocumentNode | None
    errors: tuple[GraphQLError, ...] = ()


class Doorkeeper:
    """Admits request texts to one schema and remembers what it decided."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._paged = paged_fields(schema)
        self._remembered = lru_cache(REMEMBERED)(self._decide)

    def admit(self, text: str) -> Admission:
        """Parse, weigh and validate a request text."""
        return self._remembered(text) if len(text) <= LONGEST_REMEMBERED else self._decide(text)

    def _decide(self, text: str) -> Admission:
        try:
            document = parse(text, max_lexical_tokens=TOKENS)
        except GraphQLError as error:
            return Admission(None, (error,))
        # weighed before it is validated: validation itself unfolds fragments
        if refusal := weigh(document, self._paged):
            return Admission(None, (refusal,))
        errors = validate(self._schema, document)
        return Admission(None, tuple(errors)) if errors else Admission(document)
