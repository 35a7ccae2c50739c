"""Computing what is in the warehouse again, with other settings or by a later version."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ingest.analysis.computation import results
from ingest.analysis.earlier import computed_before
from ingest.analysis.procedure import Analysis, B, together
from ingest.analysis.result import Result, analysis_row
from ingest.analysis.subject import How, Subject
from schema.analysis import LAYOUTS, Method
from schema.catalog import Analysis as AnalysisRow
from schema.catalog import LakeFile, RawFile, Test
from schema.catalog.connection import change, look
from schema.error import LakeFileUnreadable, UnknownName
from schema.parquet import Layout
from schema.verification import damage
from schema.warehouse import Warehouse


@dataclass(frozen=True, slots=True)
class Refitted:
    """What became of one test."""

    test_id: int
    name: str
    parts: int
    """What was analyzed of it, e.g. its sweeps."""
    added: tuple[Method, ...]
    """Methods whose results were added; the others were there with these settings."""


def analyzable(
    warehouse: Warehouse, subject: Subject, names: Sequence[str] = ()
) -> list[tuple[int, str]]:
    """Return the living tests that have what is analyzed, by id: all, or those of these names.

    Raises:
        UnknownName: when no such test has a name.
    """
    query = (
        select(Test.id, Test.name)
        .where(Test.removed_snapshot.is_(None), Test.id.in_(select(subject.table.test_id)))
        .order_by(Test.id)
    )
    with look(warehouse.engine) as session:
        found = [(row.id, row.name) for row in session.execute(query)]
    known = {name for _, name in found}
    for name in names:
        if name not in known:
            raise UnknownName(f"test with {subject.name}", name, known)
    return [each for each in found if not names or each[1] in names]


def refit(
    warehouse: Warehouse,
    tests: Sequence[tuple[int, str]],
    analysis: Analysis[B],
    methods: Sequence[Method],
    *,
    foremost: bool = False,
) -> Iterator[Refitted]:
    """Compute methods on tests; what is added stands beside what was there.

    A method brings those that rest on it, and these bring what they rest on.

    Args:
        warehouse: where they rest.
        tests: ids and names.
        analysis: what is computed.
        methods: which of it.
        foremost: whether what is there with these settings, and is not the latest, becomes so.
    """
    subject = analysis.subject
    methods = together(analysis.procedures, methods)
    earlier = computed_before(warehouse, subject)
    for test_id, name in tests:
        columns, source = columns_of(warehouse, test_id, subject.kind)
        how = how_of(warehouse, test_id, subject)
        there = _there(warehouse, test_id, foremost=foremost)
        added = [
            each
            for each in results(columns, analysis, earlier, methods, how)
            if (each.method, each.version, each.parameter_hash) not in there
        ]
        add(warehouse, test_id, source, added)
        count = int(columns[subject.place][-1])
        yield Refitted(test_id, name, count, tuple(each.method for each in added))


def columns_of(warehouse: Warehouse, test_id: int, kind: str) -> tuple[dict[str, Any], LakeFile]:
    """Return the columns of what is analyzed of a test, and the file they rest in.

    Raises:
        LakeFileUnreadable: when it is not as it came.
    """
    with look(warehouse.engine) as session:
        files = session.scalars(
            select(LakeFile)
            .where(
                LakeFile.test_id == test_id,
                LakeFile.kind == kind,
                LakeFile.removed_snapshot.is_(None),
            )
            .order_by(LakeFile.id)
        ).all()
    paths = [warehouse.lake.path(file.path) for file in files]
    for path, file in zip(paths, files, strict=True):
        if reason := damage(path, file.sha256):
            raise LakeFileUnreadable(path, reason, test_id)
    table = pa.concat_tables(map(pq.read_table, paths))
    columns = {name: table[name].to_numpy() for name in table.column_names}
    return {name: np.asarray(values) for name, values in columns.items()}, files[0]


def how_of(warehouse: Warehouse, test_id: int, subject: Subject) -> How:
    """Return how each measurement of a test was taken, in the order of their place."""
    names = (subject.place, *subject.how)
    columns = [subject.table.__table__.columns[name] for name in names]
    query = select(*columns).where(subject.table.test_id == test_id).order_by(columns[0])
    with look(warehouse.engine) as session:
        return [dict(row) for row in session.execute(query).mappings()]


def _there(warehouse: Warehouse, test_id: int, *, foremost: bool) -> set[tuple[str, str, str]]:
    """Return method, version and settings of the results there are, or of the latest of each."""
    with look(warehouse.engine) as session:
        rows = session.execute(
            select(AnalysisRow.method, AnalysisRow.version, AnalysisRow.parameter_hash)
            .join(LakeFile, LakeFile.id == AnalysisRow.lake_file_id)
            .where(
                AnalysisRow.test_id == test_id,
                AnalysisRow.tried_on.is_(None),
                LakeFile.removed_snapshot.is_(None),
            )
            .order_by(LakeFile.id)
        )
        found = [(row.method, row.version, row.parameter_hash) for row in rows]
    return {*({method: (method, *rest) for method, *rest in found}.values() if foremost else found)}


def add(
    warehouse: Warehouse,
    test_id: int,
    source: LakeFile,
    added: Sequence[Result],
    tried_on: str | None = None,
) -> None:
    """Write results and commit them; they rest on the export it was read from.

    ``tried_on`` is the hash of the one measurement that they were tried on, None of the whole test.
    """
    if not added:
        return
    with look(warehouse.engine) as session:
        raw = session.get_one(RawFile, source.raw_file_id)
    written = []
    for result in added:
        layout = LAYOUTS[result.method]
        path = f"{_kind(result, tried_on)}/{test_id}-{token_hex(4)}"
        rest = Layout(layout.rows, raw.sha256, raw.reader, raw.reader_version)
        parts = warehouse.lake.write_parts(path, result.of_test(test_id), rest)
        written += [(result, part) for part in parts]
    with change(warehouse.engine, f"refit test {test_id}") as (session, snapshot):
        warehouse.lake.confirm([part.path for _, part in written])
        for result in added:
            _supersede(session, snapshot, test_id, result, tried_on)
        for result, part in written:
            row = LakeFile(
                test_id=test_id,
                raw_file_id=raw.id,
                kind=_kind(result, tried_on),
                path=part.path,
                rows=part.rows,
                bytes=part.bytes,
                sha256=part.sha256,
                added_snapshot=snapshot,
            )
            session.add(row)
            session.flush()
            session.add(analysis_row(row, result, tried_on))


def _kind(result: Result, tried_on: str | None) -> str:
    """Return the kind of the lake files of a result: what was tried is none of the whole test."""
    layout = LAYOUTS[result.method]
    return layout.kind if tried_on is None else str(layout.trial_kind)


def _supersede(
    session: Session, snapshot: int, test_id: int, result: Result, tried_on: str | None
) -> None:
    """Mark what was made so before as removed: it is in the lake anew, as the latest.

    A result of the whole test takes the place of trials with its settings, too.
    """
    same = select(AnalysisRow.lake_file_id).where(
        AnalysisRow.test_id == test_id,
        AnalysisRow.method == result.method,
        AnalysisRow.version == result.version,
        AnalysisRow.parameter_hash == result.parameter_hash,
    )
    if tried_on is not None:
        same = same.where(AnalysisRow.tried_on == tried_on)
    session.execute(
        update(LakeFile)
        .where(LakeFile.id.in_(same), LakeFile.removed_snapshot.is_(None))
        .values(removed_snapshot=snapshot)
    )
