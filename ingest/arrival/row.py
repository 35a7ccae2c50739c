"""Arrivals in the catalog: where a watcher goes on, and what others see of it.

They add no snapshot: nothing that is answered rests on them.
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Engine, select

from ingest.file_name import legible
from ingest.recognize import all_readers
from ingest.release import releases
from schema.catalog import Arrival, LakeFile, RawFile
from schema.catalog.connection import alone, look


def load(engine: Engine, folder: Path) -> list[Arrival]:
    """Return what is known of the files below a folder, by path."""
    begins = f"{str(legible(folder)).rstrip('/')}/"
    query = select(Arrival).where(Arrival.path.startswith(begins, autoescape=True))
    with look(engine) as session:
        rows = list(session.scalars(query.order_by(Arrival.path)))
        session.expunge_all()
    return [row for row in rows if row.path.startswith(begins)]  # LIKE takes capitals as small


def save(engine: Engine, rows: Sequence[Arrival]) -> None:
    """Bring the catalog to what is known of files; another watcher may know of them, too."""
    if not rows:
        return
    with alone(engine) as session:
        for row in rows:
            if row.id is None:
                row.id = session.scalar(select(Arrival.id).where(Arrival.path == row.path))
            merged = session.merge(row)
            session.flush()
            row.id = merged.id


def hash_in_lake(engine: Engine, tests: Sequence[int]) -> str | None:
    """Return the hash of the export that tests rest on, None where they rest on several."""
    query = (
        select(RawFile.sha256)
        .join(LakeFile, LakeFile.raw_file_id == RawFile.id)
        .where(
            LakeFile.test_id.in_(tests),
            LakeFile.removed_snapshot.is_(None),
            RawFile.removed_snapshot.is_(None),
        )
        .distinct()
    )
    with look(engine) as session:
        hashes = session.scalars(query).all()
    return hashes[0] if len(hashes) == 1 else None


def readers_hash() -> str:
    """Return the hash of the versions of all readers, by which what was refused was refused."""
    versions = releases(lambda: {each.name: each.release for each in all_readers()})
    text = json.dumps(dict(versions), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
