"""What a test must have rows of to have rows of a metric: ``step | mode = 'voltammetry'``."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Condition:
    """Rows of a relation or a metric.

    Attributes:
        name: of what is needed.
        where: which of its rows, as SQL; empty for any.
    """

    name: str
    where: str = ""


def read_conditions(entries: list[str]) -> tuple[Condition, ...]:
    """Return what the lines of ``only:`` say.

    Raises:
        ValueError: when one names nothing, or has a bar and nothing behind it.
    """
    found = []
    for entry in entries:
        name, bar, where = (part.strip() for part in entry.partition("|"))
        if not name or bool(bar) != bool(where):
            raise ValueError("write `only: name` or `only: name | which of its rows`")
        found.append(Condition(name, where))
    return tuple(found)
