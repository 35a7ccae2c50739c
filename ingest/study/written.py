"""A study as somebody wrote it: text throughout, and where each piece of it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from schema.error import InvalidStudy

Way: TypeAlias = tuple[str | int, ...]
"""The way to a piece of a study from its top, e.g. ("cells", "K1", "layers", 0, "thickness")."""


@dataclass(frozen=True, slots=True)
class Written:
    """The pieces of a study and the place of each in its file."""

    path: Path
    content: dict[str, Any]
    """Mappings and lists of texts; None where nothing was filled in."""
    places: Mapping[Way, str]

    def refusal(self, way: Way, reason: str) -> InvalidStudy:
        """Return the refusal of a piece, at the nearest place that was written."""
        while way not in self.places and way:
            way = way[:-1]
        return InvalidStudy(self.path, self.places.get(way), reason)
