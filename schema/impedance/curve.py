"""The impedance of a fitted circuit, of what is reported of its parameters."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from schema.impedance.circuit import read_circuit
from schema.impedance.element import Band, Complexes
from schema.impedance.parameter import reported, theta_of


def fitted_impedance(
    circuit: str, parameters: Mapping[tuple[str, str], float | None], frequency_hertz: ArrayLike
) -> Complexes | None:
    """Return the impedance of a circuit in Ω, (N,), at frequencies (N,) in Hz.

    Args:
        circuit: as written, ``R0-p(R1,CPE1)``.
        parameters: values by element and letter, as a fit reports them.
        frequency_hertz: above 0.

    Returns:
        None where a parameter is not there: what was not found has no curve.

    Raises:
        InvalidArgument: when the circuit cannot be read.
    """
    model = read_circuit(circuit)
    known = [parameters.get((each.element, each.letter)) for each in reported(model)]
    value = np.array([[np.nan if each is None else each for each in known]])
    if not np.isfinite(value).all():
        return None
    band = Band.of(2.0 * np.pi * np.atleast_1d(np.asarray(frequency_hertz, float))[None])
    with np.errstate(all="ignore"):
        theta = theta_of(model, value)
        slope = np.zeros((*theta.shape, band.angular.shape[1]), np.complex128)
        curve: Complexes = model.impedance(band, theta, slope)[0].copy()
    return curve
