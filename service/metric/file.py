"""A metric is one SQL file: what it means, the SELECT that computes it, and an example of it.

    -- Mean voltage
    --
    -- What it is, in as many lines as it takes. The first line is the title.
    --
    -- formula:    V = E / Q
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

``formula:`` says in plain text how the main column comes about; whatever is shown has one.
``main:`` names the column that the metric is asked for, with ``error:``, or ``low:`` and ``high:``,
where it has one. Every row has a ``status`` (ok, low_quality, censored, not_comparable or
not_computable) and a ``reason``, null where it is ok. ``shown: no`` says that nobody asks for the
metric by itself: it serves others. The rows of a test hang on its cell alone, and rest once they
are computed: ``scope: whole | why`` says that they hang on more, ``materialized: no | why`` that
they are computed whenever they are asked for. ``summary:`` says how its rows become one number a
cell (summary.py).

A test or a cell has rows of a metric only where it has some of a measurement or a metric that is
needed. ``only: step | mode = 'voltammetry'`` says closer of which, and which rows of it; nothing is
computed for tests that have none of them.

An example gives rows of relations, or of metrics below in place of computing these: the columns it
cares about, the rest is null. Its last SELECT begins at the left edge, reads the metric by its
name, and every value it returns must be true.
"""

import csv
import hashlib
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from schema.error import InvalidArgument, InvalidMetric
from schema.relation import Column
from service.metric.argument import read_argument
from service.metric.condition import read_conditions
from service.metric.given import read_example
from service.metric.header import (
    cells,
    names,
    read_header,
    read_main,
    read_materialized,
    read_scope,
    read_shown,
)
from service.metric.metric import Metric
from service.metric.relation import RELATIONS
from service.metric.scope import PARAMETERS
from service.metric.summary import read_summaries

_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_ENDINGS: Final = Path(__file__).with_name("unit_ending.tsv")
_EXAMPLE: Final = re.compile(r"^-- example:", re.MULTILINE)


@cache
def _endings() -> Mapping[str, str]:
    """Return how the name of a column ends, by its unit."""
    with _ENDINGS.open(encoding="utf-8", newline="") as lines:
        return {row["unit"]: row["ending"] for row in csv.DictReader(lines, delimiter="\t")}


def read_metric(path: Path) -> Metric:
    """Return a metric file as it stands, before it is checked against the metrics it needs.

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
        formula=" ".join(entries["formula"]),
        error=main.error,
        low=main.low,
        high=main.high,
        shown=read_shown(entries["shown"]),
        hangs_on_more=read_scope(entries["scope"]),
        unmaterialized=read_materialized(entries["materialized"]),
        only=read_conditions(entries["only"]),
        summaries=read_summaries(entries["summary"]),
    )


def _column(entry: str) -> Column:
    name, unit, meaning = cells(entry, 3)
    if unit not in {"", "1"}:
        ending = _endings().get(unit)
        if ending is None:
            raise ValueError(f"{name} is in {unit}: add how such a name ends to {_ENDINGS.name}")
        if not name.endswith(ending):
            raise ValueError(f"{name} is in {unit}: its name must end in {ending}")
    return Column(name, "DOUBLE", unit, meaning)  # until the engine has given its type
