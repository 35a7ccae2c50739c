"""Which home a command works on, who makes one, and that the demo has its own."""

import json
from pathlib import Path
from typing import Final

import pytest

from tests.command.program import called, run

WORKING: Final = (
    *("demo", "init", "ingest a.csv", "serve", "publish a.duckdb", "store rebuild"),
    *("refit", "recount turns", "status", "check"),
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder, in which the test works."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def test_init_makes_a_warehouse_once_and_it_is_found_from_below(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = folder / ".leyden"
    said = [called(None, "init").stderr for _ in range(2)]
    assert said == [
        f"made a new warehouse: {home}\n",
        f"a warehouse is there already: {home}\n",
    ]
    below = folder / "cells" / "may"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    found = json.loads(called(None, "status", "--json").stdout)["home"]
    assert found == {
        "folder": str(home),
        "origin": f"the nearest .leyden upwards from {below}",
    }
    assert called(None, "init").stderr == f"made a new warehouse: {below / '.leyden'}\n"


def test_home_names_the_warehouse_whatever_the_variable_says(folder: Path) -> None:
    assert called(folder / "other", "init", "--home", "mine").returncode == 0
    done = called(folder / "other", "status", "--home", "mine")
    assert done.stdout.startswith(f"home      {folder / 'mine'} (by --home)\n")
    assert not (folder / "other").exists()
    assert "no warehouse is there yet" in called(folder / "other", "status").stderr


@pytest.mark.parametrize("words", [["serve", "--port", "0"], ["check"], ["status"]])
def test_where_there_is_no_warehouse_it_is_told_how_to_make_one(
    words: list[str], folder: Path
) -> None:
    done = called(None, *words)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    for each in (
        str(folder / ".leyden"),
        "`leyden init`",
        "`leyden ingest FOLDER`",
        "`leyden demo`",
    ):
        assert each in done.stderr
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("words", WORKING)
def test_a_setting_that_is_misspelled_is_one_line_that_names_the_nearest(
    words: str, folder: Path
) -> None:
    done = called(None, *words.split(), LEYDEN_HOEM="/srv")
    assert (done.returncode, done.stdout) == (1, "")
    said = "leyden: LEYDEN_HOEM: no setting is called so; did you mean LEYDEN_HOME?\n"
    assert done.stderr == said
    assert list(folder.iterdir()) == []


def test_the_demo_touches_nobodys_warehouse(folder: Path) -> None:
    assert called(folder / "mine", "init").returncode == 0
    done = called(folder / "mine", "demo", "--home", "mine")
    assert done.returncode == 2
    assert done.stderr.startswith(f"leyden: --home cannot be '{folder / 'mine'}': it takes ")
    assert sorted(each.name for each in (folder / "mine").iterdir()) == ["catalog.sqlite"]


@pytest.mark.slow
def test_the_demo_has_a_home_beside_whatever_database_is_set(folder: Path) -> None:
    catalog = f"sqlite:///{folder}/somebody.sqlite"
    done = run(None, "demo", "--no-serve", LEYDEN_DATABASE_URL=catalog, LEYDEN_LAKE_URL="lake")
    assert done.returncode == 0, done.stderr
    assert [each.name for each in folder.iterdir()] == [".leyden-demo"]
    home = folder / ".leyden-demo"
    assert done.stderr.endswith(f"its warehouse is {home}: leyden serve --home {home}\n")
    again = run(home, "status", "--json")
    assert json.loads(again.stdout)["exports"] > 70
