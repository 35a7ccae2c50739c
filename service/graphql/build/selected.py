"""What a document asks of a field, so that nothing else needs to be read."""

from collections.abc import Iterable, Iterator

from strawberry.types.nodes import SelectedField, Selection


def names(selections: Iterable[Selection]) -> Iterator[str]:
    """Yield the fields asked of fields, those in fragments among them, as the document says."""
    for field in selections:
        for each in field.selections:
            if isinstance(each, SelectedField):
                yield each.name
            else:
                yield from names([each])
