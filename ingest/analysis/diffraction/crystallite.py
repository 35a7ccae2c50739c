"""Size and strain of crystallites by the widths of lines.

The instrument's widths are taken off by parts of Gauss and Lorentz. L = Kλ/(b cos θ) (Scherrer),
b cos θ = Kλ/L + 4ε sin θ (Williamson and Hall); b is a full width at half maximum in radian.
Where lines are hardly wider than the instrument's there is only a bound: size is larger. Grains of
micrometers widen a line by thousandths of a degree: this never tells their size.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from ingest.analysis.diffraction.profile import caglioti_terms, parts, together
from ingest.analysis.diffraction.settings import CrystalliteSettings

Floats = NDArray[np.float64]
Way = Literal["scherrer", "williamson_hall"]
Status = Literal["ok", "censored", "not_computable"]

VERSION: Final = "1"

_NANOMETER: Final = 0.1
"""Of an ångström."""
_ERRORS: Final = 3.0
"""Standard errors of a broadening, below which it is none."""

NO_INSTRUMENT: Final = "instrument_width_unknown"
TOO_NARROW: Final = "broadening_below_instrument"
FEW_LINES: Final = "too_few_lines"
NO_SIZE: Final = "no_positive_size"


@dataclass(frozen=True, slots=True)
class Crystallite:
    """Size and strain; NaN where there are none.

    Attributes:
        way: how they were had.
        size_nm: L; where the status is censored it is more than that.
        size_error_nm: one sigma.
        strain: ε; of Scherrer's none.
        strain_error: one sigma.
        line_count: of lines.
        status: ok, censored or not_computable.
        reason: why it is not ok.
    """

    way: Way
    size_nm: float
    size_error_nm: float
    strain: float
    strain_error: float
    line_count: int
    status: Status
    reason: str


def scherrer_nm(
    broadening_degree: Floats, angle_degree: Floats, wavelength_angstrom: float, factor: float
) -> Floats:
    """Return L = Kλ/(b cos θ) of broadenings and angles 2θ."""
    theta = np.radians(angle_degree) / 2.0
    size = factor * wavelength_angstrom / (np.radians(broadening_degree) * np.cos(theta))
    return np.asarray(size * _NANOMETER)


def broadening(
    width: Floats, share: Floats, instrument_width: Floats, instrument_share: float
) -> Floats:
    """Return what the specimen adds to the instrument's widths; 0 where nothing is left."""
    gauss, lorentz = parts(width, share)
    own_gauss, own_lorentz = parts(instrument_width, instrument_share)
    left_gauss = np.sqrt(np.maximum(gauss**2 - own_gauss**2, 0.0))
    left_lorentz = np.maximum(lorentz - own_lorentz, 0.0)
    some = (left_gauss > 0.0) | (left_lorentz > 0.0)
    wide = together(np.where(some, left_gauss, 1.0), left_lorentz)[0]
    return np.where(some, wide, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class LineWidths:
    """How wide lines of one phase are.

    Attributes:
        angle_degree: (K,) 2θ.
        width_degree: (K,) full widths at half maximum.
        share: (K,) η.
        covariance: (2K, 2K) of all widths, then of all η.
        area: (K,) by which the strongest is found.
    """

    angle_degree: Floats
    width_degree: Floats
    share: Floats
    covariance: Floats
    area: Floats


def by_scherrer(
    lines: LineWidths, wavelength_angstrom: float, settings: CrystalliteSettings
) -> Crystallite:
    """Return the size by the strongest line, of a wavelength of Kα1."""
    angle, width, share = lines.angle_degree, lines.width_degree, lines.share
    covariance = lines.covariance
    if not len(angle):
        return _nothing("scherrer", FEW_LINES, 0)
    one = int(np.argmax(lines.area))
    own = np.array([one, one + len(angle)])
    at, block = angle[[one]], covariance[np.ix_(own, own)]

    def size(shape: Floats) -> float:
        wide = _broadening(at, shape[:1], shape[1:], settings)
        return float(scherrer_nm(wide, at, wavelength_angstrom, settings.shape_factor)[0])

    shape = np.array([width[one], share[one]])
    if settings.instrument_terms is None:
        least = scherrer_nm(width[[one]], at, wavelength_angstrom, settings.shape_factor)[0]
        return _bound("scherrer", float(least), NO_INSTRUMENT, 1)
    instrument = _instrument(at, settings)[0]
    wide = float(_broadening(at, shape[:1], shape[1:], settings)[0])
    error = _error(
        lambda each: float(_broadening(at, each[:1], each[1:], settings)[0]), shape, block
    )
    least = settings.least_broadening * instrument
    if wide <= max(_ERRORS * error, least):
        bound = scherrer_nm(np.array([least]), at, wavelength_angstrom, settings.shape_factor)
        return _bound("scherrer", float(bound[0]), TOO_NARROW, 1)
    return Crystallite(
        "scherrer", size(shape), _error(size, shape, block), np.nan, np.nan, 1, "ok", ""
    )


def by_williamson_hall(
    lines: LineWidths, wavelength_angstrom: float, settings: CrystalliteSettings
) -> Crystallite:
    """Return size and strain by all lines, of a wavelength of Kα1."""
    angle, width, share = lines.angle_degree, lines.width_degree, lines.share
    covariance = lines.covariance
    way: Way = "williamson_hall"
    count = len(angle)
    if settings.instrument_terms is None:
        return _nothing(way, NO_INSTRUMENT, count)
    if count < settings.fewest_lines or np.ptp(angle) < settings.least_span_degree:
        return _nothing(way, FEW_LINES, count)
    weight = 1.0 / np.sqrt(np.diag(covariance)[:count])
    reach = settings.shape_factor * wavelength_angstrom * _NANOMETER

    def both(shape: Floats) -> Floats:
        wide = _broadening(angle, shape[:count], shape[count:], settings)
        return williamson_hall(angle, wide, weight)

    shape = np.concatenate([width, share])
    wide = _broadening(angle, width, share, settings)
    instrument = _instrument(angle, settings)
    if np.median(wide / instrument) <= settings.least_broadening:
        least = settings.least_broadening * np.median(instrument)
        bound = scherrer_nm(
            np.array([least]),
            np.array([np.median(angle)]),
            wavelength_angstrom,
            settings.shape_factor,
        )
        return _bound(way, float(bound[0]), TOO_NARROW, count)
    intercept, strain = both(shape)
    if intercept <= 0.0:
        return _nothing(way, NO_SIZE, count)
    return Crystallite(
        way,
        float(reach / intercept),
        _error(lambda each: float(reach / both(each)[0]), shape, covariance),
        float(strain),
        _error(lambda each: float(both(each)[1]), shape, covariance),
        count,
        "ok",
        "",
    )


def williamson_hall(angle: Floats, broadening_degree: Floats, weight: Floats) -> Floats:
    """Return Kλ/L and ε of broadenings (K,) in degree, weighted."""
    theta = np.radians(angle) / 2.0
    value = np.radians(broadening_degree) * np.cos(theta)
    terms = np.column_stack([np.ones_like(theta), 4.0 * np.sin(theta)])
    return np.asarray(np.linalg.lstsq(terms * weight[:, None], value * weight, rcond=None)[0])


def _instrument(angle: Floats, settings: CrystalliteSettings) -> Floats:
    return np.asarray(np.sqrt(caglioti_terms(angle) @ np.array(settings.instrument_terms)))


def _broadening(
    angle: Floats, width: Floats, share: Floats, settings: CrystalliteSettings
) -> Floats:
    return broadening(width, share, _instrument(angle, settings), settings.instrument_share)


def _error(function: Callable[[Floats], float], at: Floats, covariance: Floats) -> float:
    """Return the standard error of what is made of values with a covariance.

    Differences go over a standard error on either side: where nothing is left of a part, slopes are
    infinite and say nothing.
    """
    spread, axis = np.linalg.eigh(covariance)
    along = (axis * np.sqrt(np.maximum(spread, 0.0))).T
    halves = np.array([0.5 * (function(at + each) - function(at - each)) for each in along])
    return float(np.sqrt(halves @ halves))


def _bound(way: Way, size: float, reason: str, count: int) -> Crystallite:
    return Crystallite(way, size, np.nan, np.nan, np.nan, count, "censored", reason)


def _nothing(way: Way, reason: str, count: int) -> Crystallite:
    return Crystallite(way, np.nan, np.nan, np.nan, np.nan, count, "not_computable", reason)
