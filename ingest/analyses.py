"""Everything that is computed once of an export, by what it is computed of."""

from dataclasses import replace

from ingest.analysis.computation import results
from ingest.analysis.diffraction.analysis import DiffractionSettings
from ingest.analysis.earlier import computed_before
from ingest.analysis.impedance.analysis import AnalysisSettings
from ingest.analysis.photoemission.analysis import EmissionSettings
from ingest.draft import Draft
from ingest.subject import REGIONS, SCANS, SWEEPS
from schema.warehouse import Warehouse


def analyzed(warehouse: Warehouse, draft: Draft) -> Draft:
    """Return the draft with what every method makes of its measurements, where it has any."""
    found = draft.measurements
    if found is None:
        return draft
    earlier = computed_before(warehouse, found.subject)
    if found.subject is SWEEPS:
        made = results(found.columns, AnalysisSettings(), earlier)
    elif found.subject is SCANS:
        made = results(found.columns, DiffractionSettings(), earlier, how=found.rows)
    elif found.subject is REGIONS:
        made = results(found.columns, EmissionSettings(), earlier, how=found.rows)
    else:
        return draft
    return replace(draft, results=made)
