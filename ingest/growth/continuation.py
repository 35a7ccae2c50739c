"""Which points stay in their files when an export has grown, and which are written.

Everything is computed again of all records, so that what a longer file gives is what it would give
alone. Points are written from the first row on that is not in a file already. A file is put
together with what follows it once that is as long, so that there are few and each row is written
few times; when the export is finished they become one.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from ingest.growth.row_hash import rows_sha256
from schema.catalog import LakeFile, RawFile
from schema.catalog.connection import look
from schema.lake import Lake
from schema.rows import Rows
from schema.warehouse import Warehouse

POINTS: Final = "points"
"""Kind of the files."""


@dataclass(frozen=True, slots=True)
class PointsFile:
    """Points of a test at rest in a file."""

    id: int
    rows: int
    rows_sha256: str


@dataclass(frozen=True, slots=True)
class Continuation:
    """What of the points of an export rests in files that stay.

    Attributes:
        there: files of each test that may stay.
        growing: whether more may follow.
        stays: ids of the files that were found to stay.
    """

    there: Mapping[int, list[PointsFile]]
    growing: bool
    stays: list[int] = field(default_factory=list)

    def rest(self, test_id: int, rows: Rows) -> Rows | None:
        """Return the points of a test that are in no file that stays, None where all are."""
        same = staying(self.there.get(test_id, ()), rows, growing=self.growing)
        self.stays.extend(file.id for file in same)
        begin = sum(file.rows for file in same)
        if same and begin == rows.num_rows:
            return None
        return rows.slice(begin, rows.num_rows)

    def known_by(self, rows: Rows) -> str | None:
        """Return by what points are known to be the same, where more may follow them."""
        return rows_sha256(rows) if self.growing else None


def points_there(
    warehouse: Warehouse, tests: Collection[int], release: tuple[str, str]
) -> Mapping[int, list[PointsFile]]:
    """Return the files of points of each test that may stay, in their order.

    Args:
        warehouse: which has them.
        tests: ids of tests.
        release: reader and version that what they hold now is read by.
    """
    query = (
        select(LakeFile)
        .join(RawFile, RawFile.id == LakeFile.raw_file_id)
        .where(
            LakeFile.test_id.in_(tests),
            LakeFile.kind == POINTS,
            LakeFile.removed_snapshot.is_(None),
            RawFile.reader == release[0],
            RawFile.reader_version == release[1],
        )
        .order_by(LakeFile.id)
    )
    files: dict[int, list[LakeFile]] = {}
    with look(warehouse.engine) as session:
        for file in session.scalars(query):
            files.setdefault(file.test_id, []).append(file)
    return {test: list(_leading(warehouse.lake, each)) for test, each in files.items()}


def _leading(lake: Lake, files: Iterable[LakeFile]) -> Iterable[PointsFile]:
    """Yield the files up to the first whose rows nobody hashed, or that is not whole."""
    for file in files:
        path = lake.path(file.path)
        if file.rows_sha256 is None or not path.is_file() or path.stat().st_size != file.bytes:
            return
        yield PointsFile(file.id, file.rows, file.rows_sha256)


def staying(files: Sequence[PointsFile], rows: Rows, *, growing: bool) -> list[PointsFile]:
    """Return the files that stay: they hold the first of these rows, and nothing else."""
    start = 0

    def is_same(file: PointsFile) -> bool:
        nonlocal start
        begin, start = start, start + file.rows
        if start > rows.num_rows:
            return False
        return rows_sha256(rows.slice(begin, file.rows)) == file.rows_sha256

    same = list(takewhile(is_same, files))
    if not growing:
        return same[:1] if same and same[0].rows == rows.num_rows else []
    left = rows.num_rows - sum(file.rows for file in same)
    while same and same[-1].rows <= left:
        left += same.pop().rows
    return same


def are_alive(session: Session, files: Collection[int]) -> bool:
    """Return whether none of the files was superseded meanwhile."""
    alive = select(func.count()).where(LakeFile.id.in_(files), LakeFile.removed_snapshot.is_(None))
    return session.scalar(alive) == len(files)


def rest_on(session: Session, files: Collection[int], raw_file_id: int) -> None:
    """Say of files that stay that they are of an export, and alive."""
    session.execute(
        update(LakeFile)
        .where(LakeFile.id.in_(files))
        .values(raw_file_id=raw_file_id, removed_snapshot=None)
    )
