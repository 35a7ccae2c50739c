"""Computing sweeps that are in the warehouse again, with other settings or a later version."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import select

from ingest.impedance.analysis import AnalysisSettings, refitted, results
from ingest.impedance.result import Result, analysis_row, computed_before
from schema.analysis import LAYOUTS, Method
from schema.catalog import Analysis, LakeFile, RawFile, Sweep, Test
from schema.catalog.connection import change, look
from schema.parquet import Layout
from schema.warehouse import Warehouse


@dataclass(frozen=True, slots=True)
class Refitted:
    """What became of the sweeps of one test."""

    test_id: int
    name: str
    sweeps: int
    added: tuple[Method, ...]
    """Methods whose results were added; the others were there with these settings."""


def swept_tests(warehouse: Warehouse, names: Sequence[str] = ()) -> list[tuple[int, str]]:
    """Return the living tests that have sweeps, by id: all, or those of these names."""
    query = (
        select(Test.id, Test.name)
        .where(Test.removed_snapshot.is_(None), Test.id.in_(select(Sweep.test_id)))
        .order_by(Test.id)
    )
    if names:
        query = query.where(Test.name.in_(names))
    with look(warehouse.engine) as session:
        return [(row.id, row.name) for row in session.execute(query)]


def refit(
    warehouse: Warehouse,
    tests: Sequence[tuple[int, str]],
    settings: AnalysisSettings,
    methods: Sequence[Method],
) -> Iterator[Refitted]:
    """Compute methods on the sweeps of tests; what is added stands beside what was there.

    A fit brings the distributions of relaxation times that rest on it, and these bring their fit.
    """
    methods = refitted(methods)
    earlier = computed_before(warehouse)
    for test_id, name in tests:
        spectra, source = _spectra(warehouse, test_id)
        there = _there(warehouse, test_id)
        made = [
            each
            for each in results(spectra, settings, earlier, methods)
            if (each.method, each.version, each.parameter_hash) not in there
        ]
        _add(warehouse, test_id, source, made)
        count = int(spectra["spectrum_count"][-1])
        yield Refitted(test_id, name, count, tuple(each.method for each in made))


def _spectra(warehouse: Warehouse, test_id: int) -> tuple[dict[str, Any], LakeFile]:
    """Return the columns of the sweeps of a test, and the file they rest in."""
    with look(warehouse.engine) as session:
        files = session.scalars(
            select(LakeFile)
            .where(
                LakeFile.test_id == test_id,
                LakeFile.kind == "spectra",
                LakeFile.removed_snapshot.is_(None),
            )
            .order_by(LakeFile.id)
        ).all()
    table = pa.concat_tables(pq.read_table(warehouse.lake.path(file.path)) for file in files)
    columns = {name: table[name].to_numpy() for name in table.column_names}
    return {name: np.asarray(values) for name, values in columns.items()}, files[0]


def _there(warehouse: Warehouse, test_id: int) -> set[tuple[str, str, str]]:
    with look(warehouse.engine) as session:
        rows = session.execute(
            select(Analysis.method, Analysis.version, Analysis.parameter_hash)
            .join(LakeFile, LakeFile.id == Analysis.lake_file_id)
            .where(Analysis.test_id == test_id, LakeFile.removed_snapshot.is_(None))
        )
        return {(row.method, row.version, row.parameter_hash) for row in rows}


def _add(warehouse: Warehouse, test_id: int, source: LakeFile, made: Sequence[Result]) -> None:
    """Write results and commit them; they rest on the export the sweeps were read from."""
    if not made:
        return
    with look(warehouse.engine) as session:
        raw = session.get_one(RawFile, source.raw_file_id)
    written = []
    for result in made:
        layout = LAYOUTS[result.method]
        path = f"{layout.kind}/{test_id}-{token_hex(4)}"
        rest = Layout(layout.rows, raw.sha256, raw.reader, raw.reader_version)
        parts = warehouse.lake.write_parts(path, result.of_test(test_id), rest)
        written += [(result, part) for part in parts]
    with change(warehouse.engine, f"refit test {test_id}") as (session, snapshot):
        warehouse.lake.confirm([part.path for _, part in written])
        for result, part in written:
            row = LakeFile(
                test_id=test_id,
                raw_file_id=raw.id,
                kind=LAYOUTS[result.method].kind,
                path=part.path,
                rows=part.rows,
                bytes=part.bytes,
                sha256=part.sha256,
                added_snapshot=snapshot,
            )
            session.add(row)
            session.flush()
            session.add(analysis_row(row, result))
