"""Settings are stated by variables, leyden.toml and folders upwards; nothing else passes."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from schema.error import InvalidSetting, UnknownSetting
from schema.setting_source import OF_OTHERS
from schema.settings import Settings

ROOT: Final = Path(__file__).parents[2]
READ_BY_OTHERS: Final = (
    *("tests/**/*.py", "benchmarks/**/*.py", "client/**/*.py", "docs/*.ipynb"),
    *("Makefile", "compose.yaml", ".ci/*"),
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a folder three deep, in which the test works."""
    folder = tmp_path / "lab" / "cells"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    monkeypatch.delenv("LEYDEN_HOME", raising=False)
    yield folder
    assert sorted(folder.iterdir()) == []  # looking makes nothing


def test_the_nearest_home_upwards_is_the_one(folder: Path) -> None:
    assert Settings().home == folder / ".leyden"
    (folder.parents[1] / ".leyden").mkdir()
    assert Settings().home == folder.parents[1] / ".leyden"
    (folder.parent / ".leyden").mkdir()
    assert Settings().home == folder.parent / ".leyden"


def test_a_call_goes_before_a_variable_before_the_file_before_folders(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    origins = [Settings.sources().home_origin]
    (folder.parent / ".leyden").mkdir()
    origins.append(Settings.sources().home_origin)
    file = folder.parents[1] / "leyden.toml"
    file.write_text('home = "warehouse"\nport = 8001\n', encoding="utf-8")
    assert Settings().home == folder.parents[1] / "warehouse"
    origins.append(Settings.sources().home_origin)
    monkeypatch.setenv("LEYDEN_HOME", "/srv/leyden")
    origins.append(Settings.sources().home_origin)
    assert (Settings().home, Settings().port) == (Path("/srv/leyden"), 8001)
    assert Settings(home=Path("/called")).home == Path("/called")
    assert origins == [
        f"no .leyden upwards from {folder}",
        f"the nearest .leyden upwards from {folder}",
        f"by {file}",
        "by LEYDEN_HOME",
    ]


def test_paths_in_the_file_begin_at_its_folder(folder: Path) -> None:
    above = folder.parent
    lines = (
        'lake_url = "lake"',
        'database_url = "sqlite:///a.sqlite"',
        'publish_target = "b.duckdb"',
    )
    (above / "leyden.toml").write_text("\n".join(lines), encoding="utf-8")
    settings = Settings()
    assert settings.lake_folder == above / "lake"
    assert settings.catalog_url == f"sqlite:///{above}/a.sqlite"
    assert settings.publish_target == f"{above}/b.duckdb"
    assert settings.home == above / ".leyden"


def test_a_folder_of_ones_own_is_written_with_a_tilde(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    monkeypatch.setenv("LEYDEN_HOME", "~/warehouse")
    assert Settings(lake_url="~/lake").lake_folder == Path("/home/ada/lake")
    assert Settings().home == Path("/home/ada/warehouse")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("prot = 8001", "prot: no setting is called so; did you mean port?"),
        ("[serve]\nport = 1", "serve: no setting is called so; docs/settings.md lists all"),
        ("port = true", "port=True: it takes a text or a number"),
        ('port = "many"', "port=many: Input should be a valid integer"),
        ("port = 99999", "port=99999: Input should be less than or equal to 65535"),
        ('home = ""', "home=: it takes a folder"),
        ("reader_password = 5", "reader_password: Input should be a valid string"),
        ('lake_url = "s3://lake"', "lake_url=s3://lake: a lake rests in a folder"),
        ("port 8001", "it cannot be read as TOML"),
    ],
)
def test_what_does_not_do_in_the_file_is_named_with_the_file(
    line: str, message: str, folder: Path
) -> None:
    file = folder.parent / "leyden.toml"
    file.write_text(line, encoding="utf-8")
    with pytest.raises(InvalidSetting) as refusal:
        _ = Settings().lake_folder
    assert str(refusal.value).startswith(f"{file}: {message}")


def test_a_variable_that_no_setting_is_called_is_refused_without_its_value(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LEYDEN_READER_PASWORD", "secret")
    with pytest.raises(UnknownSetting) as refusal:
        Settings()
    assert str(refusal.value) == (
        "LEYDEN_READER_PASWORD: no setting is called so; did you mean LEYDEN_READER_PASSWORD?"
    )


def test_an_empty_home_is_not_the_working_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEYDEN_HOME", "")
    with pytest.raises(InvalidSetting, match=r"^LEYDEN_HOME=: it takes a folder"):
        Settings()


def test_what_our_other_programs_read_is_what_is_let_through() -> None:
    files = [each for pattern in READ_BY_OTHERS for each in ROOT.glob(pattern) if each.is_file()]
    text = "\n".join(each.read_text(encoding="utf-8") for each in files if each != Path(__file__))
    read = set(re.findall(r"(?<![A-Z_])LEYDEN_[A-Z_]+[A-Z]", text))
    ours = {f"LEYDEN_{each.upper()}" for each in Settings.model_fields}
    assert read - ours >= OF_OTHERS
    assert read - ours - OF_OTHERS <= {"LEYDEN_HOEM"}
