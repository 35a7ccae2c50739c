"""The page of the metrics, docs/metrics.md, written from their headers.

python -m service.metric.page > docs/metrics.md
"""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from textwrap import dedent
from typing import Final

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

    Every metric is a GraphQL field (`capacityRetention`), an Arrow stream
    (`/arrow/metrics/capacity_retention`) and a row of this page, out of its file alone; what only
    serves others is none of these. Current above zero charges the cell. What cannot be known is
    null. A convention that is a choice is an argument: it has a default, and another is given as
    `capacityRetention(reference: 3)`. A summary is the one number a cell that a metric comes to,
    where its file says how: `cells { nodes { summary { … } } }`, and what cells are chosen and
    ordered by.
    """
)
_FIELDS: Final = (
    *("cycling", "endurance", "impedance", "transport", "structure"),
    *("comparison", "claim"),
)
"""Folders of metrics in the order people look for them; others follow."""
_OF_A_COLUMN: Final = re.compile("_(id|count|volt|second|hour|celsius|ma_per_cm2)$")
"""What the name of a column has beside what a row stands for."""


def metrics_page(metrics: Mapping[str, Metric]) -> str:
    """Return the page of these metrics as Markdown."""
    fields: dict[str, list[Metric]] = {name: [] for name in _FIELDS}
    can_be_asked = shown(metrics)
    ordered = [can_be_asked[name] for name in sorted(can_be_asked)]
    for metric in ordered:
        fields.setdefault(metric.path.parent.name, []).append(metric)
    tables = (_table(name, together) for name, together in fields.items() if together)
    return _HEAD + "".join(tables) + "".join(map(_section, ordered))


def _table(field: str, together: Iterable[Metric]) -> str:
    """Return what there is of a field, a row a metric."""
    rows = (
        f"| [{metric.name}](#{metric.name}) | {', '.join(map(_row_of, metric.grain))} "
        f"| {_unit_of_main(metric)} | {metric.title} |\n"
        for metric in together
    )
    head = "| metric | one row per | unit | what it is |\n|---|---|---|---|\n"
    return f"\n## {field.capitalize()}\n\n{head}{''.join(rows)}"


def _row_of(column: str) -> str:
    return _OF_A_COLUMN.sub("", column).replace("_", " ")


def _unit_of_main(metric: Metric) -> str:
    return next(column.unit for column in metric.answer if column.name == metric.main) or ""


def _section(metric: Metric) -> str:
    return "\n".join(_lines(metric))


def _lines(metric: Metric) -> Iterator[str]:
    yield f"\n## {metric.name}\n"
    yield f"**{metric.title}.** {metric.description}\n"
    yield f"Formula: `{metric.formula}`\n"
    yield f"{main_in_words(metric)}\n"
    yield "| column | unit | type | meaning |"
    yield "|---|---|---|---|"
    yield from map(_column, metric.answer)
    yield ""
    if metric.takes:
        yield "| convention (argument) | takes | default | meaning |"
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
    default, meaning = argument.default_text, _cell(argument.meaning)
    return f"| {argument.name} | {argument.takes} | {default} | {meaning} |"


def _summary(summary: Summary) -> str:
    return f"| {summary.name} | {_cell(summary.meaning)} | {_cell(summary.rule)} |"


def _cell(text: str) -> str:
    return text.replace("|", r"\|")


if __name__ == "__main__":
    sys.stdout.write(metrics_page(read_metrics()))
