"""Which tests are meant by the file names and patterns a study gives, and whose they become."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from ingest.study.pattern import Pattern, is_pattern, parse_pattern
from ingest.study.study import Study, TestEntry
from ingest.study.written import Way
from schema.catalog import RawFile, Test, Twin
from schema.error import InvalidArgument, UnknownName


@dataclass(frozen=True, slots=True)
class KnownTest:
    """A living test, as names are held against it."""

    test_id: int
    name: str
    file: str
    origin: str
    position: int

    @property
    def reference(self) -> str:
        """Return what calls this test and no other."""
        return f"{self.origin}#{self.position}"

    def labels(self, pattern: Pattern) -> tuple[str, ...]:
        """Return what a pattern is held against, in turn."""
        if pattern.of_path:
            return self.origin, self.reference
        return self.file, f"{self.file}#{self.position}", self.name


class TestNames:
    """The living tests by the names of their files, their own names, and the ends of their paths.

    ``#n`` after a file name is the n-th test in it. A file that rests beside names the test that
    counts for it.
    """

    __test__ = False  # pytest would collect it

    def __init__(self, session: Session) -> None:
        self.tests: list[KnownTest] = []
        self._by_name: dict[str, set[KnownTest]] = defaultdict(set)
        self._by_reference: dict[str, KnownTest] = {}
        rows = session.execute(
            select(Test.id, Test.name, Test.origin, Test.position, RawFile.name.label("file"))
            .outerjoin(
                RawFile,
                and_(RawFile.origin == Test.origin, RawFile.removed_snapshot.is_(None)),
            )
            .where(Test.removed_snapshot.is_(None))
            .order_by(Test.origin, Test.position)
        )
        for row in rows:
            end = row.origin.rpartition("/")[2]
            known = KnownTest(row.id, row.name, row.file or end, row.origin, row.position)
            self.tests.append(known)
            self._by_reference[known.reference] = known
            for file in {row.file or row.name, end}:
                self._by_name[file].add(known)
                self._by_name[f"{file}#{row.position}"].add(known)
            self._by_name[row.name].add(known)
        twins = session.execute(
            select(Twin.test_id, Twin.position, RawFile.origin, RawFile.name)
            .join(RawFile, RawFile.id == Twin.raw_file_id)
            .join(Test, Test.id == Twin.test_id)
            .where(RawFile.removed_snapshot.is_(None), Test.removed_snapshot.is_(None))
        )
        for twin in twins:
            known = KnownTest(twin.test_id, twin.name, twin.name, twin.origin, twin.position)
            self._by_name[twin.name].add(known)
            self._by_name[f"{twin.name}#{twin.position}"].add(known)

    def is_known(self, name: str) -> bool:
        """Return whether a test, or several, have exactly this name."""
        return bool(self._called(name))

    def find(self, name: str) -> KnownTest:
        """Return the test of that name.

        Raises:
            UnknownName: when there is none.
            ValueError: with the choices, when there are several.
        """
        found = self._called(name)
        if not found:
            raise UnknownName("test or file", name, self._by_name)
        if len({each.test_id for each in found}) > 1:
            # a whole path is one file's, though a test whose path was reused has it as well
            found = [each for each in found if each.origin == name] or found
        if len({each.test_id for each in found}) > 1:
            ways = sorted((each.origin, each.position) for each in found)
            several = len({origin for origin, _ in ways}) < len(ways)
            choices = [f"{origin}#{n}" if several else origin for origin, n in ways[:5]]
            more = f" and {len(ways) - 5} more" if len(ways) > 5 else ""
            how = "add its #n" if several else "write more of its path"
            message = f"{name!r} is {len(ways)} tests, {how}: {', '.join(choices)}{more}"
            raise ValueError(message)
        return found[0]

    def matching(self, pattern: Pattern) -> Iterator[tuple[KnownTest, dict[str, str]]]:
        """Yield the tests that a pattern matches, and what its parts are in each."""
        for known in self.tests:
            for label in known.labels(pattern):
                if (parts := pattern.match(label)) is not None:
                    yield known, parts
                    break

    def _called(self, name: str) -> list[KnownTest]:
        if name in self._by_reference:
            return [self._by_reference[name]]
        folder, _, file = name.strip("/").rpartition("/")
        return [
            each
            for each in self._by_name.get(file, ())
            if not folder or f"/{each.origin.strip('/')}".rpartition("/")[0].endswith(f"/{folder}")
        ]


@dataclass(frozen=True, slots=True)
class Owner:
    """What a test ran on, as a study says."""

    section: str
    name: str
    entry: TestEntry
    way: Way
    loose: bool
    """Whether a pattern says so: what names the test comes before it."""


Owners: TypeAlias = dict[int, Owner]


@dataclass(frozen=True, slots=True)
class Links:
    """Whose the tests are that a study speaks of.

    Attributes:
        owners: by the id of the test.
        matches: how many tests each pattern matches, by the way to it.
        faults: what is amiss: way and reason.
    """

    owners: Owners
    matches: Mapping[Way, int]
    faults: tuple[tuple[Way, str], ...]


def link(study: Study, names: TestNames, named: Collection[str] = ()) -> Links:
    """Return whose the tests are: of who names them, else of who has a pattern that matches.

    Args:
        study: what says so.
        names: the tests there are.
        named: references that come of file names: they count as patterns.
    """
    owners: Owners = {}
    loose: list[tuple[KnownTest, Owner]] = []
    matches: dict[Way, int] = {}
    faults: list[tuple[Way, str]] = []
    for section in ("cells", "materials"):
        for name, stated in getattr(study, section).items():
            for place, entry in enumerate(stated.tests):
                way: Way = (section, name, "tests", place)
                try:
                    if entry.file in named:
                        owner = Owner(section, name, entry, way, loose=True)
                        loose.append((names.find(entry.file), owner))
                    elif is_pattern(entry.file) and not names.is_known(entry.file):
                        owner = Owner(section, name, entry, way, loose=True)
                        pattern = parse_pattern(entry.file, named=False)
                        matching = [known for known, _ in names.matching(pattern)]
                        matches[way] = len(matching)
                        loose += ((known, owner) for known in matching)
                    else:
                        owner = Owner(section, name, entry, way, loose=False)
                        _put(owners, names.find(entry.file), owner)
                except (UnknownName, InvalidArgument, ValueError) as fault:
                    faults.append((way, str(fault)))
    by_name = set(owners)
    for known, owner in loose:
        if known.test_id in by_name:
            continue
        try:
            _put(owners, known, owner)
        except ValueError as fault:
            faults.append((owner.way, str(fault)))
    return Links(owners, matches, tuple(faults))


def _put(owners: Owners, known: KnownTest, owner: Owner) -> None:
    """Let a test be of an owner.

    Raises:
        ValueError: when it is of another, or named twice.
    """
    other = owners.get(known.test_id)
    if other is None:
        owners[known.test_id] = owner
    elif not owner.loose:
        message = f"{owner.entry.file!r} is a test of {other.name} already"
        raise ValueError(message)
    elif (other.section, other.name) != (owner.section, owner.name):
        message = (
            f"{known.reference} is a test of {owner.name} and of {other.name}, by "
            f"{other.entry.file!r}: name it where it belongs, or narrow a pattern"
        )
        raise ValueError(message)
