"""Watched folders, looked at and listened to; what is stable in them is taken in."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Final

from sqlalchemy.exc import OperationalError

from ingest.arrival.arrivals import Arrivals, Pace
from ingest.arrival.folder import Patterns, Stamp, list_files, stamp_of
from ingest.arrival.notice import Notices
from ingest.arrival.row import hash_in_lake, load, readers_hash, save
from ingest.arrival.take import Taking
from ingest.arrival.watched import Watched
from ingest.file_name import legible
from ingest.outcome import Outcome
from ingest.sidecar import is_sidecar
from schema.error import CatalogLocked
from schema.warehouse import Warehouse

_TAKING_SECOND: Final = 5.0
"""How long files are taken in before changes are looked at again."""
_SAVING_SECOND: Final = 2.0
"""Pace at which the catalog learns of files: one that grows changes with every record."""
_CATALOG_SECOND: Final = 5.0
"""Pace at which a catalog is tried again that is locked or away."""


@dataclass(frozen=True, slots=True)
class Looks:
    """How often folders are looked through.

    Attributes:
        poll_second: those that are polled.
        scan_second: those that notify.
    """

    poll_second: float
    scan_second: float


@dataclass(frozen=True, slots=True)
class Teller:
    """Who is to know what happens.

    Attributes:
        taken: called with what became of a file, and whether it still grows.
        warn: called with what is wrong with a folder.
        note: called with what is well again.
    """

    taken: Callable[[Outcome, bool], object]
    warn: Callable[[str], object]
    note: Callable[[str], object]


class Watcher:
    """Takes in what arrives in folders, until it is stopped."""

    def __init__(
        self,
        warehouse: Warehouse,
        folders: Sequence[Watched],
        taking: Taking,
        *,
        patterns: Patterns,
        pace: Pace,
        looks: Looks,
        teller: Teller,
    ) -> None:
        """Go on where the last watcher of these folders was."""
        self._engine, self._folders, self._taking = warehouse.engine, folders, taking
        self._patterns, self._looks, self._teller = patterns, looks, teller
        self._arrivals = Arrivals(pace, readers_hash())
        self._listening: list[object] = []
        self._ended: deque[tuple[Path, Outcome]] = deque()
        self._next_save = 0.0
        self._stop = Event()
        for watched in folders:
            for row in load(self._engine, watched.folder):
                if patterns.want(Path(row.path), watched.folder):
                    self._arrivals.restore(row)

    def run(self, stop: Event) -> None:
        """Watch until it is stopped; files in hand have 2 s yet."""
        self._stop = stop
        notices = Notices(stop)
        try:
            while not stop.is_set():
                try:
                    self._turn(notices)
                except (CatalogLocked, OperationalError) as fault:
                    why = fault if isinstance(fault, CatalogLocked) else fault.orig
                    self._teller.warn(f"the catalog cannot be changed now: {why}")
                    stop.wait(_CATALOG_SECOND)
        finally:
            notices.close()
            self._taking.close()
            self._end()
            self._save()

    def _turn(self, notices: Notices) -> None:
        self._look(notices)
        for path in sorted(notices.wait()):
            self._observe(path)
        self._settle()
        self._take_in()
        if self._next_save <= monotonic():
            self._save()

    def _save(self) -> None:
        self._next_save = monotonic() + _SAVING_SECOND
        self._arrivals.save(lambda rows: save(self._engine, rows))

    def _look(self, notices: Notices) -> None:
        """Look through the folders where it is time, or another is there than before."""
        clock = monotonic()
        for watched in self._folders:
            if not watched.is_polled or watched.next_look <= clock:
                watched.identify()
        self._listen(notices)  # first: what changes while we look is notified
        for watched in self._folders:
            if watched.is_due(clock):
                every = self._looks.poll_second if watched.is_polled else self._looks.scan_second
                watched.next_look = clock + every
                self._look_through(watched)

    def _listen(self, notices: Notices) -> None:
        """Listen to the folders that notify and are there."""
        notifying = [each for each in self._folders if not each.is_polled and each.identity]
        now = [(each.folder, each.identity) for each in notifying]
        if now == self._listening:
            return
        try:
            notices.listen([each.folder for each in notifying])
            self._listening = list(now)
        except FileNotFoundError:
            self._listening = []  # one went meanwhile: the next turn sees which
        except OSError as fault:
            self._listening = []
            for each in notifying:
                each.poll()
            names = ", ".join(str(legible(each.folder)) for each in notifying)
            self._teller.warn(f"{names}: polled, as the system notifies no more: {fault}")

    def _look_through(self, watched: Watched) -> None:
        folder, arrivals = watched.folder, self._arrivals
        listing = list_files(folder, folder, self._patterns, self._stop)
        if self._stop.is_set():
            return  # not all was seen
        had_files = any(True for _ in arrivals.below(folder))
        if watched.seems_unmounted(listing, had_files=had_files):
            watched.looked_at = None if watched.identity is None else watched.looked_at
            if not watched.is_away:
                watched.is_away = True
                hint = "is it mounted? nothing is removed, and it is watched again once it is back"
                self._teller.warn(
                    f"{legible(folder)}: the folder, or all that was in it, is away; {hint}"
                )
            return
        if watched.is_away:
            self._teller.note(f"{legible(folder)}: it is back, and watched again")
        watched.looked_at, watched.is_away = watched.identity, False
        for path, reason in listing.unknown.items():
            if path not in watched.unknown:
                self._teller.warn(f"{legible(path)}: {reason}; what it holds is not known now")
        watched.unknown = listing.unknown
        for path, stamp in listing.files.items():
            arrivals.see(path, folder, stamp)
        for path in arrivals.below(folder):
            lacks = path not in listing.files and self._patterns.want(path, folder)
            if lacks and listing.knows(path):
                arrivals.miss(path)

    def _observe(self, path: Path) -> None:
        """Look at what is said to have changed: a file, a folder, or what was one."""
        watched = self._watched(path)
        if watched is None or not self._patterns.admit(path, watched.folder):
            return
        try:
            stamp = stamp_of(path)
            is_folder = stamp is None and path.is_dir()
        except OSError:
            return  # it is looked at again with all others
        if stamp is not None and self._patterns.want(path, watched.folder):
            self._arrivals.see(path, watched.folder, stamp)
        elif is_folder:
            files = list_files(path, watched.folder, self._patterns, self._stop).files
            for file, its_stamp in files.items():
                self._arrivals.see(file, watched.folder, its_stamp)
        elif stamp is None and watched.is_believed():
            known = [path] if self._arrivals.has(path) else [*self._arrivals.below(path)]
            for file in known:
                self._arrivals.miss(file)

    def _settle(self) -> None:
        """Look once more at files that stood still: they are stable."""
        for path in self._arrivals.stand_still():
            stamp = self._stamp(path)
            if stamp is not None:
                self._arrivals.settle(path, stamp)

    def _take_in(self) -> None:
        """Begin with what is due, for a while, and enter what has ended."""
        until = monotonic() + _TAKING_SECOND
        while not self._stop.is_set() and monotonic() < until and self._taking.has_room:
            path = self._arrivals.due()
            if path is None:
                break
            self._begin(path)
            self._end()
        self._end()

    def _begin(self, path: Path) -> None:
        stamp = self._stamp(path)
        if stamp is None:
            if self._arrivals.is_open(path):
                self._arrivals.postpone(path, "it cannot be looked at: is its folder mounted?")
            return
        was_stable = not self._arrivals.is_growing(path)
        self._arrivals.restamp(path, stamp)
        if was_stable and self._arrivals.is_growing(path):
            return
        if is_sidecar(path):
            self._arrivals.declare(path)
            return
        self._taking.begin(path, growing=self._arrivals.is_growing(path))
        self._arrivals.begin(path)

    def _end(self) -> None:
        self._ended.extend(self._taking.ended())
        while self._ended:
            path, outcome = self._ended[0]  # it stays until the catalog has answered
            sha256 = hash_in_lake(self._engine, outcome.tests) if outcome.tests else None
            self._ended.popleft()
            self._teller.taken(outcome, self._arrivals.end(path, outcome, sha256))

    def _stamp(self, path: Path) -> Stamp | None:
        """Return the stamp of a file; None where it is gone, which is entered, or not known."""
        try:
            stamp = stamp_of(path)
        except OSError:
            return None
        watched = self._watched(path)
        if stamp is None and watched is not None and watched.is_believed():
            self._arrivals.miss(path)
        return stamp

    def _watched(self, path: Path) -> Watched | None:
        around = [each for each in self._folders if path.is_relative_to(each.folder)]
        return max(around, key=lambda each: len(each.folder.parts), default=None)
