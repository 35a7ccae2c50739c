"""A backup restores what was there, shares what it can, and says what it lacks."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from sqlalchemy import Engine, select, text
from sqlalchemy import inspect as schema_of

from schema.backup.backup import Taken, back_up
from schema.backup.manifest import chosen, manifest_paths, path_of, read
from schema.backup.restore import Restored, restore
from schema.backup.verification import verify
from schema.catalog import Table
from schema.catalog.connection import change, look
from schema.catalog.migration import open_catalog
from schema.error import (
    BackupUnusable,
    HomeNotEmpty,
    InvalidArgument,
    InvalidSetting,
    LakeUnreachable,
)
from schema.inspection import inspect
from schema.lake import Lake
from schema.settings import Settings
from tests.law import law
from tests.schema.one_test import ingest

NewDatabase = Callable[[], AbstractContextManager[str]]


def unheard(_done: int, _total: int, _name: str) -> None:
    """Tell nobody how far it is."""


def export(folder: Path, number: int) -> Path:
    """Write an export that is like no other."""
    path = folder / f"cell-{number}.mpr"
    path.write_bytes(f"BIO-LOGIC MODULAR FILE {number}".encode())
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


@pytest.fixture
def take(engine: Engine, lake: Lake, folder: Path) -> Callable[[], Taken]:
    return lambda: back_up(engine, lake, folder, unheard)


@contextmanager
def empty_like(settings: Settings, home: Path, new_database: NewDatabase) -> Iterator[Settings]:
    """Yield settings of a home where nothing is, on the same kind of database."""
    if not settings.database_url:
        yield Settings(home=home)
        return
    with new_database() as url:
        yield Settings(home=home, database_url=url)


def brought_back(settings: Settings, folder: Path, as_of: str | None = None) -> Restored:
    return restore(settings, folder, chosen(folder, as_of), unheard)


def rows(engine: Engine) -> dict[str, list[str]]:
    """Return all that a catalog says."""
    with look(engine) as session:
        return {
            name: sorted(map(repr, session.execute(select(table)).all()))
            for name, table in Table.metadata.tables.items()
        }


def content(lake: Lake) -> dict[str, bytes]:
    return {path: lake.path(path).read_bytes() for path in lake.files()}


def test_what_is_restored_is_what_was_there(
    settings: Settings,
    engine: Engine,
    lake: Lake,
    folder: Path,
    take: Callable[[], Taken],
    tmp_path: Path,
    new_database: NewDatabase,
) -> None:
    for number in (1, 2):
        ingest(engine, lake, export(tmp_path, number))
    taken = take()
    assert (len(taken.manifest.files), taken.new_files, taken.manifest.lacking) == (4, 4, ())
    with empty_like(settings, tmp_path / "elsewhere", new_database) as other:
        assert brought_back(other, folder).lost == ()
        there, restored = Lake(other.lake_folder), open_catalog(other)
        assert rows(restored) == rows(engine)
        assert content(there) == content(lake)
        assert inspect(restored, there).faults == ()
        assert not {each.name for each in other.home.iterdir()} & {"restore.begun", "catalog.tmp"}
        ingest(restored, there, export(tmp_path, 3))
        assert inspect(restored, there).faults == ()
        restored.dispose()


def test_backups_of_several_days_share_files_and_each_is_had_back(
    settings: Settings,
    engine: Engine,
    lake: Lake,
    folder: Path,
    take: Callable[[], Taken],
    tmp_path: Path,
    new_database: NewDatabase,
) -> None:
    ingest(engine, lake, export(tmp_path, 1))
    before = rows(engine)
    take()
    ingest(engine, lake, export(tmp_path, 2))
    second = take()
    assert (second.manifest.number, second.new_files, len(second.manifest.files)) == (2, 2, 4)
    assert take().new_files == 0
    with empty_like(settings, tmp_path / "elsewhere", new_database) as other:
        assert len(brought_back(other, folder, as_of="1").manifest.files) == 2
        restored = open_catalog(other)
        assert rows(restored) == before
        assert inspect(restored, Lake(other.lake_folder)).faults == ()
        restored.dispose()


def test_a_catalog_that_others_write_to_is_copied_with_all_that_was_committed(
    settings: Settings,
    engine: Engine,
    folder: Path,
    take: Callable[[], Taken],
    tmp_path: Path,
    new_database: NewDatabase,
) -> None:
    with engine.execution_options(mode="change").connect() as held_open:  # its log is not emptied
        for number in range(20):
            with change(engine, f"change {number}"):
                pass
        snapshot = take().manifest.catalog.snapshot
        held_open.rollback()
    with empty_like(settings, tmp_path / "elsewhere", new_database) as other:
        brought_back(other, folder)
        restored = open_catalog(other)
        assert rows(restored) == rows(engine)
        restored.dispose()
    assert snapshot == 20


def test_what_is_published_beside_a_catalog_is_left_out_of_its_backup(
    settings: Settings,
    engine: Engine,
    folder: Path,
    take: Callable[[], Taken],
    tmp_path: Path,
    new_database: NewDatabase,
) -> None:
    with engine.execution_options(mode="change").begin() as connection:
        connection.execute(text("CREATE TABLE somebody_else (secret INTEGER)"))
    take()
    with empty_like(settings, tmp_path / "elsewhere", new_database) as other:
        brought_back(other, folder)
        restored = open_catalog(other)
        is_file = not settings.database_url  # which is ours alone, and is copied as it is
        assert schema_of(restored).has_table("somebody_else") == is_file
        restored.dispose()


def test_a_damaged_file_is_lacking_unless_an_earlier_backup_has_it(
    settings: Settings,
    engine: Engine,
    lake: Lake,
    folder: Path,
    take: Callable[[], Taken],
    tmp_path: Path,
    new_database: NewDatabase,
) -> None:
    first = ingest(engine, lake, export(tmp_path, 1))
    take()
    second = ingest(engine, lake, export(tmp_path, 2))
    for each in (first, second):
        lake.path(each.path).chmod(0o644)
        lake.path(each.path).write_bytes(b"rot")
    (lacking,) = take().manifest.lacking
    assert lacking.path == second.path
    assert "its bytes are not those it came with" in lacking.reason
    with empty_like(settings, tmp_path / "elsewhere", new_database) as other:
        ((lost, reason),) = brought_back(other, folder).lost
        assert (lost, reason) == (second.path, lacking.reason)
        restored = open_catalog(other)
        faults = inspect(restored, Lake(other.lake_folder)).faults
        assert [(each.kind, each.subject) for each in faults] == [("missing", second.path)]
        restored.dispose()


@pytest.mark.parametrize("there", ["catalog", "lake"])
def test_nothing_is_restored_where_something_is(
    settings: Settings,
    engine: Engine,
    lake: Lake,
    folder: Path,
    take: Callable[[], Taken],
    tmp_path: Path,
    new_database: NewDatabase,
    there: str,
) -> None:
    ingest(engine, lake, export(tmp_path, 1))
    take()
    before, files = rows(engine), content(lake)
    with pytest.raises(HomeNotEmpty, match="nothing was changed"):
        brought_back(settings, folder)
    assert (rows(engine), content(lake)) == (before, files)
    with empty_like(settings, tmp_path / "elsewhere", new_database) as other:
        if there == "catalog":
            open_catalog(other).dispose()
        else:
            (other.lake_folder / "raw").mkdir(parents=True)
        with pytest.raises(HomeNotEmpty, match="something is there already"):
            brought_back(other, folder)


def test_a_backup_of_another_kind_of_database_is_refused(
    settings: Settings, folder: Path, take: Callable[[], Taken], tmp_path: Path
) -> None:
    take()
    other = "" if settings.database_url else "postgresql://nobody@127.0.0.1:1/none"
    with pytest.raises(InvalidSetting, match="the backup is of a catalog in"):
        brought_back(Settings(home=tmp_path / "elsewhere", database_url=other), folder)
    assert not (tmp_path / "elsewhere").exists()


def test_a_lake_that_is_not_mounted_is_not_backed_up_as_lost(
    engine: Engine, lake: Lake, take: Callable[[], Taken], folder: Path, tmp_path: Path
) -> None:
    ingest(engine, lake, export(tmp_path, 1))
    take()
    lake.folder.rename(tmp_path / "unmounted")
    with pytest.raises(LakeUnreachable, match="is it mounted"):
        take()
    assert len(manifest_paths(folder)) == 1


def test_two_backups_into_one_folder_are_not_taken_at_once(
    take: Callable[[], Taken], folder: Path
) -> None:
    take()
    with (folder / ".lock").open("wb") as lock:
        flock(lock, LOCK_EX)
        with pytest.raises(BackupUnusable, match="another backup is at work there"):
            take()
    take()


def test_a_backup_is_asked_for_by_its_number_or_a_time(
    engine: Engine, folder: Path, take: Callable[[], Taken]
) -> None:
    with pytest.raises(BackupUnusable, match="no backup is there; `leyden backup FOLDER`"):
        chosen(folder)
    paths = []
    for number in range(3):
        with change(engine, f"change {number}"):
            paths.append(take().path)
    assert chosen(folder) == chosen(folder, "3") == paths[2]
    assert chosen(folder, "000001") == paths[0]
    made_at = read(paths[2]).made_at
    assert chosen(folder, made_at.isoformat()) == paths[2]
    assert chosen(folder, f"{made_at:%Y-%m-%d}") == paths[2]
    for none in ("4", "1999-01-01"):
        with pytest.raises(BackupUnusable, match=f"as of {none}.* the last has the number 3"):
            chosen(folder, none)
    with pytest.raises(InvalidArgument, match="a time such as"):
        chosen(folder, "yesterday")


@given(which=st.integers(0), byte=st.integers(0), bit=st.integers(0, 7))
@law(40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bit_of_any_file_of_a_backup_is_missed_when_it_is_another(
    filled: Path, which: int, byte: int, bit: int
) -> None:
    (manifest,) = manifest_paths(filled)
    assert verify(filled, manifest, unheard).faults == ()
    files = sorted(each for each in filled.rglob("*") if each.is_file() and each.stat().st_size)
    path = files[which % len(files)]
    sound = path.read_bytes()
    damaged = bytearray(sound)
    damaged[byte % len(damaged)] ^= 1 << bit
    path.chmod(0o644)
    path.write_bytes(damaged)
    if path == manifest:
        with pytest.raises(BackupUnusable, match="the manifest is damaged"):
            verify(filled, manifest, unheard)
    else:
        ((where, _),) = verify(filled, manifest, unheard).faults
        assert where == str(path)
    path.write_bytes(sound)


@pytest.fixture
def filled(
    engine: Engine, lake: Lake, folder: Path, take: Callable[[], Taken], tmp_path: Path
) -> Path:
    """Return a folder with one backup of two tests."""
    for number in (1, 2):
        ingest(engine, lake, export(tmp_path, number))
    take()
    return folder


def test_a_damaged_backup_restores_what_it_can_and_never_a_damaged_file(
    settings: Settings, filled: Path, tmp_path: Path, new_database: NewDatabase
) -> None:
    manifest = read(chosen(filled))
    bad = manifest.files[0]
    path = path_of(filled, bad.sha256)
    path.chmod(0o644)
    path.write_bytes(b"rot")
    with empty_like(settings, tmp_path / "elsewhere", new_database) as other:
        ((lost, why),) = brought_back(other, filled).lost
        assert (lost, why.startswith("in the backup it is damaged")) == (bad.path, True)
        assert not Lake(other.lake_folder).path(bad.path).exists()
