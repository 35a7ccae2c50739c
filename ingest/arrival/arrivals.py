"""What is known of the files of watched folders, and which of them is to be taken in next.

Nothing here looks at a file or at the catalog: what was seen and what became of a file is entered,
and each change leaves a row to save.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Final

from ingest.arrival.folder import Stamp
from ingest.companion import is_asked_beside
from ingest.file_name import legible
from ingest.outcome import Outcome
from ingest.parse.biologic_settings import settings_name
from ingest.sidecar import beside, is_sidecar
from schema.catalog import Arrival
from schema.catalog.table import now

_OPEN: Final = ("growing", "stable")
_RESTING: Final = {"ingested", "beside", "refused"}
_FIRST_RETRY_SECOND: Final = 30.0
_MOST_DOUBLINGS: Final = 7


@dataclass(frozen=True, slots=True)
class Pace:
    """When a file is taken in.

    Attributes:
        still_second: it is stable when size and time have stood still for so long.
        growing_second: while it grows it is taken in so often; 0 means never.
    """

    still_second: float
    growing_second: float


@dataclass(slots=True)
class _Known:
    """A file, and what is known of it beside its row, on a clock that nobody sets.

    Attributes:
        still_from: since when its stamp is as it is.
        tried_at: when it was last taken in, or at first seen.
        not_before: when it may be taken in again after something else than the file was at fault.
        in_hand: as it was when it was begun to be taken in, and whether it grew; else None.
    """

    path: Path
    row: Arrival
    still_from: float
    tried_at: float
    not_before: float = 0.0
    failure_count: int = 0
    in_hand: tuple[Stamp, bool] | None = None

    @property
    def stamp(self) -> Stamp:
        return Stamp(self.row.bytes, self.row.modified_at)


class Arrivals:
    """The files of watched folders, by where they lie."""

    def __init__(self, pace: Pace, readers: str, clock: Callable[[], float] = monotonic) -> None:
        """Begin with none.

        Args:
            pace: when a file is taken in.
            readers: hash of the versions of all readers: by others what was refused is tried again.
            clock: seconds, never set back.
        """
        self._pace, self._readers, self._clock = pace, readers, clock
        self._known: dict[Path, _Known] = {}
        self._beside: dict[Path, dict[str, list[Path]]] = defaultdict(lambda: defaultdict(list))
        self._open: dict[str, dict[Path, None]] = {state: {} for state in _OPEN}
        self._unsaved: dict[Path, Arrival] = {}

    def restore(self, row: Arrival) -> None:
        """Go on with a file as a row has it."""
        path, clock = Path(row.path), self._clock()
        age_second = max(0.0, (now() - row.since).total_seconds())
        known = self._enter(_Known(path, row, clock - age_second, clock))
        if row.state == "removed" or (row.state == "refused" and row.readers != self._readers):
            self._set(known, "stable")
        elif row.state in _OPEN:
            self._open[row.state][path] = None

    def see(self, path: Path, folder: Path, stamp: Stamp) -> None:
        """Enter how a file was seen, in which watched folder."""
        if path not in self._known and not self._rename(path):
            row = Arrival(path=str(legible(path)), folder=str(legible(folder)), state="gone")
            clock = self._clock()
            self._enter(_Known(path, row, clock, clock))
        self.restamp(path, stamp)

    def restamp(self, path: Path, stamp: Stamp) -> None:
        """Enter size and time of a file that is known: it grows where they are others."""
        known = self._known[path]
        if known.row.state != "gone" and known.stamp == stamp:
            return
        if known.row.state not in _OPEN:
            known.tried_at = self._clock()
        known.row.bytes, known.row.modified_at = stamp.bytes, stamp.modified_at
        known.still_from, known.failure_count, known.not_before = self._clock(), 0, 0.0
        self._set(known, "growing")

    def miss(self, path: Path) -> None:
        """Enter that a file lies there no more; what was ingested of it stays."""
        known = self._known.get(path)
        if known is not None and known.row.state != "gone":
            self._set(known, "gone")

    def stand_still(self) -> list[Path]:
        """Return the growing files that nobody was seen to write to for long enough."""
        latest = self._clock() - self._pace.still_second
        growing = self._open["growing"]
        return [path for path in growing if self._known[path].still_from <= latest]

    def settle(self, path: Path, stamp: Stamp) -> None:
        """Enter size and time of a file that stood still: it is stable where they are the same."""
        if self._known[path].stamp == stamp:
            self._set(self._known[path], "stable")
        else:
            self.restamp(path, stamp)

    def due(self) -> Path | None:
        """Return which file is to be taken in next, None where none is now."""
        clock = self._clock()
        for path in self._open["stable"]:
            known = self._known[path]
            if known.not_before <= clock and known.in_hand is None:
                return path
        if not self._pace.growing_second:
            return None
        latest = clock - self._pace.growing_second
        grown = (path for path in self._open["growing"] if self._is_grown(path, latest))
        return next(grown, None)

    def has(self, path: Path) -> bool:
        """Return whether a file was ever seen."""
        return path in self._known

    def is_open(self, path: Path) -> bool:
        """Return whether a file is growing, or stable and waits to be taken in."""
        return self._known[path].row.state in _OPEN

    def is_growing(self, path: Path) -> bool:
        """Return whether a file is growing."""
        return path in self._open["growing"]

    def begin(self, path: Path) -> None:
        """Enter that a file is being taken in, as it is now."""
        known = self._known[path]
        known.in_hand = (known.stamp, self.is_growing(path))

    def end(self, path: Path, outcome: Outcome, sha256: str | None) -> bool:
        """Enter what became of a file that was begun; return whether it grew then.

        Args:
            path: of the file.
            outcome: what was reported.
            sha256: hash of the bytes that are in the lake of it.
        """
        known = self._known[path]
        assert known.in_hand is not None  # noqa: S101 # it was begun
        (stamp, grew), known.in_hand = known.in_hand, None
        known.tried_at = self._clock()
        if outcome.status not in {"refused", "failed"}:
            known.row.taken_bytes, known.row.sha256 = stamp.bytes, sha256
        self._unsaved[path] = known.row
        if outcome.status == "failed":
            self._postpone(known)
        elif not grew and known.row.state == "stable":
            known.row.readers = self._readers if outcome.status == "refused" else None
            self._set(known, {"already": "ingested"}.get(outcome.status, outcome.status))
            self._ask_again(path)
        if known.row.state != "gone":
            known.row.reason = outcome.reason
        return grew

    def postpone(self, path: Path, reason: str) -> None:
        """Enter that a file could not be looked at: it is tried again."""
        known = self._known[path]
        known.row.reason = reason
        self._unsaved[path] = known.row
        self._postpone(known)

    def declare(self, path: Path) -> None:
        """Enter that a sidecar is stable: it lies beside, and those it speaks for are read anew."""
        known = self._known[path]
        known.row.reason = "it declares what files beside it hold"
        self._set(known, "beside")
        self._ask_again(path)

    def below(self, folder: Path) -> Iterator[Path]:
        """Yield the files below a folder that are not gone."""
        for path, known in list(self._known.items()):
            if known.row.state != "gone" and path.is_relative_to(folder):
                yield path

    def save(self, write: Callable[[list[Arrival]], object]) -> None:
        """Have the rows written that changed since they last were; after a fault they still are."""
        write(list(self._unsaved.values()))
        self._unsaved.clear()

    def _enter(self, known: _Known) -> _Known:
        path = known.path
        self._known[path] = known
        self._beside[path.parent][settings_name(path)].append(path)
        return known

    def _postpone(self, known: _Known) -> None:
        """Have a file tried again, more and more rarely."""
        wait_second = _FIRST_RETRY_SECOND * 2 ** min(known.failure_count, _MOST_DOUBLINGS)
        known.not_before = self._clock() + wait_second
        known.failure_count += 1

    def _rename(self, path: Path) -> bool:
        """Call a file by the bytes of its name, which a row cannot hold; return if it is known."""
        known = self._known.pop(legible(path), None)
        if known is None:
            return False
        for some in self._open.values():
            if some.pop(known.path, self) is None:
                some[path] = None
        known.path = path
        self._enter(known)
        return True

    def _set(self, known: _Known, state: str) -> None:
        for some in self._open.values():
            some.pop(known.path, None)
        if state in _OPEN:
            self._open[state][known.path] = None
            if known.row.state != state:
                known.row.reason = None
        known.row.state, known.row.since = state, now()
        self._unsaved[known.path] = known.row

    def _is_grown(self, path: Path, latest: float) -> bool:
        known = self._known[path]
        if known.in_hand is not None:
            return False
        waits = known.tried_at > latest or known.not_before > self._clock()
        return not waits and known.row.taken_bytes != known.row.bytes and not is_sidecar(path)

    def _ask_again(self, path: Path) -> None:
        """Let those files be read again that this one, which lies beside them, says more of."""
        for other in self._spoken_for(path):
            known = self._known.get(other)
            if known is not None and known.row.state in _RESTING:
                self._set(known, "stable")

    def _spoken_for(self, path: Path) -> list[Path]:
        folder = self._beside[path.parent]
        if is_sidecar(path):
            others = [each for some in folder.values() for each in some if not is_sidecar(each)]
            return sorted(other for other in others if path.name in beside(other))
        # whoever asks for a file beside has its name, or that of the settings it was run by
        return [other for other in folder[settings_name(path)] if is_asked_beside(path, other)]
