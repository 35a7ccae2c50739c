"""References that patterns are compared with: structures, and lists of lines."""

from typing import TypeAlias

from schema.diffraction.line import Lines, lines_of
from schema.diffraction.line_list import LineList
from schema.diffraction.radiation import Radiation
from schema.diffraction.structure import Structure

Reference: TypeAlias = Structure | LineList


def reference_lines(reference: Reference, radiation: Radiation, up_to_degree: float) -> Lines:
    """Return the lines of a reference up to an angle of Kα1."""
    if isinstance(reference, LineList):
        return reference.lines(radiation, up_to_degree)
    return lines_of(reference, radiation, up_to_degree)
