"""A circuit of ours in the words of two other programs, with the same bounds.

An arc is theirs too: impedance.py and pyimpspec both have a ``Zarc`` of R, τ and n, beside a
resistance and a CPE apart. Where a parameter of theirs hangs on one of ours alone its bounds are
ours; where it hangs on several, as Q = τ^n/R of a transmission line does, it is left free.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import inf, sqrt
from types import MappingProxyType
from typing import Final, Literal

import numpy as np

from schema.impedance.circuit import Circuit, Fitted, Leaf, Node, Series, Zarc, fitted
from schema.impedance.element import Reals, exponent_of

Peer = Literal["impedance", "pyimpspec"]

_LEAST: Final = 1e-24
"""A lower end of what is left free, where 0 would be divided by."""


@dataclass(frozen=True, slots=True)
class Value:
    """One parameter of an element as another program has it.

    Attributes:
        letter: what it is called there.
        of: its value, of all of ours.
        alone: the place of the only one of ours that it hangs on; None where there are several.
    """

    letter: str
    of: Callable[[Reals], float]
    alone: int | None


@dataclass(frozen=True, slots=True)
class Word:
    """An element as another program has it."""

    symbol: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A circuit in the words of another program, its parameters in the order they stand there.

    Attributes:
        circuit: in the notation of impedance.py.
        described: for every start, in that of pyimpspec, with values and bounds.
        names: of the parameters, in our words.
        lowest: bounds.
        highest: bounds.
        starts: values to begin at.
    """

    circuit: str
    described: list[str]
    names: list[str]
    lowest: list[float]
    highest: list[float]
    starts: list[list[float]]


def _same(letter: str, place: int) -> Value:
    return Value(letter, lambda own: float(own[place]), place)


def _plain(symbol: str, *letters: str) -> Word:
    return Word(symbol, tuple(_same(letter, place) for place, letter in enumerate(letters)))


def _charge(letter: str) -> Value:
    """Q = τ^n/R of ours: R, τ, n."""
    return Value(letter, lambda own: float(own[1] ** own[2] / own[0]), None)


def _finite(symbol: str) -> Word:
    """A finite Warburg by Y = τ/R² and B = τ."""
    squared = Value("Y", lambda own: float(own[1] / own[0] ** 2), None)
    return Word(symbol, (squared, _same("B", 1)))


_COMMON: Final = {
    **{letter: _plain(letter, letter) for letter in "RCL"},
    "Zarc": _plain("Zarc", "R", "tau", "n"),
}
WORDS: Final[Mapping[Peer, Mapping[str, Word]]] = MappingProxyType(
    {
        "impedance": {
            **_COMMON,
            "W": _plain("W", "A"),
            "Wo": _plain("Wo", "R", "tau"),
            "Ws": _plain("Ws", "R", "tau"),
            "G": _plain("G", "R", "tau"),
            "CPE": _plain("CPE", "Q", "n"),
            "TLMQ": Word("TLMQ", (_same("R", 0), _charge("Q"), _same("n", 2))),
        },
        "pyimpspec": {
            **_COMMON,
            "W": Word("W", (Value("Y", lambda own: float(1.0 / (sqrt(2.0) * own[0])), 0),)),
            "Wo": _finite("Wo"),
            "Ws": _finite("Ws"),
            "G": _plain("Ga", "R", "tau"),
            "CPE": _plain("Q", "Y", "n"),
            "TLMQ": Word("Tlmbo", (_same("R_i", 0), _charge("Y"), _same("n", 2))),
        },
    }
)


def told(peer: Peer, circuit: Circuit, bounds: tuple[Reals, Reals], starts: Reals) -> Told:
    """Return a circuit in the words of a peer.

    Args:
        peer: whose words.
        circuit: ours; of arcs, those of a resistance beside a CPE.
        bounds: two of θ (P,), in the units of the sweep.
        starts: θ (S, P), likewise.
    """
    low, high = (_values(circuit, end) for end in bounds)
    owns = [_values(circuit, start) for start in starts]
    names: list[str] = []
    ends: list[tuple[float, float]] = []
    values: list[list[float]] = [[] for _ in owns]
    for part in fitted(circuit.root):
        here = slice(part.first, part.first + len(part.parameters))
        for one in WORDS[peer][_kind(part)].values:
            names.append(_name(part, one))
            both = sorted((one.of(low[here]), one.of(high[here])))
            ends.append((both[0], both[1]) if one.alone is not None else (_LEAST, inf))
            for own, found in zip(owns, values, strict=True):
                found.append(one.of(own[here]))
    described = [
        f"[{_described(circuit.root, iter(zip(found, ends, strict=True)))}]" for found in values
    ]
    lowest, highest = ([both[side] for both in ends] for side in (0, 1))
    return Told(_written(circuit.root), described, names, lowest, highest, values)


def names_of(circuit: Circuit) -> list[str]:
    """Return what the parameters in θ are called on the page."""
    return [_short(part, one.letter) for part in fitted(circuit.root) for one in part.parameters]


def _values(circuit: Circuit, theta: Reals) -> Reals:
    exponent = [one.exponent for one in circuit.parameters]
    with np.errstate(over="ignore"):
        return np.where(exponent, exponent_of(theta), np.exp(theta))


def _kind(part: Fitted) -> str:
    if isinstance(part, Leaf):
        return part.element.symbol
    return "Zarc" if part.capacitor.element.symbol == "CPE" else "RC"


def _name(part: Fitted, value: Value) -> str:
    """Return a parameter of theirs by our name, or by theirs where it is none of ours."""
    own = value.letter if value.alone is None else part.parameters[value.alone].letter
    return _short(part, own)


def _short(part: Fitted, letter: str) -> str:
    if isinstance(part, Zarc):
        return part.resistor.label if letter == "R" else f"{part.capacitor.label}.{letter}"
    return part.label if len(part.parameters) == 1 else f"{part.label}.{letter}"


def _written(node: Node) -> str:
    """Return the notation of impedance.py."""
    match node:
        case Leaf():
            return node.label
        case Zarc():
            return f"Zarc{node.first}"
        case Series(parts):
            return "-".join(map(_written, parts))
    return f"p({','.join(map(_written, node.parts))})"


_Bounded = tuple[float, tuple[float, float]]


def _described(node: Node, values: Iterator[_Bounded]) -> str:
    """Return the notation of pyimpspec."""
    match node:
        case Leaf() | Zarc():
            word = WORDS["pyimpspec"][_kind(node)]
            inside = []
            for one in word.values:
                value, (low, high) = next(values)
                inside.append(f"{one.letter}={value:.12E}/{low:.12E}/{_end(high)}")
            return f"{word.symbol}{{{','.join(inside)}}}"
        case Series(parts):
            return "".join(_described(part, values) for part in parts)
    branches = [_described(part, values) for part in node.parts]
    wrapped = [
        f"[{branch}]" if isinstance(part, Series) else branch
        for part, branch in zip(node.parts, branches, strict=True)
    ]
    return f"({''.join(wrapped)})"


def _end(high: float) -> str:
    return "inf" if high == inf else f"{high:.12E}"
