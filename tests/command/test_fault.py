"""What goes wrong is told in one line that names it and what to do, and in the code of the end."""

import shutil
from pathlib import Path
from typing import Final

import pytest

from schema.settings import Settings
from tests.command.program import called, run

READING: Final = [
    *("status", "check", "publish out.duckdb", "refit", "recount", "store rebuild"),
    *("backup backups", "repair"),
]


def assert_one_line(home: Path, words: str, *said: str, **settings: str) -> None:
    command = run if words.startswith("serve") else called  # it holds its port until it ends
    done = command(home, *words.split(), **settings)
    assert (done.returncode, done.stdout) == (1, ""), done
    (line,) = done.stderr.splitlines()
    assert line.startswith("leyden: ")
    for each in said:
        assert each in line


@pytest.mark.parametrize("words", READING)
def test_what_only_reads_makes_no_warehouse_and_says_how_to_make_one(
    words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    home = tmp_path / "empty" / ".leyden"
    assert_one_line(home, words, str(home), "no warehouse is there yet", "`leyden ingest FOLDER`")
    assert list((tmp_path / "empty").iterdir()) == []


def test_an_empty_file_is_no_warehouse(tmp_path: Path) -> None:
    (tmp_path / "catalog.sqlite").touch()
    assert_one_line(tmp_path, "status", "no warehouse is there yet")
    assert (tmp_path / "catalog.sqlite").stat().st_size == 0


@pytest.mark.slow
@pytest.mark.parametrize("words", ["status", "ingest nothing.csv", "serve --port 0"])
def test_a_damaged_catalog_is_named(words: str, tmp_path: Path) -> None:
    catalog = tmp_path / "catalog.sqlite"
    catalog.write_bytes(b"no database at all" * 1000)
    assert_one_line(tmp_path, words, str(catalog), "file is not a database", "restore the catalog")


@pytest.mark.slow
def test_a_lake_that_is_gone_is_named(demo_warehouse: Settings, tmp_path: Path) -> None:
    shutil.copy(demo_warehouse.home / "catalog.sqlite", tmp_path)
    assert_one_line(tmp_path, "status", str(tmp_path / "lake"), "is it mounted?")
    refitted = called(tmp_path, "refit", "synthetic-pellet-1")
    assert refitted.returncode == 1
    assert "it is gone; test" in refitted.stderr
    assert "Traceback" not in refitted.stderr


@pytest.mark.slow
def test_a_home_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for words in ("ingest nothing.csv", "serve --port 0"):
        assert_one_line(tmp_path / "file" / "home", words, str(tmp_path / "file"), "LEYDEN_HOME")


def test_a_server_that_does_not_answer_is_one_line_without_the_password(tmp_path: Path) -> None:
    url = "postgresql://leyden:secret@127.0.0.1:1/leyden"
    for words in ("status", "ingest nothing.csv"):
        done = called(tmp_path, *words.split(), LEYDEN_DATABASE_URL=url)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
        assert "connection" in done.stderr
        assert "secret" not in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [("LEYDEN_PORT", "abc"), ("LEYDEN_INGEST_PROCESSES", "-1"), ("LEYDEN_LAKE_URL", "s3://lake")],
)
def test_a_setting_that_cannot_be_used_is_named(name: str, value: str, tmp_path: Path) -> None:
    assert_one_line(tmp_path / "home", "ingest x.csv", f"{name}={value}: ", **{name: value})
    assert not (tmp_path / "home").exists()


@pytest.mark.slow
def test_what_is_not_in_the_warehouse_is_told_with_what_is_near(demo_warehouse: Settings) -> None:
    home = demo_warehouse.home
    near = "did you mean synthetic-bare-50uA-"
    assert_one_line(home, "recount turns --cell synthetic-bare-50uA", near)
    assert_one_line(home, "refit --method fits", "no method is called 'fits'; did you mean fit?")
    assert_one_line(home, "publish /nowhere/at/all.duckdb", "nothing there was changed")
    assert_one_line(home, "ingest x.csv --study nothing.yaml", "nothing.yaml: cannot be read")
