"""Real and imaginary impedance of what an export states instead of them.

Taken is the first of these that is whole: |Z| and its phase; admittance by parts; |Y| and the phase
of Z; permittivity or electric modulus, where the capacitance of the bare geometry is known. A part
that the export tells stays as it is.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ingest.reading import Finding
from ingest.series import Series

REAL: Final = "real_impedance_ohm"
IMAGINARY: Final = "imaginary_impedance_ohm"
_VACUUM_FARAD_PER_METER: Final = 8.8541878128e-12
"""CODATA 2018."""

Complex: TypeAlias = NDArray[np.complex128]
Formula: TypeAlias = Callable[[NDArray[Any], NDArray[Any]], Complex]


def of_polar(absolute_ohm: NDArray[Any], phase_degree: NDArray[Any]) -> Complex:
    """Return impedance of its modulus and its phase, Ω."""
    radian = np.radians(phase_degree, dtype=np.float64)
    return np.asarray(absolute_ohm * (np.cos(radian) + 1j * np.sin(radian)))


def vacuum_farad(area_cm2: float, thickness_um: float) -> float:
    """Return the capacitance of a specimen's geometry without the specimen, ε₀ A/d, F."""
    return _VACUUM_FARAD_PER_METER * (area_cm2 * 1e-4) / (thickness_um * 1e-6)


def _of_admittance(real: NDArray[Any], imaginary: NDArray[Any]) -> Complex:
    return np.asarray(1.0 / (real + 1j * imaginary))


def _of_absolute_admittance(absolute: NDArray[Any], phase_degree: NDArray[Any]) -> Complex:
    return of_polar(1.0 / absolute, phase_degree)


OF_GEOMETRY: Final[Mapping[tuple[str, str], tuple[str, Formula]]] = MappingProxyType(
    {
        ("real_relative_permittivity", "imaginary_relative_permittivity"): (
            "1 / (jω C₀ (ε′ − jε″))",
            lambda real, loss: np.asarray(1.0 / (real - 1j * loss)),
        ),
        ("real_electric_modulus", "imaginary_electric_modulus"): (
            "(M′ + jM″) / (jω C₀)",
            lambda real, imaginary: np.asarray(real + 1j * imaginary),
        ),
    }
)
"""Quantities that need the geometry, with the formula of Z in words and that of jω C₀ Z."""
_OTHERS: Final[Mapping[tuple[str, str], tuple[str, Formula]]] = MappingProxyType(
    {
        ("absolute_impedance_ohm", "phase_degree"): ("|Z| exp(jφ)", of_polar),
        ("real_admittance_siemens", "imaginary_admittance_siemens"): (
            "1 / (Y′ + jY″)",
            _of_admittance,
        ),
        ("absolute_admittance_siemens", "phase_degree"): (
            "exp(jφ) / |Y| with φ the phase of Z",
            _of_absolute_admittance,
        ),
    }
)


@dataclass(frozen=True, slots=True)
class _Derived:
    """Impedance, Ω, and its formula in words."""

    formula: str
    impedance_ohm: Complex


def with_parts(series: Series, bare_farad: float | None) -> Series:
    """Return the series with real and imaginary impedance, each with a finding that says how.

    Args:
        series: canonical columns of one test.
        bare_farad: capacitance of the geometry without the specimen, F, where it is known.
    """
    absent = [name for name in (REAL, IMAGINARY) if name not in series.columns]
    derived = _derived(series, bare_farad) if absent else None
    if derived is None:
        return series.noting(*_incomplete(series)) if absent else series
    # what is infinite, of an admittance of zero, is no measured impedance
    known = np.isfinite(derived.impedance_ohm)
    value = np.where(known, derived.impedance_ohm, complex(np.nan, np.nan))
    parts = {REAL: value.real, IMAGINARY: value.imag}
    detail = f"the export does not tell {' and '.join(absent)}; it is of Z = {derived.formula}"
    series = series.adding({name: np.ascontiguousarray(parts[name]) for name in absent}).noting(
        Finding("derived_column", detail)
    )
    inductive = int(np.count_nonzero(value.imag > 0.0))
    if IMAGINARY in absent and 2 * inductive > np.count_nonzero(known):
        detail = (
            f"Im(Z) is positive (inductive) in {inductive} of {np.count_nonzero(known)} points; "
            "is the phase, or the part, of the sign that its quantity has?"
        )
        series = series.noting(Finding("imaginary_sign_doubtful", detail))
    return series


def _incomplete(series: Series) -> Iterator[Finding]:
    """Yield what lacks for an impedance where a sweep has one half of what it follows of."""
    if "frequency_hertz" not in series.columns:
        return
    for sources in (*_OTHERS, *OF_GEOMETRY):
        present = [name for name in sources if name in series.columns and name != "phase_degree"]
        if present:
            lacking = [name for name in sources if name not in series.columns] or ["the geometry"]
            detail = f"no impedance follows of {present[0]} without {lacking[0]}"
            yield Finding("impedance_incomplete", detail, present[0])
            return


def _derived(series: Series, bare_farad: float | None) -> _Derived | None:
    with np.errstate(all="ignore"):  # a damaged record gives NaN, not a warning
        for sources, (formula, compute) in _OTHERS.items():
            if series.columns.keys() >= {*sources}:
                return _Derived(formula, compute(*(series.number(name) for name in sources)))
        for sources, (formula, compute) in OF_GEOMETRY.items():
            if bare_farad and series.columns.keys() >= {*sources, "frequency_hertz"}:
                farad_ohm = compute(*(series.number(name) for name in sources))
                susceptance = 2j * np.pi * series.number("frequency_hertz") * bare_farad
                description = f"{formula} with C₀ = ε₀ A/d = {bare_farad:g} F"
                return _Derived(description, farad_ohm / susceptance)
    return None
