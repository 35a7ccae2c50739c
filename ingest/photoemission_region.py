"""Photoemission regions out of the records of an export: energies, errors and their reference."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ingest.count_scale import counting
from ingest.energy_reference import NONE, EnergyReference, carbon_reference
from ingest.measurement import Measurements, Row, even_step, places
from ingest.reading import Measurement
from ingest.series import Series
from ingest.subject import REGIONS

Floats = NDArray[np.float64]

_EVEN_EV: Final = 2e-3
"""Energies are written with three digits or more: steps that differ by less are even."""
_CARBON: Final = "C"
CHOSEN_BY: Final = "leyden"


def regions(series: Series, measured: Sequence[Measurement]) -> Measurements:
    """Return the regions of a test, their records one after another.

    Of binding and kinetic energy the export has one or both; where it has one, the other is what
    it leaves of the energy of the photons (STRUCTURE S1.10: without the work function).
    """
    place = places(each.row_count for each in measured)
    photon = np.array([each.how.get("excitation_energy_ev") or np.nan for each in measured])
    photon_ev = photon.astype(np.float64)[place - 1]
    binding, kinetic = series.number("binding_energy_ev"), series.number("kinetic_energy_ev")
    binding = np.where(np.isnan(binding), photon_ev - kinetic, binding)
    kinetic = np.where(np.isnan(kinetic), photon_ev - binding, kinetic)
    intensity = series.number("intensity")
    error = np.array(series.number("intensity_error"), dtype=np.float64)
    rows = []
    for count, each in enumerate(measured, start=1):
        own = place == count
        scale, error[own] = _counted(each, intensity[own], error[own])
        rows.append({**_extent(count, each, binding[own]), **each.how, **scale})
    columns = {
        "region_count": place,
        "record_index": series.number("record_index").astype(np.int64),
        "binding_energy_ev": binding,
        "kinetic_energy_ev": kinetic,
        "intensity": intensity,
        "intensity_error": error,
        "transmission": series.number("transmission"),
    }
    referred = _referred(rows, place, binding, intensity)
    return Measurements(
        REGIONS,
        [{**row, **reference} for row, reference in zip(rows, referred, strict=True)],
        columns,
    )


def _extent(count: int, measured: Measurement, energies: Floats) -> Row:
    known = energies[np.isfinite(energies)]
    return {
        "region_count": count,
        "point_count": measured.row_count,
        "lowest_binding_energy_ev": float(known.min()) if known.size else None,
        "highest_binding_energy_ev": float(known.max()) if known.size else None,
        "step_ev": even_step(energies, _EVEN_EV),
    }


def _counted(measured: Measurement, intensity: Floats, stated: Floats) -> tuple[Row, Floats]:
    """Return whether a region is counts, and the error of its intensities, as stated or found."""
    unit, dwell = measured.how.get("intensity_unit"), measured.how.get("dwell_second")
    sweeps = measured.how.get("sweep_count") or 1
    known = np.isfinite(intensity)
    how = counting(
        intensity[known],
        stated_as_counts=unit == "counts",
        dwell_second=float(dwell) * float(sweeps) if dwell and unit == "counts/s" else None,
        standard_deviation=np.nan_to_num(stated[known]) if np.isfinite(stated).any() else None,
    )
    error = np.full(intensity.size, np.nan)
    error[known] = np.sqrt(how.variance(intensity[known]))
    scatter = how.scatter if np.isfinite(how.scatter) else None
    return {"count_scale": how.scale, "scatter": scatter}, error


def _referred(
    rows: Sequence[Row], place: NDArray[np.int64], binding: Floats, intensity: Floats
) -> list[dict[str, Any]]:
    """Return the reference of each region: one for all of a level of a profile."""
    found: dict[Any, EnergyReference] = {}
    carbon_first = sorted(rows, key=lambda row: row.get("element") != _CARBON)
    for row in carbon_first:
        level = row.get("depth_count")
        if found.get(level, NONE) is NONE and row.get("element") in {None, _CARBON}:
            own = place == row["region_count"]
            found[level] = carbon_reference(binding[own], intensity[own])
    return [_reference_columns(found.get(row.get("depth_count"), NONE)) for row in rows]


def _reference_columns(reference: EnergyReference) -> dict[str, Any]:
    return {
        "energy_reference": reference.name,
        "energy_shift_ev": reference.shift_ev,
        "energy_shift_error_ev": reference.shift_error_ev,
        "reference_width_ev": reference.width_ev,
        "reference_chosen_by": CHOSEN_BY,
        "reference_doubt": reference.doubt,
    }
