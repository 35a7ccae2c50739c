"""Every real export that holds data is ingested with its rows; everything else says why not."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.exports

READ = {"mpr", "mpt", "nda", "ndax", "bdf csv"}
"""Formats of the manifest that this release reads."""

REFUSED = {
    "fastnda/empty.ndax": "holds no record",
    "yadg/wait.mpr": "holds no whole record",
    "yadg/wait.mpt": "holds no record",
    # its frequency column was taken out of the header and left in the data
    "impedance.py/exampleDataBioLogic_MissingFreq.mpt": "18 fields under 17 column names",
}
ROWS = {
    # the manifest counts these by another program's eye
    "PyProBE/Sample_data_biologic_no_header.mpt": 13,
    "yadg/vsp_ocv_with.mpt": 13,
    "cellpy/batmo_bdf.csv": 21206,
}


@pytest.fixture(scope="module")
def document(exports: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what `leyden ingest --json` says of the whole folder."""
    home = tmp_path_factory.mktemp("home")
    first = run(home, exports)
    first["again"] = run(home, exports)
    return first


def run(home: Path, exports: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "leyden", "ingest", str(exports), "--json"]
    environment = {**os.environ, "LEYDEN_HOME": str(home)}
    done = subprocess.run(command, env=environment, capture_output=True, check=False)  # noqa: S603 — ours
    assert done.returncode == 1, "some of these files cannot be read, so the exit code says so"
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def manifest(exports: Path) -> dict[str, dict[str, str]]:
    with (exports / "MANIFEST.tsv").open(encoding="utf-8", newline="") as file:
        return {row["file"]: row for row in csv.DictReader(file, delimiter="\t")}


def test_every_export_that_holds_data_has_the_rows_of_the_manifest(
    document: dict[str, Any], exports: Path
) -> None:
    found = {str(Path(file["path"]).relative_to(exports)): file for file in document["files"]}
    for name, row in manifest(exports).items():
        if row["format"] not in READ:
            continue
        file = found[name]
        if name in REFUSED:
            assert file["status"] == "refused"
            assert REFUSED[name] in file["reason"]
        else:
            assert (name, file["status"], file["reason"]) == (name, "ingested", None)
            assert (name, file["points"]) == (name, ROWS.get(name) or int(row["rows"]))


def test_everything_else_is_refused_with_a_reason(document: dict[str, Any]) -> None:
    refused = [file for file in document["files"] if file["status"] == "refused"]
    assert all(file["reason"] for file in refused)
    assert not [file for file in refused if "fault of Leyden" in file["reason"]]
    assert not any(file["tests"] or file["points"] for file in refused)


def test_a_second_run_says_already_for_all(document: dict[str, Any]) -> None:
    again = document["again"]
    assert (again["ingested"], again["already"]) == (0, document["ingested"])
    first = {file["path"]: file["tests"] for file in document["files"]}
    assert {file["path"]: file["tests"] for file in again["files"]} == first
