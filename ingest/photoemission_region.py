"""Photoemission regions out of the records of an export."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from ingest.measurement import Measurements, even_step, places
from ingest.reading import Measurement
from ingest.series import Series
from ingest.subject import REGIONS

_EVEN_EV: Final = 2e-3
"""Energies are written with three digits or more: steps that differ by less are even."""


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
    columns = {
        "region_count": place,
        "record_index": series.number("record_index").astype(np.int64),
        "binding_energy_ev": binding,
        "kinetic_energy_ev": kinetic,
        "intensity": series.number("intensity"),
        "intensity_error": series.number("intensity_error"),
        "transmission": series.number("transmission"),
    }
    rows = []
    for count, each in enumerate(measured, start=1):
        energies = binding[place == count]
        known = energies[np.isfinite(energies)]
        row: dict[str, Any] = {
            "region_count": count,
            "point_count": each.row_count,
            "lowest_binding_energy_ev": float(known.min()) if known.size else None,
            "highest_binding_energy_ev": float(known.max()) if known.size else None,
            "step_ev": even_step(energies, _EVEN_EV),
            **each.how,
        }
        rows.append(row)
    return Measurements(REGIONS, rows, columns)
