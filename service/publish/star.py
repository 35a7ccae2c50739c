"""What is published: dimensions, thinned series and every metric, as the tables of a star."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

import pyarrow as pa
from sqlalchemy import Select, select

from schema import catalog
from schema.relation import ARROW, Column
from service.metric.metric import Metric
from service.metric.relation import RELATIONS, dimension, stored_columns
from service.shown import main_in_words
from service.store.base import makers

Scope = Literal["test", "whole"]
"""Whether the rows of a test hang on its cell alone, or anything on everything."""

_KEYS: Final = {
    "substance_id": "substance",
    "material_id": "material",
    "ancestor_id": "material",
    "cell_id": "cell",
    "test_id": "test",
    "process_id": "process",
    "protocol_id": "protocol",
    "claim_id": "claim",
}
"""Columns that name a row of another table, wherever they stand."""

_RELATIONS: Final = (
    *("substance", "material", "cell", "layer", "treatment", "test", "sweep"),
    *("property", "claim", "cycle", "spectrum"),
)
"""Relations of the store that are published."""

_CATALOG: Final[tuple[type[catalog.Table], ...]] = (
    catalog.Process,
    catalog.ProcessInput,
    catalog.ProcessOutput,
    catalog.ProcessParameter,
    catalog.Ancestor,
    catalog.Protocol,
    catalog.ProtocolStep,
)
"""Tables of the catalog that no metric reads and people ask for."""

SERIES_POINTS: Final = 2_000
"""Points of a series, at most."""
_SERIES: Final = (
    Column("test_id", "BIGINT", "", "Test the point belongs to."),
    Column("point_count", "BIGINT", "1", "Place among the points that were kept, from 1."),
    *(
        Column(name, column.kind, column.unit, column.meaning)
        for name in ("test_time_second", "voltage_volt", "current_ampere", "cycle_count")
        for column in (RELATIONS["points"][name],)
    ),
)


@dataclass(frozen=True)
class PublishedTable:
    """A table of the star.

    Attributes:
        name: of a relation, a metric, or `series`.
        meaning: one or more sentences; for a metric its conventions too.
        columns: in their order.
        key: columns that tell its rows apart; empty when none do.
        scope: test where the rows of a test are computed of its cell alone.
        source: what is asked for them.
    """

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    scope: Scope
    source: "Metric | Select[tuple[object, ...]] | None"

    @property
    def references(self) -> Mapping[str, str]:
        """Return the table that each column names a row of."""
        return {
            column.name: _KEYS[column.name]
            for column in self.columns
            if _KEYS.get(column.name, self.name) != self.name
        }

    def column_meaning(self, column: Column) -> str:
        """Return the meaning of a column with its unit behind it."""
        meaning = _sentence(column.meaning)
        return meaning if column.unit in {"", "1"} else f"{meaning} In {column.unit}."

    @property
    def is_shown(self) -> bool:
        """Return whether anybody asks for it by itself; only what is, is published."""
        return not isinstance(self.source, Metric) or self.source.shown

    @property
    def is_keyed(self) -> bool:
        """Return whether its key is a primary key: no part of it is ever null."""
        whole = {column.name for column in self.columns if column.kind == "BIGINT"}
        if {"cell_id", "test_id"} <= {*self.key} and isinstance(self.source, Metric):
            return False  # of a cell or of a lone test: either may be null
        return bool(self.key) and (self.key[0] in _KEYS or whole.issuperset(self.key))

    @cached_property
    def version(self) -> str:
        """Return what changes when its rows may, though no data did."""
        parts: list[object] = [
            self.name,
            self.meaning,
            self.columns,
            self.key,
            self.scope,
            makers(),
        ]
        if isinstance(self.source, Metric):
            parts += [each.version for each in (*self.source.below, self.source)]
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]

    @property
    def arrow(self) -> pa.Schema:
        """Return the Arrow schema of its rows."""
        return pa.schema([pa.field(each.name, ARROW[each.kind]) for each in self.columns])


def star(metrics: Mapping[str, Metric]) -> tuple[PublishedTable, ...]:
    """Return every table, dimensions first."""
    return tuple(table for table in with_steps(metrics) if table.is_shown)


def with_steps(metrics: Mapping[str, Metric]) -> tuple[PublishedTable, ...]:
    """Return every table with the metrics that only serve others among them, in their order."""
    return (*_dimensions(), *_catalog(), _series(), *map(_metric, metrics.values()))


def _dimensions() -> Iterator[PublishedTable]:
    for name in _RELATIONS:
        relation = RELATIONS[name]
        scope: Scope = "test" if relation.owner == "test_id" else "whole"
        meaning = _sentence(relation.meaning)
        yield PublishedTable(name, meaning, relation.columns, relation.key, scope, None)


def _catalog() -> Iterator[PublishedTable]:
    for model in _CATALOG:
        relation = dimension(model)
        columns = stored_columns(model).items()
        query = select(*(column.label(name) for name, column in columns))
        yield PublishedTable(
            relation.name, relation.meaning, relation.columns, relation.key, "whole", query
        )


def _series() -> PublishedTable:
    meaning = (
        f"Points of every test for charts: at most {SERIES_POINTS:,} of each, the lowest and the "
        "highest of every stretch. For all points ask /arrow/points."
    )
    return PublishedTable("series", meaning, _SERIES, ("test_id", "point_count"), "test", None)


def _metric(metric: Metric) -> PublishedTable:
    arguments = "; ".join(f"{each.name} = {each.default_text}" for each in metric.takes)
    conventions = f" Computed with {arguments}." if arguments else ""
    description = _sentence(" ".join(metric.description.split()))
    meaning = f"{metric.title}. {description} {main_in_words(metric)}{conventions}"
    scope: Scope = "test" if metric.reach == "test" else "whole"
    return PublishedTable(metric.name, meaning, metric.answer, metric.grain, scope, metric)


def _sentence(meaning: str) -> str:
    return f"{meaning[0].upper()}{meaning[1:].rstrip('.')}."
