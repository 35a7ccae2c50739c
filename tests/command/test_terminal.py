"""What is said where: answers, notes, documents, and nothing but faults when quiet."""

import json
import os
import pty
import re
import subprocess
from pathlib import Path
from typing import Final

import pytest

from schema.settings import Settings
from tests.command.program import LEYDEN, called, environment, run

TABLE: Final = "Test Time / s,Voltage / V,Current / A\n0,3,1\n60,3.2,1\n"
SECONDS: Final = r"in \d+\.\d s\n"


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    """Return a folder with one export that can be read and one that cannot."""
    folder = tmp_path / ("a long name that no terminal of eighty columns has room for " * 2).strip()
    folder.mkdir()
    (folder / "good.bdf.csv").write_text(TABLE)
    (folder / "broken.mpr").write_bytes(b"nothing an instrument wrote")
    return folder


@pytest.mark.slow
def test_an_ingest_ends_with_what_was_done_and_cuts_no_line(exports: Path, tmp_path: Path) -> None:
    done = run(tmp_path / "home", "ingest", str(exports), COLUMNS="40")
    refused, ingested, last = done.stdout.splitlines(keepends=True)
    assert done.returncode == 1
    assert refused.startswith(f"refused   {exports / 'broken.mpr'}: ")
    assert ingested.startswith(f"ingested  {exports / 'good.bdf.csv'}: 2 points in test 1")
    assert re.fullmatch(rf"ingest: 2 files, 1 ingested, 1 refused, 2 new points, {SECONDS}", last)
    assert done.stderr == f"made a new warehouse: {tmp_path / 'home'}\n"
    assert "\x1b" not in done.stdout + done.stderr


@pytest.mark.slow
def test_a_quiet_ingest_says_only_what_was_refused(exports: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    done = called(home, "ingest", str(exports), "--quiet")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"refused   {exports / 'broken.mpr'}: ")
    assert done.stderr.count("\n") == 1
    (exports / "broken.mpr").unlink()
    for words in (["ingest", str(exports)], ["status"]):
        quiet = called(home, *words, "-q")
        assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")


@pytest.mark.slow
def test_documents_tell_what_lines_do(exports: Path, tmp_path: Path) -> None:
    home, study = tmp_path / "home", exports / "study.yaml"
    study.write_text("study: A\ncells: {x: {tests: [good.bdf.csv]}}\n")
    took = json.loads(called(home, "ingest", str(exports), "--study", str(study), "--json").stdout)
    assert (took["ingested"], took["refused"], took["stopped"]) == (1, 1, False)
    assert (took["study"]["name"], took["study"]["status"]) == ("A", "entered")
    held = json.loads(called(home, "status", "--json").stdout)
    assert (held["exports"], held["tests"], held["points"], held["cells"]) == (1, 1, 2, 1)
    assert held["store"]["left_out"] == []
    target = tmp_path / "out.duckdb"
    published = json.loads(called(home, "publish", str(target), "--json").stdout)
    assert (published["snapshot"], published["failed"]) == (held["snapshot"], {})
    assert published["tables"]["test"] == 1
    assert json.loads(called(home, "refit", "--json").stdout) == {"tests": [], "left": 0}
    next((home / "lake" / "raw").iterdir()).unlink()
    checked = called(home, "check", "--json")
    told = json.loads(checked.stdout)
    assert (checked.returncode, told["sound"]) == (3, False)
    assert [fault["kind"] for fault in told["faults"]] == ["missing"]


@pytest.mark.parametrize(
    ("words", "last"),
    [
        ("check", r"check: sound, [\d,]+ files, [\d,]+ bytes, 0 faults, "),
        (
            "refit --method kramers_kronig synthetic-pellet-1",
            r"refit: 1 test, 6 sweeps, 0 with something new, ",
        ),
    ],
)
def test_commands_end_alike(words: str, last: str, demo_warehouse: Settings) -> None:
    done = called(demo_warehouse.home, *words.split())
    assert done.returncode == 0
    assert re.fullmatch(last + SECONDS, done.stdout.splitlines(keepends=True)[-1])


def in_a_terminal(home: Path, *words: str, **settings: str) -> str:
    """Return what a command says to a terminal on standard error."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(  # noqa: S603 # our own program
        [*LEYDEN, *words],
        env=environment(home, TERM="xterm", **settings),
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        said = b""
        try:
            while more := os.read(ours, 4096):
                said += more
        except OSError:  # the terminal is gone with who wrote to it
            pass
        process.wait()
    os.close(ours)
    return said.decode()


@pytest.mark.slow
def test_bars_and_colors_are_for_terminals_and_can_be_declined(
    exports: Path, tmp_path: Path
) -> None:
    drawn = in_a_terminal(tmp_path / "one", "ingest", str(exports))
    assert "ingesting" in drawn
    assert "\x1b[" in drawn
    plain = in_a_terminal(tmp_path / "two", "ingest", str(exports), NO_COLOR="1")
    assert plain == f"made a new warehouse: {tmp_path / 'two'}\r\n"
    assert "\x1b[31m" in in_a_terminal(tmp_path / "none", "status")
    assert "\x1b" not in in_a_terminal(tmp_path / "none", "status", NO_COLOR="1")
