"""Folders watched, as people see it."""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGINT, default_int_handler, signal
from threading import Event
from typing import Final

from command.opening import existing_or_new, is_there
from command.reading_again import read_again
from command.terminal import counted, echo, echo_document, note, warn
from ingest.arrival.arrivals import Pace
from ingest.arrival.folder import UNFINISHED, Patterns
from ingest.arrival.mount import is_share
from ingest.arrival.row import load
from ingest.arrival.take import Taking
from ingest.arrival.watched import Watched
from ingest.arrival.watcher import Looks, Teller, Watcher
from ingest.outcome import Outcome
from ingest.report import as_json as document_of
from ingest.report import as_line
from schema.error import InvalidArgument
from schema.settings import Settings
from schema.warehouse import Warehouse

_POLLS: Final[Mapping[str, Callable[[Path], bool]]] = {
    "shares": is_share,
    "all": lambda _: True,
    "none": lambda _: False,
}


@dataclass(slots=True)
class Seen:
    """What was taken in while folders were watched.

    Attributes:
        as_json: whether it is reported as documents, a line each.
        last: what became of each file when it was last taken in.
    """

    as_json: bool
    last: dict[Path, Outcome] = field(default_factory=dict)

    def tell(self, outcome: Outcome, is_growing: bool) -> None:  # noqa: FBT001 # as a Teller hands it over
        """Report what became of a file."""
        if outcome.status == "failed":
            warn(f"{as_line(outcome)}; it is tried again")
            return
        if is_growing and outcome.status == "refused":
            return  # of what is half written that says nothing
        self.last[outcome.path] = outcome
        if self.as_json:
            (document,) = document_of([outcome])["files"]
            echo_document({**document, "growing": is_growing}, in_one_line=True)
        else:
            grows = ", and grows" if is_growing else ""
            echo([f"{as_line(outcome)}{grows}"], amiss=outcome.status == "refused")

    def facts(self) -> list[str]:
        """Return what was done, in few words."""
        count = Counter(outcome.status for outcome in self.last.values())
        words = {"already": "already there"}
        statuses = (f"{number:,} {words.get(each, each)}" for each, number in sorted(count.items()))
        return [counted(len(self.last), "file"), *statuses]


def watch_folders(
    settings: Settings,
    folders: Sequence[Path],
    include: Sequence[str],
    exclude: Sequence[str],
    *,
    as_json: bool,
) -> Seen:
    """Watch folders until Ctrl-C; files in hand have 2 s yet.

    Raises:
        InvalidArgument: when one is no folder, and none was ever watched there.
    """
    for folder in folders:
        if not folder.is_dir() and not is_there(settings):  # it was never watched: make nothing
            raise InvalidArgument("folder", str(folder), "a folder that is there")
    warehouse = existing_or_new(settings)
    read_again(warehouse)
    watched = [_watched(warehouse, settings, folder) for folder in folders]
    seen = Seen(as_json)
    watcher = Watcher(
        warehouse,
        watched,
        Taking(warehouse.engine, settings, settings.ingest_processes or os.cpu_count() or 1),
        patterns=Patterns(
            tuple(include) or ("*",),
            (*UNFINISHED, *exclude),
            (settings.home.resolve(), settings.lake_folder.resolve()),
        ),
        pace=Pace(settings.watch_still_second, settings.watch_pace_second),
        looks=Looks(settings.watch_poll_second, settings.watch_scan_second),
        teller=Teller(seen.tell, warn, note),
    )
    for each in watched:
        how = f"every {settings.watch_poll_second:g} s" if each.is_polled else "when it notifies"
        note(f"watching {each.folder}, {how} (Ctrl-C ends it)")
    with _stopping() as stop:
        watcher.run(stop)
    warehouse.engine.dispose()
    return seen


def _watched(warehouse: Warehouse, settings: Settings, folder: Path) -> Watched:
    """Return a folder to be watched, and whether it is polled."""
    really = folder.resolve()
    if not really.is_dir() and not load(warehouse.engine, really):
        raise InvalidArgument("folder", str(folder), "a folder that is there")
    watched = Watched(really, _POLLS[settings.watch_polled])
    watched.identify()
    return watched


@contextmanager
def _stopping() -> Iterator[Event]:
    """Yield what Ctrl-C sets; a second one ends at once."""
    stop = Event()

    def end(_number: int, _frame: object) -> None:
        signal(SIGINT, default_int_handler)
        stop.set()
        note("stopping: files in hand have 2 s yet; what is not read is read at the next start")

    before = signal(SIGINT, end)
    try:
        yield stop
    finally:
        signal(SIGINT, before)
