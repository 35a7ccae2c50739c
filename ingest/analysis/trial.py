"""An analysis tried on one measurement: its result rests beside those of the whole test."""

from typing import Any

import numpy as np
from sqlalchemy import or_, select

from ingest.analysis.computation import results
from ingest.analysis.earlier import computed_before
from ingest.analysis.procedure import Analysis, B
from ingest.analysis.refit import add, columns_of, how_of
from ingest.analysis.result import Result
from schema.analysis import Method
from schema.catalog import Analysis as AnalysisRow
from schema.catalog import LakeFile
from schema.catalog.connection import look
from schema.error import UnknownName
from schema.verification import damage
from schema.warehouse import Warehouse


def tried(
    warehouse: Warehouse, test_id: int, place: int, analysis: Analysis[B], method: Method
) -> Result:
    """Compute a method on one measurement of a test, and on those with equal points.

    What is there already, of the whole test or tried before, is not added again.

    Args:
        warehouse: where it rests.
        test_id: the test.
        place: of the measurement within it, from 1.
        analysis: what is computed, with its settings.
        method: which of it.

    Raises:
        UnknownName: when the test has no such measurement.
        LakeFileUnreadable: when its points are not as they came.
    """
    subject = analysis.subject
    known = _hashes(warehouse, test_id, analysis)
    if place not in known:
        raise UnknownName(f"{subject.place} of test {test_id}", str(place), map(str, known))
    tried_on = known[place]
    alike = [each for each, input_hash in known.items() if input_hash == tried_on]
    columns, source = columns_of(warehouse, test_id, subject.kind)
    chosen = np.isin(columns[subject.place], alike)
    columns = {name: values[chosen] for name, values in columns.items()}
    how = [row for row in how_of(warehouse, test_id, subject) if row[subject.place] in alike]
    earlier = computed_before(warehouse, subject)
    (result,) = results(columns, analysis, earlier, [method], how)
    if not _is_there(warehouse, test_id, tried_on, result):
        add(warehouse, test_id, source, [result], tried_on)
    return result


def _hashes(warehouse: Warehouse, test_id: int, analysis: Analysis[Any]) -> dict[int, str]:
    """Return the hash of each measurement of a test by its place."""
    table = analysis.subject.table
    place = table.__table__.columns[analysis.subject.place]
    query = select(place.label("place"), table.input_hash).where(table.test_id == test_id)
    with look(warehouse.engine) as session:
        return {row.place: row.input_hash for row in session.execute(query.order_by(place))}


def _is_there(warehouse: Warehouse, test_id: int, tried_on: str, result: Result) -> bool:
    """Return whether a measurement has this result, by an analysis of its test or by a trial.

    One that is damaged is none: it is computed again, and takes the place of what is there.
    """
    query = (
        select(LakeFile.path, LakeFile.sha256)
        .join(AnalysisRow, AnalysisRow.lake_file_id == LakeFile.id)
        .where(
            AnalysisRow.test_id == test_id,
            or_(AnalysisRow.tried_on.is_(None), AnalysisRow.tried_on == tried_on),
            AnalysisRow.method == result.method,
            AnalysisRow.version == result.version,
            AnalysisRow.parameter_hash == result.parameter_hash,
            LakeFile.removed_snapshot.is_(None),
        )
    )
    with look(warehouse.engine) as session:
        files = session.execute(query).all()
    return any(damage(warehouse.lake.path(path), sha256) is None for path, sha256 in files)
