"""Everything that is computed once of an export, by what it is computed of."""

from dataclasses import replace

from ingest.analysis.computation import results
from ingest.analysis.earlier import computed_before
from ingest.analysis.impedance.analysis import AnalysisSettings
from ingest.draft import Draft
from ingest.subject import SWEEPS
from schema.warehouse import Warehouse


def analyzed(warehouse: Warehouse, draft: Draft) -> Draft:
    """Return the draft with what every method makes of its measurements, where it has any."""
    found = draft.measurements
    if found is None or found.subject is not SWEEPS:
        return draft
    earlier = computed_before(warehouse, found.subject)
    return replace(
        draft, results=results(found.columns, AnalysisSettings(), earlier, how=found.rows)
    )
