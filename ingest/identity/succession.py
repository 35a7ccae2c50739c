"""What becomes of exports and tests that were there, when another export takes their place."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from ingest.identity.judgement import is_there
from ingest.identity.recognition import Recognition
from ingest.recognize import reader_named
from schema.catalog import Analysis, Finding, LakeFile, RawFile, Sweep, Test, Twin
from schema.catalog.connection import change, look
from schema.warehouse import Warehouse

LASTING: Final = ("twin", "path_reused")
"""Kinds of findings that say what a test is: they stay where it is read again."""


def make_room(session: Session, snapshot: int, recognition: Recognition) -> list[Test]:
    """End what the export takes the place of, and call another measurement of its path by its hash.

    Tests that the same bytes gave to a former version, and no longer give, are removed.

    Returns:
        The tests that stay although another measurement took their path.
    """
    known = recognition.sight[0]
    counting = {one.test_id for one in recognition.tests if one.test_id and one.counts}
    gone = {test_id for _, test_id, _ in known.tests} - counting
    if counting | gone:
        _end(session, snapshot, LakeFile, LakeFile.test_id.in_(counting | gone))
    if gone:
        _end(session, snapshot, Test, Test.id.in_(gone))
    if counting:
        # positions are unique among the tests of an origin: those that move make room first
        session.execute(update(Test).where(Test.id.in_(counting)).values(position=-Test.id))
    if known.raw_file_id is not None:
        _supersede(session, snapshot, [known.raw_file_id])
    stay = _leave(session, snapshot, recognition.origin)
    ours = {one.test_id for one in recognition.tests}
    return [test for test in stay if test.id not in ours]


def keep_trials(session: Session, snapshot: int, tests: Collection[int], raw_file_id: int) -> None:
    """Let trials on sweeps that a test still has rest on beside what was computed of it anew."""
    there = select(Sweep.input_hash).where(Sweep.test_id == Analysis.test_id)
    kept = (
        select(Analysis.lake_file_id)
        .where(Analysis.test_id.in_(tests), Analysis.tried_on.in_(there))
        .scalar_subquery()
    )
    session.execute(
        update(LakeFile)
        .where(LakeFile.id.in_(kept), LakeFile.removed_snapshot == snapshot)
        .values(removed_snapshot=None, raw_file_id=raw_file_id)
    )


def _leave(session: Session, snapshot: int, origin: str) -> list[Test]:
    """Supersede exports of an origin, but for those that tests rest on: these get another name."""
    stay: list[Test] = []
    living = RawFile.removed_snapshot.is_(None)
    for raw in session.scalars(select(RawFile).where(RawFile.origin == origin, living)).all():
        if resting := _resting(session, raw.id):
            raw.origin = f"{origin}@{raw.sha256[:8]}"
            for test in resting:
                test.origin = raw.origin
            stay += resting
        else:
            _supersede(session, snapshot, [raw.id])
    session.flush()
    return stay


def put_twins(
    session: Session,
    snapshot: int,
    recognition: Recognition,
    tests: Sequence[int],
    raw_file_id: int,
) -> None:
    """Note which export has a measurement that another counts for, and say so in its findings."""
    concerned: set[int] = set()
    every = zip(tests, recognition.tests, recognition.asked, strict=True)
    for position, (test_id, one, asked) in enumerate(every, start=1):
        other = one.rival
        if one.is_removed:
            continue
        if not one.counts:
            twin = (raw_file_id, position, asked.row_count)
        elif other is None:
            continue
        elif other.origin != recognition.origin and is_there(other.origin):
            twin = (other.raw_file_id, other.position, other.point_count)
        else:
            if not _resting(session, other.raw_file_id):
                _supersede(session, snapshot, [other.raw_file_id])
            continue
        concerned.add(test_id)
        of_file, at, count = twin
        session.merge(
            Twin(
                raw_file_id=of_file,
                position=at,
                test_id=test_id,
                point_count=count,
                reason=one.reason,
            )
        )
    session.flush()
    for test_id in concerned:
        _say_twins(session, test_id)


def _say_twins(session: Session, test_id: int) -> None:
    session.execute(delete(Finding).where(Finding.test_id == test_id, Finding.kind == "twin"))
    twins = (
        select(Twin, RawFile)
        .join(RawFile, RawFile.id == Twin.raw_file_id)
        .where(Twin.test_id == test_id, RawFile.removed_snapshot.is_(None))
        .order_by(RawFile.origin, Twin.position)
    )
    session.add_all(
        Finding(
            test_id=test_id,
            kind="twin",
            place=raw.name,
            detail=f"{raw.origin} has the same measurement, {twin.point_count:,} records by "
            f"{raw.reader}, and rests beside: {twin.reason}",
        )
        for twin, raw in session.execute(twins)
    )


def move(warehouse: Warehouse, sha256: str, origin: str, name: str) -> None:
    """Bring the origin of known bytes up to date, where they are found no more where they were."""
    of_bytes = select(RawFile).where(RawFile.sha256 == sha256, RawFile.removed_snapshot.is_(None))
    with look(warehouse.engine) as session:
        raw = session.scalar(of_bytes)
        if raw is None or raw.origin == origin or is_there(raw.origin):
            return
        former = raw.origin
    with change(warehouse.engine, f"find {name} again") as (session, snapshot):
        raw = session.scalar(of_bytes.where(RawFile.origin == former))
        if raw is None:
            return  # another process was first
        _leave(session, snapshot, origin)
        reader = reader_named(raw.reader)
        tests = _resting(session, raw.id)
        for test in tests:
            test.origin = origin
            numbered = f"#{test.position}" if test.name.endswith(f"#{test.position}") else ""
            test.name = (reader.stem(name) if reader else Path(name).stem) + numbered
        raw.origin, raw.name = origin, name
        session.flush()
        said = select(Twin.test_id).where(Twin.raw_file_id == raw.id)
        for test_id in session.scalars(said).all():
            _say_twins(session, test_id)


def _resting(session: Session, raw_file_id: int) -> list[Test]:
    """Return the living tests that rest on an export."""
    files = select(LakeFile.test_id).where(
        LakeFile.raw_file_id == raw_file_id, LakeFile.removed_snapshot.is_(None)
    )
    query = select(Test).where(Test.id.in_(files), Test.removed_snapshot.is_(None))
    return list(session.scalars(query.order_by(Test.position)))


def _supersede(session: Session, snapshot: int, raw_files: Collection[int]) -> None:
    _end(session, snapshot, RawFile, RawFile.id.in_(raw_files))
    of_these = Twin.raw_file_id.in_(raw_files)
    concerned = session.scalars(select(Twin.test_id).where(of_these)).all()
    session.execute(delete(Twin).where(of_these))
    for test_id in set(concerned):
        _say_twins(session, test_id)


def _end(
    session: Session,
    snapshot: int,
    table: type[RawFile | LakeFile | Test],
    which: ColumnElement[bool],
) -> None:
    session.execute(
        update(table)
        .where(which, table.removed_snapshot.is_(None))
        .values(removed_snapshot=snapshot)
    )
