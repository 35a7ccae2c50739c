"""What a fit reports: values of the usual parameters and how they hang on what was fitted."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from schema.impedance.circuit import Circuit, Leaf, Zarc, fitted
from schema.impedance.element import Reals, exponent_of, exponent_place, exponent_slope


@dataclass(frozen=True, slots=True)
class Reported:
    """One reported parameter: ``own`` is the place in θ that makes it what it is."""

    element: str
    letter: str
    unit: str
    own: int


@lru_cache
def reported(circuit: Circuit) -> tuple[Reported, ...]:
    """Return what is reported: all parameters of all elements, and the time constant of arcs."""
    found = []
    for part in fitted(circuit.root):
        first = part.first
        if isinstance(part, Zarc):
            found.append(Reported(part.resistor.label, "R", "Ω", first))
            capacitor = part.capacitor
            for place, parameter in enumerate(capacitor.parameters, first + 1):
                found.append(Reported(capacitor.label, parameter.letter, parameter.unit, place))
            found.append(Reported(str(part), "tau", "s", first + 1))
        else:
            for place, parameter in enumerate(part.parameters, first):
                found.append(Reported(part.label, parameter.letter, parameter.unit, place))
    return tuple(found)


def report(circuit: Circuit, theta: Reals, ohm: Reals, second: Reals) -> tuple[Reals, Reals]:
    """Return the values (B, K) and their derivatives by θ (B, K, P).

    Args:
        circuit: what was fitted.
        theta: (B, P), where Z is in units of ``ohm`` and time in units of ``second``.
        ohm: (B,) Ω.
        second: (B,) s.
    """
    units = np.log(ohm), np.log(second)
    value = np.empty((len(theta), len(reported(circuit))))
    slope = np.zeros((*value.shape, theta.shape[1]))
    column = 0
    for part in fitted(circuit.root):
        rows = (
            _of_arc(part, theta, *units)
            if isinstance(part, Zarc)
            else _of_leaf(part, theta, *units)
        )
        for one, slopes in rows:
            value[:, column] = one
            for place, single in slopes.items():
                slope[:, column, place] = single
            column += 1
    return value, slope


_Row = tuple[Reals, dict[int, Reals]]


def _of_leaf(leaf: Leaf, theta: Reals, log_ohm: Reals, log_second: Reals) -> Iterator[_Row]:
    first = leaf.first
    for place, one in enumerate(leaf.parameters, first):
        if one.exponent:
            exponent = exponent_of(theta[:, place])
            yield exponent, {place: exponent_slope(exponent)}
            continue
        size = np.exp(theta[:, place] + one.ohm * log_ohm + one.second * log_second)
        if not one.graded:
            yield size, {place: size}
            continue
        exponent = exponent_of(theta[:, place + 1])
        size = size * np.exp(exponent * log_second)
        yield size, {place: size, place + 1: size * log_second * exponent_slope(exponent)}


def _of_arc(arc: Zarc, theta: Reals, log_ohm: Reals, log_second: Reals) -> Iterator[_Row]:
    first = arc.first
    resistance = np.exp(theta[:, first] + log_ohm)
    log_time = theta[:, first + 1] + log_second
    yield resistance, {first: resistance}
    if len(arc.parameters) == 2:
        capacitance = np.exp(log_time) / resistance
        yield capacitance, {first: -capacitance, first + 1: capacitance}
    else:
        exponent = exponent_of(theta[:, first + 2])
        steep = exponent_slope(exponent)
        charge = np.exp(exponent * log_time) / resistance
        slopes = {
            first: -charge,
            first + 1: charge * exponent,
            first + 2: charge * log_time * steep,
        }
        yield charge, slopes
        yield exponent, {first + 2: steep}
    yield np.exp(log_time), {first + 1: np.exp(log_time)}


def theta_of(circuit: Circuit, value: Reals) -> Reals:
    """Return θ (B, P), in Ω and s, of reported values (B, K): ``report`` the other way round."""
    theta = np.empty((len(value), len(circuit.parameters)))
    column = 0
    for part in fitted(circuit.root):
        places = slice(part.first, part.first + len(part.parameters))
        if isinstance(part, Zarc):
            resistance, *_, time = value[:, column : column + len(part.parameters) + 1].T
            theta[:, part.first], theta[:, part.first + 1] = np.log(resistance), np.log(time)
            if len(part.parameters) == 3:
                theta[:, part.first + 2] = exponent_place(value[:, column + 2])
            column += len(part.parameters) + 1
            continue
        for place, one in enumerate(part.parameters, places.start):
            given = value[:, column]
            theta[:, place] = exponent_place(given) if one.exponent else np.log(given)
            column += 1
    return theta
