"""Exports of removed tests that others took the place of, until the tests are brought back."""

from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from schema.catalog import LakeFile, RawFile, Test
from schema.error import InvalidRecord
from schema.prefix import longest
from schema.record.called import removal
from schema.record.removed import by_people

_OUTDATED: Final = ""
"""Version of no reader: what was read by it is read again at the next ingest."""


def let_exports_live(session: Session, snapshot: int, test: Test) -> None:
    """Have the exports of a removed test there; one that has grown meanwhile is outdated.

    Raises:
        InvalidRecord: when people removed one, and it stays so.
    """
    with_it = LakeFile.test_id == test.id, LakeFile.removed_snapshot == test.removed_snapshot
    read = select(RawFile).where(RawFile.id.in_(select(LakeFile.raw_file_id).where(*with_it)))
    for raw in session.scalars(read.where(RawFile.removed_snapshot.is_not(None))).all():
        again = _same_bytes(session, raw) or _grown(session, raw)
        if again is None:
            _let_live(session, snapshot, test, raw)
            continue
        of_raw = LakeFile.raw_file_id == raw.id
        session.execute(update(LakeFile).where(*with_it, of_raw).values(raw_file_id=again.id))
        again.reader_version = raw.reader_version if again.sha256 == raw.sha256 else _OUTDATED


def _same_bytes(session: Session, raw: RawFile) -> RawFile | None:
    same = RawFile.sha256 == raw.sha256, RawFile.removed_snapshot.is_(None)
    return session.scalars(select(RawFile).where(*same)).first()


def _grown(session: Session, raw: RawFile) -> RawFile | None:
    """Return the living export that begins with the bytes of another, None where there is none."""
    longer, _ = longest(session, raw)
    return longer if longer.removed_snapshot is None else None


def _let_live(session: Session, snapshot: int, test: Test, raw: RawFile) -> None:
    """Have an export there beside what took its path, by its hash."""
    by_hand = select(RawFile.id).where(RawFile.id == raw.id, by_people("file", RawFile))
    if session.scalar(by_hand) is not None:
        raise InvalidRecord(("origin",), removal(session, "file", raw.id))
    raw.origin = test.origin = f"{raw.origin}@{raw.sha256[:8]}"
    raw.removed_snapshot, raw.added_snapshot = None, snapshot
