"""What is shown of metrics: all but those that only serve others, each with its main column."""

from collections.abc import Callable, Mapping

from schema.error import MetricNotShown, UnknownName
from service.metric.metric import Metric


def shown(metrics: Mapping[str, Metric]) -> Mapping[str, Metric]:
    """Return the metrics that can be asked for, in their order."""
    return {name: metric for name, metric in metrics.items() if metric.shown}


def shown_metric(metrics: Mapping[str, Metric], name: str) -> Metric:
    """Return a metric that is asked for by its name.

    Raises:
        UnknownName: when there is none of that name.
        MetricNotShown: when it only serves others.
    """
    can_be_asked = shown(metrics)
    if name in can_be_asked:
        return can_be_asked[name]
    if name not in metrics:
        raise UnknownName("metric", name, can_be_asked)
    serves = [
        each.name for each in can_be_asked.values() if name in (below.name for below in each.below)
    ]
    raise MetricNotShown(name, serves)


def main_in_words(metric: Metric, spelled: Callable[[str], str] = str) -> str:
    """Return a sentence on the main column of a metric and on how sure it is."""
    beside = "".join(f", its {word} {spelled(name)}" for word, name in metric.beside.items())
    return f"Its main column is {spelled(metric.main)}{beside}."
