"""A study as somebody wrote it: text throughout, and where each piece of it stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from schema.error import InvalidStudy, StudyFault

Way: TypeAlias = tuple[str | int, ...]
"""The way to a piece of a study from its top, e.g. ("cells", "K1", "layers", 0, "thickness")."""


@dataclass(frozen=True, slots=True)
class Written:
    """The pieces of a study, the place of each in its file, and what is amiss with the file."""

    path: Path
    content: dict[str, Any]
    """Mappings and lists of texts; None where nothing was filled in."""
    places: Mapping[Way, str]
    faults: tuple[StudyFault, ...] = ()
    files: Mapping[Way, str] = field(default_factory=dict)
    """The file whose name tells of a thing, by the way to the thing."""
    namings: Mapping[Way, Way] = field(default_factory=dict)
    """What names of files make alike of all of them: the way to it, and to where it is said."""

    def fault(self, way: Way, reason: str) -> StudyFault:
        """Return the fault of a piece, at the nearest place that was written."""
        for depth in range(len(way), 2, -1):
            if way[:depth] in self.namings:
                return self.fault((*self.namings[way[:depth]], *way[depth:]), reason)
        if file := self.files.get(way[:2]):
            reason = f"{reason} (by the name of {file})"
        return StudyFault(self.places.get(self._nearest(way)), way, self._value(way), reason)

    def refusal(self, faults: Iterable[StudyFault]) -> InvalidStudy:
        """Return the refusal of the study, each fault once, in the order of the document."""
        order: dict[str | None, int] = {}
        for number, place in enumerate(self.places.values()):
            order.setdefault(place, number)
        once = {(each.place, each.way, each.reason): each for each in faults}.values()
        return InvalidStudy(
            self.path, sorted(once, key=lambda each: order.get(each.place, len(order)))
        )

    def _nearest(self, way: Way) -> Way:
        while way not in self.places and way:
            way = way[:-1]
        return way

    def _value(self, way: Way) -> str | None:
        piece: Any = self.content
        for step in way:
            try:
                piece = piece[step]
            except (KeyError, IndexError, TypeError):
                return None
        return piece if isinstance(piece, str) else None
