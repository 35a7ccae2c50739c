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
    │   └── NameTaken                 another has its name
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
    ├── LakeUnwritable                a file that could not be brought to rest in the lake
    ├── PublicationFailed             a target that could not be brought up to date
    │   └── PublishedTableRefused     one of its tables; the others go on
    ├── AddressUnusable               where the service cannot listen
    └── InvalidSetting                a LEYDEN_ variable that cannot be used

The fault is in the name; the facts are attributes; the message says what to do next.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path


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


class InvalidStudy(LeydenError):
    """A study document that cannot be entered as it stands; nothing of it was."""

    def __init__(self, path: Path, place: str | None, reason: str) -> None:
        self.path, self.place, self.reason = path, place, reason
        super().__init__(": ".join(part for part in (str(path), place, reason) if part))


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
            f"{path}: {reason}; test {test_id} is left out until the file is there again: "
            "restore it, or ingest its export anew"
        )


class NoWarehouse(LeydenError):
    """Nothing was made yet where something is to be read."""

    def __init__(self, place: str) -> None:
        self.place = place
        super().__init__(
            f"{place}: no warehouse is there yet: `leyden ingest FOLDER` makes one of your "
            "exports, `leyden demo` one to try; LEYDEN_HOME names another place"
        )


class CatalogNotMigrated(LeydenError):
    """The catalog is older or newer than this program."""

    def __init__(self, found: str | None, expected: str) -> None:
        self.found, self.expected = found, expected
        super().__init__(
            f"the catalog is at revision {found}, this program needs {expected}; "
            "run the Leyden release that wrote it, or restore a backup"
        )


class LakeUnwritable(LeydenError):
    """A file could not be brought to rest in the lake; at most an orphan is left of it."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(path, reason)

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}; nothing was committed, mend it and ingest again"


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
    """A LEYDEN_ variable that cannot be used."""

    def __init__(self, name: str, value: str, reason: str) -> None:
        self.name, self.value, self.reason = name, value, reason
        super().__init__(f"{name}={value}: {reason}")
