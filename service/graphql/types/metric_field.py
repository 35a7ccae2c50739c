"""The field of a metric on the root, on Test and on Cell, made from its file."""

import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from enum import Enum
from functools import partial
from typing import Annotated, Any, Final, cast

import pyarrow as pa
import pyarrow.compute as pc
import strawberry
from graphql import GraphQLResolveInfo
from sqlalchemy import select
from strawberry import scalars
from strawberry.types.field import StrawberryField
from strawberry.types.nodes import Selection, convert_selections

from schema.catalog import Cell, Table, Test
from schema.error import InvalidArgument, InvalidMetric
from service.graphql.build.ahead import RowField
from service.graphql.build.answer import Answer
from service.graphql.build.columnar import columnar
from service.graphql.build.context import Context, Info
from service.graphql.build.loader import Answers, Loaders
from service.graphql.build.resolver import ROW, field
from service.graphql.build.selected import names
from service.graphql.build.table import camel, with_unit
from service.graphql.build.where import Where, prepare
from service.graphql.types.cell import CellWhere
from service.graphql.types.trace import Trace
from service.living import CALLED, identities, is_id
from service.metric.argument import Argument, Value
from service.metric.metric import Metric as MetricFile
from service.shown import main_in_words
from service.store.question import AnyQuestion, metric_question

MOST_ROWS: Final = 5_000_000
"""Rows of an answer; beyond this take /arrow."""
_SCALARS: Final[dict[str, Any]] = {
    "text": str,
    "treatment": str,
    "integer": int,
    "number": float,
    "integers": list[int],
    "numbers": list[float],
}


class MetricFields:
    """The fields of one metric."""

    def __init__(self, metric: MetricFile) -> None:
        trace: Any = strawberry.field(
            resolver=_trace, name="trace", description="Where it comes from."
        )
        self.metric = metric
        if clash := {"trace", "row_count"} & {each.name for each in metric.answer}:
            raise InvalidMetric(metric.path, f"a column cannot be called {clash.pop()}")
        self._type = columnar(
            _pascal(metric.name),
            self._meaning(),
            metric.answer,
            always=set() if "cell_id" in metric.grain else {"test_id"} & {*metric.grain},
            more=[trace],
        )
        self._arguments = {each.name: self._annotated(each) for each in metric.takes}
        self._defaults = {each.name: each.default for each in metric.takes}

    def root(self) -> StrawberryField:
        """Return the field of the root: it asks for tests, cells, or everything."""

        async def resolve(
            info: Info,
            tests: list[str] | None = None,
            cells: list[str] | None = None,
            where: Where | None = None,
            **given: Any,  # noqa: ANN401 # the metric's arguments
        ) -> Answer:
            asked = await _scope(info, tests, cells, where)
            arguments = self._plain(given)
            columns = self._columns(info.selected_fields)
            question = metric_question(self.metric, asked, arguments, columns)
            loaders = info.context.loaders
            table = _bounded(await loaders.ask(question))
            return Answer.of(table, partial(self._trace, arguments, loaders, asked))

        words = {
            "tests": f"Of these tests, {CALLED}. With neither tests nor cells: of all tests.",
            "cells": f"Of the tests run on these cells, {CALLED}.",
        }
        scopes: dict[str, Any] = {
            name: Annotated[list[strawberry.ID] | None, strawberry.argument(description=meaning)]
            for name, meaning in words.items()
        }
        which = "Of these, the tests run on cells that meet this; all conditions must hold."
        scopes["where"] = Annotated[CellWhere | None, strawberry.argument(description=which)]
        return self._field(resolve, scopes)

    def of_row(self) -> StrawberryField:
        """Return the field of a test, or of a cell, which has the rows of every test run on it."""

        def resolve(root: Any, info: Info, **given: Any) -> Answer:  # noqa: ANN401 # a row, the arguments
            raise NotImplementedError  # only its signature counts: schema.py puts `resolved` there

        return self._field(resolve, {"root": ROW})

    def resolved(self) -> RowField:
        """Return what resolves the field of a row."""
        return RowField(lambda info, given: self._loader(info, given).load)

    def _loader(self, info: GraphQLResolveInfo[Context], given: Mapping[str, Any]) -> Answers:
        named = {camel(name): name for name in self._defaults}
        arguments = self._plain({named[name]: value for name, value in given.items()})
        loaders = info.context.loaders
        tables = loaders.tables_of_cells if info.parent_type.name == "Cell" else loaders.tables
        columns = self._columns(convert_selections(info, info.field_nodes))
        trace = partial(self._trace, arguments, loaders, [])
        return tables(*self._asked(arguments, columns), trace)

    def _meaning(self) -> str:
        metric = self.metric
        words = main_in_words(metric, camel)
        if metric.formula:
            words = f"{words} Formula: {metric.formula}"
        return f"{metric.title}. {metric.description} {words}"

    def _columns(self, selections: Iterable[Selection]) -> tuple[str, ...]:
        """Return the columns asked for: what nobody asks for is not read."""
        asked = {*names(selections)}
        return tuple(each.name for each in self.metric.answer if camel(each.name) in asked)

    def _asked(
        self, arguments: Mapping[str, Value], columns: tuple[str, ...]
    ) -> tuple[object, Callable[[Sequence[int]], AnyQuestion]]:
        """Return what tells this question from others, and what puts it."""
        key = (self.metric.name, repr(sorted(arguments.items())), columns)
        return key, lambda tests: metric_question(self.metric, tests, arguments, columns)

    def _trace(
        self,
        arguments: Mapping[str, Value],
        loaders: Loaders,
        asked: Sequence[int] | None,
        answer: Answer,
    ) -> Trace:
        return Trace(
            metric=self.metric.name,
            version=self.metric.version,
            arguments=cast("scalars.JSON", self.metric.arguments(arguments)),
            snapshot=loaders.seen,
            tests=_tests_of(answer.table, asked),
        )

    def _plain(self, given: Mapping[str, Any]) -> dict[str, Value]:
        """Return the arguments as the metric takes them; what was left out has its default."""
        return {
            name: self._defaults[name]
            if value is strawberry.UNSET
            else value.value
            if isinstance(value, Enum)
            else list(value)
            if isinstance(value, tuple)
            else value
            for name, value in given.items()
        }

    def _annotated(self, argument: Argument) -> Any:  # noqa: ANN401 # an annotation
        kind = _SCALARS[argument.kind]
        meaning = with_unit(argument.meaning, None)
        if argument.only:
            name = _pascal(f"{self.metric.name}_{argument.name}")
            choices = {
                _constant(choice): strawberry.enum_value(
                    choice, description=with_unit(f"{choice}: {argument.meaning}", None)
                )
                for choice in argument.only
            }
            kind = strawberry.enum(cast("Any", Enum)(name, choices), description=meaning)
        kind = kind | None if argument.default is None else kind
        if not argument.only:
            meaning = f"{meaning} Takes {argument.takes}."
        return Annotated[kind, strawberry.argument(description=meaning, name=camel(argument.name))]

    def _field(self, resolve: Any, first: Mapping[str, Any]) -> StrawberryField:  # noqa: ANN401 # a resolver
        """Return a field whose resolver has the metric's arguments in its signature."""
        metric_field: StrawberryField = field(
            resolve,
            {"info": Info, **first, **self._arguments},
            self._type | None,
            self._meaning(),
            name=self.metric.name,
            defaults={
                "tests": strawberry.UNSET,
                "cells": strawberry.UNSET,
                "where": strawberry.UNSET,
                **{name: self._default(name) for name in self._arguments},
            },
        )
        return metric_field

    def _default(self, name: str) -> object:
        value = self._defaults[name]
        if value is None:
            return strawberry.UNSET
        if isinstance(value, list):
            return tuple(value)  # strawberry hashes defaults
        kind = self._arguments[name].__origin__
        return kind(value) if isinstance(kind, type) and issubclass(kind, Enum) else value


async def _scope(
    info: Info, tests: list[str] | None, cells: list[str] | None, where: Where | None
) -> list[int] | None:
    """Return the tests asked for, those of the cells among them; None for all.

    With ``where`` only those run on cells that meet it.

    Raises:
        UnknownName: when a test or cell does not exist.
        AmbiguousName: when several have a name.
    """
    if tests is None and cells is None and not where:
        return None
    await info.context.loaders.snapshot()
    state = info.context.state.store.state
    asked = await _meant(info, Test, tests or (), state.subject_of)
    owners = await _meant(info, Cell, cells or (), state.fingerprints)
    named = list(dict.fromkeys((*asked, *state.tests(owners))))
    if not where:
        return named
    await prepare(where, info.context.loaders)
    met = select(Cell.id).where(where.clause())
    found = state.tests(await info.context.loaders.look(lambda session: [*session.scalars(met)]))
    if tests is None and cells is None:
        return found
    return sorted({*named} & {*found})


async def _meant(
    info: Info, model: type[Table], called: Sequence[str], known: Container[int]
) -> list[int]:
    """Return the ids of tests or cells; the catalog is asked about those that are not known."""
    if all(is_id(each) and int(each) in known for each in called):
        return [int(each) for each in called]
    return await info.context.loaders.look(lambda session: identities(session, model, called))


def _tests_of(table: pa.Table, asked: Sequence[int] | None) -> Sequence[int] | None:
    """Return the tests an answer is of; None is every test there is."""
    if "test_id" not in table.column_names:
        return asked
    tests: list[int] = pc.unique(table.column("test_id")).to_pylist()
    return tests


def _bounded(table: pa.Table) -> pa.Table:
    if table.num_rows > MOST_ROWS:
        raise InvalidArgument("tests", f"{table.num_rows} rows", f"at most {MOST_ROWS}; use /arrow")
    return table


def _trace(root: strawberry.Parent[Answer]) -> Trace:
    trace: Trace = root.metadata(root)
    return trace


def _pascal(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def _constant(choice: str) -> str:
    word = re.sub(r"\W+", "_", choice).upper()
    return word if word[0].isalpha() else f"_{word}"
