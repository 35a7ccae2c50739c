"""Every error Leyden raises on purpose.

    LeydenError
    ├── RefusedExport                 a file that was not ingested
    │   ├── UnknownFormat             no reader knows its head
    │   ├── EmptyExport               it holds no record
    │   ├── UnreadableExport          a reader knew it and failed at a place
    │   ├── ChangedWhileRead          its bytes moved under us
    │   └── StillGrowing              it is still written to, and makes sense only as a whole
    ├── InvalidStudy                  a study document that cannot be entered as it stands
    ├── InvalidRecord                 what cannot be entered into the catalog
    │   ├── UnknownRecord             it names what is not there
    │   ├── NameTaken                 another has its name
    │   └── EntryInUse                others hang on what is to be removed
    ├── UnknownUnit                   a unit nobody declared
    ├── UnknownName                   a metric, argument, test, cell … that does not exist
    ├── AmbiguousName                 a name that several have, where one is meant
    ├── MetricNotShown                a metric that is not asked for by itself
    ├── InvalidArgument               a value outside what its argument takes
    ├── InvalidMetric                 a .sql file that breaks the contract of a metric
    ├── QueryTimeout                  a question that took longer than allowed
    ├── StoreNotReady                 what is asked for is still being computed for the first time
    ├── LakeUnreachable               nothing of the lake is there: it may not be mounted
    ├── LakeFileUnreadable            a test whose file in the lake is damaged or gone
    ├── NoWarehouse                   what only reads, where nothing was made yet
    ├── CatalogNotMigrated            the catalog is older or newer than this program
    ├── CatalogLocked                 another program did not let go of it
    ├── LeaseLost                     a job that is no longer its worker's
    ├── LakeUnwritable                a file that could not be brought to rest in the lake
    ├── BaseUnwritable                the store's base, that could not be made
    ├── UploadConflict                bytes of a file that do not go on where it ends
    ├── BackupUnusable                a folder of backups, or one in it, that does not do
    ├── HomeNotEmpty                  where a backup cannot be restored: something is there
    ├── PublicationFailed             a target that could not be brought up to date
    │   └── PublishedTableRefused     one of its tables; the others go on
    ├── AddressUnusable               where the service cannot listen
    └── InvalidSetting                a setting that cannot be used
        └── UnknownSetting            a variable or a line of leyden.toml that no setting is called

The fault is in the name; the facts are attributes; the message says what to do next.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Self


class LeydenError(Exception):
    """An expected fault, shown to the user as it stands."""

    def __reduce__(self) -> tuple[object, ...]:
        """Let the error travel between processes with its facts."""
        return _revived, (type(self), self.args, self.__dict__)


def _revived(
    kind: type[LeydenError], args: tuple[object, ...], facts: dict[str, object]
) -> LeydenError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(facts)
    return error


class RefusedExport(LeydenError):
    """An export that was not ingested and left nothing behind."""

    def __init__(self, path: Path, reader: str | None, place: str | None, reason: str) -> None:
        self.path, self.reader, self.place, self.reason = path, reader, place, reason
        super().__init__(f"{path}: {self.without_path()}")

    def without_path(self) -> str:
        """Return the refusal without the path: reader, place, reason."""
        return ": ".join(part for part in (self.reader, self.place, self.reason) if part)


class UnknownFormat(RefusedExport):
    """No reader knows the head of this file."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, None, None, reason)


class EmptyExport(RefusedExport):
    """The file holds no record."""

    def __init__(self, path: Path, reader: str | None, reason: str = "it holds no record") -> None:
        super().__init__(path, reader, None, reason)


class UnreadableExport(RefusedExport):
    """A reader knew the file and failed at a place in it (a byte, a line, a member)."""

    def __init__(self, path: Path, reader: str, place: str, reason: str) -> None:
        super().__init__(path, reader, place, reason)


class ChangedWhileRead(RefusedExport):
    """The bytes changed between two looks."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, None, None, "it changed while being read; ingest it again later")


class StillGrowing(RefusedExport):
    """The file is still written to, and its format makes sense only as a whole."""

    def __init__(self, path: Path, reader: str) -> None:
        reason = "it is still written to and is read only as a whole; ingest it when it is finished"
        super().__init__(path, reader, None, reason)


@dataclass(frozen=True, slots=True)
class StudyFault:
    """What is amiss in one place of a study document.

    Attributes:
        place: where it is written: line 12, cells!B7, cells.csv line 3; None: of the whole.
        way: section, entry, field and so on inwards, e.g. ("cells", "K1", "area").
        value: what is written there, where it is one text.
        reason: why it cannot be entered.
    """

    place: str | None
    way: tuple[str | int, ...]
    value: str | None
    reason: str

    def __str__(self) -> str:
        inward = ".".join(str(step + 1 if isinstance(step, int) else step) for step in self.way)
        value = self.value
        shown = value is not None and len(value) <= 60 and repr(value) not in self.reason
        parts = (self.place, inward, repr(value) if shown else None, self.reason)
        return ": ".join(part for part in parts if part)


class InvalidStudy(LeydenError):
    """A study document that cannot be entered as it stands; nothing of it was.

    Attributes:
        faults: all that is amiss, in the order of the document; at least one.
    """

    def __init__(self, path: Path, faults: Sequence[StudyFault]) -> None:
        self.path, self.faults = path, tuple(faults)
        super().__init__("\n".join(f"{path}: {fault}" for fault in self.faults))

    @classmethod
    def at(cls, path: Path, place: str | None, reason: str) -> Self:
        """Return the refusal of a document for one thing, at a place in its file."""
        return cls(path, [StudyFault(place, (), None, reason)])

    @property
    def place(self) -> str | None:
        """Return where the first fault is written."""
        return self.faults[0].place

    @property
    def reason(self) -> str:
        """Return the reason of the first fault."""
        return self.faults[0].reason


class InvalidRecord(LeydenError):
    """What cannot be entered into the catalog; nothing of it was.

    Attributes:
        place: columns and indexes from the record inwards, e.g. ("layers", 1, "thickness_um").
        reason: why it cannot.
    """

    def __init__(self, place: tuple[str | int, ...], reason: str) -> None:
        self.place, self.reason = place, reason
        super().__init__(f"{'.'.join(map(str, place))}: {reason}" if place else reason)


class UnknownRecord(InvalidRecord):
    """A record names what is not there."""

    def __init__(
        self, place: tuple[str | int, ...], kind: str, name: str, known: Iterable[str] = ()
    ) -> None:
        self.kind, self.name = kind, name
        names = list(known)
        hint = f"no {kind} is called {name!r}; there is none yet: enter it first"
        message = str(UnknownName(kind, name, names)) if names else hint
        super().__init__(place, message)


class NameTaken(InvalidRecord):
    """Another record has the name."""

    def __init__(self, kind: str, name: str, identity: int) -> None:
        self.name = name
        message = f"another {kind} is called {name!r}: the one with the id {identity}"
        super().__init__(("name",), message)


class EntryInUse(InvalidRecord):
    """Others hang on what is to be removed.

    Attributes:
        hanging: of each its kind and its name.
    """

    def __init__(self, kind: str, name: str, hanging: Iterable[tuple[str, str]]) -> None:
        self.kind, self.name, self.hanging = kind, name, list(hanging)
        some = ", ".join(f"{kind} {name}" for kind, name in self.hanging[:10])
        more = f" and {len(self.hanging) - 10} more" if len(self.hanging) > 10 else ""
        super().__init__(
            ("id",),
            f"{some}{more} hang on the {kind} {name}: mean them too (--with-all, withAll), or "
            "take them off it first; nothing was removed",
        )
        self.args = (self.reason,)


class UnknownUnit(LeydenError):
    """A unit nobody declared."""

    def __init__(self, unit: str, known: Iterable[str]) -> None:
        self.unit, self.known = unit, sorted(known)
        super().__init__(f"unknown unit {unit!r}; known: {', '.join(self.known)}")


class UnknownName(LeydenError):
    """Something was called by a name that does not exist."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        self.kind, self.name, self.known = kind, name, sorted(known)
        near = get_close_matches(name, self.known, n=3)
        more = f" and {len(self.known) - 20} more" if len(self.known) > 20 else ""
        choices = (
            f"known: {', '.join(self.known[:20])}{more}" if self.known else "there is none yet"
        )
        hint = f"did you mean {' or '.join(near)}?" if near else choices
        super().__init__(f"no {kind} is called {name!r}; {hint}")


class AmbiguousName(LeydenError):
    """One was called by a name that several have."""

    def __init__(self, kind: str, name: str, ids: Iterable[int]) -> None:
        self.kind, self.name, self.ids = kind, name, sorted(ids)
        more = f" and {len(self.ids) - 20} more" if len(self.ids) > 20 else ""
        choices = ", ".join(map(str, self.ids[:20]))
        super().__init__(f"more than one {kind} is called {name!r}; give its id: {choices}{more}")


class MetricNotShown(LeydenError):
    """A metric was asked for that only serves others."""

    def __init__(self, name: str, serves: Iterable[str]) -> None:
        self.name, self.serves = name, sorted(serves)
        served = ", ".join(self.serves) or "none that can be asked for"
        super().__init__(f"{name} is a step on the way and not shown; it serves {served}")


class InvalidArgument(LeydenError):
    """A value outside what its argument takes."""

    def __init__(self, argument: str, value: object, takes: str) -> None:
        self.argument, self.value, self.takes = argument, value, takes
        super().__init__(f"{argument} cannot be {value!r}: it takes {takes}")


class InvalidReader(LeydenError):
    """A declared reader that breaks the contract."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(f"{path.name}: {reason}")


class InvalidMetric(LeydenError):
    """A metric file that breaks the contract."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(f"{path.name}: {reason}")


class QueryTimeout(LeydenError):
    """A question took longer than allowed and was stopped."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"stopped after {seconds:g} s; ask for fewer tests or a narrower window")


class StoreNotReady(LeydenError):
    """What is asked for is still being computed for the first time."""

    def __init__(self, done: int, total: int) -> None:
        self.done, self.total = done, total
        super().__init__(
            f"{done:,} of {total:,} cells are computed so far: ask for fewer, or wait; "
            "`leyden status` tells how far it is"
        )


class LakeUnreachable(LeydenError):
    """Nothing of the lake is there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__(f"{folder}: no lake is there; is it mounted? nothing was changed")


class LakeFileUnreadable(LeydenError):
    """A test whose file in the lake is damaged or gone."""

    def __init__(self, path: Path, reason: str, test_id: int) -> None:
        self.path, self.reason, self.test_id = path, reason, test_id
        super().__init__(
            f"{path}: {reason}; test {test_id} is left out until the file is whole again: "
            "`leyden repair` reads its export anew"
        )


class NoWarehouse(LeydenError):
    """Nothing was made yet where something is to be read."""

    def __init__(self, place: str) -> None:
        self.place = place
        super().__init__(
            f"{place}: no warehouse is there yet: `leyden ingest FOLDER` makes one of your "
            "exports, `leyden init` an empty one, `leyden demo` one to try; --home or LEYDEN_HOME "
            "names another place"
        )


class CatalogNotMigrated(LeydenError):
    """The catalog is older or newer than this program."""

    def __init__(self, found: str | None, expected: str) -> None:
        self.found, self.expected = found, expected
        super().__init__(
            f"the catalog is at revision {found}, this program needs {expected}; "
            "run the Leyden release that wrote it, or restore a backup"
        )


class CatalogLocked(LeydenError):
    """Another program did not let go of the catalog; nothing was changed."""

    def __init__(self, path: str, tried_second: float) -> None:
        self.path, self.tried_second = path, tried_second
        super().__init__(
            f"{path}: the catalog is locked by another program (one that looks into the database, "
            f"copies it or changes it), tried for {tried_second:g} s; nothing was changed: close "
            "that program and do this again"
        )


class LeaseLost(LeydenError):
    """A job that is no longer its worker's: withdrawn, or leased to another after a lapse."""

    def __init__(self, job_id: int) -> None:
        self.job_id = job_id
        super().__init__(f"job {job_id} was withdrawn or went to another worker")


class LakeUnwritable(LeydenError):
    """A file could not be brought to rest in the lake; at most an orphan is left of it."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(path, reason)

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}; nothing was committed, mend it and ingest again"


class BaseUnwritable(LeydenError):
    """The store's base could not be made; the former stands."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(path, reason)

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}; the former base stands, mend it and make it again"


class UploadConflict(LeydenError):
    """Bytes of a file that do not go on where what has arrived of it ends."""

    def __init__(self, name: str, reason: str, offset: int | None) -> None:
        self.name, self.reason, self.offset = name, reason, offset
        super().__init__(f"{name}: {reason}")


class BackupUnusable(LeydenError):
    """A folder of backups that cannot be written to, or a backup that cannot be read."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(f"{path}: {reason}")


class HomeNotEmpty(LeydenError):
    """Something is there where a backup was to be restored."""

    def __init__(self, path: Path, reason: str = "something is there already") -> None:
        self.path, self.reason = path, reason
        super().__init__(
            f"{path}: {reason}; a backup is restored where nothing is: LEYDEN_HOME names a folder "
            "that is empty; nothing was changed"
        )


class PublicationFailed(LeydenError):
    """A target could not be brought up to date; it stands as it stood."""

    def __init__(self, target: str, reason: str) -> None:
        self.target, self.reason = target, reason
        super().__init__(f"{target}: {reason}; nothing there was changed")


class PublishedTableRefused(PublicationFailed):
    """One table could not be brought up to date; it stands as it stood, the others go on."""


class AddressUnusable(LeydenError):
    """The service cannot listen there.

    Attributes:
        free: a port that is free at that host; None where another port would not help.
    """

    def __init__(self, host: str, port: int, reason: str, free: int | None = None) -> None:
        self.host, self.port, self.reason, self.free = host, port, reason, free
        hint = "choose another --host or --port" if free is None else f"--port {free} is free"
        super().__init__(f"cannot listen on {host} port {port}: {reason}; {hint}")


class InvalidSetting(LeydenError):
    """A setting that cannot be used.

    Attributes:
        name: of the variable, or the file that states it and its name there.
        value: None where it is nobody's to see.
    """

    def __init__(self, name: str, value: str | None, reason: str) -> None:
        self.name, self.value, self.reason = name, value, reason
        stated = name if value is None else f"{name}={value}"
        super().__init__(f"{stated}: {reason}")


class UnknownSetting(InvalidSetting):
    """A variable, or a line of a file, that no setting is called; its value may be a secret."""

    def __init__(self, name: str, known: Iterable[str], file: Path | None = None) -> None:
        near = get_close_matches(name, known, n=1)
        called = {each: each if file else f"LEYDEN_{each.upper()}" for each in (name, *near)}
        hint = f"did you mean {called[near[0]]}?" if near else "docs/settings.md lists all"
        stated = f"{file}: {name}" if file else called[name]
        super().__init__(stated, None, f"no setting is called so; {hint}")
