"""Everything that is computed once of an export, by what it is computed of."""

from dataclasses import replace

from ingest.analysis.computation import results
from ingest.analysis.diffraction.analysis import DiffractionSettings
from ingest.analysis.earlier import computed_before
from ingest.analysis.impedance.analysis import AnalysisSettings
from ingest.analysis.photoemission.analysis import EmissionSettings
from ingest.draft import Draft
from ingest.reference import references, sensitivity
from ingest.subject import REGIONS, SCANS, SWEEPS
from schema.warehouse import Warehouse


def analyzed(warehouse: Warehouse, draft: Draft, sensitivity_set: str | None = None) -> Draft:
    """Return the draft with what every method makes of its measurements, where it has any.

    Args:
        warehouse: what was computed before, and what somebody entered that results rest on.
        draft: a test.
        sensitivity_set: chosen for it; None leaves it to the lab's default.
    """
    found = draft.measurements
    if found is None:
        return draft
    earlier = computed_before(warehouse, found.subject)
    if found.subject is SWEEPS:
        computed = results(found.columns, AnalysisSettings(), earlier)
    elif found.subject is SCANS:
        scans = DiffractionSettings(references=references(warehouse))
        computed = results(found.columns, scans, earlier, how=found.rows)
    elif found.subject is REGIONS:
        regions = EmissionSettings(sensitivity(warehouse, sensitivity_set))
        computed = results(found.columns, regions, earlier, how=found.rows)
    else:
        return draft
    return replace(draft, results=computed)
