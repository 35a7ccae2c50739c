"""A damaged file is brought back byte for byte, of a backup or of where an export lay."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine

from schema.backup.backup import back_up
from schema.backup.mending import bring_back
from schema.catalog.connection import look
from schema.lake import Lake
from schema.named_file import NamedFile, named_files
from tests.schema.one_test import ingest

Damaged = Callable[[str], NamedFile]


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "cell.mpr"
    path.write_bytes(b"BIO-LOGIC MODULAR FILE")
    return path


@pytest.fixture
def damaged(engine: Engine, lake: Lake, export: Path, tmp_path: Path) -> Damaged:
    """Return what damages the file of a folder of the lake, of which there is a backup."""
    ingest(engine, lake, export)
    back_up(engine, lake, tmp_path / "backups", lambda *_: None)
    with look(engine) as session:
        files = {file.path.split("/")[0]: file for file in named_files(session)}

    def damage(folder: str) -> NamedFile:
        path = lake.path(files[folder].path)
        path.chmod(0o644)
        path.write_bytes(b"rot")
        return files[folder]

    return damage


@pytest.mark.parametrize("folder", ["raw", "points"])
def test_a_file_comes_back_from_a_backup(
    engine: Engine, lake: Lake, damaged: Damaged, tmp_path: Path, export: Path, folder: str
) -> None:
    export.unlink()
    file, backups = damaged(folder), tmp_path / "backups"
    with look(engine) as session:
        assert bring_back(lake, session, file, []) is None
        source = bring_back(lake, session, file, [backups])
    assert source is not None
    assert Path(source).is_relative_to(backups)
    assert lake.path(file.path).read_bytes() == Path(source).read_bytes() != b"rot"


def test_an_export_comes_back_from_where_it_lay_unless_it_has_changed_there(
    engine: Engine, lake: Lake, damaged: Damaged, export: Path
) -> None:
    file, sound = damaged("raw"), export.read_bytes()
    with look(engine) as session:
        export.write_bytes(b"another test")
        assert bring_back(lake, session, file, []) is None
        assert lake.path(file.path).read_bytes() == b"rot"
        export.write_bytes(sound)
        assert bring_back(lake, session, file, []) == str(export)
    assert lake.path(file.path).read_bytes() == sound
