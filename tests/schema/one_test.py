"""One small test in catalog and lake, of an export that no reader need know."""

from pathlib import Path

import numpy as np
import pyarrow as pa
from sqlalchemy import Engine

from schema.catalog import LakeFile, RawFile, Test
from schema.catalog.connection import allocate, change
from schema.lake import Lake, WrittenFile
from schema.parquet import Layout
from schema.relation import POINTS


def ingest(engine: Engine, lake: Lake, export: Path) -> WrittenFile:
    """Take in an export that holds a hundred points."""
    with lake.archive(export) as archived:
        (number,) = allocate(engine, "test", 1)
        archived.keep()
        rows = pa.table({"test_id": np.full(100, number), "voltage_volt": np.arange(100.0)})
        layout = Layout(POINTS, archived.sha256, "none", "1")
        file = lake.write(f"points/{number}.parquet", rows, layout)
        with change(engine, f"ingest {export.name}") as (session, snapshot):
            lake.confirm([file.path, f"raw/{archived.sha256}"])
            raw = RawFile(
                name=export.name,
                origin=str(export),
                sha256=archived.sha256,
                bytes=archived.bytes,
                reader="none",
                reader_version="1",
                added_snapshot=snapshot,
            )
            test = Test(
                id=number,
                name=export.stem,
                origin=str(export),
                position=1,
                point_count=100,
                step_count=1,
                cycle_count=1,
                spectrum_count=0,
                facts={},
                added_snapshot=snapshot,
            )
            session.add_all([raw, test])
            session.flush()
            session.add(
                LakeFile(
                    test_id=number,
                    raw_file_id=raw.id,
                    kind="points",
                    path=file.path,
                    rows=file.rows,
                    bytes=file.bytes,
                    sha256=file.sha256,
                    added_snapshot=snapshot,
                )
            )
    return file
