"""The page of the metrics, docs/metrics.md, written from their headers.

python -m service.metric.page > docs/metrics.md
"""

import sys
from collections.abc import Iterator, Mapping
from textwrap import dedent

from schema.relation import Column
from service.metric.argument import Argument
from service.metric.library import read_metrics
from service.metric.metric import Metric
from service.metric.summary import Summary
from service.shown import main_in_words, shown

_HEAD = dedent(
    """\
    # Metrics

    Written from the headers of service/metrics by `make docs`; change those.

    Every metric is a GraphQL field, an Arrow stream at `/arrow/metrics/<name>` and a row of this
    page, out of its file alone; what only serves others is none of these. Current above zero
    charges the cell. What cannot be known is null. A summary is the one number a cell that a metric
    comes to, where its file says how: `cells { nodes { summary { … } } }`, and what cells are
    chosen and ordered by.

    | metric | one row per | what it is |
    |---|---|---|
    """
)


def metrics_page(metrics: Mapping[str, Metric]) -> str:
    """Return the page of these metrics as Markdown."""
    can_be_asked = shown(metrics)
    ordered = [can_be_asked[name] for name in sorted(can_be_asked)]
    rows = (
        f"| [{metric.name}](#{metric.name}) | {', '.join(metric.grain)} | {metric.title} |\n"
        for metric in ordered
    )
    return _HEAD + "".join(rows) + "".join(map(_section, ordered))


def _section(metric: Metric) -> str:
    return "\n".join(_lines(metric))


def _lines(metric: Metric) -> Iterator[str]:
    yield f"\n## {metric.name}\n"
    yield f"**{metric.title}.** {metric.description}\n"
    yield f"{main_in_words(metric)}\n"
    yield "| column | unit | type | meaning |"
    yield "|---|---|---|---|"
    yield from map(_column, metric.answer)
    yield ""
    if metric.takes:
        yield "| argument | takes | default | meaning |"
        yield "|---|---|---|---|"
        yield from map(_argument, metric.takes)
        yield ""
    if metric.summaries:
        yield "| summary of a cell | what it is | of which rows, and how |"
        yield "|---|---|---|"
        yield from map(_summary, metric.summaries)
        yield ""
    yield f"Needs: {', '.join(metric.needs)}. Reference: {metric.reference}.\n"
    yield f"<details><summary>SQL, version {metric.version}</summary>\n"
    yield f"```sql\n{metric.sql}\n```\n"
    yield "</details>\n"


def _column(column: Column) -> str:
    return f"| {column.name} | {column.unit} | {column.kind} | {_cell(column.meaning)} |"


def _argument(argument: Argument) -> str:
    return f"| {argument.name} | {argument.takes} | {argument.told} | {_cell(argument.meaning)} |"


def _summary(summary: Summary) -> str:
    return f"| {summary.name} | {_cell(summary.meaning)} | {_cell(summary.rule)} |"


def _cell(text: str) -> str:
    return text.replace("|", r"\|")


if __name__ == "__main__":
    sys.stdout.write(metrics_page(read_metrics()))
