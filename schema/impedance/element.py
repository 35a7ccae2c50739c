"""The elements of equivalent circuits: impedance and its derivatives, for whole batches.

A positive parameter is fitted as its logarithm, an exponent as the logit of its place between
``LOWEST_EXPONENT`` and 1, so that no step leaves what is physical. All functions take θ (B, k) of
such internal parameters, write dZ/dθ into ``slope`` (B, k, N) and return Z (B, N); what is returned
may be a view of ``slope``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]
Complexes = NDArray[np.complex128]

LOWEST_EXPONENT: Final = 0.3
_SPAN: Final = 1.0 - LOWEST_EXPONENT


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """Frequencies of a batch: (B, N), or (1, N) where all spectra share them.

    Attributes:
        angular: ω.
        logarithm: ln(jω).
    """

    angular: Reals
    logarithm: Complexes

    @classmethod
    def of(cls, angular: Reals) -> Self:
        """Return the band of these angular frequencies."""
        return cls(angular, np.log(angular) + 0.5j * np.pi)

    def take(self, rows: NDArray[Any]) -> Self:
        """Return the band of these spectra."""
        if len(self.angular) == 1:
            return self
        return type(self)(self.angular[rows], self.logarithm[rows])


Impedance = Callable[[Band, Reals, Complexes], Complexes]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an element; its dimension is Ω^ohm s^second, and s^n more where ``graded``."""

    letter: str
    unit: str
    ohm: float = 0.0
    second: float = 0.0
    graded: bool = False
    exponent: bool = False


@dataclass(frozen=True, slots=True)
class Element:
    """A kind of element."""

    symbol: str
    parameters: tuple[Parameter, ...]
    impedance: Impedance


def exponent_of(theta: Reals) -> Reals:
    """Return the exponent of its internal parameter."""
    return LOWEST_EXPONENT + _SPAN / (1.0 + np.exp(-theta))


def exponent_slope(exponent: Reals) -> Reals:
    """Return dn/dθ."""
    return (exponent - LOWEST_EXPONENT) * (1.0 - exponent) / _SPAN


def exponent_place(exponent: Reals) -> Reals:
    """Return the internal parameter of an exponent."""
    inside = np.clip(exponent, LOWEST_EXPONENT + 1e-9, 1.0 - 1e-9)
    return np.asarray(np.log((inside - LOWEST_EXPONENT) / (1.0 - inside)))


def _resistor(_: Band, theta: Reals, slope: Complexes) -> Complexes:
    slope[:, 0] = np.exp(theta[:, :1])
    return slope[:, 0]


def _capacitor(band: Band, theta: Reals, slope: Complexes) -> Complexes:
    slope[:, 0] = 1j * np.exp(-theta[:, :1]) / band.angular
    return -slope[:, 0]


def _inductor(band: Band, theta: Reals, slope: Complexes) -> Complexes:
    slope[:, 0] = 1j * np.exp(theta[:, :1]) * band.angular
    return slope[:, 0]


def _warburg(band: Band, theta: Reals, slope: Complexes) -> Complexes:
    slope[:, 0] = (1.0 - 1.0j) * np.exp(theta[:, :1]) / np.sqrt(band.angular)
    return slope[:, 0]


def _constant_phase(band: Band, theta: Reals, slope: Complexes) -> Complexes:
    exponent = exponent_of(theta[:, 1:2])
    magnitude = np.exp(-theta[:, :1] - exponent * band.logarithm.real)
    slope[:, 0] = magnitude * -np.exp(-0.5j * np.pi * exponent)
    slope[:, 1] = slope[:, 0] * (exponent_slope(exponent) * band.logarithm)
    return -slope[:, 0]


def _finite_warburg(band: Band, theta: Reals, slope: Complexes, *, is_open: bool) -> Complexes:
    """R f(p)/p where p = √(jωτ) and f is coth or tanh: both have f' = 1 - f²."""
    root = np.sqrt(0.5 * band.angular * np.exp(theta[:, 1:2])) * (1.0 + 1.0j)
    left = -np.expm1(-2.0 * root)
    ratio = (2.0 - left) / left if is_open else left / (2.0 - left)
    resistance = np.exp(theta[:, :1])
    shape = ratio / root
    slope[:, 0] = resistance * shape
    slope[:, 1] = (0.5 * resistance) * (1.0 - ratio * ratio - shape)
    return slope[:, 0]


def _open_warburg(band: Band, theta: Reals, slope: Complexes) -> Complexes:
    return _finite_warburg(band, theta, slope, is_open=True)


def _short_warburg(band: Band, theta: Reals, slope: Complexes) -> Complexes:
    return _finite_warburg(band, theta, slope, is_open=False)


def _gerischer(band: Band, theta: Reals, slope: Complexes) -> Complexes:
    """R / √(1 + jωτ): what diffuses reacts on its way, as τ tells."""
    turn = 1j * np.exp(theta[:, 1:2]) * band.angular
    slope[:, 0] = np.exp(theta[:, :1]) / np.sqrt(1.0 + turn)
    slope[:, 1] = slope[:, 0] * (-0.5 * turn / (1.0 + turn))
    return slope[:, 0]


def _transmission_line(band: Band, theta: Reals, slope: Complexes) -> Complexes:
    """R coth(p)/p where p = (jωτ)^(n/2): pores of resistance R whose walls block.

    R. de Levie, Electrochim. Acta 8 (1963) 751.
    """
    exponent = exponent_of(theta[:, 2:3])
    place = band.logarithm + theta[:, 1:2]
    root = np.exp(0.5 * exponent * place)
    left = -np.expm1(-2.0 * root)
    ratio = (2.0 - left) / left
    resistance = np.exp(theta[:, :1])
    shape = ratio / root
    slope[:, 0] = resistance * shape
    # dZ/d ln p, of which ln p = n/2 (ln jω + ln τ)
    turn = resistance * (1.0 - ratio * ratio - shape)
    np.multiply(turn, 0.5 * exponent, out=slope[:, 1])
    np.multiply(turn, 0.5 * exponent_slope(exponent) * place, out=slope[:, 2])
    return slope[:, 0]


def zarc(band: Band, theta: Reals, slope: Complexes) -> Complexes:
    """R / (1 + (jωτ)^n), with θ of R, τ, n."""
    exponent = exponent_of(theta[:, 2:3])
    place = band.logarithm + theta[:, 1:2]
    power = np.exp(exponent * place.real) * np.exp(0.5j * np.pi * exponent)
    share = 1.0 / (1.0 + power)
    impedance = slope[:, 0]
    np.multiply(np.exp(theta[:, :1]), share, out=impedance)
    turn = impedance * (share - 1.0)
    np.multiply(turn, exponent, out=slope[:, 1])
    np.multiply(turn, place, out=slope[:, 2])
    slope[:, 2] *= exponent_slope(exponent)
    return impedance


def arc(band: Band, theta: Reals, slope: Complexes) -> Complexes:
    """R / (1 + jωτ), with θ of R, τ."""
    share = 1.0 / (1.0 + 1j * np.exp(theta[:, 1:2]) * band.angular)
    slope[:, 0] = np.exp(theta[:, :1]) * share
    slope[:, 1] = slope[:, 0] * (share - 1.0)
    return slope[:, 0]


RESISTANCE: Final = Parameter("R", "Ω", ohm=1.0)
TIME_CONSTANT: Final = Parameter("tau", "s", second=1.0)
EXPONENT: Final = Parameter("n", "1", exponent=True)

ELEMENTS: Final[Mapping[str, Element]] = MappingProxyType(
    {
        element.symbol: element
        for element in (
            Element("R", (RESISTANCE,), _resistor),
            Element("C", (Parameter("C", "F", ohm=-1.0, second=1.0),), _capacitor),
            Element("L", (Parameter("L", "H", ohm=1.0, second=1.0),), _inductor),
            Element("W", (Parameter("A", "Ω/s^0.5", ohm=1.0, second=-0.5),), _warburg),
            Element("Wo", (RESISTANCE, TIME_CONSTANT), _open_warburg),
            Element("Ws", (RESISTANCE, TIME_CONSTANT), _short_warburg),
            Element("G", (RESISTANCE, TIME_CONSTANT), _gerischer),
            Element("TLMQ", (RESISTANCE, TIME_CONSTANT, EXPONENT), _transmission_line),
            Element(
                "CPE",
                (Parameter("Q", "s^n/Ω", ohm=-1.0, graded=True), EXPONENT),
                _constant_phase,
            ),
        )
    }
)
