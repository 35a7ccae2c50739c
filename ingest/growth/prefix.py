"""Bytes of an export at rest that begin those of its longer version need not rest twice."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from ingest.growth.parsed import Parsed
from ingest.identity.recognition import Recognition
from ingest.reading import Export
from schema.catalog import RawFile
from schema.catalog.connection import alone, look
from schema.lake import Archived
from schema.prefix import patch_of, sha256_of
from schema.warehouse import Warehouse


@dataclass(frozen=True, slots=True)
class Former:
    """The version of an export that is in the lake, which begins the one that is taken in."""

    id: int
    origin: str
    sha256: str
    bytes: int
    patch: Sequence[tuple[int, str]]
    """The few bytes of its head that have changed."""


def former_of(warehouse: Warehouse, archived: Archived, export: Export) -> Former | None:
    """Return the version of an export that was still written to, compared byte by byte."""
    origin = str(export.origin.resolve())
    with look(warehouse.engine) as session:
        raw = session.scalar(
            select(RawFile).where(
                RawFile.origin == origin, RawFile.removed_snapshot.is_(None), RawFile.growing
            )
        )
    if raw is None or not (rest := warehouse.lake.raw(raw.sha256)).is_file():
        return None
    patch = patch_of(rest, archived.path)
    return None if patch is None else Former(raw.id, origin, raw.sha256, raw.bytes, patch)


def is_proven(former: Former, archived: Archived, origin: str) -> bool:
    """Return whether a version can be had back out of the longer one of this origin.

    What differs may be damage of what rests: only by its hash is it known to be what it was.
    """
    if former.origin != origin or former.sha256 == archived.sha256:
        return False
    if not former.patch:
        return True
    return sha256_of(archived.path, former.bytes, former.patch) == former.sha256


def parsed_of(warehouse: Warehouse, export: Export, former: Former | None) -> Parsed | None:
    """Return what was parsed of the version that an export begins with, where it is of use."""
    if warehouse.growing is None or not (export.growing or former):
        return None
    # bytes of its head that have changed may be anything to a text
    known = former.sha256 if former and not former.patch else None
    return Parsed.of(warehouse.growing, str(export.origin.resolve()), known)


def is_alive(session: Session, former: Former) -> bool:
    """Return whether the version was not superseded meanwhile."""
    alive = select(RawFile.id).where(RawFile.id == former.id, RawFile.removed_snapshot.is_(None))
    return session.scalar(alive) is not None


def continued(recognition: Recognition, former: Former) -> Recognition:
    """Return what tests are of an export that goes on one: those in its place where none is it.

    Their records may be lost, or read otherwise now that there are more: the bytes speak for them.
    """
    tests = list(recognition.tests)
    taken = {one.test_id for one in tests}
    for index, (one, some) in enumerate(zip(tests, recognition.sight[1], strict=True)):
        if one.test_id is not None or not one.counts:
            continue
        for there in some:
            at = (there.raw_file_id, there.position)
            if at == (former.id, index + 1) and there.test_id not in taken:
                tests[index] = replace(
                    one,
                    test_id=there.test_id,
                    reason="its bytes go on those",
                    rival=there,
                    findings=(),
                    sensitivity_set=there.sensitivity_set,
                )
    return replace(recognition, tests=tuple(tests))


def begins(session: Session, former: Former, raw_file_id: int) -> None:
    """Say of a version that its bytes begin those of another, unless tests rest on it yet."""
    if is_alive(session, former):
        return
    session.execute(
        update(RawFile)
        .where(RawFile.id == former.id)
        .values(prefix_of_id=raw_file_id, prefix_patch=list(former.patch) or None)
    )


def drop(warehouse: Warehouse, former: Former) -> None:
    """Remove bytes that a committed longer version begins with, unless they are asked for yet.

    Until then, and where this does not come to its end, they are an orphan, which a sweep removes.
    """
    with alone(warehouse.engine) as session:
        asked = select(RawFile.id).where(
            or_(
                (RawFile.sha256 == former.sha256) & RawFile.prefix_of_id.is_(None),
                RawFile.sidecar_sha256 == former.sha256,
            )
        )
        if session.scalar(asked.limit(1)) is None:
            warehouse.lake.raw(former.sha256).unlink(missing_ok=True)
