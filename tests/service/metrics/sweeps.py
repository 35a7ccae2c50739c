"""What tells of sweeps and of nothing else: where none is, it has no rows."""

from collections.abc import Set as AbstractSet

from service.metric.metric import Metric

SWEPT = {"spectrum", "sweep", "fit", "fit_parameter", "fit_correlation", "arc", "kramers_kronig"}
SWEPT |= {"relaxation", "relaxation_density", "relaxation_peak"}
THINGS = {"test", "cell", "layer", "material", "cycled"}


def tells_of_sweeps(metric: Metric) -> bool:
    """Return whether a metric hangs on sweeps alone, beside the things they were made of."""
    relations = {*metric.relations}
    return bool(relations & SWEPT) and relations <= SWEPT | THINGS


def is_silent(metric: Metric, there: AbstractSet[str]) -> bool:
    """Return whether a metric has no row, since it tells of sweeps and none is there."""
    own = {*metric.relations, *(each.name for each in metric.below)} - THINGS
    return tells_of_sweeps(metric) and not own & there
