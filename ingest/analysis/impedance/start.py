"""Starting values by variable projection.

What stands in series is linear in its amplitudes once time constants are given. Every combination
of time constants out of a grid is solved for its amplitudes by way of one Gram matrix a spectrum;
the best that are positive are the starts.

G. H. Golub and V. Pereyra, SIAM J. Numer. Anal. 10 (1973) 413.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.analysis.impedance.marquardt import Problem
from schema.impedance.circuit import (
    Circuit,
    Leaf,
    Node,
    Parallel,
    Series,
    Zarc,
    is_inductive_arc,
)
from schema.impedance.element import (
    ELEMENTS,
    Band,
    Complexes,
    Reals,
    exponent_of,
    exponent_place,
    zarc,
)

_RELAXING: Final = frozenset({"arc", "loop", "Wo", "Ws", "G", "TLMQ"})
_PLACES: Final = {"CPE": exponent_place(np.array([[0.6, 0.75, 0.9]]))}
_ARC_PLACE: Final = float(exponent_place(np.array(0.85)))
_GRID_SIZES: Final = (14, 14, 14, 10, 8, 7)
"""Time constants on the grid, by the number of terms that relax."""
_MOST_CHOICES: Final = 3000
_BEYOND: Final = 2.0
_RIDGE: Final = 1e-9
_FAINTEST: Final = 1e-3


@dataclass(frozen=True, slots=True)
class _Term:
    """What one column stands for: a kind of column and the elements that share its amplitude."""

    kind: str
    nodes: tuple[Node, ...]


def starts(problem: Problem, count: int) -> Reals:
    """Return the best starts θ (count, B, P), best first, no two of them neighbors on the grid."""
    terms = [term for part in problem.model.circuit.terms for term in _terms(part)]
    relaxing = sum(term.kind in _RELAXING for term in terms)
    grids = {
        term.kind: time_grid(problem, _GRID_SIZES[min(relaxing, len(_GRID_SIZES) - 1)])
        if term.kind in _RELAXING
        else _PLACES.get(term.kind, np.zeros((1, 1)))
        for term in terms
    }
    gram, right = gram_of(
        np.concatenate([columns(kind, problem.band, grid) for kind, grid in grids.items()], axis=1),
        problem,
    )
    width = [grid.shape[1] for grid in grids.values()]
    first = dict(zip(grids, np.cumsum([0, *width[:-1]]), strict=True))
    sizes = [grids[term.kind].shape[1] for term in terms]
    choice = _choices([term.kind for term in terms], sizes)
    place = choice + np.array([first[term.kind] for term in terms])
    amplitude, gain = _projected(gram, right, place, sizes)
    gain /= np.einsum("bn,bn->b", np.abs(problem.impedance) ** 2, problem.weight**2)[:, None]
    gain = np.where((amplitude > 0.0).all(axis=0), gain, gain - 2.0)
    norm = np.sqrt(np.einsum("bcc->bc", gram) / problem.impedance.shape[1])
    found = np.zeros((count, len(gain), len(problem.model.circuit.parameters)))
    row = np.arange(len(gain))
    for theta in found:
        best = np.argmax(gain, axis=1)
        gain = np.where((np.abs(choice[best, None] - choice) <= 1).all(axis=2), gain - 9.0, gain)
        for number, term in enumerate(terms):
            faintest = _FAINTEST / np.maximum(norm[row, place[best, number]], 1e-200)
            size = np.log(np.maximum(amplitude[number, row, best], faintest))
            grid = np.broadcast_to(grids[term.kind], (len(gain), sizes[number]))
            time, bend = _meaning(term.kind, grid[row, choice[best, number]])
            for node in term.nodes:
                _assign(node, theta, size, time, bend)
    return found


def has_rivals(circuit: Circuit) -> bool:
    """Return whether the best start may lead astray: unlike terms relax, or more than two do."""
    kinds = [term.kind for part in circuit.terms for term in _terms(part)]
    relaxing = [kind for kind in kinds if kind in _RELAXING]
    return len({*relaxing}) > 1 or len(relaxing) > 2


def _terms(node: Node) -> list[_Term]:
    """Return the terms of what stands in series; R-Y beside a capacitance is an arc, then Y."""
    match node:
        case Leaf():
            return [_Term(node.element.symbol, (node,))]
        case Zarc():
            return [_Term("arc", (node,))]
        case Series(parts):
            return [term for part in parts for term in _terms(part)]
        case Parallel((Leaf() as beside, Series((Leaf() as resistor, *rest)))) if (
            beside.element.symbol in {"C", "CPE"} and resistor.element.symbol == "R"
        ):
            return [_Term("arc", (beside, resistor))] + [t for part in rest for t in _terms(part)]
        case Parallel() if is_inductive_arc(node):
            return [_Term("loop", (node,))]
        case Parallel():
            return [_Term("arc", (node,))]


def time_grid(problem: Problem, size: int) -> Reals:
    """Return ln τ (1 or B, T), even from a little above the band to a little below."""
    logarithm = problem.band.logarithm.real
    counted = problem.weight[: len(logarithm)] > 0.0
    fastest = np.where(counted, logarithm, -np.inf).max(axis=1, keepdims=True)
    slowest = np.where(counted, logarithm, np.inf).min(axis=1, keepdims=True)
    low, high = -fastest - np.log(_BEYOND), -slowest + np.log(_BEYOND)
    return np.asarray(low + (high - low) * np.linspace(0.0, 1.0, size))


def _meaning(kind: str, candidate: Reals) -> tuple[Reals, Reals]:
    """Return ln τ and the place of the exponent that a candidate stands for."""
    if kind == "CPE":
        return np.zeros_like(candidate), candidate
    return candidate, np.full_like(candidate, _ARC_PLACE)


def _assign(node: Node, theta: Reals, size: Reals, time: Reals, place: Reals) -> None:
    """Give what is below the node ln R, ln τ and an exponent, where each has its share."""
    if isinstance(node, (Series, Parallel)):
        for part in node.parts:
            _assign(part, theta, size, time, place)
        return
    kind = "arc" if isinstance(node, Zarc) else node.element.symbol
    values = {
        "R": (size,),
        "L": (size + time,),
        "C": (time - size,),
        "W": (size - 0.5 * time,),
        "CPE": (exponent_of(place) * time - size, place),
    }.get(kind, (size, time, place))
    for number in range(len(node.parameters)):
        theta[:, node.first + number] = values[number]


def columns(kind: str, band: Band, grid: Reals) -> Complexes:
    """Return the impedance of unit amplitude (1 or B, T, N) for every candidate (1 or B, T)."""
    height, size = max(len(grid), len(band.angular)), grid.shape[1]
    time, place = _meaning(kind, np.broadcast_to(grid, (height, size)).reshape(-1))
    repeat = size if len(band.angular) > 1 else 1
    wide = Band(np.repeat(band.angular, repeat, axis=0), np.repeat(band.logarithm, repeat, axis=0))
    if kind == "loop":  # what an ideal arc is short of its resistance
        turn = 1j * np.exp(time[:, None]) * wide.angular
        return (turn / (1.0 + turn)).reshape(height, size, -1)
    count = 3 if kind == "arc" else len(ELEMENTS[kind].parameters)
    theta = np.zeros((height * size, count))
    if kind == "CPE":
        theta[:, 1] = place
    elif count > 1:
        theta[:, 1:] = np.stack((time, place), axis=1)[:, : count - 1]
    slope = np.empty((*theta.shape, band.angular.shape[1]), dtype=np.complex128)
    impedance = zarc if kind == "arc" else ELEMENTS[kind].impedance
    return impedance(wide, theta, slope).reshape(height, size, -1)


def _choices(kinds: list[str], sizes: list[int]) -> NDArray[np.int8]:
    """Return the combinations (P, terms) of candidates; like terms take rising ones."""
    like = [(a, b) for b in range(len(kinds)) for a in range(b) if kinds[a] == kinds[b]]
    like = [(a, b) for a, b in like if sizes[a] > 1]
    found = np.indices(sizes, dtype=np.int8).reshape(len(sizes), -1).T
    for a, b in like:
        found = found[(found[:, a] < found[:, b]) | (sizes[a] < len(kinds))]
    stride = -(-len(found) // _MOST_CHOICES)
    return found[::stride]


def gram_of(column: Complexes, problem: Problem) -> tuple[Reals, Reals]:
    """Return the weighted Gram matrix (B, C, C) of columns (1 or B, C, N) and AᵀZ (B, C)."""
    square = problem.weight * problem.weight
    if len(column) > 1:
        real = (column * problem.weight[:, None]).view(np.float64)
        weighted = (problem.impedance * problem.weight).view(np.float64)
        return real @ real.transpose(0, 2, 1), (real @ weighted[..., None])[..., 0]
    count = column.shape[1]
    product = (column[0, :, None] * column[0, None].conj()).real.reshape(count * count, -1)
    right = (problem.impedance * square).view(np.float64) @ column[0].view(np.float64).T
    return (square @ product.T).reshape(-1, count, count), right


def _projected(
    gram: Reals, right: Reals, place: NDArray[np.intp], sizes: list[int]
) -> tuple[Reals, Reals]:
    """Solve every combination: amplitudes (terms, B, P) and the squares explained (B, P).

    What all combinations share is eliminated first, once a spectrum.
    """
    fixed, free = np.flatnonzero(np.equal(sizes, 1)), np.flatnonzero(np.greater(sizes, 1))
    shared = place[0, fixed]
    block = gram[:, shared[:, None], shared]
    diagonal = np.einsum("bcc->bc", gram)
    block[:, np.arange(fixed.size), np.arange(fixed.size)] += _RIDGE * diagonal[:, shared]
    both = np.concatenate((gram[:, shared], right[:, shared, None]), axis=2)
    solved = np.linalg.solve(block, both)
    left = np.concatenate((gram, right[..., None]), axis=2) - gram[:, :, shared] @ solved
    alone = solved[..., -1]
    amplitude = np.empty((len(sizes), len(gram), len(place)))
    gain = np.repeat(np.einsum("bl,bl->b", alone, right[:, shared])[:, None], len(place), axis=1)
    rows = [[left[:, place[:, i], place[:, j]] for j in free] for i in free]
    ends = [left[:, place[:, i], -1] for i in free]
    pivots = []
    for k, term in enumerate(free):
        pivots.append(np.maximum(rows[k][k], _RIDGE * diagonal[:, place[:, term]]))
        gain += ends[k] * ends[k] / pivots[k]
        for i in range(k + 1, free.size):
            factor = rows[k][i] / pivots[k]
            ends[i] = ends[i] - factor * ends[k]
            for j in range(i, free.size):
                rows[i][j] = rows[i][j] - factor * rows[k][j]
    for k in range(free.size - 1, -1, -1):
        known = (rows[k][j] * amplitude[free[j]] for j in range(k + 1, free.size))
        amplitude[free[k]] = (ends[k] - sum(known)) / pivots[k]
    for number, term in enumerate(fixed):
        known = (solved[:, number, place[:, j]] * amplitude[j] for j in free)
        amplitude[term] = alone[:, number, None] - sum(known)
    return amplitude, gain
