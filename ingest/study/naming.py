"""What the names of files and folders tell: a pattern with named parts, and what they become.

A naming is said once for hundreds of files: `{batch}_{cell}_{temperature}C_*.mpr` names a cell
`{batch}-{cell}` with `temperature: "{temperature} °C"`. Units stand in what is made of a part.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Final

from pydantic import Field

from ingest.study.declared import Declared
from ingest.study.pattern import PART, Pattern, parse_pattern
from ingest.study.text import Text
from ingest.study.written import Way
from schema.error import InvalidArgument, UnknownName

SECTION_OF: Final[Mapping[str, str]] = {
    "cell": "cells",
    "material": "materials",
    "process": "processes",
}
"""What a naming makes, and the section that it goes to."""


class Naming(Declared):
    """What the names of files tell, by one pattern."""

    pattern: Text = Field(
        description="Of file names, or of ends of paths where it holds a /; parts in braces: "
        "{batch}_{cell}_{temperature}C_*.mpr."
    )
    cell: dict[Text, Any] = Field(
        {}, description="The cell that a file is a test of: its name and fields, parts in braces."
    )
    material: dict[Text, Any] = Field(
        {}, description="A material: the file is a test of it where no cell is named."
    )
    process: dict[Text, Any] = Field({}, description="A process: its name and fields.")
    test: dict[Text, Any] = Field(
        {}, description="Of the test itself: protocol, cycles, sensitivity_set."
    )
    layers: list[dict[Text, Any]] = Field([], description="Layers of its cell.")

    @cached_property
    def compiled(self) -> Pattern:
        """Return the pattern, read.

        Raises:
            InvalidArgument: when it cannot be read.
        """
        return parse_pattern(self.pattern, named=True)

    @property
    def owner(self) -> str:
        """Return what a file is a test of: cell or material."""
        return "cell" if self.cell else "material"

    def faults(self, fields: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[Way, str]]:
        """Yield what is amiss in it whatever files there are, and where.

        Args:
            fields: names known of a cell, material, process, test and layer.
        """
        try:
            parts = self.compiled.parts
        except InvalidArgument as fault:
            yield ("pattern",), str(fault)
            return
        yield from self._of_nothing()
        for thing, at, said in self._said():
            known = {*fields[thing]} | ({"name"} if thing in SECTION_OF else set())
            for field in sorted(said.keys() - known):
                yield (*at, field), str(UnknownName("field", field, known))
        for way, text in _texts(self.model_dump(exclude={"pattern"}), ()):
            for part in PART.findall(text):
                if part not in parts:
                    yield way, str(UnknownName("part of the pattern", part, parts))

    def _of_nothing(self) -> Iterator[tuple[Way, str]]:
        if not self.cell and not self.material:
            yield (), "it names no cell and no material that a file is a test of"
        for thing in SECTION_OF:
            said = getattr(self, thing)
            if said and not isinstance(said.get("name"), str):
                yield (thing,), f"the {thing} has no name, e.g. name: '{{{thing}}}'"
        if self.layers and not self.cell:
            yield ("layers",), "these are layers of no cell: name it under cell"

    def _said(self) -> Iterator[tuple[str, Way, dict[str, Any]]]:
        for thing in (*SECTION_OF, "test"):
            yield thing, (thing,), getattr(self, thing)
        for place, layer in enumerate(self.layers):
            yield "layer", ("layers", place), layer


def _texts(said: Any, way: Way) -> Iterator[tuple[Way, str]]:  # noqa: ANN401 — texts, nested
    """Yield every text, and where it stands."""
    if isinstance(said, str):
        yield way, said
    elif isinstance(said, dict):
        for key, value in said.items():
            yield from _texts(value, (*way, key))
    elif isinstance(said, list):
        for place, value in enumerate(said):
            yield from _texts(value, (*way, place))
