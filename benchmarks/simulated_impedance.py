"""Impedance sweeps drawn of known circuits: every kind, with noise and with drift.

Every element is R·g(jωτ, n), so that a truth is a list of terms in series. None of this comes from
the product: its formulas are what is on trial.
"""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]

SEED: Final = 12
CENTER: Final = 2.5
"""Of every band, decades of Hz."""
SPARE: Final = 0.5
"""Decades between a time constant and the end of the band."""
SERIES_OHM: Final = 10.0
SCALE_OHM: Final = 100.0
DRIFT: Final = 0.05
"""By how much of itself Z has grown at the last point."""
PERIODS: Final = 3.0
POINT_SECOND: Final = 0.2
"""What a point takes: so many periods, and so long besides."""


def _diffusion(x: Complexes, n: Floats) -> Complexes:
    root = x ** (n / 2.0)
    return np.asarray(1.0 / (np.tanh(root) * root))


SHAPES: Final[Mapping[str, Callable[[Complexes, Floats], Complexes]]] = {
    "R": lambda x, _: np.ones_like(x),
    "L": lambda x, _: x,
    "Q": lambda x, n: x**-n,
    "arc": lambda x, n: 1.0 / (1.0 + x**n),
    "open": _diffusion,
    "short": lambda x, _: np.tanh(x**0.5) / x**0.5,
    "G": lambda x, _: (1.0 + x) ** -0.5,
    "loop": lambda x, _: x / (1.0 + x),
}
"""g of x = jωτ and n. Q is a C (n 1), a W (n ½) or a CPE; open is a Wo (n 1) or a porous electrode;
loop is a resistance beside an inductance."""


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """One element of B sweeps; ``tau`` and ``n`` are ones where its shape does not take them."""

    shape: str
    ohm: Floats
    tau: Floats
    n: Floats

    def impedance(self, frequency: Floats) -> Complexes:
        """Return Z (B, N)."""
        x = np.asarray(2j * np.pi * frequency * self.tau[:, None], dtype=np.complex128)
        return np.asarray(self.ohm[:, None] * SHAPES[self.shape](x, self.n[:, None]))


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """The terms in series that B sweeps were drawn of."""

    terms: tuple[Term, ...]

    @property
    def arcs(self) -> tuple[Term, ...]:
        """Return the arcs, fastest first."""
        return tuple(term for term in self.terms if term.shape == "arc")

    @property
    def whole_ohm(self) -> Floats:
        """Return the resistances in series and of arcs, as fitted_resistance has it."""
        parts = [term.ohm for term in self.terms if term.shape in {"R", "arc"}]
        return np.sum(parts, axis=0) if parts else np.zeros_like(self.terms[0].ohm)

    def impedance(self, frequency: Floats) -> Complexes:
        """Return Z (B, N) without noise."""
        return np.asarray(sum(term.impedance(frequency) for term in self.terms))


@dataclass(frozen=True, slots=True)
class Draw:
    """Where parameters of B sweeps come from: a generator, and a band in decades of Hz."""

    random: np.random.Generator
    count: int
    decades: float

    @property
    def low(self) -> float:
        """Return the lowest place of a time constant."""
        return CENTER - self.decades / 2.0 + SPARE

    @property
    def high(self) -> float:
        """Return the highest."""
        return CENTER + self.decades / 2.0 - SPARE

    def evenly(self, low: float | Floats, high: float | Floats) -> Floats:
        """Return numbers between two ends."""
        return np.asarray(self.random.uniform(low, high, self.count))

    def term(self, shape: str, place: Floats | None = None, n: float | None = None) -> Term:
        """Return a term of 30 to 300 Ω at a place in decades of Hz, n drawn where not given."""
        ohm = SCALE_OHM * np.exp(self.evenly(np.log(0.3), np.log(3.0)))
        tau = np.ones(self.count) if place is None else 10.0**-place / (2.0 * np.pi)
        drawn = self.evenly(0.75, 1.0) if n is None else np.full(self.count, n)
        return Term(shape, ohm, tau, drawn)

    def series(self) -> Term:
        """Return the resistance before everything."""
        ones = np.ones(self.count)
        return Term("R", SERIES_OHM * ones, ones, ones)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of circuit.

    Attributes:
        title: what it is.
        circuit: the terms that an answer must have, as impedance_accuracy names them.
        draw: draws terms in a band.
        fewest_decades: bands below this cannot hold it.
        why: why not.
    """

    title: str
    circuit: tuple[str, ...]
    draw: Callable[[Draw], tuple[Term, ...]]
    fewest_decades: float = 0.0
    why: str = ""


def _alone(shape: str, n: float) -> Callable[[Draw], tuple[Term, ...]]:
    """Return what draws one term whose |Z| is 30 to 300 Ω in the middle of the band."""
    return lambda draw: (draw.term(shape, np.full(draw.count, CENTER), n),)


def _arcs(*gaps: tuple[float, float]) -> Callable[[Draw], tuple[Term, ...]]:
    """Return what draws one arc more than there are gaps, these between so many decades."""

    def terms(draw: Draw) -> tuple[Term, ...]:
        # a gap leaves room for the least of those after it
        room = max(0.0, draw.high - draw.low - sum(least for least, _ in gaps)) * np.ones(
            draw.count
        )
        apart = []
        for least, most in gaps:
            more = draw.evenly(0.0, np.minimum(most - least, room))
            room = room - more
            apart.append(least + more)
        first = draw.evenly(draw.high - room, draw.high)
        places = first - np.cumsum([np.zeros(draw.count), *apart], axis=0)
        return (draw.series(), *(draw.term("arc", place) for place in places))

    return terms


def _tailed(shape: str, n: float | None) -> Callable[[Draw], tuple[Term, ...]]:
    """Return what draws a tail in the lowest decade, and an arc a decade or more above it."""

    def terms(draw: Draw) -> tuple[Term, ...]:
        tail = draw.evenly(draw.low, draw.low + 0.5)
        arc = draw.evenly(tail + 1.0, draw.high)
        return draw.series(), draw.term("arc", arc), draw.term(shape, tail, n)

    return terms


def _gerischer(draw: Draw) -> tuple[Term, ...]:
    # its upper end falls as slowly as ω^-½: half a decade more to spare
    return draw.series(), draw.term("G", draw.evenly(draw.low, draw.high - 0.5), 1.0)


def _lead(draw: Draw) -> tuple[Term, ...]:
    """Return a lead whose ωL is 1 to 10 times the series resistance at the last point."""
    place = draw.evenly(draw.high + SPARE - 1.0, draw.high + SPARE)
    series, ones = draw.series(), np.ones(draw.count)
    lead = Term("L", series.ohm, 10.0**-place / (2.0 * np.pi), ones)
    return lead, series, draw.term("arc", draw.evenly(draw.low, place - 1.0))


def _loop(draw: Draw) -> tuple[Term, ...]:
    """Return a loop in the lowest decade, a fifth to a half as wide as the arc before it."""
    place = draw.evenly(draw.low, draw.low + 0.5)
    arc = draw.term("arc", draw.evenly(place + 1.0, draw.high))
    width = arc.ohm * draw.evenly(0.2, 0.5)
    tau = 10.0**-place / (2.0 * np.pi)
    return draw.series(), arc, Term("loop", width, tau, np.ones(draw.count))


_ARC: Final = ("R", "arc")
_NO_ROOM: Final = "three arcs a decade apart stand in three decades at one place only"

KINDS: Final[Mapping[str, Kind]] = {
    "resistance": Kind("a resistance", ("R",), _alone("R", 1.0)),
    "capacitance": Kind("a capacitance", ("Q",), _alone("Q", 1.0)),
    "inductance": Kind("an inductance", ("L",), _alone("L", 1.0)),
    "one_arc": Kind("one arc", _ARC, _arcs()),
    "two_arcs": Kind("two arcs, one to two decades apart", (*_ARC, "arc"), _arcs((1.0, 2.0))),
    "three_arcs": Kind(
        "three arcs, each one to one and a half decades from the next",
        (*_ARC, "arc", "arc"),
        _arcs((1.0, 1.5), (1.0, 1.5)),
        3.5,
        _NO_ROOM,
    ),
    **{
        f"overlap_{ratio}": Kind(
            f"two arcs whose time constants are {ratio} times apart",
            (*_ARC, "arc"),
            _arcs((np.log10(ratio), np.log10(ratio))),
        )
        for ratio in (3, 10, 100)
    },
    "warburg": Kind("an arc and a semi-infinite Warburg", (*_ARC, "Q"), _tailed("Q", 0.5)),
    "open": Kind("an arc and a finite open Warburg", (*_ARC, "open"), _tailed("open", 1.0)),
    "short": Kind("an arc and a finite short Warburg", (*_ARC, "short"), _tailed("short", 1.0)),
    "blocking": Kind("an arc and a blocking CPE", (*_ARC, "Q"), _tailed("Q", None)),
    "porous": Kind(
        "an arc and the transmission line of a porous electrode",
        (*_ARC, "open"),
        _tailed("open", None),
    ),
    "gerischer": Kind("a Gerischer element", ("R", "G"), _gerischer),
    "lead": Kind("an inductive lead and an arc", ("L", *_ARC), _lead),
    "loop": Kind("an arc and an inductive loop", (*_ARC, "loop"), _loop),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """What sweeps of one line of the table have in common.

    Attributes:
        kind: one of KINDS.
        noise_percent: standard deviation of either part of ΔZ, of |Z|.
        points: of a sweep.
        decades: of its band.
    """

    kind: str
    noise_percent: float
    points: int
    decades: int

    @property
    def left_out(self) -> str:
        """Return why there is no such sweep; "" where there is."""
        kind = KINDS[self.kind]
        return kind.why if self.decades < kind.fewest_decades else ""


@dataclass(frozen=True, slots=True, eq=False)
class Simulated:
    """B sweeps at N frequencies, from the highest: steady, and drifting with the same noise.

    Attributes:
        truth: what they are drawn of.
        frequency_hertz: (N,).
        steady_ohm: (B, N) with noise.
        drifting_ohm: the same, grown evenly from point to point.
        timed_ohm: the same, grown evenly in time, most of which the last points take.
    """

    truth: Truth
    frequency_hertz: Floats
    steady_ohm: Complexes
    drifting_ohm: Complexes
    timed_ohm: Complexes

    @classmethod
    def drawn(cls, cell: Cell, count: int, seed: int = SEED) -> Self:
        """Draw sweeps of a cell; each cell has a stream of random numbers of its own."""
        random = np.random.default_rng([seed, zlib.crc32(repr(cell).encode())])
        truth = Truth(KINDS[cell.kind].draw(Draw(random, count, cell.decades)))
        half = cell.decades / 2.0
        frequency = np.logspace(CENTER + half, CENTER - half, cell.points)
        clean = truth.impedance(frequency)
        off = random.normal(size=(2, *clean.shape))
        noise = cell.noise_percent / 100.0 * np.abs(clean) * (off[0] + 1j * off[1])
        steady = clean + noise
        time = np.cumsum(PERIODS / frequency + POINT_SECOND)
        even = steady * np.linspace(1.0, 1.0 + DRIFT, cell.points)
        return cls(truth, frequency, steady, even, steady * (1.0 + DRIFT * time / time[-1]))

    def columns(self, impedance: Complexes) -> dict[str, NDArray[np.int64] | Floats]:
        """Return sweeps as the columns that ingest.spectrum makes."""
        count, points = impedance.shape
        return {
            "spectrum_count": np.repeat(np.arange(1, count + 1), points),
            "frequency_hertz": np.tile(self.frequency_hertz, count),
            "real_impedance_ohm": impedance.real.ravel(),
            "imaginary_impedance_ohm": impedance.imag.ravel(),
        }
