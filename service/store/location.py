"""Where the rows of tests come from: whose they are, and which files of the lake are alive."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import duckdb
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from schema.catalog import LakeFile, Test
from schema.error import LakeUnreachable
from schema.lake import Lake
from schema.relation import POINTS
from schema.verification import damages
from service.metric.relation import MEASURED_IN_CATALOG
from service.metric.scope import TESTS, listed
from service.store.state import EMPTY, LiveFile, StoreState, Subject, UnreadableFile


def live_files(session: Session, former: StoreState = EMPTY) -> Mapping[int, LiveFile]:
    """Return every file of a test that is alive, by its number.

    Where a former state knows them, only those of tests are read that have other files since.
    """
    query = (
        select(LakeFile.id, LakeFile.kind, LakeFile.test_id, LakeFile.path, LakeFile.sha256)
        .join(Test, Test.id == LakeFile.test_id)
        .where(LakeFile.removed_snapshot.is_(None), Test.removed_snapshot.is_(None))
        .order_by(LakeFile.id)  # parts of the points of a test are in the order of their rows
    )
    if former.snapshot is None:
        return {row[0]: LiveFile(*row) for row in session.execute(query)}
    changed = or_(
        LakeFile.added_snapshot > former.snapshot,
        LakeFile.removed_snapshot > former.snapshot,
        Test.removed_snapshot > former.snapshot,
    )
    moved = select(LakeFile.test_id).join(Test, Test.id == LakeFile.test_id).where(changed)
    tests = {*session.scalars(moved)}
    lost = {each.live.number: each.live for each in former.unreadable.values()}
    unchanged = {
        number: file
        for number, file in {**former.files, **lost}.items()
        if file.test_id not in tests
    }
    new = session.execute(query.where(LakeFile.test_id.in_(moved))) if tests else ()
    return unchanged | {row[0]: LiveFile(*row) for row in new}


def by_test(files: Iterable[LiveFile]) -> Mapping[int, list[LiveFile]]:
    """Return the files of each test."""
    found: dict[int, list[LiveFile]] = defaultdict(list)
    for each in files:
        found[each.test_id].append(each)
    return found


def points_of(files: Iterable[LiveFile]) -> dict[int, tuple[LiveFile, ...]]:
    """Return the points files of each test."""
    found: dict[int, tuple[LiveFile, ...]] = {}
    for each in files:
        if each.kind == "points":
            found[each.test_id] = (*found.get(each.test_id, ()), each)
    return found


def subjects(
    cursor: duckdb.DuckDBPyConnection, chosen: Iterable[Subject] | None = None
) -> dict[int, Subject]:
    """Return whose each test is, from what the store holds of the catalog; of some subjects."""
    sql = "SELECT test_id, coalesce(cell_id, -test_id) AS subject FROM store.test"
    if chosen is None:
        return dict(cursor.execute(sql).fetchall())
    sql = f"{sql} WHERE subject IN {listed('subjects')}"
    return dict(cursor.execute(sql, {"subjects": list(chosen)}).fetchall())


def gathered(subject_of: Mapping[int, Subject]) -> dict[Subject, tuple[int, ...]]:
    """Return the tests of each subject, rising."""
    found: dict[Subject, list[int]] = defaultdict(list)
    for test, subject in sorted(subject_of.items()):
        found[subject].append(test)
    return {subject: tuple(tests) for subject, tests in found.items()}


def unloaded_measurements(
    cursor: duckdb.DuckDBPyConnection, tests: Sequence[int], files: Iterable[LiveFile]
) -> set[str]:
    """Return the measurements of tests that are not loaded out of files: the catalog lists them.

    Points, which stay in their files, are among them.
    """
    found = {POINTS.name for each in files if each.kind == POINTS.name}
    sql = " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (FROM store.{name} WHERE test_id IN {listed(TESTS)})"
        for name in MEASURED_IN_CATALOG
    )
    return found | {name for (name,) in cursor.execute(sql, {TESTS: list(tests)}).fetchall()}


def unreadable(files: Iterable[LiveFile], lake: Lake) -> list[UnreadableFile]:
    """Return those of these files that do not hold the bytes they came with.

    Points stay in their files until somebody asks for them, and are not looked at.

    Raises:
        LakeUnreachable: when nothing of the lake is there, which is no damage of files.
    """
    loaded = [each for each in files if each.kind != "points"]
    return damaged(loaded, lake)


def damaged(files: Sequence[LiveFile], lake: Lake) -> list[UnreadableFile]:
    """Return those of these files that do not hold the bytes they came with.

    Raises:
        LakeUnreachable: when nothing of the lake is there, which is no damage of files.
    """
    reasons = damages([(lake.path(each.path), each.sha256) for each in files])
    lost = [UnreadableFile(each, why) for each, why in zip(files, reasons, strict=True) if why]
    folder = lake.path("")
    if lost and not (folder.is_dir() and any(folder.iterdir())):
        raise LakeUnreachable(folder)
    return lost
