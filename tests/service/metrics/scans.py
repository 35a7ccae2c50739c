"""What tells of diffraction scans: where none is, it has no rows."""

from schema.analysis.diffraction import DIFFRACTION_LAYOUTS
from service.metric.metric import Metric

SCANNED = {
    each.name for layout in DIFFRACTION_LAYOUTS.values() for each in (layout.rows, *layout.lists)
}


def tells_of_scans(metric: Metric) -> bool:
    """Return whether the rows of a metric are those of scans."""
    return bool({*metric.relations} & SCANNED)
