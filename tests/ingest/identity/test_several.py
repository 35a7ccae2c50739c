"""Several processes that take in exports of the same measurements make one test of each."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from schema.inspection import inspect, sweep
from schema.settings import Settings
from schema.warehouse import open_warehouse
from tests.ingest.identity.arriving import (
    findings,
    living,
    volts,
    write_mpr,
    write_mpt,
    write_table,
)

COUNT = 8


@pytest.mark.slow
def test_exports_of_one_run_taken_in_at_once_are_one_test(
    nowhere: Settings, tmp_path: Path
) -> None:
    folders = [tmp_path / name for name in ("data", "texts", "tables")]
    for number in range(COUNT):
        volt = volts(60 + number, seed=number)
        write_mpr(folders[0] / f"{number}.mpr", volt)
        write_mpt(folders[1] / f"{number}.mpt", volt)
        write_table(folders[2] / f"{number}.bdf.csv", volt[:50])
    environment = {
        **os.environ,
        "LEYDEN_HOME": str(nowhere.home),
        "LEYDEN_DATABASE_URL": nowhere.database_url,
        "LEYDEN_INGEST_PROCESSES": "1",
    }
    several = [
        subprocess.Popen(  # noqa: S603 # ours
            [sys.executable, "-m", "leyden", "ingest", str(folder), "--json"],
            env=environment,
            stdout=subprocess.PIPE,
        )
        for folder in folders
    ]
    documents = [json.loads(process.communicate()[0]) for process in several]
    refused = [
        file["reason"]
        for document in documents
        for file in document["files"]
        if file["status"] == "refused"
    ]
    assert refused == []
    by_name = [
        {Path(file["path"]).name.partition(".")[0]: file["tests"] for file in document["files"]}
        for document in documents
    ]
    assert by_name[0] == by_name[1] == by_name[2]
    warehouse = open_warehouse(nowhere)
    tests = living(warehouse)
    assert [test.point_count for test in sorted(tests, key=lambda test: test.point_count)] == [
        60 + number for number in range(COUNT)
    ]
    assert {Path(test.origin).suffix for test in tests} == {".mpr"}
    assert findings(warehouse, "maybe_same") == {}
    sweep(warehouse.engine, warehouse.lake, 0)
    assert inspect(warehouse.engine, warehouse.lake).faults == ()
    warehouse.engine.dispose()
