"""A damaged byte is found and named, whatever kind of file it is in."""

import json
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from sqlalchemy import select, update

from schema.catalog import LakeFile, RawFile
from schema.catalog.connection import change, look
from schema.settings import Settings
from schema.warehouse import Warehouse, open_warehouse
from tests.command.program import called

Copied = Callable[[Settings, Path], AbstractContextManager[Settings]]


@pytest.fixture(scope="module")
def home(
    demo_warehouse: Settings, copied: Copied, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """Yield a warehouse of the demo with a base, which was checked and is sound."""
    with copied(demo_warehouse, tmp_path_factory.mktemp("check") / "home") as settings:
        assert called(settings.home, "store", "rebuild").returncode == 0
        checked = called(settings.home, "check")
        assert checked.returncode == 0, checked.stdout
        yield settings


@pytest.fixture(scope="module")
def warehouse(home: Settings) -> Iterator[Warehouse]:
    warehouse = open_warehouse(home)
    yield warehouse
    warehouse.engine.dispose()


def flipped(path: Path, byte: int) -> bytes:
    """Turn one bit of a file over; return what it was."""
    sound = path.read_bytes()
    damaged = bytearray(sound)
    damaged[byte] ^= 1 << (byte % 8)
    path.chmod(0o644)
    path.write_bytes(damaged)
    return sound


def one_of_each_kind(warehouse: Warehouse) -> dict[str, Path]:
    """Return a file of every kind that the lake has."""
    with look(warehouse.engine) as session:
        files = dict(session.execute(select(LakeFile.kind, LakeFile.path)).all())
        files["raw"] = f"raw/{session.scalar(select(RawFile.sha256).limit(1))}"
    return {kind: warehouse.lake.path(path) for kind, path in files.items()}


@pytest.mark.slow
def test_a_damaged_byte_in_every_kind_of_file_is_found_and_named(
    home: Settings, warehouse: Warehouse
) -> None:
    files = one_of_each_kind(warehouse)
    (files["base"],) = home.store_folder.glob("base-*.duckdb")
    assert {"raw", "points", "steps", "spectra", "base"} < files.keys()
    assert len(files) > 10
    draw = random.Random(17)  # noqa: S311 # any byte is as good
    for kind, path in files.items():
        sound = flipped(path, draw.randrange(path.stat().st_size))
        done = called(home.home, "check")
        assert done.returncode == 3, (kind, done.stdout)
        name = str(path) if kind == "base" else path.relative_to(home.lake_folder).as_posix()
        assert f"damaged: {name}: " in done.stdout, kind
        path.write_bytes(sound)
    assert called(home.home, "check").returncode == 0


@pytest.mark.slow
def test_what_is_damaged_is_made_again_byte_for_byte(home: Settings, warehouse: Warehouse) -> None:
    files = one_of_each_kind(warehouse)
    del files["raw"]
    (base,) = home.store_folder.glob("base-*.duckdb")
    sound = {kind: flipped(path, path.stat().st_size // 2) for kind, path in files.items()}
    flipped(base, base.stat().st_size // 2)
    done = called(home.home, "repair", "--json")
    assert done.returncode == 0, done.stdout
    assert len(json.loads(done.stdout)["repaired"]) == len(files) + 1
    assert {kind: path.read_bytes() for kind, path in files.items()} == sound
    assert not base.exists()
    assert called(home.home, "check").returncode == 0
    assert called(home.home, "store", "rebuild").returncode == 0


@pytest.mark.slow
def test_what_is_lost_is_named_and_brought_back_from_a_backup(
    home: Settings, warehouse: Warehouse, tmp_path: Path
) -> None:
    assert called(home.home, "backup", str(tmp_path / "backups")).returncode == 0
    raw = one_of_each_kind(warehouse)["raw"]
    with look(warehouse.engine) as session:
        of_it = select(LakeFile.path).join(RawFile, RawFile.id == LakeFile.raw_file_id)
        derived = session.scalars(of_it.where(RawFile.sha256 == raw.name).limit(1)).one()
    with change(warehouse.engine, "no export lies where it was read") as (session, _):
        moved = update(RawFile).where(RawFile.sha256 == raw.name)
        session.execute(moved.values(origin=str(tmp_path / "gone")))
    sound = flipped(raw, 5)
    flipped(warehouse.lake.path(derived), 5)
    done = called(home.home, "repair")
    assert done.returncode == 4
    assert f"LOST: raw/{raw.name}: " in done.stdout
    assert f"LOST: {derived}: its export is lost too: raw/{raw.name}" in done.stdout
    again = called(home.home, "repair", "--from", str(tmp_path / "backups"))
    assert again.returncode == 0, again.stdout
    assert f"repaired: raw/{raw.name}: brought back from {tmp_path / 'backups'}" in again.stdout
    assert raw.read_bytes() == sound
    assert called(home.home, "check").returncode == 0


@pytest.mark.slow
def test_a_number_of_the_catalog_that_turned_into_another_is_found(
    home: Settings, tmp_path: Path
) -> None:
    shutil.copytree(home.home, tmp_path / "home")
    path = tmp_path / "home" / "catalog.sqlite"
    with sqlite3.connect(path) as catalog:
        catalog.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        mass = catalog.execute("SELECT max(area_cm2) FROM cell WHERE area_cm2 > 0").fetchone()[0]
        catalog.execute("UPDATE cell SET area_cm2 = area_cm2 * 2 WHERE area_cm2 = ?", (mass,))
    catalog.close()
    done = called(tmp_path / "home", "check")
    assert done.returncode == 3
    assert "damaged: catalog: table cell holds other rows than at snapshot" in done.stdout
    again = called(tmp_path / "home", "check", "--json")
    assert json.loads(again.stdout)["sound"] is False


@pytest.mark.slow
def test_what_is_damaged_in_a_catalog_is_never_called_sound(home: Settings, tmp_path: Path) -> None:
    sound = tmp_path / "sound.sqlite"
    with sqlite3.connect(home.home / "catalog.sqlite") as catalog:
        catalog.execute("VACUUM INTO ?", (str(sound),))
    catalog.close()
    draw, whole = random.Random(3), sound.read_bytes()  # noqa: S311 # any place is as good
    answers = []
    for _ in range(12):
        damaged = bytearray(whole)
        for _ in range(32):
            damaged[draw.randrange(len(damaged))] ^= 1 << draw.randrange(8)
        other = tmp_path / "home"
        shutil.rmtree(other, ignore_errors=True)
        other.mkdir()
        (other / "lake").symlink_to(home.lake_folder)
        (other / "catalog.sqlite").write_bytes(damaged)
        done = called(other, "check")
        answers.append(done.returncode)
        assert "Traceback" not in done.stderr
    assert set(answers) <= {1, 3}


@pytest.mark.slow
@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE sqlite_master SET sql = CAST(x'435245415445A0' AS TEXT) WHERE name = 'cell'",
        "UPDATE cell SET name = CAST(x'61A062' AS TEXT) WHERE id = (SELECT min(id) FROM cell)",
    ],
    ids=["schema", "name"],
)
def test_what_is_no_text_any_more_is_damage(home: Settings, tmp_path: Path, damage: str) -> None:
    shutil.copytree(home.home, tmp_path / "home")
    with sqlite3.connect(tmp_path / "home" / "catalog.sqlite") as catalog:
        catalog.execute("PRAGMA writable_schema = ON")
        catalog.execute(damage)
    catalog.close()
    done = called(tmp_path / "home", "check")
    assert done.returncode == 3
    assert "damaged: catalog: " in f"{done.stdout}{done.stderr}"
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_sample_takes_turns_until_every_file_was_checked(home: Settings, tmp_path: Path) -> None:
    shutil.copytree(home.home, tmp_path / "home")
    files: list[str] = []
    for _ in range(4):
        done = called(tmp_path / "home", "check", "--subset", "25%", "--json")
        assert done.returncode == 0
        files += json.loads(done.stdout)["checked"]
    whole = json.loads(called(tmp_path / "home", "check", "--json").stdout)["checked"]
    assert set(files) == set(whole)
    assert len(files) - len(whole) < 4
    for wrong in ("5", "0%", "101%", "many"):
        refused = called(tmp_path / "home", "check", "--subset", wrong)
        assert refused.returncode == 2
        assert "a share such as 5%" in refused.stderr
