"""The examples of a metric file as they are read: what is given, and what is asked of it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from service.metric.argument import Argument, Value

_LAST_SELECT: Final = re.compile(r"^SELECT\b", re.MULTILINE)
_GIVEN: Final = re.compile(r"\b(\w+)\s*(?:\([^()]*\)\s*)?AS\s*\(")
"""A name before its rows: ``cycle(test_id, cycle_count) AS (``."""


@dataclass(frozen=True, slots=True)
class Example:
    """Rows that are given, and a question about the metric whose every answer must be true."""

    title: str
    written: Mapping[str, str]
    """What its ``given:`` lines say of arguments."""
    rows: str
    """``WITH cycle(...) AS (VALUES ...)``, or nothing."""
    question: str
    given: Mapping[str, Value]
    """Its arguments, once it is known which the metric takes."""
    names: tuple[str, ...]
    """The relations and the needed metrics it gives, once these are known."""


def read_example(text: str) -> Example:
    """Return an example as it stands behind ``-- example:``.

    Raises:
        ValueError: when it asks nothing.
    """
    title, _, body = text.partition("\n")
    written: dict[str, str] = {}
    lines = body.splitlines()
    while lines and lines[0].startswith("-- given:"):
        name, _, value = lines.pop(0).removeprefix("-- given:").partition("=")
        written[name.strip()] = value.strip()
    body = "\n".join(lines).strip().removesuffix(";")
    selects = list(_LAST_SELECT.finditer(body))
    if not selects:
        raise ValueError(f"example `{title.strip()}` has no SELECT at the left edge")
    rows, question = body[: selects[-1].start()].strip(), body[selects[-1].start() :]
    return Example(title.strip(), written, rows, question, {}, ())


def understood(example: Example, takes: Iterable[Argument], names: Iterable[str]) -> Example:
    """Return an example checked against what its metric takes and may read.

    Raises:
        ValueError: when it gives an argument that is not taken.
        InvalidArgument: when an argument does not take its value.
    """
    own = {argument.name: argument for argument in takes}
    for name in example.written:
        if name not in own:
            raise ValueError(f"example `{example.title}` gives {name}, which is not taken")
    given = {*_GIVEN.findall(example.rows)}
    return replace(
        example,
        given={name: own[name].parsed(value) for name, value in example.written.items()},
        names=tuple(name for name in names if name in given),
    )
