"""All metrics of a folder, each checked against those it needs and typed by the engine."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from types import MappingProxyType
from typing import Final

import duckdb

from schema.error import InvalidArgument, InvalidMetric
from schema.relation import Column, Kind
from service.metric.argument import Argument, inherited
from service.metric.file import read_metric
from service.metric.given import understood
from service.metric.kind import written_kinds
from service.metric.metric import Metric, Reach
from service.metric.reduction import summary_metrics
from service.metric.relation import RELATIONS, column_named, created
from service.metric.reported import CLAIM
from service.metric.scope import under, used

FOLDER: Final = Path(__file__).parents[1] / "metrics"
_KINDS: Final = frozenset({"BIGINT", "DOUBLE", "VARCHAR", "BOOLEAN"})


def read_metrics(folder: Path | None = None) -> Mapping[str, Metric]:
    """Return every metric of a folder, each after those it needs.

    Raises:
        InvalidMetric: when a file breaks the contract, naming file and reason.
    """
    return described(folder) if folder else _own_metrics()


@cache
def _own_metrics() -> Mapping[str, Metric]:
    return _read_metrics(FOLDER, believes=True)  # these never change while a process runs


def described(folder: Path = FOLDER) -> Mapping[str, Metric]:
    """Return every metric of a folder with its columns as DuckDB describes them now.

    Raises:
        InvalidMetric: when a file breaks the contract, naming file and reason.
    """
    return _read_metrics(folder, believes=False)


def _read_metrics(folder: Path, *, believes: bool) -> Mapping[str, Metric]:
    found = _found(folder)
    order = TopologicalSorter(
        {name: [n for n in metric.needs if n in found] for name, metric in found.items()}
    )
    metrics: dict[str, Metric] = {}
    try:
        in_order = list(order.static_order())
    except CycleError as fault:
        circle: list[str] = fault.args[1]
        reason = f"it needs itself: {' → '.join(reversed(circle))}"
        raise InvalidMetric(found[circle[0]].path, reason) from fault
    if believes and (kinds := written_kinds(found.values())):
        for name in in_order:
            metrics[name] = _typed(_bound(found[name], metrics), kinds[name])
        return MappingProxyType(metrics)
    with empty_store() as connection:
        for name in in_order:
            metric = _bound(found[name], metrics)
            metrics[name] = metric = _typed(metric, _described(connection, metric))
            # who needs it meets an empty table: written out, queries grow to 100 kB
            connection.execute(created(f"store.{name}", metric.answer))
    return MappingProxyType(metrics)


def _found(folder: Path) -> dict[str, Metric]:
    """Return the metrics of a folder, and those of their summaries, each needing what there is."""
    found: dict[str, Metric] = {}
    for path in sorted(folder.rglob("*.sql"), key=lambda each: each.stem):
        if path.stem in found:
            raise InvalidMetric(path, f"{found[path.stem].path} has the same name")
        found[path.stem] = read_metric(path)
    for metric in [*found.values()]:
        _add_summaries(metric, found)
    for metric in found.values():
        for name in metric.needs:
            if name not in RELATIONS and name not in found:
                known = ", ".join(sorted((*RELATIONS, *found)))
                raise InvalidMetric(metric.path, f"it needs {name}, which is none of {known}")
    return found


def _add_summaries(metric: Metric, found: dict[str, Metric]) -> None:
    """Put the summaries of a metric beside it, which are metrics too."""
    try:
        reductions = list(summary_metrics(metric))
    except ValueError as fault:
        raise InvalidMetric(metric.path, str(fault)) from fault
    for each in reductions:
        if each.name in found:
            raise InvalidMetric(metric.path, f"there is another {each.name}")
        found[each.name] = each


def empty_store(relations: Iterable[str] = RELATIONS) -> duckdb.DuckDBPyConnection:
    """Return a connection in which relations, all of them unless named, are empty tables."""
    connection = duckdb.connect(":memory:", config={"autoload_known_extensions": "false"})
    connection.execute("CREATE SCHEMA store")
    for name in relations:
        connection.execute(created(f"store.{name}", RELATIONS[name].columns))
    return connection


def _bound(metric: Metric, earlier: Mapping[str, Metric]) -> Metric:
    """Return the metric bound to those it needs."""
    needed = [earlier[name] for name in metric.needs if name in earlier]
    below = {each.name: each for one in needed for each in (*one.below, one)}
    metric = replace(metric, below=tuple(below.values()))
    metric = _inheriting(metric, {each.name: each for each in needed})
    _refuse_clashing_arguments(metric)
    for each in metric.only:
        if each.name not in {*metric.relations, *below}:
            raise InvalidMetric(metric.path, f"only: {each.name} is nothing that it reads")
    return metric


def _described(connection: duckdb.DuckDBPyConnection, metric: Metric) -> dict[str, Kind]:
    """Return the kinds of the columns that a metric answers with, as the engine describes them."""
    relations = [(name, f"SELECT * FROM store.{name}") for name in metric.needs]
    sql = under(relations, f"SELECT * FROM (\n{metric.sql}\n)")
    try:
        rows = connection.execute(f"DESCRIBE {sql}", used(sql, metric.arguments({}))).fetchall()
    except duckdb.Error as fault:
        raise InvalidMetric(metric.path, str(fault)) from fault
    return {row[0]: row[1] for row in rows}


def _typed(metric: Metric, kinds: Mapping[str, Kind]) -> Metric:
    """Return the metric with the kinds of its columns, checked against what it declares."""
    declared_columns = {column.name: column for column in metric.columns}
    declared = (*metric.grain, *(name for name in declared_columns if name not in metric.grain))
    if (answered := tuple(kinds)) != declared:
        reason = f"it answers {', '.join(answered)}; declared are {', '.join(declared)}"
        raise InvalidMetric(metric.path, reason)
    for name, kind in kinds.items():
        if kind not in _KINDS:
            reason = f"{name} is {kind}; cast it to one of {', '.join(sorted(_KINDS))}"
            raise InvalidMetric(metric.path, reason)
    typed = {name: replace(column, kind=kinds[name]) for name, column in declared_columns.items()}
    columns = tuple(column for name, column in typed.items() if name not in metric.grain)
    grain = tuple(
        typed.get(name) or _grain_column(metric, name, kinds[name]) for name in metric.grain
    )
    answer = (*grain, *columns)
    _refuse_unsaid(metric, {each.name: each.kind for each in answer})
    return replace(metric, columns=columns, answer=answer, reach=_reach(metric))


def _reach(metric: Metric) -> Reach:
    hangs_on_more = (
        metric.hangs_on_more is not None
        or CLAIM.name in metric.relations
        or any(each.reach == "whole" for each in metric.below)
    )
    if hangs_on_more:
        return "whole"
    if "test_id" in metric.grain:
        return "test"
    return "cell" if metric.grain[0] == "cell_id" else "whole"


def _inheriting(metric: Metric, needed: Mapping[str, Metric]) -> Metric:
    """Return the metric with the arguments it inherits, its examples checked against them."""
    for name in metric.inherits:
        if name not in needed:
            raise InvalidMetric(metric.path, f"it inherits {name}, which is no metric it needs")
    known = (*RELATIONS, *(each.name for each in metric.below))
    try:
        own = inherited(metric.takes, {name: needed[name].takes for name in metric.inherits})
        examples = tuple(understood(each, own, known) for each in metric.examples)
    except (ValueError, InvalidArgument) as fault:
        raise InvalidMetric(metric.path, str(fault)) from fault
    return replace(metric, takes=own, examples=examples)


def _refuse_unsaid(metric: Metric, kinds: Mapping[str, Kind]) -> None:
    """Refuse a metric whose rows do not say how far they are to be trusted."""
    for name in ("status", "reason"):
        if kinds.get(name) != "VARCHAR":
            raise InvalidMetric(metric.path, f"it answers no text called {name}")
    for name in (metric.main, *metric.beside.values()):
        if name not in kinds:
            raise InvalidMetric(metric.path, f"`main:` names {name}, which is none of its columns")
        if metric.beside and kinds[name] not in {"BIGINT", "DOUBLE"}:
            raise InvalidMetric(metric.path, f"`main:` names {name}, which is no number")


def _refuse_clashing_arguments(metric: Metric) -> None:
    seen: dict[str, Argument] = {}
    for each in (*metric.below, metric):
        for argument in each.takes:
            known = seen.setdefault(argument.name, argument)
            former = known.kind, known.choices, known.default
            if former != (argument.kind, argument.choices, argument.default):
                reason = f"{argument.name} means something else in {each.name}"
                raise InvalidMetric(metric.path, reason)


def _grain_column(metric: Metric, name: str, kind: Kind) -> Column:
    column = column_named(name)
    if column is None:
        raise InvalidMetric(metric.path, f"grain {name} is a column of no relation")
    return Column(name, kind, column.unit, column.meaning)
