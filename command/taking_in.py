"""Exports taken in and a study entered, as people see it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from signal import SIGINT
from typing import Final

from command.interruption import stopping
from command.opening import existing_or_new
from command.reading_again import read_again
from command.terminal import bar, counted, note
from ingest.file_name import legible
from ingest.identity.mean import behind, catch_up
from ingest.lot import ingest, process_count
from ingest.outcome import Outcome
from ingest.study.document import Document
from ingest.study.entry import Entered, enter
from ingest.walk import walk
from schema.settings import Settings
from schema.warehouse import open_warehouse

AMISS: Final = ("refused", "failed")
"""What becomes of files that are not in the warehouse then."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of files.

    Attributes:
        files: how many there are.
        outcomes: of those that are done, in the order of the files.
    """

    files: int
    outcomes: Sequence[Outcome]

    @property
    def stopped(self) -> bool:
        """Return whether somebody stopped it before all were done."""
        return len(self.outcomes) < self.files

    def facts(self) -> list[str]:
        """Return what was done, in few words."""
        count = Counter(outcome.status for outcome in self.outcomes)
        words = {"already": "already there"}
        points = sum(each.points for each in self.outcomes if each.status == "ingested")
        left = self.files - len(self.outcomes)
        return [
            counted(self.files, "file"),
            *(
                f"{number:,} {words.get(status, status)}"
                for status, number in sorted(count.items())
            ),
            *([f"{left:,} not done"] if left else []),
            counted(points, "new point"),
        ]


def take_in(paths: Iterable[Path], but: Path | None = None) -> Taken:
    """Ingest with a progress bar; Ctrl-C stops it and what is done stays."""
    own = but and but.resolve()
    files = [each for each in walk(paths) if own not in {each.resolve(), each.resolve().parent}]
    place = {file: number for number, file in enumerate(files)}
    warehouse = existing_or_new(Settings())
    read_again(warehouse)
    if count := behind(warehouse):
        note(f"{counted(count, 'test')} came by a former version: noting what they are known by")
        catch_up(warehouse)
    warehouse.engine.dispose()
    outcomes: list[Outcome] = []
    alone = not process_count(Settings(), files)
    try:
        with (
            bar("ingesting") as advance,
            stopping(SIGINT, at_once=alone) as stop,
            closing(ingest(Settings(), files, stop)) as done,
        ):
            for outcome in done:
                outcomes.append(outcome)
                advance(len(outcomes), len(files), legible(outcome.path).name)
    except KeyboardInterrupt:
        pass  # what is done is reported, and that it is not all
    return Taken(len(files), sorted(outcomes, key=lambda outcome: place[outcome.path]))


def enter_study(document: Document) -> Entered:
    """Enter a study."""
    warehouse = open_warehouse(Settings())
    entered = enter(warehouse.engine, document)
    warehouse.engine.dispose()
    return entered
