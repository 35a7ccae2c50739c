"""What tells of diffraction scans: where none is, it has no rows."""

from service.metric.metric import Metric


def tells_of_scans(metric: Metric) -> bool:
    """Return whether the rows of a metric are those of scans."""
    return "scan_count" in metric.grain
