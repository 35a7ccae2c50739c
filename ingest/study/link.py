"""Which tests are meant by the file names a study gives."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from schema.catalog import RawFile, Test, Twin
from schema.error import UnknownName


@dataclass(frozen=True, slots=True)
class _Known:
    test_id: int
    origin: str
    position: int


class TestNames:
    """The living tests by the names of their files, their own names, and the ends of their paths.

    ``#n`` after a file name is the n-th test in it. A file that rests beside names the test that
    counts for it.
    """

    __test__ = False  # pytest would collect it

    def __init__(self, session: Session) -> None:
        self._by_name: dict[str, set[_Known]] = defaultdict(set)
        rows = session.execute(
            select(Test.id, Test.name, Test.origin, Test.position, RawFile.name.label("file"))
            .outerjoin(
                RawFile,
                and_(RawFile.origin == Test.origin, RawFile.removed_snapshot.is_(None)),
            )
            .where(Test.removed_snapshot.is_(None))
        )
        for row in rows:
            known = _Known(row.id, row.origin, row.position)
            for file in {row.file or row.name, row.origin.rpartition("/")[2]}:
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
            known = _Known(twin.test_id, twin.origin, twin.position)
            self._by_name[twin.name].add(known)
            self._by_name[f"{twin.name}#{twin.position}"].add(known)

    def find(self, name: str) -> int:
        """Return the id of the test of that name.

        Raises:
            UnknownName: when there is none.
            ValueError: with the choices, when there are several.
        """
        folder, _, file = name.strip("/").rpartition("/")
        found = [
            each
            for each in self._by_name.get(file, ())
            if not folder or f"/{each.origin.strip('/')}".rpartition("/")[0].endswith(f"/{folder}")
        ]
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
        return found[0].test_id
