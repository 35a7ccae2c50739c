"""A study at the command line: entered by itself, shown first, told with all that is amiss."""

from pathlib import Path

import orjson
import pytest

from tests.command.program import called

EXPORT = "Test Time / s,Voltage / V,Current / A\n0,3.{},1\n60,3.2,1\n120,3.3,1\n"
STUDY = """\
study: mine
substances: {Li: , LATP: }
file_names:
  cycling:
    pattern: "{batch}_{cell}_{temperature}C.bdf.csv"
    cell:
      name: "{batch}-{cell}"
      configuration: Li/LATP/Li
      properties: {temperature: "{temperature} °C"}
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the home of a warehouse with two exports."""
    folder = tmp_path_factory.mktemp("study")
    exports = folder / "exports"
    exports.mkdir()
    for number in (1, 2):
        (exports / f"B1_0{number}_60C.bdf.csv").write_text(EXPORT.format(number))
    assert called(folder / "home", "ingest", str(exports)).returncode == 0
    return folder / "home"


@pytest.mark.slow
def test_a_study_is_shown_entered_exported_and_entered_again(home: Path, tmp_path: Path) -> None:
    study = tmp_path / "study.yaml"
    study.write_text(STUDY, encoding="utf-8")
    dry = called(home, "study", "enter", str(study), "--dry-run")
    assert dry.returncode == 0, dry.stderr
    assert "cells       2        0        0          0\n" in dry.stdout
    assert "entered cells: B1-01, B1-02\n" in dry.stdout
    assert "B1_02_60C.bdf.csv#1  B1     02    60\n" in dry.stdout
    assert "dry run, nothing was changed" in dry.stdout

    entered = called(home, "study", "enter", str(study))
    assert (entered.returncode, entered.stderr) == (0, "")
    assert entered.stdout.startswith("study mine: 2 substances, 2 cells, 2 tests, in ")

    for name in ("now.yaml", "now.xlsx", "now"):
        target = tmp_path / name
        written = called(home, "study", "export", "mine", "--to", str(target))
        assert (written.returncode, written.stderr) == (0, "")
        again = called(home, "study", "enter", str(target), "--json")
        document = orjson.loads(again.stdout)
        assert (again.returncode, document["status"]) == (0, "already")
        assert document["sections"]["cells"]["unchanged"] == 2
        assert document["files"][0]["parts"] == {"batch": "B1", "cell": "01", "temperature": "60"}

    whole = called(home, "study", "export", "--to", str(tmp_path / "all.yaml"), "--as", "all")
    assert whole.returncode == 0
    assert "B1-01" in (tmp_path / "all.yaml").read_text(encoding="utf-8")
    taken = called(home, "study", "export", "mine", "--to", str(tmp_path / "all.yaml"))
    assert (taken.returncode, "there already" in taken.stderr) == (1, True)
    unknown = called(home, "study", "export", "yours", "--to", str(tmp_path / "x.yaml"))
    assert (unknown.returncode, "no study is called 'yours'" in unknown.stderr) == (1, True)


@pytest.mark.slow
def test_a_study_with_faults_is_told_line_by_line_or_as_objects(home: Path, tmp_path: Path) -> None:
    study = tmp_path / "study.yaml"
    study.write_text(
        "study: bad\ncells:\n  x: {area: 1 kg}\n  y: {protocol: none, tests: [gone.mpr, 'no*']}\n"
    )
    told = called(home, "study", "enter", str(study))
    assert (told.returncode, told.stdout) == (1, "")
    lines = told.stderr.splitlines()
    assert [line.partition("study.yaml: ")[2].partition(": ")[0] for line in lines] == [
        "line 3",
        "line 4",
        "line 4",
        "3 faults; nothing of it was entered",
    ]
    objects = called(home, "study", "enter", str(study), "--json", "--dry-run")
    assert objects.returncode == 1
    faults = orjson.loads(objects.stdout)["faults"]
    assert len(faults) == 3
    assert faults[0] == {
        "place": "line 3",
        "section": "cells",
        "entry": "x",
        "field": "area",
        "value": "1 kg",
        "reason": faults[0]["reason"],
    }
    idle = tmp_path / "idle.yaml"
    idle.write_text("study: idle\ncells:\n  y: {tests: ['no*']}\n")
    noted = called(home, "study", "enter", str(idle), "--dry-run")
    assert (noted.returncode, noted.stderr) == (
        0,
        "cells.y: the pattern 'no*' matches no test\n",
    )


def test_where_no_warehouse_is_none_is_made(tmp_path: Path) -> None:
    study = tmp_path / "study.yaml"
    study.write_text("study: A\n")
    for words in (("enter", str(study)), ("export", "A", "--to", str(tmp_path / "x.yaml"))):
        done = called(tmp_path / "home", "study", *words)
        assert (done.returncode, "no warehouse is there" in done.stderr) == (1, True)
    assert not (tmp_path / "home").exists()
