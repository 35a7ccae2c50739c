"""A file that arrived is taken in; a container with all that is in it."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

from ingest.container import is_container
from ingest.intake import Outcome, Status, take_in
from ingest.walk import walk
from schema.warehouse import Warehouse

_WORST_FIRST: Final[Sequence[Status]] = ("failed", "refused", "ingested", "already", "beside")


class Taking(Protocol):
    """What takes in files, here or elsewhere, each in its own time."""

    @property
    def has_room(self) -> bool:
        """Return whether it may begin with one more."""

    def begin(self, path: Path, *, growing: bool) -> None:
        """Begin to take in a file, one that grows as far as it is whole."""

    def ended(self) -> Sequence[tuple[Path, Outcome]]:
        """Return what became of the files that ended since this was last asked."""


class TakingHere:
    """Takes in files within this process: begun is ended."""

    has_room = True

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        self._ended: list[tuple[Path, Outcome]] = []

    def begin(self, path: Path, *, growing: bool) -> None:
        """Take in a file, or all that is in a container."""
        if is_container(path):
            outcome = _together(path, [take_in(self._warehouse, each) for each in walk([path])])
        else:
            outcome = take_in(self._warehouse, path, growing=growing)
        self._ended.append((path, outcome))

    def ended(self) -> Sequence[tuple[Path, Outcome]]:
        """Return what became of the files since this was last asked."""
        pairs, self._ended = self._ended, []
        return pairs


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
