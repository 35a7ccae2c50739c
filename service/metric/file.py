"""A metric is one SQL file: what it means, the SELECT that computes it, and an example of it.

    -- Mean voltage
    --
    -- What it is, in as many lines as it takes. The first line is the title.
    --
    -- grain:      test_id, cycle_count
    -- column:     mean_voltage_volt | V | energy over charge
    -- column:     error_volt | V | standard error of the same
    -- column:     status | | ok or low_quality
    -- column:     reason | | why not ok; null when ok
    -- main:       mean_voltage_volt, error: error_volt
    -- takes:      order | text(up, down) | up | which way it is counted
    -- needs:      cycle, cell
    -- reference:  who defined it
    SELECT ... FROM cycle WHERE $order = 'up';

    -- example: half the energy is half the voltage
    -- given: order = down
    WITH cycle(test_id, cycle_count) AS (VALUES (1, 1))
    SELECT mean_voltage_volt = 2 FROM mean_voltage;

A header line that names no key goes on with the line above it. ``needs:`` names relations
(service/metric/relation.py) and other metrics; an argument that a needed metric takes too is passed
on, otherwise that one gets its default. ``inherits: other`` takes every argument of that needed
metric without declaring it again. What an argument takes stands in argument.py. The answer is the
grain, then the columns, in this order, each BIGINT, DOUBLE, VARCHAR or BOOLEAN. The grain is made
of columns of relations, or of a ``column:`` of its own.

``main:`` names the column that the metric is asked for, with ``error:``, or ``low:`` and ``high:``,
where it has one. Every row has a ``status`` (ok, low_quality, censored, not_comparable or
not_computable) and a ``reason``, null where it is ok. ``shown: no`` says that nobody asks for the
metric by itself: it serves others. The rows of a test hang on its cell alone, and rest once they
are computed: ``scope: whole | why`` says that they hang on more, ``materialized: no | why`` that
they are computed whenever they are asked for.

An example gives rows of relations, or of metrics below in place of computing these: the columns it
cares about, the rest is null. Its last SELECT begins at the left edge, reads the metric by its
name, and every value it returns must be true.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

import duckdb

from schema.error import InvalidArgument, InvalidMetric, UnknownName
from schema.relation import POINTS, Column, Kind
from service.metric.argument import Argument, Value, inherited, read_argument
from service.metric.given import Example, read_example, understood
from service.metric.header import (
    cells,
    names,
    read_header,
    read_main,
    read_materialized,
    read_scope,
    read_shown,
)
from service.metric.relation import CLAIM, RELATIONS, column_named, created
from service.metric.scope import PARAMETERS, under, used

Reach = Literal["test", "cell", "whole"]
"""Whether rows are of a test or of a cell and hang on that cell alone, or hang on more."""
FOLDER: Final = Path(__file__).parents[1] / "metrics"
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_EXAMPLE: Final = re.compile(r"^-- example:", re.MULTILINE)
_KINDS: Final = frozenset({"BIGINT", "DOUBLE", "VARCHAR", "BOOLEAN"})


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric file, read and checked."""

    name: str
    title: str
    description: str
    grain: tuple[str, ...]
    columns: tuple[Column, ...]
    """The declared columns; ``answer`` has the grain before them."""
    takes: tuple[Argument, ...]
    """Its own arguments, then those it inherits."""
    inherits: tuple[str, ...]
    needs: tuple[str, ...]
    reference: str
    sql: str
    examples: tuple[Example, ...]
    path: Path
    version: str
    """The first 12 hexadecimal digits of the file's SHA-256."""
    main: str
    """The column it is asked for."""
    error: str | None = None
    low: str | None = None
    high: str | None = None
    shown: bool = True
    """Whether anybody asks for it by itself."""
    hangs_on_more: str | None = None
    """Why the rows of a test hang on more than its cell, where they do against appearances."""
    unmaterialized: str | None = None
    """Why its rows do not rest once they are computed."""
    answer: tuple[Column, ...] = ()
    """Every column of the answer, the grain first."""
    below: tuple["Metric", ...] = ()
    """The metrics it is built on, each after those it needs itself."""
    reach: Reach = "whole"
    """What its rows are of."""

    @property
    def beside(self) -> Mapping[str, str]:
        """Return the columns that tell how sure the main one is: error, or low and high."""
        ends = {"error": self.error, "low": self.low, "high": self.high}
        return {word: name for word, name in ends.items() if name}

    @property
    def is_materialized(self) -> bool:
        """Return whether its rows rest once they are computed."""
        return self.unmaterialized is None and not self.reads_points

    @property
    def reads_points(self) -> bool:
        """Return whether it, or what it is built on, reads points."""
        return POINTS.name in self.relations

    @property
    def relations(self) -> tuple[str, ...]:
        """Return the stored relations that it and the metrics below it read."""
        named = dict.fromkeys(n for each in (*self.below, self) for n in each.needs)
        return tuple(name for name in named if name in RELATIONS)

    def arguments(self, given: Mapping[str, object]) -> dict[str, Value]:
        """Return every parameter of the query: what was given, checked, and defaults.

        Raises:
            UnknownName: when it takes no argument of a name.
            InvalidArgument: when an argument does not take its value.
        """
        own = {argument.name: argument for argument in self.takes}
        for name in given:
            if name not in own:
                raise UnknownName(f"argument of {self.name}", name, own)
        values = {argument.name: argument.default for m in self.below for argument in m.takes}
        values |= {argument.name: argument.default for argument in self.takes}
        return values | {name: own[name].checked(value) for name, value in given.items()}


def read_metric(path: Path) -> Metric:
    """Return a metric file as it stands, before it is held against the metrics it needs.

    Raises:
        InvalidMetric: when the file breaks the contract.
    """
    try:
        text = path.read_text(encoding="utf-8")
        return _read(path, text)
    except (ValueError, InvalidArgument) as fault:
        raise InvalidMetric(path, str(fault)) from fault


def _read(path: Path, text: str) -> Metric:
    if not _NAME.fullmatch(path.stem) or path.stem in RELATIONS:
        raise ValueError("its name must be snake_case and no relation's")
    body, *examples = _EXAMPLE.split(text)
    lines = body.splitlines()
    end = next((i for i, line in enumerate(lines) if not line.startswith("--")), len(lines))
    title, description, entries = read_header(lines[:end])
    sql = "\n".join(lines[end:]).strip().removesuffix(";").rstrip()
    if not sql:
        raise ValueError("it has no SELECT below the header")
    if re.search(r"\bstore\s*\.", sql):
        raise ValueError("it reads the store; name the plain relation and declare it in needs:")
    if not examples:
        raise ValueError("it has no `-- example:`")
    takes = tuple(read_argument(*cells(each, 4)) for each in entries["takes"])
    for argument in takes:
        if argument.name in PARAMETERS:
            raise ValueError(f"an argument cannot be called {argument.name}")
    main = read_main(entries["main"])
    return Metric(
        name=path.stem,
        title=title,
        description=description,
        grain=names(entries["grain"]),
        columns=tuple(_column(each) for each in entries["column"]),
        takes=takes,
        inherits=names(entries["inherits"]),
        needs=names(entries["needs"]),
        reference=" ".join(entries["reference"]),
        sql=sql,
        examples=tuple(map(read_example, examples)),
        path=path,
        version=hashlib.sha256(text.encode()).hexdigest()[:12],
        main=main.column,
        error=main.error,
        low=main.low,
        high=main.high,
        shown=read_shown(entries["shown"]),
        hangs_on_more=read_scope(entries["scope"]),
        unmaterialized=read_materialized(entries["materialized"]),
    )


def _column(entry: str) -> Column:
    name, unit, meaning = cells(entry, 3)
    return Column(name, "DOUBLE", unit, meaning)  # until the engine has told its type


def read_metrics(folder: Path | None = None) -> Mapping[str, Metric]:
    """Return every metric of a folder, each after those it needs.

    Raises:
        InvalidMetric: when a file breaks the contract, naming file and reason.
    """
    return _read_metrics(folder) if folder else _own_metrics()


@cache
def _own_metrics() -> Mapping[str, Metric]:
    return _read_metrics(FOLDER)  # these never change while a process runs


def _read_metrics(folder: Path) -> Mapping[str, Metric]:
    found: dict[str, Metric] = {}
    for path in sorted(folder.rglob("*.sql"), key=lambda each: each.stem):
        if path.stem in found:
            raise InvalidMetric(path, f"{found[path.stem].path} has the same name")
        found[path.stem] = read_metric(path)
    for metric in found.values():
        for name in metric.needs:
            if name not in RELATIONS and name not in found:
                known = ", ".join(sorted((*RELATIONS, *found)))
                raise InvalidMetric(metric.path, f"it needs {name}, which is none of {known}")
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
    with empty_store() as connection:
        for name in in_order:
            metrics[name] = _checked(connection, found[name], metrics)
    return MappingProxyType(metrics)


def empty_store() -> duckdb.DuckDBPyConnection:
    """Return a connection in which every relation is an empty table."""
    connection = duckdb.connect(":memory:", config={"autoload_known_extensions": "false"})
    connection.execute("CREATE SCHEMA store")
    for relation in RELATIONS.values():
        connection.execute(created(f"store.{relation.name}", relation.columns))
    return connection


def _checked(
    connection: duckdb.DuckDBPyConnection, metric: Metric, earlier: Mapping[str, Metric]
) -> Metric:
    """Return the metric bound to those it needs, its columns typed by the engine."""
    needed = [earlier[name] for name in metric.needs if name in earlier]
    below = {each.name: each for one in needed for each in (*one.below, one)}
    metric = replace(metric, below=tuple(below.values()))
    metric = _inheriting(metric, {each.name: each for each in needed})
    _refuse_clashing_arguments(metric)
    relations = [(name, f"SELECT * FROM store.{name}") for name in metric.needs]
    sql = under(relations, f"SELECT * FROM (\n{metric.sql}\n)")
    try:
        rows = connection.execute(f"DESCRIBE {sql}", used(sql, metric.arguments({}))).fetchall()
    except duckdb.Error as fault:
        raise InvalidMetric(metric.path, str(fault)) from fault
    told = {column.name: column for column in metric.columns}
    declared = (*metric.grain, *(name for name in told if name not in metric.grain))
    if (answered := tuple(row[0] for row in rows)) != declared:
        reason = f"it answers {', '.join(answered)}; declared are {', '.join(declared)}"
        raise InvalidMetric(metric.path, reason)
    kinds = {row[0]: row[1] for row in rows}
    for name, kind in kinds.items():
        if kind not in _KINDS:
            reason = f"{name} is {kind}; cast it to one of {', '.join(sorted(_KINDS))}"
            raise InvalidMetric(metric.path, reason)
    typed = {name: replace(column, kind=kinds[name]) for name, column in told.items()}
    columns = tuple(column for name, column in typed.items() if name not in metric.grain)
    grain = tuple(
        typed.get(name) or _grain_column(metric, name, kinds[name]) for name in metric.grain
    )
    answer = (*grain, *columns)
    _refuse_unsaid(metric, {each.name: each.kind for each in answer})
    metric = replace(metric, columns=columns, answer=answer, reach=_reach(metric))
    # who needs it meets an empty table in its place: written out, queries grow to 100 kB
    connection.execute(created(f"store.{metric.name}", metric.answer))
    return metric


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
    """Return the metric with the arguments it inherits, its examples held against them."""
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
            if (known.kind, known.choices) != (argument.kind, argument.choices):
                reason = f"{argument.name} means something else in {each.name}"
                raise InvalidMetric(metric.path, reason)


def _grain_column(metric: Metric, name: str, kind: Kind) -> Column:
    column = column_named(name)
    if column is None:
        raise InvalidMetric(metric.path, f"grain {name} is a column of no relation")
    return Column(name, kind, column.unit, column.meaning)
