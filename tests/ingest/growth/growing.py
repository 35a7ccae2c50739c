"""Files that grow, taken in piece by piece, and what of a warehouse is compared with another's."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import select

from ingest.growth.row_hash import rows_sha256
from ingest.intake import take_in
from ingest.outcome import Outcome
from schema.catalog import Finding, LakeFile, RawFile, Test
from schema.catalog.connection import look
from schema.rows import rows_of
from schema.warehouse import Warehouse

REAL = (
    "yadg/gcpl.issue_211.mpt",
    "impedance.py/exampleDataBioLogic.mpt",
    "cellpy/neware_uio.csv",
    "battery-data-toolkit/arbin_example.csv",
    "battery-data-toolkit/maccor_example.001",
    "cellpy/maccor_001.txt",
    "preparenovonix/example_data.csv",
    "PyProBE/sample_data_basytec.txt",
    "cellpy/Test25205.csv",
    "battery-data-format/SINTEF__LiGrR2032__2024-04-30__25degC__Landt.csv",
    "battery-data-format/sample.bdf.csv",
    "datalab/jdb11-1_c3_gcpl_5cycles_2V-3p8V_C-24_data_C09.mpr",
    "hybrid-drt/PEIS_SSB.mpr",
    "yadg/cv.mpr",
)
"""Of every reader that takes growing files in, and of three techniques of a .mpr."""


def grow(warehouse: Warehouse, path: Path, content: bytes, ends: Iterable[int]) -> list[Outcome]:
    """Take a file in at some lengths while it is written to, and at last when it is finished."""
    outcomes = []
    for end in sorted({*ends}):
        path.write_bytes(content[:end])
        outcomes.append(take_in(warehouse, path, growing=True))
    path.write_bytes(content)
    return [*outcomes, take_in(warehouse, path)]


def living(warehouse: Warehouse, kind: str | None = None) -> list[LakeFile]:
    """Return the files that are alive, in the order of their rows."""
    query = select(LakeFile).where(LakeFile.removed_snapshot.is_(None)).order_by(LakeFile.id)
    with look(warehouse.engine) as session:
        files = session.scalars(query).all()
    return [file for file in files if kind in {None, file.kind}]


def row_hashes(warehouse: Warehouse) -> Mapping[tuple[int, str], str]:
    """Return the hash of the rows of every test, by test and kind, in their order."""
    tables: dict[tuple[int, str], list[pa.Table]] = {}
    for file in living(warehouse):
        rows = pq.read_table(warehouse.lake.path(file.path))
        tables.setdefault((file.test_id, file.kind), []).append(rows)
    return {
        key: rows_sha256(rows_of(pa.concat_tables(parts, promote_options="default")))
        for key, parts in tables.items()
    }


def nameless(warehouse: Warehouse) -> Iterator[str]:
    """Yield the hashes of the rows of the only test, whatever its id: a kill may cost an id."""
    for kind in ("points", "steps"):
        files = [warehouse.lake.path(file.path) for file in living(warehouse, kind)]
        rows = pa.concat_tables(map(pq.read_table, files), promote_options="default")
        yield rows_sha256(rows_of(rows.drop_columns("test_id")))


def stated(warehouse: Warehouse) -> Sequence[Mapping[str, Any]]:
    """Return what the catalog states of every living test, without when and where it was read."""
    volatile = {"added_snapshot", "origin", "program_id"}
    columns = [column for column in Test.__table__.columns if column.name not in volatile]
    with look(warehouse.engine) as session:
        rows = session.execute(
            select(*columns).where(Test.removed_snapshot.is_(None)).order_by(Test.id)
        )
        return [dict(row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's own name of it


def findings(warehouse: Warehouse) -> Sequence[tuple[int, str, str | None, str]]:
    """Return what was noticed in every test: of which, its kind, its place and its words."""
    with look(warehouse.engine) as session:
        noticed = session.scalars(select(Finding))
        return sorted(
            ((each.test_id, each.kind, each.place, each.detail) for each in noticed), key=repr
        )


def raw_files(warehouse: Warehouse) -> list[RawFile]:
    """Return every export there is or was, in the order they were taken in."""
    with look(warehouse.engine) as session:
        return list(session.scalars(select(RawFile).order_by(RawFile.id)))
