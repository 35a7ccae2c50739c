"""Equivalent circuits in the usual notation: read, checked, evaluated for whole batches.

Elements stand in series by ``-`` and side by side in ``p(a,b,…)``, nested freely:
``L0-R0-p(R1,CPE1)-p(R2,CPE2)-W3``. A resistance beside a C or a CPE alone is an arc and is fitted
by its resistance, time constant and exponent.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import add
from typing import Final

from schema.error import InvalidArgument
from schema.impedance.element import (
    ELEMENTS,
    EXPONENT,
    RESISTANCE,
    TIME_CONSTANT,
    Band,
    Complexes,
    Element,
    Parameter,
    Reals,
    arc,
    zarc,
)

_LABEL: Final = re.compile(r"(TLMQ|CPE|Wo|Ws|W|R|C|L|G)\d*")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One element; its parameters stand in θ from ``first``."""

    label: str
    element: Element
    first: int

    def __str__(self) -> str:
        return self.label

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """What is fitted, in the order of θ."""
        return self.element.parameters

    def impedance(self, band: Band, theta: Reals, slope: Complexes) -> Complexes:
        """Return Z (B, N) and write dZ/dθ."""
        part = slice(self.first, self.first + len(self.element.parameters))
        return self.element.impedance(band, theta[:, part], slope[:, part])


@dataclass(frozen=True, slots=True)
class Zarc:
    """A resistance beside a capacitance (θ of R, τ) or a CPE (θ of R, τ, n)."""

    branches: tuple[Leaf, Leaf]

    def __str__(self) -> str:
        return f"p({self.branches[0]},{self.branches[1]})"

    @property
    def first(self) -> int:
        """Where its parameters begin in θ."""
        return min(branch.first for branch in self.branches)

    @property
    def resistor(self) -> Leaf:
        """Its resistance."""
        return next(branch for branch in self.branches if branch.element.symbol == "R")

    @property
    def capacitor(self) -> Leaf:
        """Its capacitance or constant phase element."""
        return next(branch for branch in self.branches if branch.element.symbol != "R")

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """What is fitted, in the order of θ."""
        ideal = self.capacitor.element.symbol == "C"
        return (RESISTANCE, TIME_CONSTANT) if ideal else (RESISTANCE, TIME_CONSTANT, EXPONENT)

    def impedance(self, band: Band, theta: Reals, slope: Complexes) -> Complexes:
        """Return Z (B, N) and write dZ/dθ."""
        size = len(self.parameters)
        part = slice(self.first, self.first + size)
        return (arc if size == 2 else zarc)(band, theta[:, part], slope[:, part])


@dataclass(frozen=True, slots=True)
class Series:
    """One after the other."""

    parts: "tuple[Node, ...]"

    def __str__(self) -> str:
        return "-".join(map(str, self.parts))

    def impedance(self, band: Band, theta: Reals, slope: Complexes) -> Complexes:
        """Return Z (B, N) and write dZ/dθ."""
        return reduce(add, (part.impedance(band, theta, slope) for part in self.parts))


@dataclass(frozen=True, slots=True)
class Parallel:
    """Side by side."""

    parts: "tuple[Node, ...]"

    def __str__(self) -> str:
        return f"p({','.join(map(str, self.parts))})"

    def impedance(self, band: Band, theta: Reals, slope: Complexes) -> Complexes:
        """Return Z (B, N) and write dZ/dθ."""
        branches = [part.impedance(band, theta, slope) for part in self.parts]
        impedance = 1.0 / reduce(add, (1.0 / branch for branch in branches))
        for part, branch in zip(self.parts, branches, strict=True):
            share = impedance / branch
            first, last = span(part)
            slope[:, first:last] *= (share * share)[:, None]
        return impedance


Node = Leaf | Zarc | Series | Parallel
Fitted = Leaf | Zarc


def fitted(node: Node) -> Iterator[Fitted]:
    """Yield the leaves and arcs below, in the order of θ."""
    if isinstance(node, (Leaf, Zarc)):
        yield node
    else:
        for part in node.parts:
            yield from fitted(part)


def is_inductive_arc(node: Node) -> bool:
    """Return whether a node is a resistance beside an inductance."""
    match node:
        case Parallel((Leaf() as one, Leaf() as other)):
            return {one.element.symbol, other.element.symbol} == {"R", "L"}
    return False


def span(node: Node) -> tuple[int, int]:
    """Return where the parameters of a node begin and end in θ."""
    below = list(fitted(node))
    return below[0].first, below[-1].first + len(below[-1].parameters)


@dataclass(frozen=True, slots=True)
class Circuit:
    """A circuit ready to be fitted.

    Attributes:
        root: the tree.
        parameters: what is fitted, in the order of θ.
    """

    root: Node
    parameters: tuple[Parameter, ...]

    def __str__(self) -> str:
        return str(self.root)

    @property
    def terms(self) -> tuple[Node, ...]:
        """What stands in series."""
        return self.root.parts if isinstance(self.root, Series) else (self.root,)

    @property
    def arcs(self) -> tuple[Zarc, ...]:
        """The arcs that stand in series."""
        return tuple(term for term in self.terms if isinstance(term, Zarc))

    @property
    def symbols(self) -> frozenset[str]:
        """The kinds of the elements that stand in series, outside arcs."""
        return frozenset(term.element.symbol for term in self.terms if isinstance(term, Leaf))

    @property
    def is_led(self) -> bool:
        """Whether an L stands in series."""
        return "L" in self.symbols

    @property
    def is_inductive(self) -> bool:
        """Whether it holds an L."""
        return any(part.parameters[0].letter == "L" for part in fitted(self.root))

    def impedance(self, band: Band, theta: Reals, slope: Complexes) -> Complexes:
        """Return Z (B, N) of θ (B, P) and write dZ/dθ into ``slope`` (B, P, N)."""
        return self.root.impedance(band, theta, slope)


@lru_cache
def series_resistances(text: str) -> tuple[str, ...]:
    """Return the labels of the resistances of a circuit in series, alone or in an arc."""
    labels = []
    for term in read_circuit(text).terms:
        if isinstance(term, Zarc):
            labels.append(term.resistor.label)
        elif isinstance(term, Leaf) and term.element.symbol == "R":
            labels.append(term.label)
    return tuple(labels)


@lru_cache
def read_circuit(text: str) -> Circuit:
    """Return the circuit written so.

    Raises:
        InvalidArgument: it names the character where the notation breaks.
    """
    root = _Reading(text).whole()
    return Circuit(root, tuple(one for part in fitted(root) for one in part.parameters))


class _Reading:
    """A text read once, from left to right."""

    def __init__(self, text: str) -> None:
        self.text, self.place, self.size = text, 0, 0
        self.labels: set[str] = set()

    def whole(self) -> Node:
        root = self.series()
        if self.place < len(self.text):
            raise self.fault("'-' or the end")
        return root

    def series(self) -> Node:
        parts = [self.part()]
        while self.takes("-"):
            parts.append(self.part())
        return parts[0] if len(parts) == 1 else Series(tuple(parts))

    def part(self) -> Node:
        if self.takes("p("):
            return self.parallel()
        found = _LABEL.match(self.text, self.place)
        if not found:
            raise self.fault(f"one of {', '.join(ELEMENTS)} with a number, or p(")
        if found[0] in self.labels:
            raise self.fault(f"a label of its own, {found[0]} stands before")
        self.labels.add(found[0])
        self.place = found.end()
        leaf = Leaf(found[0], ELEMENTS[found[1]], self.size)
        self.size += len(leaf.parameters)
        return leaf

    def parallel(self) -> Node:
        parts = [self.series()]
        while not self.takes(")"):
            if not self.takes(","):
                raise self.fault("',' or ')'" if len(parts) > 1 else "',' and another branch")
            parts.append(self.series())
        if len(parts) == 1:
            self.place -= 1
            raise self.fault("',' and another branch")
        match parts:
            case [Leaf() as one, Leaf() as other]:
                symbols = {one.element.symbol, other.element.symbol}
                if symbols in ({"R", "C"}, {"R", "CPE"}):
                    return Zarc((one, other))
        return Parallel(tuple(parts))

    def takes(self, sign: str) -> bool:
        if self.text.startswith(sign, self.place):
            self.place += len(sign)
            return True
        return False

    def fault(self, expected: str) -> InvalidArgument:
        there = repr(self.text[self.place]) if self.place < len(self.text) else "the end"
        takes = f"{expected} at character {self.place + 1}, where {there} stands"
        return InvalidArgument("circuit", self.text, takes)
