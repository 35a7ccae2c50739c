"""Every real export that holds data is ingested with its rows; everything else says why not."""

import csv
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ingest.recognize import all_readers
from leyden import app

pytestmark = [pytest.mark.exports, pytest.mark.slow]  # each stands on a reading of them all

NO_TEST_OF_A_CELL = {"XRD", "XPS", "image", "settings/log"}
"""Techniques of the manifest whose files hold none."""
BARE = ("cellpy/custom_", "yadg/case_", "yadg/sheet.")
"""Tables that say nothing of themselves: tests/ingest/readers/test_bare_tables.py declares them."""
METADATA = "PyProBE/Experiment_Record.xlsx"

REFUSED = {
    "fastnda/empty.ndax": "holds no record",
    "yadg/wait.mpr": "holds no whole record",
    "yadg/wait.mpt": "holds no record",
    # its frequency column was taken out of the header and left in the data
    "impedance.py/exampleDataBioLogic_MissingFreq.mpt": "18 fields under 17 column names",
    # it was cut within its header
    "gamry-parser/cv_data_incompleteheader.dta": "no curve follows its header",
    METADATA: "no reader knows a sheet of this workbook: sample_data_neware",
}
TIME_BUG = (
    "battery-data-format/SINTEF__SLPBA842124HV__2024-10-23__Rate_25degC__Neware__Time_Bug.bdf.csv"
)
ROWS = {
    "PyProBE/sample_data_basytec.txt": 74,
    "PyProBE/sample_data_maccor.csv": 15,
    "battery-data-toolkit/maccor_example.001": 8,
    "battery-data-toolkit/maccor_example.002": 8,
    "beep/PredictionDiagnostics_000109_tztest.010": 2165,
    "beep/PredictionDiagnostics_000151_paused.052": 332,
    "beep/maccor_test_file_4267-66-6519.041": 74,
    "beep/xTESLADIAG_000038con.078": 3873,
    "cellpy/Test25195.csv": 19,
    "cellpy/Test25205.csv": 489,
    "cellpy/Test25209.csv": 281,
    "cellpy/maccor_001.txt": 6704,
    "preparenovonix/example_data.csv": 941 + 5758,
    "PyProBE/sample_data_novonix.csv": 207,
    "PyProBE/Sample_data_biologic_no_header.mpt": 13,
    "yadg/vsp_ocv_with.mpt": 13,
    "cellpy/batmo_bdf.csv": 21206,
    "datalab/arbin_example.bdf.csv": 2150,
    "fastnda/interp-test.csv": 333,
    TIME_BUG: 13_086,
}
"""Points of what the manifest counts otherwise: by lines, those above the records among them."""
_NUMBER = r"[-+]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eE][-+]?\d+)?"
_TABLE = rf'^[\s"]*{_NUMBER}[\s";,]+{_NUMBER}[\s";,]+[-+\d]'
_ZPLOT = rf"^\s*(?:{_NUMBER}[\s,]+){{7}}"
RECORD = {
    "basytec": r"^\d",
    "maccor text": r"^\s*\d+[\t,]+\s*\d+[\t,]+\d",
    "pec csv": r"^\d+,\d+,",
    "novonix csv": r"^\d+[-/]\d+[-/]\d+ ",
    "par": r"^\d+,\d+,",
    "dta": rf"^\s+\d+\s+{_NUMBER}\s",
    "bdf csv": r"^[-\d.]",
    "csv": r'^"?[-\d.]+[,;\t ]+',
    "z": _ZPLOT,
    # named by file where a format has several layouts
    "gamry-parser/vfp600_data.dta": rf"^\t{_NUMBER}\t{_NUMBER}$",
    "impedance.py/exampleDataAutolab.txt": _ZPLOT,
    "cellpy/nw_regular_export_ife_example.csv": r"^,,\d",
}
"""How a line begins that is a record, by the format of the manifest."""

SWEPT = {
    "Zahner-Analysis-Python/000_mvdc.ism": (38, 1),
    "Zahner-Analysis-Python/rc-data.ism": (75, 2),
    "gamry-parser/chronoa_data.dta": (10, 0),
    "gamry-parser/chronoa_de_data.dta": (10, 0),
    "gamry-parser/cv_data.dta": (50, 0),
    "gamry-parser/eispot_data.dta": (10, 1),
    "gamry-parser/eispot_data_curveaborted.dta": (5, 1),
    "gamry-parser/ocp_data.dta": (21, 0),
    "gamry-parser/ocvcurve_data.dta": (51, 0),
    "gamry-parser/squarewave_data.dta": (10, 0),
    "gamry-parser/vfp600_data.dta": (20, 0),
    "hybrid-drt/PEIS_LPSCl_IonBlocking_-25C_RelaxIS.txt": (79, 1),
    "impedance.py/Circuit1_EIS_1.z": (48, 1),
    "impedance.py/Circuit1_EIS_2.z": (48, 1),
    "impedance.py/exampleData.csv": (66, 1),
    "impedance.py/exampleDataAutolab.txt": (41, 1),
    "impedance.py/exampleDataCHInstruments.txt": (73, 1),
    "impedance.py/exampleDataGamry.DTA": (459, 1),
    "impedance.py/exampleDataGamryABORT.DTA": (239, 1),
    "impedance.py/exampleDataParstat.txt": (812, 1),
    "impedance.py/exampleDataPowersuite.txt": (30, 1),
    "impedance.py/exampleDataVersaStudio.par": (61, 1),
    "impedance.py/exampleDataZPlot.z": (21, 1),
    "impedance.py/exampleDataZPlot_noComments.z": (31, 1),
    "palmsens-sdk/BatteryCurve.pssession": (50, 1),
    "palmsens-sdk/cv_1scan.pssession": (41, 0),
    "palmsens-sdk/eis_5freq.pssession": (5, 1),
    "pyimpspec/case-fragment.csv": (6, 1),
    "pyimpspec/case-multiple-spectra-reverse.csv": (58, 2),
    "pyimpspec/case-multiple-spectra.csv": (116, 4),
    "pyimpspec/case-negative-real-imaginary.csv": (29, 1),
    "pyimpspec/data-comma-decimal-separator.csv": (29, 1),
    "pyimpspec/data-comma.csv": (29, 1),
    "pyimpspec/data-header-variant-2.csv": (29, 1),
    "pyimpspec/data-header-variant-3.csv": (29, 1),
    "pyimpspec/data-header-variant-4.csv": (29, 1),
    "pyimpspec/data-semicolon.csv": (29, 1),
    "pyimpspec/data-space.csv": (29, 1),
    "pyimpspec/data-tab.csv": (29, 1),
    "pyimpspec/data.P00": (29, 1),
    "pyimpspec/data.dfr": (29, 1),
    "pyimpspec/data.i2b": (29, 1),
    "pyimpspec/data.idf": (29, 1),
    "PyProBE/sample_data_arbin.csv": (13, 0),
    "battery-data-toolkit/arbin_example.csv": (2142, 0),
    "battery-data-format/SINTEF__LiGrR2032__2024-04-30__25degC__Landt.csv": (25_162, 0),
    "navani/bs542_004_gr_li_50ua_50mv_1v_191020_Channel_11.xlsx": (4526, 0),
}
MORE = {
    "Zahner-Analysis-Python/li-ion-battery.ism": (128, 1),
    "cellpy/nw_regular_export_ife_example.csv": (9295, 0),
    "hybrid-drt/EISGALV_EISTest3.DTA": (71, 1),
    "palmsens-sdk/CV example.pssession": (1309, 0),
    "palmsens-sdk/EN_1Hz_3600s.pssession": (3601, 0),
    "hybrid-drt/Sample2_PEIS_AtRest.csv": (900, 10),
}
"""Points and sweeps of the files the manifest has no count of records for."""
KEPT = ROWS | {name: points for name, (points, _) in (SWEPT | MORE).items()}


@pytest.fixture(scope="module")
def document(
    exports: Path, more_exports: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """Return what `leyden ingest --json` says of both folders."""
    home = tmp_path_factory.mktemp("home")
    command = ["ingest", str(exports), str(more_exports), "--json"]
    environment = {"LEYDEN_HOME": str(home)}
    done = subprocess.run(  # noqa: S603 — our own program
        [sys.executable, "-m", "leyden", *command],
        env={**os.environ, **environment},
        capture_output=True,
        check=False,
    )
    # there is next to nothing to read again: a crew would take longer to start
    again = CliRunner().invoke(app, command, env={**environment, "LEYDEN_INGEST_PROCESSES": "1"})
    assert done.returncode == again.exit_code == 1, "some of these files cannot be read"
    first: dict[str, Any] = json.loads(done.stdout)
    first["again"] = json.loads(again.stdout)
    with sqlite3.connect(home / "catalog.sqlite") as catalog:
        first["sweeps"] = dict(
            catalog.execute("SELECT test_id, count(*) FROM sweep GROUP BY test_id").fetchall()
        )
    return first


def manifest(*folders: Path) -> dict[str, dict[str, str]]:
    rows: dict[str, dict[str, str]] = {}
    for folder in folders:
        with (folder / "MANIFEST.tsv").open(encoding="utf-8", newline="") as file:
            rows |= {row["file"]: row for row in csv.DictReader(file, delimiter="\t")}
    return rows


def by_name(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {"/".join(Path(file["path"]).parts[-2:]): file for file in document["files"]}


def is_test_of_a_cell(name: str, row: dict[str, str]) -> bool:
    """Return whether a file says of itself that it is one, and can be read here."""
    if row["format"] == "res" and shutil.which("mdb-export") is None:
        return False
    other = row["technique"] in NO_TEST_OF_A_CELL or row["format"] == "sta"
    bare = name.startswith(BARE) or (row["format"] == "parquet" and "fastnda" in name)
    return not other and not bare


def test_every_export_that_holds_data_has_the_rows_of_the_manifest(
    document: dict[str, Any], exports: Path, more_exports: Path
) -> None:
    found = by_name(document)
    for name, row in manifest(exports, more_exports).items():
        if not is_test_of_a_cell(name, row):
            continue
        file = found[name]
        if name in REFUSED:
            assert file["status"] == "refused"
            assert REFUSED[name] in file["reason"]
        else:  # which of two exports of one run comes first is not settled
            assert (name, file["status"] in {"ingested", "beside", "already"}) == (name, True)
            kept = KEPT.get(name) or (int(row["rows"]) if row["rows"] else file["points"])
            assert (name, file["points"]) == (name, kept)


def test_what_says_nothing_of_itself_is_refused_with_the_way_out(
    document: dict[str, Any], exports: Path
) -> None:
    found = by_name(document)
    bare = [
        name
        for name, row in manifest(exports).items()
        if name.startswith(BARE) or (row["format"] == "parquet" and "fastnda" in name)
    ]
    assert len(bare) == 6 + 4 + 3 + 10
    for name in bare:
        assert (name, found[name]["status"]) == (name, "refused")
        assert "sidecar" in found[name]["reason"]


def test_the_manifest_counts_the_lines_of_what_it_counts_otherwise(
    exports: Path, more_exports: Path
) -> None:
    """Hold what is kept against the lines that are records, counted without a reader."""
    explained = 0
    for folder in (exports, more_exports):
        for name, row in manifest(folder).items():
            if name not in KEPT or not row["rows"] or row["format"] in {"mpt", "dfr"}:
                continue  # .dfr has a number a line, and the manifest's row of two .mpt is torn
            if int(row["rows"]) == KEPT[name]:
                continue
            content = (folder / name).read_bytes()
            utf_16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
            text = content.decode("utf-16" if utf_16 else "latin-1").replace("\r\n", "\n")
            lines = text.replace("\r", "\n").split("\n")
            counted = {len(lines) - 1, sum(bool(line.strip()) for line in lines)}
            assert int(row["rows"]) in counted, name
            record = re.compile(RECORD.get(name) or RECORD.get(row["format"]) or _TABLE)
            assert (name, sum(bool(record.match(line)) for line in lines)) == (name, KEPT[name])
            explained += 1
    assert explained == 57


def test_every_impedance_export_has_its_points_and_sweeps(document: dict[str, Any]) -> None:
    found = by_name(document)
    sweeps = document["sweeps"]
    assert {
        name: (found[name]["points"], sum(sweeps.get(test, 0) for test in found[name]["tests"]))
        for name in (*SWEPT, *MORE)
    } == SWEPT | MORE


def test_readers_tell_how_many_real_files_they_read(document: dict[str, Any]) -> None:
    read = [f for f in document["files"] if f["status"] != "refused"]
    counted = Counter(f["reader"] for f in read)
    told = {
        reader.name: reader.account.real_files
        for reader in all_readers()
        if reader.account and reader.name != "delimited"  # it reads by the sidecars of its tests
    }
    if shutil.which("mdb-export") is None:
        told["arbin_res"] = 0
    assert {name: counted[name] for name in told} == told


def test_everything_else_is_refused_with_a_reason(document: dict[str, Any]) -> None:
    refused = [file for file in document["files"] if file["status"] == "refused"]
    assert all(file["reason"] for file in refused)
    assert not [file for file in refused if "fault of Leyden" in file["reason"]]
    assert not any(file["tests"] or file["points"] for file in refused)


def test_a_second_run_says_already_for_all(document: dict[str, Any]) -> None:
    again = document["again"]
    assert (again["ingested"], again["refused"]) == (0, document["refused"])
    first = {file["path"]: file["tests"] for file in document["files"]}
    assert {file["path"]: file["tests"] for file in again["files"]} == first
