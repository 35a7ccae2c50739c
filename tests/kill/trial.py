"""A victim that is disturbed again and again, and how it is judged: always alike."""

import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from schema.settings import Settings
from tests.kill.place import Failed, Killed, Place
from tests.kill.program import Forker, Moment
from tests.kill.victim import Victim

NewDatabase = Callable[[], AbstractContextManager[str]]
Copied = Callable[[Settings, Path], AbstractContextManager[Settings]]


@dataclass(frozen=True, slots=True)
class Disturbed:
    """What became of a victim.

    Attributes:
        was_killed: whether it, or what it had started, ended before all was done.
        said: what it had said by then; None where it did it all nevertheless.
    """

    was_killed: bool
    said: str | None


@dataclass
class Trial:
    """A victim that is killed again and again, each time in a copy of the same place."""

    victim: Victim
    settings: Settings
    folder: Path
    forker: Forker
    copied: Copied
    new_database: NewDatabase
    turns: int = 0

    def prepare(self) -> None:
        """Make what every turn begins with."""
        for folder in (self.folder / "shared", self.folder / "before", self.settings.home):
            folder.mkdir(exist_ok=True)
        place = self._place(self.folder / "before", self.settings)
        self.victim.share(place)
        if not self.victim.begins_nowhere:
            self.victim.prepare(place)

    @contextmanager
    def turn(self) -> Iterator[Place]:
        """Yield a place as it was prepared."""
        self.turns += 1
        folder = self.folder / f"turn-{self.turns}"
        if self.victim.begins_nowhere:
            folder.mkdir()
            with self._nowhere(folder / "home") as settings:
                yield self._place(folder, settings)
        else:
            besides = shutil.ignore_patterns("home", "first", "program")
            shutil.copytree(self.folder / "before", folder, ignore=besides)
            with self.copied(self.settings, folder / "home") as settings:
                yield self._place(folder, settings)
        shutil.rmtree(folder)

    @contextmanager
    def _nowhere(self, home: Path) -> Iterator[Settings]:
        if not self.settings.database_url:
            yield Settings(home=home)
            return
        with self.new_database() as url:
            yield Settings(home=home, database_url=url)

    def _place(self, folder: Path, settings: Settings) -> Place:
        shared, is_inner = self.folder / "shared", self.victim.is_inner
        return Place(folder, shared, settings, self.forker, is_inner)

    def rows(self, place: Place) -> Counter[str]:
        """Return what is there, wherever that is."""
        rows = self.victim.rows(place)
        upload = re.compile(r"upload/[0-9a-f]{32}")
        here = str(place.folder)
        return Counter(
            {upload.sub("upload/KEY", each.replace(here, "")): n for each, n in rows.items()}
        )

    def undisturbed(self, *trace: str) -> tuple[Counter[str], Counter[str], Place]:
        """Return what is there before and after, when nothing is killed."""
        with self.turn() as place:
            before = self.rows(place)
            place.trace = trace
            self.victim.work(place)
            self.victim.check(place)
            self.victim.clear(place)
            after = self.rows(place)
        return before, after, place

    def disturbed(self, moment: Moment, before: Counter[str], after: Counter[str]) -> Disturbed:
        """Let it meet a moment and begin it again; judge what is there right after and at last."""
        with self.turn() as place:
            place.moment = moment
            try:
                said = self._work(place, before, after)
                self.victim.clear(place)
                there = self.rows(place)
                assert there == after, f"lost: {after - there}; twice or half: {there - after}"
            except BaseException as fault:
                fault.add_note(f"{self.settings.database_url or 'sqlite'} {moment}")
                raise
            return Disturbed(said is not None or place.was_killed(), said)

    def _work(self, place: Place, before: Counter[str], after: Counter[str]) -> str | None:
        """Let it work, and again where it ended too early; return what it said when it did."""
        try:
            self.victim.work(place)
        except (Killed, Failed) as end:
            assert place.first
            said = f"\n{place.first.out}{place.first.err}"
            self.victim.check(place)
            there = self.rows(place)
            amiss = there - (before | after)
            once = {each for each in amiss if there[each] == 1 and self.victim.is_passing(each)}
            amiss = Counter({each: n for each, n in amiss.items() if each not in once})
            assert not amiss, f"half or twice: {amiss}"
            is_killed = isinstance(end, Killed)
            if is_killed and self.victim.promise and f"\n{self.victim.promise}" in said:
                assert there == after, "it said that it had done what it had not"
            self.victim.work(place)
            return said
        return None
