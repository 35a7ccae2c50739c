"""Arrivals in the catalog: where a watcher goes on, and what others see of it.

They add no snapshot: nothing that is answered rests on them.
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, insert, select, update
from sqlalchemy.orm import Session

from ingest.file_name import legible
from ingest.recognize import all_readers
from ingest.release import releases
from schema.catalog import Arrival, LakeFile, RawFile
from schema.catalog.connection import alone, look

_AT_ONCE: Final = 1000
"""Paths in one question."""
_COLUMNS: Final = [each.key for each in Arrival.__mapper__.column_attrs if each.key != "id"]


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
        ids = _ids(session, [row.path for row in rows if row.id is None])
        known = [row for row in rows if row.id is not None or row.path in ids]
        new = [row for row in rows if row.id is None and row.path not in ids]
        if known:
            values = [{"id": row.id or ids[row.path], **_values(row)} for row in known]
            session.execute(update(Arrival), values)
        if new:
            inserted = insert(Arrival).returning(Arrival.path, Arrival.id)
            ids |= {row.path: row.id for row in session.execute(inserted, [*map(_values, new)])}
    for row in rows:
        row.id = row.id or ids[row.path]


def _ids(session: Session, paths: Sequence[str]) -> dict[str, int]:
    """Return the ids of the rows that there are of some paths."""
    ids: dict[str, int] = {}
    for begin in range(0, len(paths), _AT_ONCE):
        some = Arrival.path.in_(paths[begin : begin + _AT_ONCE])
        ids |= {
            row.path: row.id
            for row in session.execute(select(Arrival.path, Arrival.id).where(some))
        }
    return ids


def _values(row: Arrival) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _COLUMNS}


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
