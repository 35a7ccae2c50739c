"""What a file is that no reader knows, and what to do instead.

What is known by its first bytes stands in unread.tsv; a table is held against what readers declare.
"""

import csv
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

from ingest.declared.declaration import Declaration
from ingest.parse.delimiter import beginning, separator_of
from ingest.reading import Export

_HEAD_LINES: Final = 40
_MOST: Final = 0.5
"""From this part of a header's names on a table is nearly of its vendor."""
_UNKNOWN: Final = "no reader knows this file"
_PAGE: Final = "docs/readers.md lists the formats"
_SIDECAR: Final = "how a sidecar declares any other delimited text"


@cache
def _known() -> tuple[tuple[re.Pattern[bytes], str, str], ...]:
    with Path(__file__).with_suffix(".tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return tuple(
            (re.compile(row["begins"].encode("ascii")), row["what"], row["instead"]) for row in rows
        )


def reason(export: Export, declared: Iterable[Declaration]) -> str:
    """Return why nobody reads a file: what it is, or what it lacks to be what it nearly is."""
    for begins, what, instead in _known():
        if begins.match(export.head):
            way = instead or "it holds no test of a cell"
            return f"{_UNKNOWN}: it is {what}; {way}"
    if nearly := _nearly(export, declared):
        return nearly
    return f"{_UNKNOWN}; {_PAGE}, and {_SIDECAR}"


def _nearly(export: Export, declared: Iterable[Declaration]) -> str | None:
    best = (_MOST, "")
    for line in beginning(export.head).split("\n")[:_HEAD_LINES]:
        cells = [cell.strip(' "') for cell in line.split(separator_of(line))]
        for each in declared:
            lacking = each.lacking(cells)
            share = 1.0 - len(lacking) / len(each.header)
            likeness = f"it looks like {each.title} without {', '.join(lacking)}"
            best = max(best, (share, likeness), key=lambda pair: pair[0])
    return f"{_UNKNOWN}: {best[1]}; {_PAGE}, and {_SIDECAR}" if best[1] else None
