"""The arcs of a fit, and what each is taken for by its capacitance.

J. T. S. Irvine, D. C. Sinclair, A. R. West, Adv. Mater. 2 (1990) 132: about 1e-12 F/cm is the bulk,
1e-11 to 1e-8 a grain boundary, 1e-7 to 1e-5 an interface with an electrode. Ranges of decades end
where decades do: a grain boundary and an interface meet halfway, at 10^-7.5.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.analysis.impedance.fitted import Fit
from schema.impedance.circuit import read_circuit
from schema.impedance.element import Reals

VERSION: Final = "3"

_LIMITS: Final = np.log([1e-13, 1e-11, 10**-7.5, 10**-4.5])
_MEANINGS: Final = np.array(["mixed", "bulk", "grain_boundary", "interface", "mixed"], dtype=object)
_LARGEST_CORRELATION: Final = 0.95
_QUANTILE: Final = 1.96


@dataclass(frozen=True, slots=True, eq=False)
class Arcs:
    """The A arcs in series of B fits, nan where the fit was not computable.

    Attributes:
        element: (A,) the resistance of each, e.g. R1.
        resistance: (B, A) Ω.
        resistance_error: (B, A) Ω, standard error.
        resistance_low: (B, A) Ω, lower end of the 95 % interval.
        resistance_high: (B, A) Ω, upper end.
        profiled: (B, A), whether these are of a profile.
        time_constant: (B, A) s.
        exponent: (B, A) n; 1 where the arc is a resistance beside a capacitance.
        capacitance: (B, A) F, τ/R.
        capacitance_error: (B, A) F, standard error.
        peak_hertz: (B, A) 1/(2πτ), where -Im(Z) of the arc is greatest.
        assignment: (B, A) bulk, grain_boundary, interface, mixed or not_identifiable.
        reason: (B, A) why mixed or not_identifiable.
    """

    element: tuple[str, ...]
    resistance: Reals
    resistance_error: Reals
    resistance_low: Reals
    resistance_high: Reals
    profiled: NDArray[np.bool_]
    time_constant: Reals
    exponent: Reals
    capacitance: Reals
    capacitance_error: Reals
    peak_hertz: Reals
    assignment: NDArray[np.object_]
    reason: NDArray[np.object_]


def arcs(fit: Fit) -> Arcs:
    """Return the arcs of a fit.

    Ranges are held against F, which is right within a factor of the cell constant.

    An arc is mixed where the 95 % interval of its capacitance reaches into a second range or into
    none, not_identifiable where its peak lies beyond the band or its resistance is correlated
    beyond 0.95 with that of another arc.
    """
    found = read_circuit(fit.circuit).arcs
    column = {name[:2]: place for place, name in enumerate(fit.names)}
    places = [column[arc.resistor.label, "R"] for arc in found]
    times = [column[str(arc), "tau"] for arc in found]
    resistance, resistance_error = fit.value[:, places], fit.standard_error[:, places]
    time, time_error = fit.value[:, times], fit.standard_error[:, times]
    exponent = np.where(np.isnan(resistance), np.nan, 1.0)
    for number, arc in enumerate(found):
        if (arc.capacitor.label, "n") in column:
            exponent[:, number] = fit.value[:, column[arc.capacitor.label, "n"]]
    capacitance = time / resistance
    one, other = resistance_error / resistance, time_error / time
    spread = one**2 + other**2 - 2.0 * fit.correlation[:, places, times] * one * other
    relative = np.sqrt(np.maximum(spread, 0.0))
    peak = 1.0 / (2.0 * np.pi * time)
    assignment, reason = _assigned(np.log(capacitance), relative)
    twin = np.abs(fit.correlation[:, np.array(places, dtype=np.intp)[:, None], places])
    twin[:, np.arange(len(found)), np.arange(len(found))] = 0.0
    for hidden, why in (
        (~np.isfinite(capacitance), "the fit was not computable"),
        (np.isnan(relative), "a bound holds its resistance or time constant"),
        (peak > fit.highest_hertz[:, None], "its peak lies above the band"),
        (peak < fit.lowest_hertz[:, None], "its peak lies below the band"),
        (
            (twin > _LARGEST_CORRELATION).any(axis=2),
            f"its resistance is correlated beyond {_LARGEST_CORRELATION:g} with another arc's",
        ),
    ):
        new = hidden & (assignment != "not_identifiable")
        assignment[new], reason[new] = "not_identifiable", why
    return Arcs(
        tuple(arc.resistor.label for arc in found),
        resistance,
        resistance_error,
        fit.low[:, places],
        fit.high[:, places],
        fit.profiled[:, places],
        time,
        exponent,
        capacitance,
        capacitance * relative,
        peak,
        assignment,
        reason,
    )


def _assigned(logarithm: Reals, relative: Reals) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    low = np.searchsorted(_LIMITS, logarithm - _QUANTILE * relative)
    high = np.searchsorted(_LIMITS, logarithm + _QUANTILE * relative)
    assignment = np.where(low == high, _MEANINGS[low], "mixed")
    between = (low == high) & (assignment == "mixed")
    reason = np.where(low == high, "", "its capacitance may lie in two ranges").astype(object)
    reason[between] = "its capacitance lies in no range of bulk, grain boundary or interface"
    return assignment, reason
