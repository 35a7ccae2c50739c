"""How the rows of a metric become one number a cell: what ``summary:`` of its file says.

    -- summary:    first_discharge_capacity | first | complete | | capacity of the first cycle

names the summary, its reduction, which rows are meant (a condition on the metric's own columns, all
where it is empty), the column given beside as its detail, if any, and what it is in words. A metric
without such a line is no summary: nothing is reduced that its file does not say.

``single``: the one number that all rows meant have alike; where they differ, none, not comparable.
``first``, ``last``: the first or last of the rows meant that has a number, in the order of the
tests' starts, whatever its status, which goes along.
``median``: of the rows meant that are ok; only where none is, of the others, of low quality.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, cast, get_args

from service.metric.header import cells

Reduction = Literal["single", "first", "last", "median"]
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_RULES: Final[dict[Reduction, str]] = {
    "single": "the number that these rows tell alike; not_comparable where they differ",
    "first": "the first of them with a number, by the starts of their tests, with its status",
    "last": "the last of them with a number, by the starts of their tests, with its status",
    "median": "the median of those that are ok, low and high being the least and greatest of "
    "them; low_quality where as many or more are left out, or where none is ok and it is that of "
    "the others",
}


@dataclass(frozen=True, slots=True)
class Summary:
    """One number a cell, out of the rows of a metric."""

    name: str
    reduction: Reduction
    rows: str
    """A condition on the columns of the metric; all rows where it is empty."""
    detail: str
    """The column given beside; none where it is empty."""
    meaning: str

    @property
    def rule(self) -> str:
        """Return in words which rows count and what becomes of them."""
        rows = f"the rows of a cell where {self.rows}" if self.rows else "all rows of a cell"
        detail = f" Its detail is {self.detail}." if self.detail else ""
        return f"Of {rows}: {_RULES[self.reduction]}.{detail}"


def read_summaries(entries: Sequence[str]) -> tuple[Summary, ...]:
    """Return what lines of ``summary:`` say.

    Raises:
        ValueError: when one does not have the five parts, or they say something else.
    """
    return tuple(map(_read, entries))


def _read(entry: str) -> Summary:
    name, reduction, rows, detail, meaning = cells(entry, 5)
    if not _NAME.fullmatch(name) or not meaning:
        raise ValueError(f"`summary: {entry}` wants a snake_case name first, and a meaning last")
    if reduction not in get_args(Reduction):
        known = ", ".join(get_args(Reduction))
        raise ValueError(f"summary {name} is reduced by {reduction or 'nothing'}, not by {known}")
    return Summary(name, cast("Reduction", reduction), rows, detail, meaning)
