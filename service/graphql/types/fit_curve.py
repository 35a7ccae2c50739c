"""What a fitted circuit makes of a sweep: its impedance, and how far the points lie off it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import strawberry
from numpy.typing import NDArray

from schema import catalog
from schema.error import InvalidArgument
from schema.impedance.curve import fitted_impedance
from schema.relation import SPECTRUM, Column
from service.graphql.build.context import Info
from service.graphql.build.measurement import Columns, charge, columns_of, listed

MOST_A_DECADE: Final = 200
"""Frequencies a decade of a curve."""
_MOST_DECADES: Final = 40
_REAL: Final = SPECTRUM["real_impedance_ohm"]
_IMAGINARY: Final = SPECTRUM["imaginary_impedance_ohm"]
_REAL_RESIDUAL: Final = Column(
    "real_residual", "DOUBLE", "1", "Real part of measured less fitted, over |Z|; null between."
)
_IMAGINARY_RESIDUAL: Final = Column(
    "imaginary_residual", "DOUBLE", "1", "Imaginary part of the same; null between."
)


async def _columns(root: Any, _info: Info) -> Columns:  # noqa: ANN401 # a curve
    columns: Columns = root.columns
    return columns


@strawberry.type(description="The impedance of a fitted circuit by its parameters.")
class FitCurve:
    """The impedance of a fitted circuit by its parameters."""

    columns: strawberry.Private[Mapping[str, NDArray[Any]]]
    frequency_hertz = listed(SPECTRUM["frequency_hertz"], _columns)
    real_impedance_ohm = listed(_REAL, _columns)
    imaginary_impedance_ohm = listed(_IMAGINARY, _columns)
    real_residual = listed(_REAL_RESIDUAL, _columns)
    imaginary_residual = listed(_IMAGINARY_RESIDUAL, _columns)


async def curve_of(
    fit: Any,  # noqa: ANN401 # whose columns are made at run time
    parameters: Sequence[Any],
    per_decade: int | None,
    info: Info,
) -> FitCurve | None:
    """Return the curve of a circuit with its parameters over a sweep.

    It stands at the frequencies of the sweep, or, so many to a decade, over their band. None where
    the fit found no parameters.
    """
    charge(info, fit.point_count or 0)
    points = await columns_of((catalog.Sweep, fit.sweep_id), info, SPECTRUM, "record_index")
    frequency = points["frequency_hertz"]
    measured = points[_REAL.name] + 1j * points[_IMAGINARY.name]
    if per_decade is not None:
        frequency = _between(frequency, per_decade)
        charge(info, len(frequency))
    known = {(each.element, each.parameter): each.value for each in parameters}
    fitted = fitted_impedance(fit.circuit, known, frequency)
    if fitted is None:
        return None
    nothing = np.full(len(frequency), np.nan)
    residual = nothing + 0j
    if per_decade is None:
        with np.errstate(all="ignore"):
            residual = (measured - fitted) / np.abs(measured)
    return FitCurve(
        columns={
            "frequency_hertz": frequency,
            _REAL.name: fitted.real,
            _IMAGINARY.name: fitted.imag,
            _REAL_RESIDUAL.name: residual.real if per_decade is None else nothing,
            _IMAGINARY_RESIDUAL.name: residual.imag if per_decade is None else nothing,
        }
    )


def _between(frequency: NDArray[Any], per_decade: int) -> NDArray[np.float64]:
    """Return frequencies over a band, from the highest to the lowest."""
    if not 1 <= per_decade <= MOST_A_DECADE:
        raise InvalidArgument("perDecade", per_decade, f"1 to {MOST_A_DECADE}")
    high, low = float(np.log10(frequency.max())), float(np.log10(frequency.min()))
    decades = min(high - low, _MOST_DECADES)
    return np.logspace(high, low, int(np.ceil(decades * per_decade)) + 1)
