"""What is given with a circuit: fixed values, bounds, links between parameters, order of times.

Written behind it, in Ω, s, F and H, with semicolons between:
``R0-p(R1,CPE1)-Ws2 where R0 = 5; CPE1.n = 0.8..1; Ws2.tau > p(R1,CPE1).tau``. A parameter is named
by its element and letter; the letter may be left out where there is but one. ``R2 = 2*R1`` links.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from schema.error import InvalidArgument
from schema.impedance.circuit import Circuit, read_circuit
from schema.impedance.element import LOWEST_EXPONENT, Reals, exponent_place
from schema.impedance.parameter import reported

_NUMBER: Final = r"([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)"
_RULE: Final = re.compile(r"(\S+?)\s*([<>=])\s*(.+)")
_VALUE: Final = re.compile(_NUMBER)
_RANGE: Final = re.compile(rf"{_NUMBER}\s*\.\.\s*{_NUMBER}")
_OTHER: Final = re.compile(rf"(?:{_NUMBER}\s*\*\s*)?([A-Za-z]\S*)")


@dataclass(frozen=True, slots=True)
class Model:
    """A circuit and what is given with it, by places in θ.

    Attributes:
        circuit: the circuit.
        bounds: (place, lowest, highest) in Ω and s; equal ones hold a value.
        links: (place, source, factor): a parameter that is so many times another, which is not
            linked itself; none has bounds of its own.
        orders: (faster, slower) time constants, of which the one is to be below the other.
    """

    circuit: Circuit
    bounds: tuple[tuple[int, float, float], ...] = ()
    links: tuple[tuple[int, int, float], ...] = ()
    orders: tuple[tuple[int, int], ...] = ()

    @property
    def given(self) -> list[int]:
        """Return the places in θ of what is given and not fitted."""
        return sorted({*self.fixed, *(place for place, _, _ in self.links)})

    @property
    def fixed(self) -> list[int]:
        """Return the places in θ of values that are fixed."""
        return [place for place, lowest, highest in self.bounds if lowest == highest]

    @property
    def size(self) -> int:
        """Return the number of parameters that are fitted."""
        return len(self.circuit.parameters) - len(self.given)

    def narrow(self, lowest: Reals, highest: Reals, ohm: Reals, second: Reals) -> None:
        """Draw the bounds (B, P) of θ together, where Z and time are in units (B,) of Ω and s."""
        for place, low, high in self.bounds:
            one = self.circuit.parameters[place]
            reach = lowest[0, place], highest[0, place]
            for end, value in ((lowest, low), (highest, high)):
                if not np.isfinite(value):
                    continue
                if one.exponent:
                    end[:, place] = np.clip(exponent_place(np.array(value)), *reach)
                else:
                    end[:, place] = np.log(value / (ohm**one.ohm * second**one.second))

    def follow(self, theta: Reals) -> None:
        """Let linked parameters be what their sources make them, in place."""
        for place, source, factor in self.links:
            theta[:, place] = theta[:, source]
            if not self.circuit.parameters[place].exponent:
                theta[:, place] += np.log(factor)


@lru_cache
def read_model(text: str) -> Model:
    """Return the circuit written so, with what is given behind ``where``.

    Raises:
        InvalidArgument: it names what cannot be read, or what cannot be held.
    """
    notation, _, given = text.partition(" where ")
    circuit = read_circuit(notation.strip())
    rules = [rule.strip() for rule in given.split(";") if rule.strip()]
    return _Rules(circuit, text).model(rules)


class _Rules:
    """Rules read for one circuit."""

    def __init__(self, circuit: Circuit, text: str) -> None:
        self.circuit, self.text = circuit, text
        self.place: dict[str, int] = {}
        letters = [one.element for one in reported(circuit)]
        for one in reported(circuit):
            self.place[f"{one.element}.{one.letter}"] = one.own
            if letters.count(one.element) == 1:
                self.place[one.element] = one.own
        # the capacitance of an arc hangs on its resistance, a Q on its n: they are not fitted
        self.unheld = {
            f"{one.element}.{one.letter}"
            for one in reported(circuit)
            if one.letter == "Q"
            or (one.letter == "C" and circuit.parameters[one.own].letter != "C")
        }

    def model(self, rules: list[str]) -> Model:
        bounds: dict[int, tuple[float, float]] = {}
        links: list[tuple[int, int, float]] = []
        orders = []
        for rule in rules:
            found = _RULE.fullmatch(rule)
            if not found:
                raise self.fault(rule, "a parameter, one of = < >, and what it is held against")
            place, sign, right = self.named(found[1], rule), found[2], found[3].strip()
            other = _OTHER.fullmatch(right)
            if other and sign == "=":
                source = self.named(other[2], rule)
                if source == place:
                    raise self.fault(rule, "another parameter")
                if not self.alike(place, source):
                    raise self.fault(rule, "two parameters of one kind")
                links.append((place, source, float(other[1] or 1.0)))
            elif other:
                later = self.named(other[2], rule)
                if {self.letter(place), self.letter(later)} != {"tau"} or other[1]:
                    raise self.fault(rule, "two time constants in order")
                orders.append((place, later) if sign == "<" else (later, place))
            else:
                old = bounds.get(place, (-np.inf, np.inf))
                new = self.values(sign, right, rule, place)
                bounds[place] = max(old[0], new[0]), min(old[1], new[1])
                if bounds[place][0] > bounds[place][1]:
                    raise self.fault(rule, "bounds that leave something between them")
        self.refuse_chains(links, bounds.keys())
        ends = tuple((place, *between) for place, between in bounds.items())
        return Model(self.circuit, ends, tuple(links), tuple(orders))

    def refuse_chains(self, links: list[tuple[int, int, float]], bounded: Iterable[int]) -> None:
        """Refuse a link to what is linked, two of one parameter, and bounds of what is linked."""
        linked = [place for place, _, _ in links]
        for place, source, _ in links:
            if source in linked or place in bounded or linked.count(place) > 1:
                name = next(name for name, own in self.place.items() if own == place)
                takes = "one link of a parameter, to one that is not linked, and no bounds beside"
                raise self.fault(name, takes)

    def values(self, sign: str, right: str, rule: str, place: int) -> tuple[float, float]:
        """Return the lowest and highest value that a rule leaves."""
        between, value = _RANGE.fullmatch(right), _VALUE.fullmatch(right)
        if sign == "=" and between:
            ends = float(between[1]), float(between[2])
        elif value:
            number = float(value[1])
            ends = (-np.inf if sign == "<" else number, np.inf if sign == ">" else number)
        else:
            raise self.fault(rule, "a number, two with .. between, or another parameter")
        least, most = (LOWEST_EXPONENT, 1.0) if self.letter(place) == "n" else (0.0, np.inf)
        if any(np.isfinite(end) and not (least < end <= most) for end in ends):
            raise self.fault(rule, f"numbers above {least:g}" + (" up to 1" if most == 1.0 else ""))
        return ends

    def named(self, name: str, rule: str) -> int:
        """Return the place of a parameter by its name."""
        if name in self.unheld:
            raise self.fault(rule, "a resistance, n or tau in place of it: it hangs on these")
        if name not in self.place:
            raise self.fault(rule, f"one of {', '.join(sorted(self.place.keys() - self.unheld))}")
        return self.place[name]

    def letter(self, place: int) -> str:
        return self.circuit.parameters[place].letter

    def alike(self, place: int, other: int) -> bool:
        one, two = self.circuit.parameters[place], self.circuit.parameters[other]
        return (one.ohm, one.second, one.exponent) == (two.ohm, two.second, two.exponent)

    def fault(self, rule: str, expected: str) -> InvalidArgument:
        return InvalidArgument("circuit", self.text, f"{expected}, where {rule!r} stands")
