"""What of a fitted circuit is no distribution of relaxation times, and is subtracted before one.

A distribution γ ≥ 0 over R0 and L holds resistances, inductances in series, arcs, and whatever else
ends at a resistance to direct current: a short Warburg (Ws) and a Gerischer element (G) relax like
arcs and stay. What blocks or diffuses without end (C, CPE, W, Wo, a blocking pore) rises for ever,
and an inductive loop is an arc below zero: both are the tail.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ingest.analysis.impedance.sweep import Sweeps
from schema.impedance.circuit import Leaf, Node, Parallel, Series, fitted, read_circuit
from schema.impedance.element import Band
from schema.impedance.parameter import theta_of

_FINITE: Final = frozenset({"R", "L", "Ws", "G"})
"""Elements that direct current passes."""
_UNKNOWN: Final = "tail not known: no circuit fits"

Complexes = NDArray[np.complex128]
Words = NDArray[np.object_]


@dataclass(frozen=True, slots=True, eq=False)
class Tails:
    """What is known of the tails of B sweeps.

    Attributes:
        impedance_ohm: (B, N) to be subtracted; 0 where there is no tail or none is known.
        name: (B,) its terms, e.g. CPE2; empty where there is none.
        circuit: (B,) the chosen circuit; empty where none was.
        unknown: (B,) why the tail is not known; empty where it is, or is known not to be.
    """

    impedance_ohm: Complexes
    name: Words
    circuit: Words
    unknown: Words

    @classmethod
    def not_known(cls, sweeps: Sweeps) -> Self:
        """Return that no circuit was chosen for any sweep."""
        none = np.full(len(sweeps), "", dtype=object)
        return cls(
            np.zeros(sweeps.impedance_ohm.shape, dtype=np.complex128),
            none,
            none.copy(),
            np.full(len(sweeps), _UNKNOWN, dtype=object),
        )

    @classmethod
    def of(cls, fits: pa.Table, sweeps: Sweeps) -> Self:
        """Return the tails of sweeps by the circuits chosen for them.

        Args:
            fits: rows of schema.analysis.impedance.FIT with their lists, of these sweeps and
                maybe others.
            sweeps: whose tails are wanted.
        """
        found = cls.not_known(sweeps)
        chosen = fits.filter(
            pc.and_(
                pc.fill_null(fits["chosen"], fill_value=False),
                pc.is_in(fits["spectrum_count"], pa.array(sweeps.spectrum_count)),
            )
        )
        circuits = np.array(chosen["circuit"].to_pylist(), dtype=object)
        rows = np.searchsorted(sweeps.spectrum_count, chosen["spectrum_count"].to_numpy())
        for circuit in sorted(set(circuits.tolist())):
            alike = np.flatnonzero(circuits == circuit)
            listed = pc.list_flatten(chosen["fit_parameter"].take(pa.array(alike)))
            value = pc.struct_field(listed, "value").to_numpy().reshape(alike.size, -1)
            found.enter(rows[alike], circuit, value, sweeps)
        return found

    def enter(
        self, rows: NDArray[np.int64], circuit: str, value: NDArray[np.float64], sweeps: Sweeps
    ) -> None:
        """Put in what a circuit with reported values (b, K) makes of the tails of rows (b,)."""
        model, terms = read_circuit(circuit), tail_terms(circuit)
        self.circuit[rows], self.unknown[rows] = circuit, ""
        mixed = [str(term) for term in terms if not _stands_apart(term)]
        if mixed:
            self.unknown[rows] = f"tail not known: it does not stand apart in {mixed[0]}"
            return
        band = Band.of(2.0 * np.pi * sweeps.frequency_hertz[rows])
        tail = np.zeros_like(sweeps.impedance_ohm[rows])
        with np.errstate(all="ignore"):
            theta = theta_of(model, value)
            slope = np.zeros((*theta.shape, tail.shape[1]), dtype=np.complex128)
            for term in terms:
                tail += term.impedance(band, theta, slope)
        finite = np.isfinite(tail).all(axis=1)
        self.unknown[rows[~finite]] = _UNKNOWN
        self.impedance_ohm[rows[finite]] = tail[finite]
        self.name[rows[finite]] = "-".join(map(str, terms))


@lru_cache
def tail_terms(circuit: str) -> tuple[Node, ...]:
    """Return what stands in series in a circuit and is no part of a distribution."""
    return tuple(
        term for term in read_circuit(circuit).terms if _blocks(term) or _is_inductive(term)
    )


def _blocks(node: Node) -> bool:
    """Return whether no direct current passes."""
    match node:
        case Leaf():
            return node.element.symbol not in _FINITE
        case Series():
            return any(map(_blocks, node.parts))
        case Parallel():
            return all(map(_blocks, node.parts))
    return False


def _is_inductive(node: Node) -> bool:
    """Return whether it is a loop of resistances and inductances."""
    return isinstance(node, Parallel) and _symbols(node) <= {"R", "L"}


def _stands_apart(node: Node) -> bool:
    """Return whether nothing relaxes within a term of the tail."""
    return not (isinstance(node, Parallel) and _blocks(node) and "R" in _symbols(node))


def _symbols(node: Node) -> set[str]:
    leaves = (
        leaf
        for part in fitted(node)
        for leaf in ((part,) if isinstance(part, Leaf) else part.branches)
    )
    return {leaf.element.symbol for leaf in leaves}
