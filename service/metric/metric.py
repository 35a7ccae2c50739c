"""A metric as the engine knows it: what its file says, bound to those it is built on."""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from schema.error import UnknownName
from schema.relation import POINTS, STEP, Column
from service.metric.argument import Argument, Value
from service.metric.condition import Condition
from service.metric.given import Example
from service.metric.relation import CYCLED, MEASUREMENTS, RELATIONS
from service.metric.summary import Summary

Reach = Literal["test", "cell", "whole"]
"""Whether rows are of a test or of a cell and hang on that cell alone, or hang on more."""


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
    formula: str = ""
    """How that column comes about, in one line; empty where nobody asks for the metric."""
    error: str | None = None
    low: str | None = None
    high: str | None = None
    shown: bool = True
    """Whether anybody asks for it by itself."""
    hangs_on_more: str | None = None
    """Why the rows of a test hang on more than its cell, where they do against appearances."""
    unmaterialized: str | None = None
    """Why its rows do not rest once they are computed."""
    only: tuple[Condition, ...] = ()
    """What a test has rows of, or else it has none of these."""
    summaries: tuple[Summary, ...] = ()
    """How its rows become one number a cell."""
    answer: tuple[Column, ...] = ()
    """Every column of the answer, the grain first."""
    below: tuple["Metric", ...] = ()
    """The metrics it is built on, each after those it needs itself."""
    reach: Reach = "whole"
    """What its rows are of."""

    @property
    def beside(self) -> Mapping[str, str]:
        """Return the columns that state how sure the main one is: error, or low and high."""
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

    @property
    def sources(self) -> frozenset[str]:
        """Return the measurements and metrics it needs: where none of them has rows, nor has it."""
        read = {STEP.name if name == CYCLED.name else name for name in self.needs}
        return frozenset(read & (MEASUREMENTS | {each.name for each in self.below}))

    def may_have_rows(
        self, filled: AbstractSet[str], is_computed: Callable[["Metric"], bool]
    ) -> bool:
        """Return whether a test or a cell may have rows of it, by what it has rows of.

        ``filled`` names measurements, and metrics of those that are computed of it already.
        """
        if not self.sources:
            return True
        below = {each.name: each for each in self.below if each.name in self.sources}
        return not self.sources.isdisjoint(filled) or any(
            not is_computed(each) and each.may_have_rows(filled, is_computed)
            for each in below.values()
        )

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
