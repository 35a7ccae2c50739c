"""The command line, run as a person runs it: a process where that matters, else within ours."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import update
from typer.testing import CliRunner, Result

from leyden import app
from schema.catalog import RawFile, Test
from schema.catalog.connection import change
from schema.settings import Settings
from schema.warehouse import open_warehouse

LEYDEN = [sys.executable, "-m", "leyden"]


def run(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "LEYDEN_HOME": str(home), "COLUMNS": "120"}
    return subprocess.run(  # noqa: S603 — our own program
        [*LEYDEN, *words], env=environment, capture_output=True, text=True, check=False
    )


def asked(home: Path, *words: str) -> Result:
    """Run a command within this process: a start takes longer than most of them."""
    environment = {"LEYDEN_HOME": str(home), "COLUMNS": "120", "LEYDEN_INGEST_PROCESSES": "1"}
    return CliRunner().invoke(app, words, env=environment)


def few(demo_study: Path, folder: Path, pellets: int = 1) -> Path:
    """Return a folder with some of the demo's exports."""
    folder.mkdir()
    for path in sorted((demo_study / "exports").glob("synthetic-pellet-*"))[:pellets]:
        shutil.copy(path, folder)
    for name in ("synthetic-lfp-rates.csv", "synthetic-event-hard-short.bdf.csv"):
        shutil.copy(demo_study / "exports" / name, folder)
    return folder


@pytest.mark.slow
def test_ingest_prints_a_line_a_file_and_fails_when_one_was_refused(
    demo_study: Path, tmp_path: Path
) -> None:
    folder = few(demo_study, tmp_path / "exports")
    good = run(tmp_path / "home", "ingest", str(folder))
    assert good.returncode == 0, good.stderr
    *lines, last = good.stdout.splitlines()
    assert len(lines) == len(list(folder.iterdir()))
    assert last.startswith(f"ingest: {len(lines)} files, {len(lines)} ingested, ")
    (folder / "broken.mpr").write_bytes(b"nothing an instrument wrote")
    bad = asked(tmp_path / "home", "ingest", str(folder), "--json")
    assert bad.exit_code == 1
    document = json.loads(bad.stdout)
    assert (document["ingested"], document["refused"]) == (0, 1)
    assert document["already"] == len(lines)
    assert document["files"][0].keys() == {
        "path", "status", "reader", "reason", "tests", "points",
    }  # fmt: skip
    assert asked(tmp_path / "home", "check").exit_code == 0
    assert "tests" in asked(tmp_path / "home", "status").stdout


@pytest.mark.slow
def test_a_refit_resamples_once_and_says_how_often_it_may(demo_study: Path, tmp_path: Path) -> None:
    home, export = tmp_path / "home", demo_study / "exports" / "synthetic-pellet-1.mpt"
    assert asked(home, "ingest", str(export)).exit_code == 0
    told = [asked(home, "refit", "--resamples", "25").stdout.splitlines() for _ in range(2)]
    assert [line for line, _ in told] == [
        "synthetic-pellet-1: 6 sweeps, relaxation",
        "synthetic-pellet-1: 6 sweeps, nothing new",
    ]
    refused = run(home, "refit", "--resamples", "3")
    assert refused.returncode == 2
    assert "resamples cannot be 3: it takes 0, or 25 to 2000" in " ".join(refused.stderr.split())
    assert "drawn anew" in asked(home, "refit", "--help").stdout


@pytest.mark.slow
def test_a_home_of_a_former_version_says_what_it_does_and_ends_with_new_numbers(
    demo_study: Path, tmp_path: Path
) -> None:
    folder, home = few(demo_study, tmp_path / "exports"), tmp_path / "home"
    assert asked(home, "ingest", str(folder)).exit_code == 0
    count = len(list(folder.iterdir()))
    with change(open_warehouse(Settings(home=home)).engine, "former") as (session, _):
        session.execute(update(RawFile).values(reader_version="1"))
        session.execute(update(Test).values(turn_count=77))
    shutil.rmtree(folder)
    again = run(home, "ingest", str(tmp_path / "nothing"))
    assert f"{count} exports were read by a former version: reading them again" in again.stderr
    assert f"read again: {count} of {count}" in again.stderr
    counted = asked(home, "recount").stdout
    assert not re.search(r"\b77 (cycles|before)|turns 77\b", counted)  # 77 s are none
    assert "synthetic-lfp-rates" in counted
    assert "former version" not in asked(home, "ingest", str(tmp_path / "nothing")).stderr
    assert asked(home, "check").exit_code == 0


def test_the_demo_holds_the_claims_of_the_study_against_its_raw_files(
    demo_warehouse: Settings,
) -> None:
    said = (demo_warehouse.home / "said.txt").read_text(encoding="utf-8")
    assert "79 exports" in said
    assert "claims(" in said
    assert re.search(r"N6 .* 350 h .* 350\.35 h .* supported", said)
    assert re.search(r"N3 .* 0\.411 eV .* 0\.57\d+ eV .* contradicted", said)
    assert "SYNTHETIC" in said


@pytest.mark.slow
def test_a_setting_that_cannot_be_used_is_one_line(tmp_path: Path) -> None:
    environment = {**os.environ, "LEYDEN_DATABASE_URL": "mysql://nowhere/x"}
    done = subprocess.run(  # noqa: S603 — our own program
        [*LEYDEN, "status"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 1
    assert "LEYDEN_DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr
