"""Exports and tests that people removed: they stay so when the same bytes arrive again."""

from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from schema.catalog import LakeFile, RawFile, Revision, Test
from schema.record.called import removal


def removed_export(session: Session, sha256: str) -> str | None:
    """Return when the export of these bytes was removed and how it comes back, None if it was not.

    One that was superseded, and one that was erased, was not.
    """
    rows = select(RawFile.id).where(RawFile.sha256 == sha256, by_people("file", RawFile))
    found = session.scalars(rows.order_by(RawFile.id.desc()).limit(1)).first()
    return None if found is None else removal(session, "file", found)


def removed_places(session: Session, origin: str, sha256: str) -> set[int]:
    """Return the places within an export of these bytes whose tests people removed."""
    read = (
        select(LakeFile.test_id)
        .join(RawFile, RawFile.id == LakeFile.raw_file_id)
        .where(RawFile.sha256 == sha256)
    )
    tests = select(Test.position).where(
        Test.origin == origin, Test.id.in_(read), by_people("test", Test)
    )
    return {*session.scalars(tests)}


def by_people(kind: str, model: type[Any]) -> ColumnElement[bool]:
    """Return the condition that a row was removed by people, and not superseded."""
    said = select(Revision.id).where(
        Revision.kind == kind,
        Revision.action == "remove",
        Revision.entry_id == model.id,
        Revision.snapshot_id == model.removed_snapshot,
    )
    return said.exists()
