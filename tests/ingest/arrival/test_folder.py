"""Which files of a folder are meant, and what tells that one changes."""

import os
from pathlib import Path
from threading import Event

import pytest

from ingest.arrival.folder import Patterns, list_files, stamp_of

FILES = ("a.mpr", "b.csv", "may/c.csv", "may/d.csv.part", ".hidden.csv", ".git/e.csv", "~$f.xlsx")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with files of all kinds."""
    for name in FILES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    (tmp_path / "warehouse").mkdir()
    (tmp_path / "warehouse" / "points.parquet").touch()
    return tmp_path


def listed(folder: Path, patterns: Patterns) -> list[str]:
    files = list_files(folder, folder, patterns, Event()).files
    return sorted(path.relative_to(folder).as_posix() for path in files)


def test_hidden_and_unfinished_files_and_the_warehouse_are_left_out(folder: Path) -> None:
    skipped = Patterns(skipped=(folder / "warehouse",))
    assert listed(folder, skipped) == ["a.mpr", "b.csv", "may/c.csv"]
    assert "warehouse/points.parquet" in listed(folder, Patterns())


def test_patterns_are_of_names_and_of_paths(folder: Path) -> None:
    assert listed(folder, Patterns(include=("*.mpr",))) == ["a.mpr"]
    assert listed(folder, Patterns(include=("*.csv",), exclude=("may/*",))) == ["b.csv"]


def test_only_what_can_be_read_through_is_a_file(folder: Path) -> None:
    os.mkfifo(folder / "pipe.csv")
    (folder / "nothing.csv").symlink_to(folder / "nowhere")
    (folder / "link.csv").symlink_to(folder / "b.csv")
    (folder / "around").symlink_to(folder)
    assert listed(folder, Patterns(include=("*.csv",))) == ["b.csv", "link.csv", "may/c.csv"]
    assert stamp_of(folder / "pipe.csv") is None
    assert stamp_of(folder / "nothing.csv") is None
    assert stamp_of(folder / "b.csv" / "below.csv") is None


def test_a_stamp_is_another_when_size_or_time_is_another(folder: Path) -> None:
    file = folder / "b.csv"
    first = stamp_of(file)
    assert first == stamp_of(file)
    assert first
    os.utime(file, ns=(0, 1_000_000_000))
    touched = stamp_of(file)
    assert touched != first
    file.write_text("longer than it was", encoding="utf-8")
    os.utime(file, ns=(0, 1_000_000_000))
    longer = stamp_of(file)
    assert longer
    assert longer != touched
    assert (longer.bytes, longer.modified_at.isoformat()) == (18, "1970-01-01T00:00:01+00:00")


def test_a_time_that_is_no_date_is_no_fault(folder: Path) -> None:
    for nanoseconds in (-5_000_000_000, 400_000_000_000 * 10**9):
        os.utime(folder / "b.csv", ns=(0, nanoseconds))
        assert stamp_of(folder / "b.csv")


def test_an_empty_folder_and_one_that_went_are_told_apart_from_one_with_hidden_files(
    tmp_path: Path,
) -> None:
    (tmp_path / "empty").mkdir()
    assert list_files(tmp_path / "empty", tmp_path, Patterns(), Event()).is_empty
    (tmp_path / "empty" / ".keep").touch()
    assert not list_files(tmp_path / "empty", tmp_path, Patterns(), Event()).is_empty
    assert not list_files(tmp_path / "gone", tmp_path, Patterns(), Event()).is_empty
