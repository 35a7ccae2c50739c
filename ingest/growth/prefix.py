"""Bytes of an export at rest that begin those of its longer version need not rest twice."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from schema.catalog import RawFile
from schema.catalog.connection import alone, look
from schema.lake import Archived
from schema.prefix import patch_of, sha256_of
from schema.warehouse import Warehouse


@dataclass(frozen=True, slots=True)
class Former:
    """The version of an export that is in the lake, which begins the one that is taken in."""

    id: int
    sha256: str
    patch: Sequence[tuple[int, str]]
    """The few bytes of its head that have changed."""


def former_of(warehouse: Warehouse, archived: Archived, origin: str) -> Former | None:
    """Return the version of an export that was still written to, proven byte by byte."""
    with look(warehouse.engine) as session:
        raw = session.scalar(
            select(RawFile).where(
                RawFile.origin == origin, RawFile.removed_snapshot.is_(None), RawFile.growing
            )
        )
    if raw is None:
        return None
    rest = warehouse.lake.raw(raw.sha256)
    if not rest.is_file():
        return None
    patch = patch_of(rest, archived.path)
    if patch is None or raw.sha256 == archived.sha256:
        return None
    # what differs may be damage of what rests: only what had its hash is had back by it
    if patch and sha256_of(archived.path, raw.bytes, patch) != raw.sha256:
        return None
    return Former(raw.id, raw.sha256, patch)


def is_alive(session: Session, former: Former) -> bool:
    """Return whether the version was not superseded meanwhile."""
    alive = select(RawFile.id).where(RawFile.id == former.id, RawFile.removed_snapshot.is_(None))
    return session.scalar(alive) is not None


def begins(session: Session, former: Former, raw_file_id: int) -> None:
    """Say of a version that its bytes begin those of another."""
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
