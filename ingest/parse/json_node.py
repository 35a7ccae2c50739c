"""Objects of a JSON document, each knowing where it stands, so that faults name the place."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ingest.reading import Export
from schema.error import UnreadableExport

_MOST_NODES: Final = 20_000
"""In a list; points are none of them."""


@dataclass(frozen=True, slots=True)
class Node:
    """An object of the document, and where it stands."""

    export: Export
    reader: str
    place: str
    value: Mapping[str, Any]

    def get(self, name: str, kind: type[Any]) -> Any:  # noqa: ANN401 - as the caller says
        """Return what stands under a key, None where nothing does.

        Raises:
            UnreadableExport: when it is something else than it should be.
        """
        found = self.value.get(name, self.value.get(name.lower()))
        if found is not None and not isinstance(found, kind):
            raise self.broken(f"{name} is no {kind.__name__}")
        return found

    def node(self, name: str) -> "Node":
        """Return the object under a key, an empty one where nothing is."""
        return Node(self.export, self.reader, f"{self.place}.{name}", self.get(name, dict) or {})

    def nodes(self, name: str) -> "list[Node]":
        """Return the objects of the list under a key.

        Raises:
            UnreadableExport: when something else stands there, or more than anybody measures.
        """
        values = self.get(name, list) or ()
        if len(values) > _MOST_NODES:
            raise self.broken(f"{name} holds {len(values)} objects: no session has so many")
        found = [
            Node(self.export, self.reader, f"{self.place}.{name}[{place}]", value)
            for place, value in enumerate(values)
        ]
        for node in found:
            if not isinstance(node.value, dict):
                raise node.broken("it is no object")
        return found

    def broken(self, reason: str) -> UnreadableExport:
        """Return the refusal of this place."""
        return UnreadableExport(self.export.origin, self.reader, self.place, reason)
