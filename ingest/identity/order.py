"""Which of several exports of one measurement counts: order.tsv, and why it is so.

More records come first, whatever wrote them; of as many, the form that has more digits and states
more of the measurement; of one form, the export that was there first.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

_OF_OTHERS: Final = "text"


@dataclass(frozen=True, slots=True)
class Form:
    """What kind of export a reader reads.

    Attributes:
        rank: the least counts first.
        name: of the form.
        reason: why it has that rank.
    """

    rank: int
    name: str
    reason: str


@cache
def _forms() -> Mapping[str, Form]:
    """Return the form of each reader that order.tsv names, in the order of its lines."""
    with Path(__file__).with_name("order.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return MappingProxyType(
        {
            reader: Form(rank, row["form"], row["reason"])
            for rank, row in enumerate(rows, start=1)
            for reader in row["readers"].split("|")
        }
    )


def form_of(reader: str) -> Form:
    """Return what kind of export a reader reads.

    Readers of other packages stand in no line: what they read is taken for text of an instrument.
    """
    forms = _forms()
    return forms.get(reader) or next(form for form in forms.values() if form.name == _OF_OTHERS)
