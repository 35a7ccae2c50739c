"""``leyden remove``, ``revert``, ``history`` and ``erase``, as docs/removal.md tells of them."""

import json
import re
import shlex
from pathlib import Path

import pytest

from tests.command.program import called
from tests.ingest.test_intake import write_cycling

GUIDE = Path(__file__).parents[2] / "docs" / "removal.md"
STUDY = """
study: by document
cells:
  K1: {area: 1 cm², tests: [gcpl.mpr.bdf.csv]}
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a warehouse with a test on the cell K1."""
    (tmp_path / "study.yaml").write_text(STUDY, encoding="utf-8")
    export = write_cycling(tmp_path / "gcpl.mpr.bdf.csv")
    home = tmp_path / "home"
    done = called(home, "ingest", str(export), "--study", str(tmp_path / "study.yaml"))
    assert done.returncode == 0, done.stderr
    return home


@pytest.mark.slow
def test_the_commands_of_the_guide_do_what_it_says(home: Path) -> None:
    lines = re.findall(r"^    (leyden .+)$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(lines) == 5
    removal, with_cell, back, changes, erasing = map(shlex.split, lines)
    assert called(home, *removal[1:]).stdout.startswith("removed: ")
    assert called(home, "revert", *removal[2:]).returncode == 0
    declined = called(home, "remove", "cell", "K1")
    assert declined.returncode == 1
    assert "test gcpl.mpr hang on the cell K1" in declined.stderr
    assert "Traceback" not in declined.stderr
    for words in (with_cell, back, changes):
        done = called(home, *words[1:])
        assert done.returncode == 0, done.stderr
    assert "revert cell K1" in done.stdout
    gone = called(home, *erasing[1:])
    assert gone.returncode == 1
    assert "K1" in gone.stderr  # it is there: it was not removed
    assert called(home, *with_cell[1:]).returncode == 0
    done = called(home, *erasing[1:])
    assert done.returncode == 0, done.stderr
    assert "erased: test gcpl.mpr" in done.stdout
    assert not [*(home / "lake" / "raw").glob("*")]
    assert called(home, "check").returncode == 0


@pytest.mark.slow
def test_a_removed_export_that_is_ingested_again_says_how_it_comes_back(
    home: Path, tmp_path: Path
) -> None:
    called(home, "remove", "test", "gcpl.mpr")
    again = called(home, "ingest", str(tmp_path / "gcpl.mpr.bdf.csv"))
    assert again.returncode == 0
    assert "1 removed" in again.stdout
    back = re.search(r"leyden (revert file \d+) brings it back", again.stdout)
    assert back is not None
    assert called(home, *back[1].split()).returncode == 0
    assert "1 already there" in called(home, "ingest", str(tmp_path / "gcpl.mpr.bdf.csv")).stdout


@pytest.mark.slow
def test_programs_read_what_was_done(home: Path) -> None:
    removed = json.loads(called(home, "remove", "cell", "K1", "--with-all", "--json").stdout)
    assert {(each["kind"], each["effect"]) for each in removed["removed"]} == {
        ("cell", "removed"),
        ("test", "removed"),
        ("file", "removed"),
    }
    history = json.loads(called(home, "history", "cell", "K1", "--json").stdout)
    assert [each["action"] for each in history["changes"]] == ["remove", "enter"]
    assert history["changes"][0]["before"]["area_cm2"] == 1.0
    back = json.loads(called(home, "revert", "cell", "K1", "--with-all", "--json").stdout)
    assert [each["kind"] for each in back["reverted"]] == ["cell", "file", "test"]


def test_nothing_is_erased_without_saying_really(tmp_path: Path) -> None:
    done = called(tmp_path / "home", "erase", "cell", "K1")
    assert done.returncode == 1
    assert "add --really; nothing was erased" in done.stderr
    assert not (tmp_path / "home").exists()
