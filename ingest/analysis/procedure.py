"""What an analysis hands over: its subject, how it is laid out, and its methods with settings."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, Self, TypeVar

import pyarrow as pa
from numpy.typing import NDArray

from ingest.analysis.result import Result
from ingest.analysis.subject import How, Subject
from schema.analysis import Method


class Batch(Protocol):
    """The parts of a test laid out for computing, in the order of their place."""

    def take(self, rows: NDArray[Any]) -> Self:
        """Return some of them, by index or by mask."""
        ...


B = TypeVar("B", bound=Batch)


@dataclass(frozen=True, slots=True)
class Procedure(Generic[B]):
    """A method with its settings.

    Attributes:
        method: its name.
        version: raised whenever its numbers could change.
        parameters: its settings, as JSON has them.
        compute: returns the rows of a batch, given the results of the methods it rests on; test,
            hash of the input, version and hash of the settings are filled in behind it.
        rests_on: methods that come before it and whose results it takes.
    """

    method: Method
    version: str
    parameters: Mapping[str, Any]
    compute: Callable[[B, Mapping[Method, Result]], pa.Table]
    rests_on: tuple[Method, ...] = ()


class Analysis(Protocol[B]):
    """What is computed of one subject, and how."""

    @property
    def subject(self) -> Subject:
        """Return what it is computed of."""
        ...

    @property
    def procedures(self) -> tuple[Procedure[B], ...]:
        """Return its methods, each behind those it rests on."""
        ...

    def laid_out(self, columns: Mapping[str, Any], how: How) -> B:
        """Return points of a test, and how they were taken, as its methods take them."""
        ...


def together(procedures: Sequence[Procedure[B]], methods: Sequence[Method]) -> tuple[Method, ...]:
    """Return methods with those that belong to them: what rests on others follows the latest."""
    wanted = {*methods}
    for _ in procedures:  # each may bring another
        for each in procedures:
            if each.rests_on and wanted & {each.method, *each.rests_on}:
                wanted |= {each.method, *each.rests_on}
    return tuple(each.method for each in procedures if each.method in wanted)
