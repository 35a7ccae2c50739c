"""Under its own name a file is whole; nothing is written over; a refusal says why."""

import hashlib
import os
import stat
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.error import ChangedWhileRead, LakeUnwritable
from schema.lake import Lake, hash_of
from schema.parquet import Layout
from schema.relation import POINTS

LAYOUT = Layout(POINTS, "ab" * 32, "biologic_mpr", "1")


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "deep" / "lake")


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "export.mpr"
    path.write_bytes(b"BIO-LOGIC MODULAR FILE" * 1000)
    return path


def points(count: int) -> pa.Table:
    generator = np.random.default_rng(count)
    return pa.table({"test_id": np.full(count, 7), "voltage_volt": generator.random(count)})


def test_a_kept_export_rests_under_its_hash_byte_for_byte(lake: Lake, export: Path) -> None:
    sha256 = hashlib.sha256(export.read_bytes()).hexdigest()
    with lake.archive(export) as archived:
        assert (archived.sha256, archived.bytes) == (sha256, export.stat().st_size)
        assert archived.path.read_bytes() == export.read_bytes()
        assert list(lake.files()) == [f"raw/{archived.path.name}"]
        archived.keep()
    assert archived.path == lake.raw(sha256)
    assert archived.path.read_bytes() == export.read_bytes()
    assert list(lake.files()) == [f"raw/{sha256}"]


def test_files_at_rest_cannot_be_written_by_accident(lake: Lake, export: Path) -> None:
    with lake.archive(export) as archived:
        archived.keep()
    written = lake.write("points/1.parquet", points(10), LAYOUT)
    for path in (archived.path, lake.path(written.path)):
        assert stat.S_IMODE(path.stat().st_mode) == 0o444


def test_an_export_that_is_not_kept_leaves_nothing(lake: Lake, export: Path) -> None:
    with lake.archive(export):
        pass
    assert list(lake.files()) == []


def test_keeping_the_same_bytes_again_mends_them_and_makes_them_young(
    lake: Lake, export: Path
) -> None:
    with lake.archive(export) as archived:
        archived.keep()
    archived.path.chmod(0o644)
    archived.path.write_bytes(b"damaged")
    os.utime(archived.path, (0, 0))
    with lake.archive(export) as again:
        again.keep()
    assert archived.path.read_bytes() == export.read_bytes()
    assert time.time() - archived.path.stat().st_mtime < 60
    assert list(lake.files()) == [f"raw/{archived.sha256}"]


@given(st.binary(max_size=300), st.integers(1, 40_000))
def test_the_hash_is_that_of_the_bytes_however_many(
    tmp_path_factory: pytest.TempPathFactory, block: bytes, times: int
) -> None:
    folder = tmp_path_factory.mktemp("hash")
    (folder / "export").write_bytes(block * times)
    with Lake(folder / "lake").archive(folder / "export") as archived:
        assert archived.sha256 == hashlib.sha256(block * times).hexdigest()
        assert hash_of(archived.path) == archived.sha256
        assert archived.bytes == len(block) * times


def test_an_export_written_to_meanwhile_is_refused(lake: Lake, export: Path) -> None:
    stop = threading.Event()

    def measure_on() -> None:
        while not stop.is_set():
            with export.open("ab") as file:
                file.write(b"x")
            time.sleep(0.0001)

    export.write_bytes(os.urandom(30 << 20))
    instrument = threading.Thread(target=measure_on)
    instrument.start()
    try:
        with pytest.raises(ChangedWhileRead):
            lake.archive(export)
    finally:
        stop.set()
        instrument.join()
    assert list(lake.files()) == []


def test_what_was_written_is_what_is_told(lake: Lake) -> None:
    table = points(40_000)
    written = lake.write("points/7.parquet", table, LAYOUT)
    path = lake.path("points/7.parquet")
    assert pq.read_table(path).cast(table.schema).equals(table)
    assert (written.path, written.rows) == ("points/7.parquet", 40_000)
    assert written.bytes == path.stat().st_size
    assert written.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("count", [0, 1, 999_999, 2_000_000, 2_100_001])
def test_the_parts_of_a_long_table_are_the_table(lake: Lake, count: int) -> None:
    table = pa.table({"record_index": np.arange(count)})
    written = lake.write_parts("points/7", table, LAYOUT)
    back = pq.read_table([lake.path(file.path) for file in written])
    assert back.cast(table.schema).equals(table)
    assert sum(file.rows for file in written) == count
    cores = os.cpu_count() or 1
    assert len(written) == (min(2, cores) if count >= 2_000_000 else 1)


def test_nothing_is_written_over(lake: Lake) -> None:
    first = lake.write("points/7.parquet", points(10), LAYOUT)
    with pytest.raises(LakeUnwritable, match="there already"):
        lake.write("points/7.parquet", points(20), LAYOUT)
    assert hash_of(lake.path(first.path)) == first.sha256
    assert list(lake.files()) == ["points/7.parquet"]


def test_a_file_that_is_gone_cannot_be_confirmed(lake: Lake) -> None:
    lake.write("points/7.parquet", points(10), LAYOUT)
    lake.confirm(["points/7.parquet"])
    with pytest.raises(LakeUnwritable, match="swept"):
        lake.confirm(["points/7.parquet", "points/8.parquet"])


def test_what_is_not_ours_by_its_name_is_not_listed(lake: Lake) -> None:
    lake.write("points/7.parquet", points(10), LAYOUT)
    (lake.folder / "README").write_text("a note of the administrator")
    assert list(lake.files()) == ["points/7.parquet"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on a disk of one mebibyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:  # noqa: S603 - mount
        pytest.skip("mounting is not permitted: a full disk is not tested")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)  # noqa: S603, S607 - umount


def test_a_full_disk_is_told_and_left_empty(small_disk: Path, export: Path) -> None:
    lake = Lake(small_disk / "lake")
    with pytest.raises(LakeUnwritable, match="No space left"):
        lake.write("points/1.parquet", points(1_000_000), LAYOUT)
    export.write_bytes(os.urandom(2 << 20))
    with pytest.raises(LakeUnwritable, match="No space left"):
        lake.archive(export)
    assert list(lake.files()) == []
    assert lake.write("points/1.parquet", points(1000), LAYOUT).rows == 1000
