"""A file that arrived is taken in; a container with all that is in it."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TypeAlias

from ingest.container import is_container
from ingest.intake import Outcome, Status, take_in
from ingest.walk import walk
from schema.warehouse import Warehouse

Take: TypeAlias = Callable[[Path], Outcome]
"""Takes in a file, as far as it is whole, and reports what became of it."""
_WORST_FIRST: Final[Sequence[Status]] = ("failed", "refused", "ingested", "already", "beside")


def taking_into(warehouse: Warehouse) -> Take:
    """Return what takes files into a warehouse, in this process."""

    def take(path: Path) -> Outcome:
        if not is_container(path):
            return take_in(warehouse, path)
        return _together(path, [take_in(warehouse, each) for each in walk([path])])

    return take


def _together(path: Path, outcomes: Sequence[Outcome]) -> Outcome:
    """Return what became of a container: the worst of what its files did."""
    count = Counter(each.status for each in outcomes)
    status = next(each for each in _WORST_FIRST if count[each])
    refused = [each for each in outcomes if each.status == status in {"failed", "refused"}]
    reason = None
    if refused:
        first = refused[0]
        name = first.path.relative_to(path) if first.path != path else path.name
        reason = f"{len(refused)} of {len(outcomes)} in it {status}, first {name}: {first.reason}"
    return Outcome(
        path,
        status,
        ", ".join(sorted({each.reader for each in outcomes if each.reader})) or None,
        reason,
        tuple(test for each in outcomes for test in each.tests),
        sum(each.points for each in outcomes),
    )
