"""Commit one small test after the other as an ingest does, and say so: the victim of crash tests.

python ingesting.py HOME DATABASE_URL TURNS
"""

import os
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa

from schema.catalog import LakeFile, RawFile, Test
from schema.catalog.connection import allocate, change
from schema.catalog.migration import open_catalog
from schema.lake import Lake
from schema.parquet import Layout
from schema.relation import POINTS
from schema.settings import Settings

home, database_url, turns = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
settings = Settings(home=home, database_url=database_url)
engine, lake = open_catalog(settings), Lake(settings.lake_folder)
home.mkdir(exist_ok=True)
export = home / f"export-{os.getpid()}"
print("begin", flush=True)  # noqa: T201 - whoever kills us waits for it
for _ in range(turns):
    export.write_bytes(os.urandom(10_000))
    with lake.archive(export) as archived:
        (number,) = allocate(engine, "test", 1)
        archived.keep()
        rows = pa.table({"test_id": np.full(1000, number), "voltage_volt": np.random.rand(1000)})  # noqa: NPY002 - any numbers do
        file = lake.write(
            f"points/{number}.parquet", rows, Layout(POINTS, archived.sha256, "none", "1")
        )
        with change(engine, f"ingest {number}") as (session, snapshot):
            lake.confirm([file.path, f"raw/{archived.sha256}"])
            raw = RawFile(
                name=export.name,
                origin=f"{export}/{number}",
                sha256=archived.sha256,
                bytes=archived.bytes,
                reader="none",
                reader_version="1",
                added_snapshot=snapshot,
            )
            test = Test(
                id=number,
                name=str(number),
                origin=f"{export}/{number}",
                position=1,
                point_count=file.rows,
                step_count=0,
                cycle_count=0,
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
    print(number, flush=True)  # noqa: T201 - the promise that is kept whatever happens next
engine.dispose()
