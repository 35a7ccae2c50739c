"""A figure with its numbers, and what was chosen to draw it."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.page.figure.figure import Figure
from service.page.table import Table


@dataclass(frozen=True, slots=True)
class Key:
    """A word of the legend: a color class, a shape, what it stands for."""

    kind: str
    shape: str
    text: str
    hollow: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure, the table of what it draws, its legend, and its conventions in words."""

    figure: Figure
    table: Table
    caption: str
    keys: Sequence[Key] = ()
