"""Making damaged files of the lake again, of the export they were read from.

What is written again with the same bytes takes its old place, and nothing of the catalog changes.
Other bytes (of another version of Parquet's writer) come with another hash, in the same row: which
result is the latest of a test hangs on the order of these.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from secrets import token_hex
from typing import Final

import pyarrow as pa
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ingest.analyses import analyzed
from ingest.draft import Draft
from ingest.growth.continuation import POINTS
from ingest.intake import drafts_of
from ingest.reading import HEAD_BYTES, Export
from ingest.recognize import reader_named
from schema.analysis import LAYOUTS
from schema.catalog import Analysis, LakeFile, RawFile, Test
from schema.catalog.connection import change, look
from schema.durable import put_in_place
from schema.error import LeydenError
from schema.lake import WrittenFile
from schema.parquet import Layout
from schema.relation import Relation
from schema.rows import Rows, rows_of
from schema.verification import damage
from schema.warehouse import Warehouse

Fate = tuple[str, str | None]
"""Path of a file in the lake, and why it could not be made again; None where it was."""
_TRIALS: Final = {each.trial_kind for each in LAYOUTS.values() if each.trial_kind}
_SUPERSEDED: Final = "it was superseded, and no answer reads it; a backup may have it"


def make_again(warehouse: Warehouse, paths: Sequence[str]) -> Iterator[Fate]:
    """Make files again of their exports, and yield what became of each; no raw file is among them.

    An export is read once however many of its files are damaged.
    """
    by_export: dict[int, list[LakeFile]] = defaultdict(list)
    with look(warehouse.engine) as session:
        files = session.scalars(select(LakeFile).where(LakeFile.path.in_(paths))).all()
        living = {*session.scalars(select(Test.id).where(Test.removed_snapshot.is_(None)))}
    for file in sorted(files, key=lambda each: each.id):
        if file.removed_snapshot is not None or file.test_id not in living:
            yield file.path, _SUPERSEDED
        else:
            by_export[file.raw_file_id].append(file)
    for export, lost in by_export.items():
        try:
            yield from _of_export(warehouse, export, lost)
        except (LeydenError, OSError) as fault:
            yield from ((file.path, str(fault)) for file in lost)


def _of_export(warehouse: Warehouse, export_id: int, lost: Sequence[LakeFile]) -> Iterator[Fate]:
    with look(warehouse.engine) as session:
        raw = session.get_one(RawFile, export_id)
        of_lost = Test.id.in_({file.test_id for file in lost})
        tests = session.execute(select(Test.id, Test.position, Test.sensitivity_set).where(of_lost))
        known = {test_id: (position, chosen) for test_id, position, chosen in tests}
    reader = reader_named(raw.reader)
    if reader is None or reader.release != raw.reader_version:
        reason = "this version reads its export otherwise: `leyden ingest` reads it anew"
        yield from ((file.path, reason) for file in lost)
        return
    for sha256 in filter(None, (raw.sha256, raw.sidecar_sha256)):
        if why := damage(warehouse.lake.raw(sha256), sha256):
            reason = f"its export is lost too: raw/{sha256}: {why}"
            yield from ((file.path, reason) for file in lost)
            return
    path = warehouse.lake.raw(raw.sha256)
    sidecar = warehouse.lake.raw(raw.sidecar_sha256) if raw.sidecar_sha256 else None
    with path.open("rb") as file_:
        head = file_.read(HEAD_BYTES)
    export = Export(path, raw.name, head, Path(raw.origin), sidecar, growing=raw.growing)
    drafts = drafts_of(reader, export)
    for place, chosen in known.values():
        if place <= len(drafts):
            drafts[place - 1] = analyzed(warehouse, drafts[place - 1], chosen)
    for file in lost:
        place, _ = known[file.test_id]
        if place <= len(drafts):
            yield file.path, _made(warehouse, raw, file, drafts[place - 1])
        else:
            yield file.path, "its export has no such test any more"


def _made(warehouse: Warehouse, raw: RawFile, file: LakeFile, draft: Draft) -> str | None:
    """Make a file again of what its export holds; return why it cannot be, None where it was."""
    with look(warehouse.engine) as session:
        rows = _rows(session, file, draft)
        before = _rows_before(session, file)
    if rows is None:
        if file.kind in _TRIALS:
            return "it is a circuit that was tried on a sweep: try it again on the page of that"
        return "what it holds was computed by other settings: `leyden refit` computes it again"
    relation, every = rows
    part = every.slice(before, file.rows)
    if part.num_rows != file.rows:
        return f"its export gives {every.num_rows} rows now, which do not fill it"
    layout = Layout(relation, raw.sha256, raw.reader, raw.reader_version)
    again = warehouse.lake.write(f"{file.kind}/{file.test_id}-{token_hex(4)}.parquet", part, layout)
    if again.sha256 == file.sha256:
        put_in_place(warehouse.lake.path(again.path), warehouse.lake.path(file.path))
    else:
        _point_to(warehouse, file, again)
    return None


def _rows(session: Session, file: LakeFile, draft: Draft) -> tuple[Relation, Rows] | None:
    """Return all rows of the kind of a file, None where the draft has none made alike."""
    if table := draft.tables(file.test_id).get(file.kind):
        return table
    made = session.scalar(select(Analysis).where(Analysis.lake_file_id == file.id))
    for each in draft.results if made else ():
        alike = (each.method, each.version, each.parameter_hash)
        if made and alike == (made.method, made.version, made.parameter_hash):
            table_ = pa.table(each.of_test(file.test_id))
            return LAYOUTS[each.method].rows, rows_of(table_)
    return None


def _rows_before(session: Session, file: LakeFile) -> int:
    """Return how many rows lie in earlier parts of what a file is a part of."""
    of_test = select(LakeFile.rows).where(
        LakeFile.test_id == file.test_id,
        LakeFile.kind == file.kind,
        LakeFile.raw_file_id == file.raw_file_id,
        LakeFile.removed_snapshot.is_(None),
    )
    if file.kind == POINTS:  # those of a file that has grown came one after another
        return sum(session.scalars(of_test.where(LakeFile.id < file.id)))
    same = of_test.where(
        LakeFile.added_snapshot == file.added_snapshot,
        LakeFile.path < file.path,
        LakeFile.path.like(f"{_stem(file.path)}-%"),
    )
    return sum(session.scalars(same))


def _stem(path: str) -> str:
    """Return what the parts of one table are called alike: points/1-0a1b2c3d of -001.parquet."""
    name = path.removesuffix(".parquet")
    stem, _, part = name.rpartition("-")
    return stem if len(part) == 3 and part.isdigit() else name


def _point_to(warehouse: Warehouse, file: LakeFile, again: WrittenFile) -> None:
    with change(warehouse.engine, f"repair of {file.path}") as (session, snapshot):
        warehouse.lake.confirm([again.path])
        values = {
            "path": again.path,
            "bytes": again.bytes,
            "sha256": again.sha256,
            "added_snapshot": snapshot,
        }
        session.execute(update(LakeFile).where(LakeFile.id == file.id).values(values))
