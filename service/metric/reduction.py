"""The metric that a summary is: one row a cell, computed of the rows of another metric.

It rests in the store as every metric does, so what thousands of cells are sorted by is read, not
computed. Its SQL is made of what the file of the other one says (summary.py).
"""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Final

from schema.relation import Column, Kind
from service.metric.metric import Metric
from service.metric.summary import Summary

PREFIX: Final = "summary_"
"""How the metrics of summaries are called, before the name of the summary."""
NOTHING_COUNTS: Final = "none of its rows counts"
ROWS_DIFFER: Final = "its rows differ"
ORDER_UNKNOWN: Final = "order of its tests unknown"
HALF_LEFT_OUT: Final = "half of its rows are left out"
_BESIDE: Final = ("error", "low", "high")


def summary_metrics(metric: Metric) -> Iterator[Metric]:
    """Yield a metric for each summary that a metric has, not yet checked against what it needs.

    Raises:
        ValueError: when its rows are of no cell, do not rest, or have no such column.
    """
    columns = {*metric.grain, *(each.name for each in metric.columns)}
    for each in metric.summaries:
        if not {"test_id", "cell_id"} & columns:
            raise ValueError(f"summary {each.name}: its rows are neither of a test nor of a cell")
        if metric.unmaterialized is not None:
            raise ValueError(f"summary {each.name}: its rows do not rest")
        if each.detail and each.detail not in columns:
            raise ValueError(f"summary {each.name}: it has no column {each.detail}")
        yield _metric(metric, each)


def summaries(metrics: Mapping[str, Metric]) -> Mapping[str, tuple[Summary, Metric, Metric]]:
    """Return each summary with the metric it is of and the one that it is, by its name."""
    return {
        each.name: (each, metric, metrics[PREFIX + each.name])
        for metric in sorted(metrics.values(), key=lambda one: one.name)
        if metric.shown
        for each in metric.summaries
    }


def _metric(metric: Metric, summary: Summary) -> Metric:
    sql = _median(metric, summary) if summary.reduction == "median" else _one(metric, summary)
    unit = next((each.unit for each in metric.columns if each.name == metric.main), "")
    beside = {"low", "high"} if summary.reduction == "median" else {*metric.beside}
    return Metric(
        name=PREFIX + summary.name,
        title=f"{metric.title} of a cell",
        description=f"{summary.meaning} {summary.rule}",
        grain=("cell_id",),
        columns=tuple(_columns(unit)),
        takes=(),
        inherits=(),
        needs=(metric.name, *(("test",) if _is_of_tests(metric) else ())),
        reference=f"{metric.name}, reduced",
        sql=sql,
        examples=(),
        path=metric.path,
        version=hashlib.sha256(f"{metric.version}{sql}".encode()).hexdigest()[:12],
        main="value",
        error="error" if "error" in beside else None,
        low="low" if "low" in beside else None,
        high="high" if "high" in beside else None,
        shown=False,
    )


def _columns(unit: str) -> Iterator[Column]:
    columns: tuple[tuple[str, Kind, str, str], ...] = (
        ("value", "DOUBLE", unit, "The number."),
        ("error", "DOUBLE", unit, "Its error, where the metric has one."),
        ("low", "DOUBLE", unit, "Its lower end, where it has one."),
        ("high", "DOUBLE", unit, "Its upper end, where it has one and it is not open."),
        ("status", "VARCHAR", "", "ok, low_quality, censored, not_comparable or not_computable."),
        ("reason", "VARCHAR", "", "Why not ok; null when ok."),
        ("detail", "VARCHAR", "", "What is told beside the number, e.g. the cause of a failure."),
        ("counted", "BIGINT", "1", "Rows that count."),
        ("left_out", "BIGINT", "1", "The other rows of the cell."),
    )
    return (Column(*each) for each in columns)


def _is_of_tests(metric: Metric) -> bool:
    return "test_id" in metric.grain


def _own(metric: Metric, summary: Summary) -> str:
    """Return the head of a query: the rows of each cell, placed, and whether each is meant."""
    selected = [f"CAST(row_of.{metric.main} AS DOUBLE) AS value"]
    for word in _BESIDE:
        name = metric.beside.get(word)
        selected.append(f"CAST({f'row_of.{name}' if name else 'NULL'} AS DOUBLE) AS {word}")
    detail = f"row_of.{summary.detail}" if summary.detail else "NULL"
    selected += [
        f"CAST({detail} AS VARCHAR) AS detail",
        "row_of.status",
        "row_of.reason",
        "row_of.is_meant",
    ]
    rest = [f"row_of.{name}" for name in metric.grain if name not in {"test_id", "cell_id"}]
    if _is_of_tests(metric):
        cell, source = "test.cell_id", "row_of\n    JOIN test ON test.test_id = row_of.test_id"
        order = ["test.started_at NULLS LAST", "row_of.test_id", *rest]
        test, undated = "row_of.test_id", "test.started_at IS NULL"
    else:
        cell, source, order = "row_of.cell_id", "row_of", rest or ["row_of.cell_id"]
        test, undated = "CAST(NULL AS BIGINT)", "false"
    columns = ",\n        ".join(selected)
    return f"""WITH row_of AS (
    SELECT *, coalesce({summary.rows or "true"}, false) AS is_meant
    FROM {metric.name}
),

own AS (
    SELECT
        {cell} AS cell_id,
        {test} AS of_test,
        {undated} AS is_undated,
        {columns},
        row_number() OVER (PARTITION BY {cell} ORDER BY {", ".join(order)}) AS place
    FROM {source}
    WHERE {cell} IS NOT NULL
)"""


def _one(metric: Metric, summary: Summary) -> str:
    """Return the query for the first or last row of a cell, or the number of all of them."""
    end = "max" if summary.reduction == "last" else "min"
    differ = unordered = "false"
    if summary.reduction == "single":
        differ = """count(DISTINCT CASE WHEN is_meant THEN value END) > 1
            OR count(DISTINCT CASE WHEN is_meant THEN status END) > 1"""
    elif _is_of_tests(metric):
        unordered = """count(DISTINCT CASE WHEN is_meant THEN of_test END) > 1
            AND max(CASE WHEN is_meant AND is_undated THEN 1 ELSE 0 END) = 1"""
    numbers = ",\n    ".join(
        f"CASE WHEN NOT chosen.differ THEN own.{name} END AS {name}" for name in ("value", *_BESIDE)
    )
    return f"""{_own(metric, summary)},

chosen AS (
    SELECT
        cell_id,
        count(*) AS row_count,
        count(CASE WHEN is_meant THEN value END) AS counted,
        coalesce(
            {end}(CASE WHEN is_meant AND value IS NOT NULL THEN place END),
            max(CASE WHEN is_meant THEN place END)
        ) AS place,
        {differ} AS differ,
        {unordered} AS unordered
    FROM own
    GROUP BY cell_id
)

SELECT
    chosen.cell_id,
    {numbers},
    CASE
        WHEN chosen.place IS NULL THEN 'not_computable'
        WHEN chosen.differ THEN 'not_comparable'
        WHEN chosen.unordered AND own.status = 'ok' THEN 'low_quality'
        ELSE own.status
    END AS status,
    CASE
        WHEN chosen.place IS NULL THEN '{NOTHING_COUNTS}'
        WHEN chosen.differ THEN '{ROWS_DIFFER}'
        WHEN chosen.unordered AND own.status = 'ok' THEN '{ORDER_UNKNOWN}'
        ELSE own.reason
    END AS reason,
    CASE WHEN NOT chosen.differ THEN own.detail END AS detail,
    chosen.counted,
    chosen.row_count - chosen.counted AS left_out
FROM chosen
LEFT JOIN own
    ON own.cell_id = chosen.cell_id
    AND own.place = chosen.place"""


def _median(metric: Metric, summary: Summary) -> str:
    """Return the query for the median of those rows of a cell that are ok."""
    return f"""{_own(metric, summary)},

judged AS (
    SELECT
        *,
        is_meant AND value IS NOT NULL AND (
            status = 'ok'
            OR max(CASE WHEN is_meant AND value IS NOT NULL AND status = 'ok' THEN 1 ELSE 0 END)
                OVER (PARTITION BY cell_id) = 0
        ) AS counts
    FROM own
),

chosen AS (
    SELECT
        cell_id,
        median(CASE WHEN counts THEN value END) AS value,
        min(CASE WHEN counts THEN value END) AS low,
        max(CASE WHEN counts THEN value END) AS high,
        count(*) AS row_count,
        count(CASE WHEN is_meant THEN 1 END) AS meant,
        count(CASE WHEN counts THEN 1 END) AS counted,
        count(CASE WHEN counts AND status = 'ok' THEN 1 END) AS ok_count,
        coalesce(
            max(CASE WHEN counts THEN place END), max(CASE WHEN is_meant THEN place END)
        ) AS place,
        count(DISTINCT CASE WHEN counts THEN detail END) > 1 AS details_differ
    FROM judged
    GROUP BY cell_id
)

SELECT
    chosen.cell_id,
    chosen.value,
    CAST(NULL AS DOUBLE) AS error,
    chosen.low,
    chosen.high,
    CASE
        WHEN chosen.place IS NULL THEN 'not_computable'
        WHEN chosen.counted = 0 THEN own.status
        WHEN chosen.ok_count = 0 OR 2 * chosen.counted <= chosen.meant THEN 'low_quality'
        ELSE 'ok'
    END AS status,
    CASE
        WHEN chosen.place IS NULL THEN '{NOTHING_COUNTS}'
        WHEN chosen.ok_count = 0 THEN own.reason
        WHEN 2 * chosen.counted <= chosen.meant THEN '{HALF_LEFT_OUT}'
    END AS reason,
    CASE WHEN NOT chosen.details_differ THEN own.detail END AS detail,
    chosen.counted,
    chosen.row_count - chosen.counted AS left_out
FROM chosen
LEFT JOIN own
    ON own.cell_id = chosen.cell_id
    AND own.place = chosen.place"""
