"""Exports that are there already, by their bytes."""

from pathlib import Path

from sqlalchemy import select

from ingest.identity.succession import move
from ingest.outcome import Outcome
from ingest.reading import Export
from ingest.recognize import reader_named
from schema.catalog import RawFile, Test, Twin
from schema.catalog.connection import look
from schema.record.removed import removed_export
from schema.warehouse import Warehouse


def one_of_size(warehouse: Warehouse, size: int) -> bool:
    """Return whether an export of this size is known; if not, its hash cannot be."""
    with look(warehouse.engine) as session:
        known = select(RawFile.id).where(RawFile.bytes == size)
        return session.scalar(known.limit(1)) is not None


def found_again(
    warehouse: Warehouse, export: Export, sha256: str, sidecar_sha256: str | None
) -> Outcome | None:
    """Return what these bytes already became; they are found from now on where they lie."""
    known = known_as(warehouse, export.path, sha256, sidecar_sha256, growing=export.growing)
    if known and known.status != "removed":
        move(warehouse, sha256, str(export.origin.resolve()), export.origin.name)
    return known


def known_as(
    warehouse: Warehouse, path: Path, sha256: str, sidecar_sha256: str | None, *, growing: bool
) -> Outcome | None:
    """Return what these bytes already became, unless they must be read again."""
    with look(warehouse.engine) as session:
        raw = session.scalar(
            select(RawFile).where(RawFile.sha256 == sha256, RawFile.removed_snapshot.is_(None))
        )
        if raw is None:
            gone = removed_export(session, sha256)
            return None if gone is None else Outcome(path, "removed", None, gone)
        if raw.growing and not growing:
            return None
        reader = reader_named(raw.reader)
        if reader is None or reader.release != raw.reader_version:
            return None
        if reader.takes_sidecar and raw.sidecar_sha256 != sidecar_sha256:
            return None
        living = select(Test.id, Test.point_count).where(Test.removed_snapshot.is_(None))
        tests = session.execute(
            living.where(Test.origin == raw.origin).order_by(Test.position)
        ).all()
        twins = session.execute(
            select(Test.id, Twin.point_count, Twin.reason, Test.origin)
            .where(Test.removed_snapshot.is_(None))
            .join(Twin, Twin.test_id == Test.id)
            .where(Twin.raw_file_id == raw.id)
            .order_by(Twin.position)
        ).all()
        if not tests and not twins:
            return None
        reasons = [
            f"test {twin.id} is the same measurement out of {twin.origin}: {twin.reason}"
            for twin in twins
        ]
        return Outcome(
            path,
            "already" if tests else "beside",
            raw.reader,
            "; ".join([f"the same bytes were ingested from {raw.origin}", *reasons]),
            tuple(dict.fromkeys(test.id for test in (*tests, *twins))),
            sum(test.point_count for test in (*tests, *twins)),
        )
